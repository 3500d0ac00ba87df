// Scenarios in which the endpoint, or something on the way there, answers what it should not, or not at all.

const COUNT = 60;

/** Faults for the first so many batches of each kind; then all is well. */
const first = (times, fault) => {
  const left = {};
  return ({ kind, preflight, ids }) => {
    if (preflight || ids.length === 0) return undefined;
    left[kind] ??= times;
    left[kind] -= 1;
    return left[kind] >= 0 ? fault : undefined;
  };
};

const beforeAll = (stage, fault) => {
  stage.proxy.fault = fault;
};

/** Some events, sent into what is wrong, until all has arrived. */
const through = (fault, options = {}) => async (stage) => {
  beforeAll(stage, fault);
  const page = await stage.open(options);
  await stage.emit(page, COUNT);
  await stage.drain(page);
};

/** The same without flush(): the courier comes back by itself. */
const byItself = (fault, options = {}) => async (stage) => {
  beforeAll(stage, fault);
  const page = await stage.open(options);
  await stage.emit(page, COUNT);
  await page.waitFor(async () => (await window.analytics.pending()) === 0, { timeout: 60_000 });
};

const poison = (status) => async (stage) => {
  beforeAll(stage, ({ text }) => (text.includes('poison') ? { status, headers: { 'Content-Type': 'text/plain' }, body: 'There is poison in it.' } : undefined));
  const page = await stage.open();
  // Everything waits, so that it stands in the middle of a batch.
  stage.proxy.down = true;
  await stage.emit(page, 30);
  await stage.emit(page, 1, { text: 'poison' });
  await stage.emit(page, 29);
  stage.proxy.down = false;
  await stage.drain(page);
  stage.refused = { xapi: 1, caliper: 1 };
  const refused = await page.evaluate(async () => (await window.analytics.rejected()).map(({ status, reason }) => `${status} ${reason}`));
  if (refused.join() !== Array(2).fill(`${status} There is poison in it.`).join()) throw new Error(`rejected() gives ${refused.join()}`);
};

const repaired = (fault, check = async () => {}) => async (stage) => {
  beforeAll(stage, ({ preflight }) => (preflight ? undefined : fault));
  const page = await stage.open();
  await stage.emit(page, COUNT);
  for (let i = 0; i < 4; i += 1) await page.evaluate(() => window.analytics.flush());
  await check(stage, page);
  const { length } = await page.evaluate(() => window.analytics.rejected());
  if (length > 0) throw new Error(`${length} events were given up for what is not their fault`);
  stage.notes.push(`${stage.proxy.state.attempts} requests in 4 flushes`);
  stage.proxy.heal();
  await stage.drain(page);
};

export const answers = [
  { name: '500, then well', run: byItself(first(3, { status: 500, body: 'Internal Server Error' })) },
  { name: '503, then well', run: byItself(first(3, { status: 503 })) },
  { name: '429 with Retry-After', run: byItself(first(2, { status: 429, headers: { 'Retry-After': '1' } })) },
  { name: '429 with a date', run: byItself(first(2, { status: 429, headers: { get 'Retry-After'() { return new Date(Date.now() + 2_000).toUTCString(); } } })) },
  {
    name: 'a version refused with 422',
    async run(stage) {
      // Nothing was stored, so that each event may be written anew, once.
      stage.mayRewrite = (name) => name.startsWith('caliper');
      await through(({ kind, preflight, ids, text }) => (kind === 'caliper' && !preflight && ids.length > 0 && text.includes('v1p2') ? { status: 422, body: '{"title":"Unprocessable"}' } : undefined))(stage);
    },
  },
  {
    name: 'a refusal that repeats the credential',
    async run(stage) {
      beforeAll(stage, ({ text, authorization }) => (text.includes('poison') ? { status: 400, body: `You sent "${authorization}", of all things.` } : undefined));
      const page = await stage.open();
      await stage.emit(page, 20);
      await stage.emit(page, 1, { text: 'poison' });
      await stage.emit(page, 20);
      await stage.drain(page);
      stage.refused = { xapi: 1, caliper: 1 };
    },
  },
  {
    name: '413 above 6 kB',
    run: through(({ text }) => (text.length > 6_000 ? { status: 413 } : undefined)),
  },
  { name: '400 poison in the middle', run: poison(400), short: true },
  { name: '422 poison in the middle', run: poison(422) },
  {
    name: '401, then a fresh token',
    async run(stage) {
      const page = await stage.open();
      await stage.emit(page, 20);
      await stage.drain(page);
      stage.site.revoke();
      await stage.emit(page, COUNT);
      await stage.drain(page);
      const asked = await page.evaluate(() => window.asked.join());
      if (asked.split('refused').length !== 3) throw new Error(`The token function was asked for: ${asked}`);
    },
  },
  { name: 'answer lost after the commit', run: through(first(2, { cut: 'answer' })), short: true },
  { name: 'answer breaks off', run: through(first(2, { cut: 'half an answer' })) },
  {
    name: 'reset halfway through the body',
    async run(stage) {
      let left = 6;
      // Larger than what one packet holds, so that there is a half.
      const page = await stage.open({ queue: { batchSize: 400 } });
      stage.proxy.down = true;
      await stage.emit(page, 200);
      stage.proxy.down = false;
      stage.proxy.fault = ({ preflight, text }) => {
        if (preflight || text || left <= 0) return undefined;
        left -= 1;
        return { cut: 'half' };
      };
      await stage.drain(page);
    },
  },
  { name: 'never answers', run: byItself(first(1, { silent: true }), { haste: 0.1 }) },
  {
    name: 'preflight hangs',
    async run(stage) {
      const kinds = new Set();
      stage.proxy.fault = ({ kind, preflight }) => {
        if (!preflight || kinds.has(kind)) return undefined;
        kinds.add(kind);
        return { silent: true };
      };
      const page = await stage.open({ haste: 0.1 });
      await stage.emit(page, COUNT);
      await page.waitFor(async () => (await window.analytics.pending()) === 0, { timeout: 60_000 });
    },
  },
  { name: 'HTML with 200', run: through(first(2, { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Log in</title>' })), short: true },
  {
    name: 'JSON of something else with 200',
    run: through(first(2, { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"error":"portal","login":"https://portal.example/"}' })),
  },
  {
    name: 'redirect to a page that says 200',
    async run(stage) {
      const { url } = stage.site;
      await through(first(2, { status: 302, headers: { Location: `${url}/page/empty.html` } }))(stage);
    },
  },
  {
    name: '401 for ever',
    run: repaired({ status: 401, body: 'no' }, async (stage) => {
      if (stage.proxy.state.attempts > 30) throw new Error(`${stage.proxy.state.attempts} requests`);
    }),
  },
  { name: '400 for everything', run: repaired({ status: 400, body: 'no' }) },
  { name: '404 for a while', run: repaired({ status: 404, body: 'no' }) },
];
