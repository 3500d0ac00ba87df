import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createCaliperEndpoint } from '../../demo/caliper-endpoint.mjs';
import { LRS_HEADERS, readStatements } from '../../demo/lrs.mjs';
import { launch } from '../support/browsers.mjs';
import { createKeeper } from './keeper.mjs';
import { startProxy } from './proxy.mjs';
import { startSite } from './site.mjs';

const KEY = 'endpoint-key';

const statementsOf = async (url, since, tag) =>
  (await readStatements(url, { since: new Date(since).toISOString() })).filter(({ actor }) => JSON.stringify(actor).includes(tag));

/** Endpoints that are the real ones: the record store of the demo, and its Caliper endpoint. */
const realEndpoints = (lrsUrl, since, tag) => {
  const caliper = createCaliperEndpoint({ key: KEY });
  return {
    endpoints: {
      caliper: ({ method, headers, body }) => caliper.answer({ method, headers: { ...headers, authorization: `Bearer ${KEY}` }, body }),
      xapi: async ({ method, headers, body }) => {
        const response = await fetch(`${lrsUrl}/statements`, {
          method,
          headers: { ...LRS_HEADERS, 'Content-Type': headers['content-type'], 'X-Experience-API-Version': headers['x-experience-api-version'] },
          body,
        });
        return { status: response.status, headers: { 'Content-Type': response.headers.get('content-type') ?? 'text/plain' }, body: await response.text() };
      },
    },
    held: async () => ({
      xapi: (await statementsOf(lrsUrl, since, tag)).map(({ id }) => id),
      caliper: caliper.events().map(({ id }) => id.replace('urn:uuid:', '')),
    }),
  };
};

const countingEndpoints = () => {
  const keepers = { xapi: createKeeper(), caliper: createKeeper() };
  return {
    endpoints: { xapi: keepers.xapi.answer, caliper: keepers.caliper.answer },
    // Ids as often as they came; of a record store's own rule for repeats the real one is the judge.
    held: async () => ({
      xapi: [...keepers.xapi.counts.keys()],
      caliper: [...keepers.caliper.counts].flatMap(([id, times]) => Array(times).fill(id)),
    }),
  };
};

/** A machine that is busy may be too slow for a driver. */
export const launchPatiently = (kind, options, tries = 3) =>
  launch(kind, options).catch((error) => (tries > 1 ? launchPatiently(kind, options, tries - 1) : Promise.reject(error)));

/** Within which a document has its place, and which that is: the number of a portal's event on its page, the time of a player's in its session. */
const placeOf = (raw) => {
  const [, page, number] = /(page\d+) (\d+)/.exec(raw) ?? [];
  if (page) return [page, Number(number)];
  const [, session] = /"https:\/\/w3id\.org\/xapi\/video\/extensions\/session-id":"([^"]+)"/.exec(raw) ?? [];
  const [, time] = /"(?:timestamp|eventTime)":"([^"]+)"/.exec(raw) ?? [];
  if (!session || !time) throw new Error(`A document of no page and no session: ${raw.slice(0, 300)}`);
  return [session, Date.parse(time)];
};

/**
 * A scenario's own browser, servers and endpoints, and what is expected of them.
 *
 * @param {{ kind: 'chromium' | 'firefox' | 'webkit', path: string, lrsUrl?: string, counting?: boolean, browserOptions?: Record<string, object> }} options
 */
