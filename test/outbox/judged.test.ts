import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import { verdict } from '../../src/destinations/verdict.js';
import { destination, idsOf, refusing, reply, rest, World } from './world.js';

// Which events are to blame, and when it is the endpoint: whatever it answers for a while, and whichever events it never takes.

interface Spell {
  /** A status; 0: as usual, -1: none at all. */
  readonly answer: number;
  readonly requests: number;
}

interface Trial {
  readonly count: number;
  /** Indexes, modulo `count`. */
  readonly poison: readonly number[];
  readonly status: number;
  readonly spells: readonly Spell[];
  readonly batchSize: number;
  readonly personal: boolean;
}

/** What becomes of so many events in two and a half hours, and after a few more. */
async function outcome({ count, poison, status, spells, batchSize, personal }: Trial) {
  const world = new World();
  const endpoint = world.endpoint();
  let tokens = 0;
  const auth = personal ? async () => `token-${++tokens}` : 'key';
  const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict, auth })], queue: { batchSize } });
  if (personal) tab.outbox.setActor({ id: tab.actor }, tab.actor);
  const answers = spells.flatMap(({ answer, requests }) => Array.from({ length: requests }, () => answer));
  const bad = new Set<string>();
  let recent: number[] = [];
  let most = 0;
  endpoint.behave = (seen) => {
    recent = [...recent.filter((time) => world.clock.time - time < 500), world.clock.time];
    most = Math.max(most, recent.length);
    const answer = answers.shift() || (idsOf(seen).some((id) => bad.has(id)) ? status : 200);
    return answer < 0 ? Promise.reject(new TypeError('Failed to fetch')) : reply(answer, answer === 200 ? '[]' : 'no');
  };
  const ids = tab.add(count);
  for (const n of poison) bad.add(ids[n % count]!);
  for (let i = 0; i < 30; i++) await world.clock.advance(300_000);
  answers.length = 0;
  for (const more of [3, 1]) {
    ids.push(...tab.add(more));
    await tab.flush();
    await world.clock.advance(300_000);
  }
  const rejected = (await tab.outbox.rejected()).map(({ id }) => id);
  return { ids, bad, rejected, held: [...endpoint.held], repeats: endpoint.repeats, pending: await tab.outbox.pending(), most };
}

const trial = (answers: readonly number[], statuses: readonly number[], spells: (drawn: readonly Spell[]) => readonly Spell[]) =>
  fc.record({
    count: fc.integer({ min: 2, max: 130 }),
    poison: fc.array(fc.nat(200), { maxLength: 8 }),
    status: fc.constantFrom(...statuses),
    spells: fc.array(fc.record({ answer: fc.constantFrom(...answers), requests: fc.integer({ min: 1, max: 12 }) }), { maxLength: 3 }).map(spells),
    batchSize: fc.constantFrom(5, 20, 50),
    personal: fc.boolean(),
  });

const RUNS = { numRuns: 30 };

describe('only what is at fault is rejected, nothing is lost or sent twice, and all else arrives, with few requests', () => {
  const holds = async (given: Trial, judged: boolean) => {
    const { ids, bad, rejected, held, repeats, pending, most } = await outcome(given);
    expect(held.sort()).toEqual(ids.filter((id) => !bad.has(id)));
    expect(repeats).toEqual([]);
    expect(rejected.sort()).toEqual(judged ? [...bad].sort() : []);
    expect(pending).toBe(judged ? 0 : bad.size);
    expect(most).toBeLessThan(300);
  };

  test('whatever goes wrong first that is about no event', async () => {
    await fc.assert(fc.asyncProperty(trial([-1, 0, 401, 403, 406, 500, 503], [400, 413, 422], (spells) => spells), (given) => holds(given, true)), RUNS);
  });

  test('where everything is refused at first', async () => {
    await fc.assert(fc.asyncProperty(trial([400, 413, 422], [400, 413, 422], (spells) => spells.slice(0, 1)), (given) => holds(given, true)), RUNS);
  });

  test('what is passed by stays, and holds up nobody', async () => {
    await fc.assert(fc.asyncProperty(trial([-1, 503], [403, 406, 500], (spells) => spells.slice(0, 1)), (given) => holds(given, false)), RUNS);
  });
});

const POISON = 'poison';

