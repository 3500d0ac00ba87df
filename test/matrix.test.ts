import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { caliper } from '../src/destinations/caliper/caliper.js';
import { EVENTS, type LearningEvent } from '../src/events.js';
import { nameOf } from '../src/kaltura/names.js';
import { portalEvents } from './destinations/portal-events.js';
import { ACTOR, syntheticSession } from './destinations/synthetic-session.js';
import { DESTINATIONS, TYPES } from './docs/destinations.js';
import { sampleSession } from './docs/sample-session.js';

// Every event × destination × version, to independent checkers and to a real record store.
// `node test/docs.mjs --write` writes the samples anew: review what changed.
const isUpdate = process.env['UPDATE_DOCS'] === '1';
/** Milliseconds: hundreds of documents, on a machine that does something else as well. */
const SLOW = 300_000;

// By their addresses, since they are JavaScript without types.
const module = (path: string) => import(new URL(path, import.meta.url).href);
const oracle = await (await module('./support/oracle.mjs')).findOracle({ log: () => {} });
const lrs: { url: string; stop(): Promise<void> } | string = await (await module('../demo/lrs.mjs'))
  .startLrs({ log: () => {} })
  .catch((error: Error) => `the record store did not start: ${error.message.split('\n')[0]}`);
afterAll(() => (typeof lrs === 'string' ? undefined : lrs.stop()));

// Two sessions that the profiles' patterns accept, and all that can happen around them.
const ALL: readonly LearningEvent[] = [...syntheticSession(), ...portalEvents()].map(({ event }) => event);
const AT = Date.UTC(2026, 10, 15, 15);

const documentsOf = (name: string, events: readonly LearningEvent[]) => events.flatMap((event) => DESTINATIONS[name]!.map(event, ACTOR) ?? []) as any[];
const wrapped = (name: string, events: readonly LearningEvent[]) => JSON.parse(DESTINATIONS[name]!.wrap(documentsOf(name, events).map((each) => JSON.stringify(each)), AT));
const version = (name: string) => (name.endsWith('1.1') ? 'v1p1' : 'v1p2');

describe.each(Object.keys(DESTINATIONS))('%s', (name) => {
  const isCaliper = name.startsWith('caliper');

  test('has a document of every event that the table gives it, and of no other', () => {
    for (const event of ALL) {
      const has = name.startsWith('kaltura') ? !!nameOf(event.type) : !!EVENTS[event.type][isCaliper ? 0 : 1];
      expect([event.type, documentsOf(name, [event]).length]).toEqual([event.type, has ? 1 : 0]);
    }
    expect(new Set(ALL.map(({ type }) => type))).toEqual(new Set(TYPES));
  });

  test.skipIf(!!oracle.reason)(`nothing of it is rejected${oracle.reason ? ` (${oracle.reason})` : ''}`, async () => {
    for (const events of [ALL, sampleSession()]) {
      const sent = wrapped(name, events);
      if (!isCaliper) expect(oracle.checkStatements(sent)).toEqual([]);
      else expect(await oracle.checkCaliper(sent, version(name))).toEqual([]);
    }
    // One by one, else a problem of one could hide behind a member of another.
    for (const document of isCaliper ? wrapped(name, ALL).data : []) {
      expect([document.action, await oracle.checkCaliper(document, version(name))]).toEqual([document.action, []]);
    }
  }, SLOW);
});

/** Each over a connection of its own: one that idled while the checkers ran may be closed under the next request. */
const ask = (url: string, headers: Record<string, string>, body = '') =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(url, { agent: false, method: body ? 'POST' : 'GET', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: answer.statusCode, text })).on('error', reject);
    });
    asked.on('error', reject).end(body);
  });

// This one speaks 1.0.3; the statements of 2.0.0 are the same.
describe.skipIf(typeof lrs === 'string')(`a real record store${typeof lrs === 'string' ? ` (${lrs})` : ''}`, () => {
  test.each(['xapi-1.0.3', 'kaltura-1.0.3'])('takes all of %s, once and again', async (name) => {
    const { url } = lrs as Exclude<typeof lrs, string>;
    const headers = { ...DESTINATIONS[name]!.headers(), Authorization: 'Basic bGVhcm5lcjpz' };
    const sent = wrapped(name, ALL) as { id: string }[];
    // The second time it has them all: that too is an answer of success, and nothing is stored twice.
    for (const attempt of ['once', 'again']) {
      const answer = await ask(`${url}/statements`, headers, JSON.stringify(sent));
      expect([attempt, answer]).toEqual([attempt, { status: 200, text: JSON.stringify(sent.map(({ id }) => id)) }]);
    }
    const kept = JSON.parse((await ask(`${url}/statements?limit=1000`, headers)).text).statements as { id: string }[];
    const ids = new Set(sent.map(({ id }) => id));
    expect(kept.map(({ id }) => id).filter((id) => ids.has(id)).sort()).toEqual([...ids].sort());
  }, SLOW);
});

describe('the sample session', () => {
  test.each([
    ['xapi', 'xapi-1.0.3'],
    ['kaltura', 'kaltura-1.0.3'],
    ['caliper-1.1', 'caliper-1.1'],
    ['caliper-1.2', 'caliper-1.2'],
  ])('is that of docs/samples/%s.json', (title, name) => {
    const file = new URL(`../docs/samples/${title}.json`, import.meta.url);
    const text = `${JSON.stringify(wrapped(name, sampleSession()), null, 2)}\n`;
    if (isUpdate) writeFileSync(file, text);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(text);
  });

  test.each(['xapi', 'kaltura'])('is the same in both versions of %s', (name) => {
    expect(wrapped(`${name}-2.0.0`, ALL)).toEqual(wrapped(`${name}-1.0.3`, ALL));
  });
});

test.skipIf(!!oracle.reason)('thinned envelopes are accepted too', async () => {
  for (const spoken of ['1.1', '1.2'] as const) {
    const thin = caliper({ endpoint: 'https://store.example/caliper', auth: false, events: TYPES, thin: true, version: spoken });
    const sent = JSON.parse(thin.wrap(documentsOf(`caliper-${spoken}`, ALL).map((each) => JSON.stringify(each)), AT));
    expect(await oracle.checkCaliper(sent, version(`caliper-${spoken}`))).toEqual([]);
  }
}, SLOW);