export const createStage = async ({ kind, path, lrsUrl, counting = false, browserOptions = {} }) => {
  const tag = `${kind}-${randomBytes(4).toString('hex')}`;
  const site = await startSite();
  const { endpoints, held } = counting ? countingEndpoints() : realEndpoints(lrsUrl, Date.now() - 1, tag);
  const proxy = await startProxy(endpoints, site.admit);
  const emitted = new Set();
  const pages = [];
  const browsers = new Set();
  let pageCount = 0;

  const stage = {
    kind,
    tag,
    site,
    proxy,
    /** What the scenario measured, for its line. */
    notes: [],
    /** How many of each kind the endpoint must have refused for good. */
    refused: { xapi: 0, caliper: 0 },
    kinds: ['xapi', 'caliper'],
    ordered: true,

    async launch(options = {}) {
      const browser = await launchPatiently(kind, { path, ...browserOptions[kind], ...options });
      browsers.add(browser);
      return browser;
    },
    forget: (browser) => browsers.delete(browser),
    browser: async () => (stage.own ??= stage.launch()),

    address(options = {}) {
      pageCount += 1;
      const { actor = 'one', ...more } = options;
      const all = { actor: `https://campus.example/users/${tag}-${actor}`, home: proxy.url, name: `page${pageCount}`, kinds: stage.kinds, ...more };
      return `${site.url}/page/page.html#${encodeURIComponent(JSON.stringify(all))}`;
    },
    async blank(browser) {
      const page = await (await (browser ?? stage.browser())).newPage();
      pages.push(page);
      await page.goto(`${site.url}/page/empty.html`);
      return page;
    },
    /** A page that records. */
    async open(options = {}, browser = undefined) {
      const page = await (await (browser ?? stage.browser())).newPage();
      pages.push(page);
      return stage.go(page, options);
    },
    async go(page, options = {}) {
      // Another fragment alone would load nothing.
      await page.goto(`${site.url}/page/empty.html`);
      await page.goto(stage.address(options));
      await page.waitFor(() => window.ready, { timeout: 60_000 });
      return page;
    },
    async emit(page, count, options = {}) {
      const ids = await page.evaluate((many, how) => window.emit(many, how), count, options);
      for (const id of ids) emitted.add(id);
      return ids;
    },
    expect: (ids) => {
      for (const id of ids) emitted.add(id);
    },
    /** Flushes until nothing is left. */
    async drain(page, ms = 30_000) {
      const left = await page.evaluate((time) => window.drain(time), ms);
      if (left.pending) throw new Error(`${left.pending} wait still: ${JSON.stringify(left.held)}`);
    },
    /** Waits for the proxy to have seen something. */
    async until(condition, what, ms = 30_000) {
      const end = Date.now() + ms;
      while (!(await condition())) {
        if (Date.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
        await pause(20);
      }
    },
    pause,

    /** What is wrong in the end, and the scenario's row of the matrix. */
    async judge() {
      const problems = [];
      const { state } = proxy;
      const at = await held();
      const lost = [];
      const row = { emitted: 0, delivered: 0, refused: 0, lost: 0, 'stored twice': 0, repeated: 0, requests: state.attempts };
      for (const one of stage.kinds) {
        const distinct = new Set(at[one]);
        const refused = stage.refused[one];
        const missing = [...emitted].filter((id) => !distinct.has(id)).length - refused;
        row.emitted += emitted.size;
        row.delivered += emitted.size - missing - refused;
        row.refused += refused;
        row.lost += Math.max(missing, 0);
        if (missing > 0) {
          problems.push(`${one}: ${missing} of ${emitted.size} lost`);
          const order = [...emitted];
          problems.push(`${one}: lost are the numbers ${order.flatMap((id, at) => (distinct.has(id) ? [] : [at])).join(' ')}`);
          lost.push(...order.filter((id) => !distinct.has(id)));
          // Whose loss it is: what it answered with a 2xx the plugin may forget.
          const taken = new Set(state.taken.flatMap(({ kind: by, id }) => (by === one ? id : [])));
          problems.push(`${one}: ${order.filter((id) => !distinct.has(id) && taken.has(id)).length} of them were acknowledged by the endpoint`);
        }
        if (missing < 0) problems.push(`${one}: ${-missing} arrived that should have been refused`);
        const stray = [...distinct].filter((id) => !emitted.has(id)).length;
        if (stray > 0 && !stage.mayHoldMore) problems.push(`${one}: ${stray} arrived that nobody recorded`);
        if (one === 'xapi') row['stored twice'] = at.xapi.length - distinct.size;
        else row.repeated = at.caliper.length - distinct.size;
        if (stage.ordered) {
          const last = new Map();
          const seen = new Set();
          for (const { kind: taken, id, raw } of state.taken) {
            if (taken !== one || seen.has(id)) continue;
            seen.add(id);
            const [name, number] = placeOf(raw);
            if (number < (last.get(name) ?? -1)) problems.push(`${one}: ${name} ${number} came after ${last.get(name)}`);
            last.set(name, number);
          }
        }
      }
      if (row['stored twice']) problems.push(`${row['stored twice']} statements are stored twice`);
      const changed = state.changed.filter((name) => !stage.mayRewrite?.(name));
      if (changed.length > 0) problems.push(`${changed.length} documents were not the same at another attempt: ${changed[0]}`);
      if (state.strangers > 0) problems.push(`${state.strangers} requests carried somebody else's events`);

      const said = [...site.said];
      const failures = [];
      for (const page of pages) {
        said.push(page.logs);
        // Not of those that have gone.
        failures.push(...((await Promise.race([page.evaluate(() => window.failures), pause(1_000)]).catch(() => null)) ?? []));
      }
      if (failures.length > 0) problems.push(`the page failed: ${failures[0]}`);
      if (stage.own) {
        const eye = await stage.blank();
        const found = await eye.evaluate(() => window.look());
        said.push(found);
        const lying = lost.filter((id) => found.includes(id)).length;
        if (lost.length > 0) problems.push(`of what is lost ${lying} lie in the database still: ${found.slice(0, 300)}`);
      }
      if (/secret-/.test(JSON.stringify(said))) problems.push('a credential was found in the database, in localStorage or in the console');
      return { row, problems: [...new Set(problems)].slice(0, 8) };
    },

    /** The last words of the pages, for a scenario that got stuck. */
    async describe() {
      const look = () => JSON.stringify({ told: window.told?.slice(-5), failures: window.failures });
      const texts = await Promise.all(pages.slice(-4).map((page) => Promise.race([page.evaluate(look), pause(1_000)]).catch(() => '')));
      return [...texts, JSON.stringify(pages.flatMap(({ logs }) => logs).slice(-6)), `${proxy.state.attempts} requests`].filter(Boolean).join('\n      ');
    },

    async close() {
      // A tab that crashed or hangs is not waited for.
      await Promise.race([Promise.all(pages.map((page) => page.close().catch(() => {}))), pause(3_000)]);
      for (const browser of browsers) await Promise.race([browser.close(), pause(10_000).then(() => Promise.reject(new Error('stuck')))]).catch(() => browser.kill());
      await proxy.stop();
      await site.stop();
    },
  };
  return stage;
};