/** So many events come in turn with sound ones, for half an hour. */
async function steady(status: number, count: number) {
  const world = new World();
  const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict, auth: 'key' })] });
  world.endpoint().behave = (seen) => reply(idsOf(seen).some((id) => id.startsWith(POISON)) ? status : 200, '[]');
  for (let n = 0; n < count; n++) tab.add(1, { id: `${POISON}-${n}`, document: JSON.stringify({ id: `${POISON}-${n}` }) });
  const ids: string[] = [];
  for (let n = 0; n < 180; n++) {
    ids.push(...tab.add(1));
    await world.clock.advance(10_000);
  }
  await world.clock.advance(300_000);
  return { ids, held: world.endpoint().held, requests: world.endpoint().requests.length };
}

test.each([[406, 1], [500, 1], [406, 5], [500, 5], [403, 1], [403, 5]])('while events come one by one, those that are answered with %i (%i of them) are asked about little', async (status, count) => {
  const { ids, held, requests } = await steady(status, count);
  expect(held.sort()).toEqual(ids);
  expect(requests).toBeLessThan(120 + 120 * count);
});

test.each([403, 406, 500])('more events in a row than are passed by at once hold up none behind them (%i)', async (status) => {
  const world = new World();
  const tab = await world.open({ destinations: [destination({ judge: verdict })] });
  const endpoint = world.endpoint();
  endpoint.behave = refusing((id) => id.startsWith('bad'), status);
  for (let i = 0; i < 60; i++) tab.add(1, { id: `bad${i}` });
  const sound = tab.add(40);
  for (let i = 0; i < 60; i++) await world.clock.advance(60_000);
  // In their order, but for the two that it was asked about first, to find out whether it takes any.
  const ahead = endpoint.held.slice(0, 2);
  expect(endpoint.held).toEqual([...ahead, ...sound.filter((id) => !ahead.includes(id))]);
  expect(endpoint.repeats).toEqual([]);
  expect(endpoint.requests.length).toBeLessThan(500);
  expect(await tab.outbox.pending()).toBe(60);
});

test.each([2, 3, 10])('a batch that is refused in other words than its events does not keep the endpoint busy: %i events', async (count) => {
  for (const alone of [400, 413, 422]) {
    const world = new World();
    const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict, auth: 'key' })] });
    world.endpoint().behave = (seen) => {
      // Rather than for ever.
      if (world.endpoint().requests.length > 500) throw new Error('a loop');
      return reply(seen.documents.length > 1 ? 403 : alone);
    };
    tab.add(count);
    await tab.flush();
    for (let i = 0; i < 3; i++) await world.clock.advance(300_000);
    expect(world.endpoint().requests.length).toBeLessThan(60);
    world.endpoint().behave = () => reply(200, '[]');
    await tab.flush();
    await world.clock.advance(600_000);
    expect(world.endpoint().held).toHaveLength(count);
  }
});

test.each([403, 406])('where an event is refused in other words when it is asked about again (%i), that is said, and tried again', async (status) => {
  const world = new World();
  const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict, auth: 'key' })] });
  const ids = tab.add(2);
  let asked = 0;
  world.endpoint().behave = (seen) => (idsOf(seen).includes(ids[0]!) ? reply(++asked > 2 ? status : 400) : reply(200, '[]'));
  expect(await tab.flush()).toMatchObject({ delivered: 1, rejected: 0, pending: 1, held: [{ why: `answers ${status}` }] });
  const before = world.endpoint().requests.length;
  await world.clock.advance(600_000);
  expect(world.endpoint().requests.length).toBeGreaterThan(before);
});

test.each([403, 406])('an endpoint that answers %i to everything from some moment on is asked little', async (status) => {
  const world = new World();
  const tab = await world.open({ destinations: [destination({ judge: verdict, auth: 'key' })] });
  const { requests } = world.endpoint();
  world.endpoint().behave = (_, count) => reply(count > 1 ? status : 200, '[]');
  tab.add(500);
  expect(await tab.flush()).toMatchObject({ delivered: 50, rejected: 0, pending: 450 });
  expect(requests.length).toBeLessThan(150);
});

