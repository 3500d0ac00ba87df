// @vitest-environment happy-dom
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { promisifyRequest } from 'idb-keyval';
import { expect, onTestFinished, test, vi } from 'vitest';
import { rest } from '../outbox/world.js';
import { OPTIONS, recordOf } from './options.js';
import { setUp, stage } from './real-player.js';
import '../../src/index.js';

setUp();

/** All that this browser holds of its learner. */
const kept = async () => {
  const found: unknown[] = Object.keys(localStorage);
  for (const { name } of await indexedDB.databases()) {
    const database = await promisifyRequest(indexedDB.open(name!));
    for (const store of database.objectStoreNames) found.push(...(await promisifyRequest(database.transaction(store).objectStore(store).getAllKeys())));
    database.close();
  }
  return found;
};

/** What became of a visit to a page in a browser where Global Privacy Control is on or off. */
const visit = async (gpc: boolean, options: object) => {
  Object.defineProperty(navigator, 'globalPrivacyControl', { configurable: true, value: gpc });
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'globalPrivacyControl'));
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('IDBKeyRange', IDBKeyRange);
  const { player, play } = await stage();
  const analytics = player.learningAnalytics({ ...OPTIONS, ...options, queue: { flushInterval: 0 } });
  const types = recordOf(analytics);
  const watch = async () => {
    await play(2);
    analytics.record({ type: 'liked' });
    await rest();
  };
  await watch();
  await analytics.grantConsent();
  await watch();
  const all = { types: [...types], kept: await kept(), session: analytics.session };
  window.dispatchEvent(new Event('pagehide'));
  await rest();
  return { ...all, requests: vi.mocked(fetch).mock.calls.length };
};

test.each([{}, { consent: 'granted' }, { consent: 'pending' }])('where Global Privacy Control is on and counts, nothing is recorded, kept or sent, whatever is granted (%j)', async (consent) => {
  expect(await visit(true, { ...consent, respectGpc: true })).toEqual({ types: [], kept: [], session: undefined, requests: 0 });
});

test.each([
  ['is off', false, { respectGpc: true }],
  ['does not count', true, { respectGpc: false }],
  ['does not count by default', true, {}],
])('where Global Privacy Control %s, everything is', async (_, gpc, options) => {
  const { types, kept: held, session, requests } = await visit(gpc, options);
  expect(types).toEqual(['initialized', 'started', 'progressed', 'liked', 'liked']);
  expect(held.length).toBeGreaterThan(0);
  expect(session).toBeTypeOf('string');
  expect(requests).toBeGreaterThan(2);
});
