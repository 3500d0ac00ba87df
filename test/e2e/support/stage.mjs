import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from '../../support/browsers.mjs';
import { collect, count, readReceived, TABLE } from './received.mjs';

// The network is taken away on purpose here, and the browser says so in the console by itself.
const NETWORK = /^Failed to load resource|net::ERR_|blocked by CORS policy/;

/** What comes at once on an idle machine takes its time on a busy one, in ms. */
const PATIENCE = 30_000;

const repeated = (values) => values.filter((value, at) => values.indexOf(value) !== at);

const bySession = (entries) => Map.groupBy?.(entries, ({ session }) => session) ?? groupBy(entries);
const groupBy = (entries) => {
  const groups = new Map();
  for (const entry of entries) groups.set(entry.session, [...(groups.get(entry.session) ?? []), entry]);
  return groups;
};

/** Within a tenth of what a learner would notice. */
export const near = (actual, expected, what, tolerance = 0.3) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, but should be ${expected} ± ${tolerance}`);

/** The same seconds without repeats, in the order of the media. */
export const union = (segments) => {
  const joined = [];
  for (const [from, to] of [...segments].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 0.05) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
};

export const types = (entries) => entries.map(({ type }) => type);

/** Milestones come whenever so much was watched, in between the rest. */
export const withoutMilestones = (entries) => entries.filter(({ type }) => type !== 'progressed');

export const milestones = (entries) => entries.filter(({ type }) => type === 'progressed').map(({ milestone }) => milestone);

/**
 * All that a scenario needs: a browser with a profile of its own, a learner of its own, and what the endpoints hold of that learner.
 *
 * @param {{ tag: string, demo: Awaited<ReturnType<typeof import('../../../demo/server.mjs').startDemo>>, path: string, oracle: any, report: any }} options
 */
export const createStage = ({ tag, demo, path, oracle, report }) => {
  const since = Date.now() - 1;
  const pages = [];
  const browsers = [];
  let standard;

  const stage = {
    demo,
    since,
    tag,
    actor: `https://campus.example/users/${tag}`,
    registration: randomUUID(),

    /** One line of the report. A check that fails does not end the scenario. */
    async check(title, run) {
      try {
        await run();
        report.pass(title);
      } catch (error) {
        report.fail(title, error);
      }
    },
    skip: report.skip,

    /** A browser besides the scenario's own. */
    async launch(options = {}) {
      const browser = await launch('chromium', { path, ...options });
      browsers.push(browser);
      return browser;
    },

    async browser() {
      standard ??= stage.launch();
      return standard;
    },

    /** The address of a test page that knows learner and registration. */
    address(name, { options = {}, origin = demo.url, ...more } = {}) {
      const query = new URLSearchParams({ actor: stage.actor, registration: stage.registration, home: demo.url, ...more });
      if (Object.keys(options).length > 0) query.set('options', JSON.stringify(options));
      return `${origin}/test/${name}.html?${query}`;
    },

    async newPage(browser) {
      const page = await (browser ?? (await stage.browser())).newPage();
      pages.push(page);
      const { waitFor } = page;
      page.waitFor = (what, options) => waitFor(what, { timeout: PATIENCE, ...options });
      return page;
    },

    /** A page in which somebody is logged in. */
    async open(name, options = {}) {
      const page = await stage.newPage(options.browser);
      await page.goto(`${demo.url}/test/empty.html`);
      await page.evaluate(async () => void (await fetch('/login?user=learner', { redirect: 'manual' })));
      const { browser: _, ...rest } = options;
      await page.goto(stage.address(name, rest));
      return page;
    },

    /** What the endpoints hold of this scenario's learners. */
    received: () => readReceived(demo.url, { since, tag }),

    /** Waits for so many sessions to have ended, and for all else to be there. */
    arrived: (terminated = 1, options = {}) => collect(stage.received, ({ xapi }) => count(xapi, 'terminated') >= terminated, options),

    /** Waits until the endpoints hold what is asked for. */
    collect: (isComplete, options = {}) => collect(stage.received, isComplete, options),

    /** The same of whoever it is, for pages that name a learner of their own. */
    collectAll: (isComplete, options = {}) => collect(() => readReceived(demo.url, { since }), isComplete, options),

    /**
     * What holds for every record: once, in order, the same in both standards, valid.
     *
     * @param {{ mayRepeat?: boolean, mayOvertake?: boolean }} [options] `mayRepeat`: the page went before it could hear that its
     * last events were taken, or the answer was lost; then the same bytes may have come to the Caliper endpoint once more.
     * `mayOvertake`: it went, or was hidden, while a request was under way; then the last events may have overtaken that
     */
    async checkRecord({ xapi, caliper, again }, { mayRepeat = false, mayOvertake = false } = {}) {
      await stage.check('every event is there once', () => {
        assert.ok(xapi.length > 0, 'the record store holds nothing');
        assert.deepEqual(repeated(xapi.map(({ id }) => id)), [], 'statements that came twice');
        if (!mayRepeat) assert.deepEqual(again.map(({ action, id }) => `${action} ${id}`), [], 'Caliper events that came twice');
        for (const { id, document } of again) {
          const [first] = caliper.filter((event) => event.id === id);
          assert.equal(JSON.stringify(document), JSON.stringify(first.document), 'what is sent again is the same to the byte');
        }
      });
      await stage.check(mayOvertake ? 'no two have the same time' : 'each endpoint got them in the order in which they happened', () => {
        for (const [standard, entries] of Object.entries({ xapi, caliper })) {
          for (const run of bySession(entries).values()) {
            run.slice(1).forEach(({ at, arrived, type, action }, index) => {
              const { [index]: before } = run;
              assert.ok(at > before.at, `${standard}: ${action ?? type} has the time of the ${before.action ?? before.type} before it`);
              assert.ok(mayOvertake || arrived > before.arrived, `${standard}: ${action ?? type} came before an earlier ${before.action ?? before.type}`);
            });
          }
        }
      });
      await stage.check('both standards tell the same, each in its own words', () => {
        const placed = xapi.filter(({ type }) => TABLE[type]?.[0]);
        const actions = Object.fromEntries(caliper.map(({ id, action, at }) => [id, `${action} ${at}`]));
        assert.deepEqual(actions, Object.fromEntries(placed.map(({ id, type, at }) => [id, `${TABLE[type][0]} ${at}`])), 'the Caliper actions by id');
        for (const { type, verb } of xapi) assert.equal(verb, TABLE[type]?.[1], `the verb of ${type}`);
      });
      return stage.checkDocuments({ xapi: xapi.map(({ document }) => document), caliper: caliper.map(({ document }) => document) });
    },

    /** What the independent checkers say of statements and Caliper events. */
    async checkDocuments({ xapi, caliper }) {
      if (oracle.reason) return stage.skip('every document is valid', oracle.reason);
      return stage.check('every document is valid', async () => {
        const problems = oracle.checkStatements(xapi).map(({ statement, problem }) => `${xapi[statement]?.verb.id}: ${problem}`);
        for (const event of caliper) {
          for (const problem of await oracle.checkCaliper(event, 'v1p2')) problems.push(`${event.action}: ${JSON.stringify(problem)}`);
        }
        assert.deepEqual(problems, []);
      });
    },

    /** Nothing that is wrong may reach the page. */
    async checkPages(allowed = /^$/) {
      await stage.check('no page said that something went wrong', () => {
        const wrong = pages.flatMap(({ logs }) => logs.filter(({ type, text }) => /error/.test(type) && !NETWORK.test(text) && !allowed.test(text)));
        assert.deepEqual(wrong, []);
      });
    },

    /** How the pages that are still open stand, for a scenario that got stuck. */
    async describe() {
      const look = () => {
        const video = document.querySelector('video');
        const { currentTime, paused, seeking, readyState, error } = video ?? {};
        const last = window.witness?.events.slice(-6).map(({ type, position, mono }) => `${type} ${position.toFixed(2)} at ${Math.round(mono)} ms`);
        return { currentTime, paused, seeking, readyState, error: error?.message, now: Math.round(performance.now()), last, recorded: window.recorded?.slice(-6).map(({ type }) => type) };
      };
      const states = await Promise.all(pages.map((page) => Promise.race([page.evaluate(look), sleep(1000, null)]).catch(() => null)));
      return states.filter(Boolean).map((state) => JSON.stringify(state)).join('\n');
    },

    async close() {
      demo.outage(false);
      demo.faults.clear();
      for (const browser of browsers) await browser.close().catch(() => browser.kill());
    },
  };
  return stage;
};
