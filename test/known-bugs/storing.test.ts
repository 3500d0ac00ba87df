import { IDBDatabase, IDBObjectStore, IDBTransaction } from 'fake-indexeddb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRecentRows } from '../../src/outbox/recent-rows.js';
import type { Row } from '../../src/outbox/row.js';
import { SimulatedPlayer } from '../playback/simulated-player.js';
import { destination, rest, World } from '../outbox/world.js';
import { recordedIn, trackedPage } from './tracked-page.js';

// F2, finding 1: writes that were not committed explicitly were lost when a page went (50 of 50 in Chromium).
// F13, finding 8: a transaction that is left open in a frozen tab blocks every other tab.
test('every transaction that writes is committed explicitly, before anything is waited for', async () => {
  const world = new World();
  world.online = false;
  const tab = await world.open({ destinations: [destination(), destination({ url: 'https://caliper.example/' })] });
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const committed = vi.spyOn(IDBTransaction.prototype, 'commit');
  onTestFinished(() => void vi.restoreAllMocks());
  tab.add(1);
  expect(begun).toHaveBeenCalledTimes(1);
  expect(committed).toHaveBeenCalledTimes(1);
  tab.add(9);
  await rest();
  await tab.outbox.clear();
  expect(committed.mock.calls.length).toBeGreaterThanOrEqual(10);
});

test('so is each that removes what was delivered, changes a row or takes a lease', async () => {
  const world = new World();
  world.withLocks = false;
  const tab = await world.open({ queue: { batchSize: 10 } });
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const committed = vi.spyOn(IDBTransaction.prototype, 'commit');
  const aborted = vi.spyOn(IDBTransaction.prototype, 'abort');
  const counted = vi.spyOn(IDBObjectStore.prototype, 'count');
  onTestFinished(() => void vi.restoreAllMocks());
  const ids = tab.add(100);
  await rest();
  await tab.flush();
  expect(world.endpoint().held).toEqual(ids);
  await tab.store.update<{ k: ['c'] }>(['c'], () => ({ k: ['c'] }));
  // By ranges too, which are counted.
  expect(counted).toHaveBeenCalled();
  const writing = begun.mock.results.flatMap(({ value }, i) => (begun.mock.calls[i]![1] === 'readwrite' ? value : []));
  expect(writing.length).toBeGreaterThan(10);
  const over = new Set([...committed.mock.contexts, ...aborted.mock.contexts]);
  expect(writing.filter((tx) => !over.has(tx))).toEqual([]);
});

// Finding 1: a database that was opened only while the page went kept nothing (0 of 10), one without a completed write less.
test('the database is open, and has completed a write, before there is anything to store', async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  onTestFinished(() => void vi.restoreAllMocks());
  const world = new World();
  const tab = await world.open();
  expect(put).toHaveBeenCalled();
  begun.mockClear();
  tab.add(1);
  // At once: while a page goes nothing can be waited for.
  expect(begun).toHaveBeenCalledTimes(1);
});

// F13, finding 8.
test('a page that stands still breaks off what would keep others waiting, and does it once it goes on', async () => {
  const world = new World();
  world.online = false;
  const page = trackedPage(world);
  await page.play(3);
  page.tell('tick', { paused: true });
  await world.clock.advance(1_000);
  const aborted = vi.spyOn(IDBTransaction.prototype, 'abort');
  onTestFinished(() => void vi.restoreAllMocks());
  const renewed = page.analytics.newRegistration();
  page.hide();
  expect(aborted).not.toHaveBeenCalled();
  page.halt();
  expect(aborted).toHaveBeenCalled();
  aborted.mockRestore();
  await renewed;
  await page.play(2);
  page.leave();
  world.online = true;
  await world.clock.advance(60_000);
  const told = recordedIn(world);
  expect(told.map(({ id }) => id).sort()).toEqual(page.events.map(({ id }) => id).sort());
  expect(new Set(told.map(({ registration }) => registration)).size).toBe(2);
});

// F13, finding 8: a tab that is frozen within a transaction blocks the writes of all others, for half an hour and more.
test('a transaction that never ends is given five seconds, then memory takes what comes and sends it', async () => {
  const world = new World();
  const tab = await world.open();
  const stuck = { objectStore: () => new Proxy({ transaction: {} }, { get: (it: object, name) => Reflect.get(it, name) ?? (() => ({})) }) };
  const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => stuck as never);
  onTestFinished(() => begin.mockRestore());
  const ids = tab.add(3);
  expect(tab.store.volatile()).toEqual([]);
  for (let i = 0; i < 12; i++) await world.clock.advance(5_000);
  expect(world.endpoint().held).toEqual(ids);
  expect(world.endpoint().repeats).toEqual([]);
  expect(world.warnings.filter((warning) => /IndexedDB/.test(warning))).toHaveLength(1);
});

// Finding 10: removing rows one by one costs eight times what a range does, and count() goes through all of them.
test('what is delivered is removed by ranges, and nothing more than such a range is ever counted in the database', async () => {
  const world = new World();
  const tab = await world.open();
  const ids = tab.add(400);
  await rest();
  const removed = vi.spyOn(IDBObjectStore.prototype, 'delete');
  const counted = vi.spyOn(IDBObjectStore.prototype, 'count');
  const named = vi.spyOn(IDBObjectStore.prototype, 'getAllKeys');
  onTestFinished(() => void vi.restoreAllMocks());
  await tab.flush();
  expect(world.endpoint().held).toEqual(ids);
  expect(removed.mock.calls.length).toBeLessThan(20);
  const counts = counted.mock.results.map(({ value }) => value.result);
  expect(counts.length).toBeLessThan(10);
  expect(Math.max(...counts)).toBeLessThanOrEqual(100);
  // Until it is known that nobody else removes; what was read before that is on its way then.
  expect(named.mock.calls.filter(([range]) => (range as IDBKeyRange).upper.length === 8).length).toBeLessThan(counts.length * 0.6);
});

// F40, Segment: a map of everything that was ever sent grew for ever.
test('what the exit remembers stays within what an exit can send', () => {
  const recent = createRecentRows();
  const row = (n: number) => ({ k: ['q', 'd', 'a', 1_700_000_000_000 + n, `e${n}`, 3, 1_000, 'paused'], d: '{}' }) as unknown as Row;
  for (let n = 0; n < 5_000; n++) recent.add(row(n), () => true);
  expect(recent.ids().length).toBeLessThanOrEqual(60);
  recent.remove(recent.ids());
  recent.mend();
  for (let n = 0; n < 5_000; n++) {
    recent.add(row(n), () => true);
    recent.remove([`e${n}`]);
  }
  expect(recent.ids()).toEqual([]);
});

// F40: hours of play, and bookkeeping that had grown with them.
test('a session is no larger after hours of play than after minutes', () => {
  const player = new SimulatedPlayer({ duration: 50_000 }).play().run(1000).hide().run(900_000);
  const size = () => JSON.stringify(player.session.checkpoint()).length;
  const early = size();
  player.run(9 * 900_000);
  expect(player.session.progress.secondsPlayed).toBeGreaterThan(8_900);
  expect(size()).toBeLessThan(early + 100);
});