test('while it is looked into what an endpoint refuses, nothing is sent again that has arrived and is not removed yet', async () => {
  const world = new World();
  // Of all others the first is asked about.
  world.random = () => 0;
  const tab = await world.open({ queue: { batchSize: 5 } });
  const ids = tab.add(20);
  world.endpoint().behave = refusing((id) => ids.indexOf(id) > 4);
  await rest();
  const { write } = tab.store;
  let go!: () => void;
  const slow = new Promise<void>((resolve) => (go = resolve));
  tab.store.write = async (put, remove) => {
    if (remove?.[0]) await slow;
    return write(put, remove);
  };
  const flushed = tab.outbox.flush();
  await rest(200);
  expect(world.endpoint().held).toEqual(ids.slice(0, 5));
  go();
  expect(await flushed).toMatchObject({ delivered: 5, rejected: 0, pending: 15, held: [{ why: 'refuses every event' }] });
  expect(world.endpoint().repeats).toEqual([]);
});

test('what an exit has on its way is not asked about beside it', async () => {
  const world = new World();
  const tab = await world.open({ destinations: [destination({ judge: verdict, auth: 'key' })] });
  const answers: ((response: Response) => void)[] = [];
  world.endpoint().behave = (_, count) => (count > 2 ? reply(406) : new Promise((resolve) => answers.push(resolve)));
  tab.add(3);
  await rest();
  void tab.outbox.flush();
  await rest();
  const [last] = tab.add(1);
  tab.outbox.leave();
  await rest();
  answers[0]!(reply(406));
  await rest();
  expect(world.endpoint().requests.flatMap(idsOf).filter((id) => id === last)).toHaveLength(1);
});

test.each([400, 415, 422])('an endpoint that answers %i to everything is asked little', async (status) => {
  for (const version of [undefined, 'auto'] as const) {
    const world = new World();
    let posts = 0;
    const fetch = async (_: string, { method }: RequestInit) => (method === 'GET' ? reply(404) : (posts++, reply(status, 'no')));
    const tab = await world.open({ destinations: [caliper({ endpoint: 'https://store.example/', auth: false, credentials: 'omit', ...(version && { version }) })], environment: { fetch } as object });
    for (let n = 0; n < 60; n++) tab.add(1, { id: `e${n}`, document: JSON.stringify({ '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2', id: `e${n}`, type: 'MediaEvent', action: 'Paused', object: { id: 'https://a.example/v', type: 'VideoObject' } }) });
    await tab.flush();
    expect(posts).toBeLessThan(85);
    const first = posts;
    for (let i = 0; i < 3; i++) await world.clock.advance(300_000);
    expect(posts - first).toBeLessThan(50);
    expect(await tab.outbox.rejected()).toEqual([]);
  }
});

test('a version that an outage left it in is not the last word', async () => {
  const world = new World();
  const answers = [422, 422, 422, 503];
  let works = false;
  const stored: unknown[] = [];
  const fetch = async (_: string, { body }: RequestInit) => {
    const { data, dataVersion } = JSON.parse(body as string) as { data: unknown[]; dataVersion: string };
    const fails = !works && (answers.shift() ?? 503);
    if (fails || !dataVersion.includes('v1p2')) return reply(fails || 400, 'no');
    stored.push(...data);
    return reply(200);
  };
  const tab = await world.open({ destinations: [caliper({ endpoint: 'https://store.example/', auth: false, credentials: 'omit' })], environment: { fetch } as object });
  for (let n = 0; n < 2; n++) tab.add(1, { id: `e${n}`, document: JSON.stringify({ '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2', id: `e${n}`, type: 'MediaEvent', action: 'Paused', object: { id: 'https://a.example/v', type: 'VideoObject' } }) });
  await tab.flush();
  expect(answers).toEqual([]);
  works = true;
  await tab.flush();
  for (let i = 0; i < 4; i++) await world.clock.advance(300_000);
  expect(stored).toHaveLength(2);
});

test('an endpoint that refuses everything from some moment on costs no sound event', async () => {
  await fc.assert(
    fc.asyncProperty(
      trial([400], [400], ([one]) => (one ? [{ answer: 0, requests: one.requests % 6 }, { answer: 400, requests: 60 }] : [])),
      async (given) => {
        const { ids, rejected, held, pending } = await outcome({ ...given, poison: [] });
        expect(rejected).toEqual([]);
        expect(held.length + pending).toBe(ids.length);
      },
    ),
    RUNS,
  );
});
