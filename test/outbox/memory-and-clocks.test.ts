import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import { checkpoints, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, reply, rest, World } from './world.js';

// What memory has beside the database, and what odd clocks leave in both.

afterEach(() => void vi.restoreAllMocks());

/** The database refuses so many puts. */
const refusePuts = (times = Infinity) => {
  const { put } = IDBObjectStore.prototype;
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: any, ...args: any[]) {
    if (times-- <= 0) return put.apply(this, args as never);
    return this.transaction._execRequestAsync({ operation: () => { throw new DOMException('no', 'UnknownError'); }, source: this });
  });
  return () => spy.mockRestore();
};
const YEAR_2000 = Date.UTC(2000, 0, 1);

describe('what memory had', () => {
  const inMemory = async () => {
    const world = new World();
    const { store } = await world.open({ destinations: [] });
    const allow = refusePuts();
    const one = { k: ['q', 'd', 'a', world.clock.time, 'id', 9, 2, 'paused'], d: '{}' } as const;
    await store.write([one]);
    expect(store.volatile()).toHaveLength(1);
    allow();
    world.clock.time += 2_000;
    return { store, one };
  };
  const other = { k: ['s', 'x', 'y'] } as const;

  test('is not taken along by a write that begins while it is being removed', async () => {
    const { store, one } = await inMemory();
    await Promise.all([store.write([], [one.k]), store.write([other])]);
    expect(await store.keys(['q'], 9)).toEqual([]);
  });

  test('is not brought back by a write that took it along and worked at the second attempt only', async () => {
    const { store, one } = await inMemory();
    const allow = refusePuts(1);
    await Promise.all([store.write([other]), store.write([], [one.k])]);
    allow();
    expect(await store.keys(['q'], 9)).toEqual([]);
    expect(await store.keys(['s'], 9)).toEqual([other.k]);
  });

  test('is sent once, where a disk was full for a moment amid a burst', async () => {
    const URLS = ['https://lrs.example/statements', 'https://caliper.example/'];
    for (let n = 0; n < 5; n++) {
      const world = new World();
      const tab = await world.open({ destinations: URLS.map((url) => destination({ url })), queue: { batchSize: 10 } });
      const allow = refusePuts();
      const ids = tab.add(51);
      await world.clock.advance(10 * n);
      allow();
      for (let i = 0; i < 200; i++) await world.clock.advance(100);
      await tab.flush();
      for (const url of URLS) expect([world.endpoint(url).held.length, world.endpoint(url).repeats]).toEqual([ids.length, []]);
    }
  });

  test.each(['another player', 'another tab'])('of %s is cleared with all else', async (where) => {
    const world = new World();
    const allow = refusePuts();
    world.online = false;
    const options = where === 'another player' ? { environment: { keepalive: { left: 60_000 } } } : {};
    const [one, two] = [await world.open(options), await world.open(options)];
    two.add(3);
    await world.clock.advance(6_000);
    expect(await two.outbox.pending()).toBe(3);
    await one.outbox.clear();
    if (where === 'another tab') two.wake({ cleared: true });
    allow();
    await rest();
    world.online = true;
    await two.flush();
    expect([await two.outbox.pending(), world.endpoint().held]).toEqual([0, []]);
    // Nor is anything wrong with it from then on.
    const ids = two.add(2);
    await two.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('lies in the journal until it was taken over as it stands there: what its page wrote meanwhile is not lost', async () => {
    const world = new World();
    world.indexedDB = undefined;
    world.online = false;
    const one = await world.open();
    const ids = one.add(2);
    await world.clock.advance(6_000);
    one.outbox.leave(false);
    const { store } = await world.open({ destinations: [], storage: 'memory' });
    let go!: () => void;
    const slow = new Promise<void>((resolve) => (go = resolve));
    const write: typeof store.write = async (put, remove) => {
      if (put[0]?.k[0] === 'q') await slow;
      return store.write(put, remove);
    };
    world.tab({ store: { ...store, volatile: () => [], write } });
    await world.clock.advance(0);
    ids.push(...one.add(2));
    await rest();
    one.outbox.leave(true);
    one.kill();
    go();
    await rest();
    world.online = true;
    await world.open();
    for (let i = 0; i < 10; i++) await world.clock.advance(60_000);
    expect(world.endpoint().held.sort()).toEqual(ids.sort());
  });
});

test('nothing leaves after a denial that comes while an event is rewritten for another version', async () => {
  const world = new World();
  const url = 'https://caliper.example/';
  const wrapped = { ...caliper({ endpoint: url, auth: 'key', sensor: 'https://campus.example' }), wrap: (documents: readonly string[]) => `[${documents.join(',')}]` };
  const { store: real } = await world.open({ destinations: [] });
  let go!: () => void;
  const slow = new Promise<void>((resolve) => (go = resolve));
  let asked = false;
  const update: typeof real.update = async (key, change) => {
    if (key[0] === 'q') {
      asked = true;
      await slow;
    }
    return real.update(key, change);
  };
  const store = { ...real, update };
  const tab = await world.open({ destinations: [wrapped], store });
  world.endpoint(url).behave = ({ body }) => reply(body.includes('v1p2') ? 415 : 200);
  tab.add(1, { document: JSON.stringify({ id: 'x', '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2', profile: 'MediaProfile', type: 'MediaEvent', object: { type: 'VideoObject' } }) });
  await world.clock.advance(6_000);
  expect(asked).toBe(true);
  const done = tab.outbox.setConsent('denied');
  await rest();
  go();
  await done;
  await world.clock.advance(6_000);
  expect(world.endpoint(url).requests.map(({ body }) => /v1p\d/.exec(body)![0])).toEqual(['v1p2']);
});

test('an exit that is told to wait waits', async () => {
  const world = new World();
  const tab = await world.open();
  world.endpoint().behave = () => reply(429, '', { 'retry-after': '3600' });
  tab.add(3);
  await world.clock.advance(1_000);
  tab.outbox.leave(false);
  await rest();
  await world.clock.advance(60_000);
  expect(world.endpoint().requests).toHaveLength(1);
});

test('what is dropped for one destination leaves no hole at another, that the exit would pass', async () => {
  const world = new World();
  const destinations = ['https://a.example/', 'https://b.example/'].map((url) => destination({ url }));
  const tab = await world.open({ destinations, queue: { maxEvents: 11 } });
  world.online = false;
  const ids = tab.add(6, { worth: 0 });
  await world.clock.advance(10_000);
  expect(tab.heard('dropped')).toMatchObject([{ count: 1 }]);
  world.online = true;
  tab.outbox.leave();
  await rest();
  tab.kill();
  await (await world.open({ destinations })).flush();
  expect(world.endpoint('https://b.example/').held).toEqual(ids);
});

describe('a clock', () => {
  const inYear2000 = async (beside: number) => {
    const world = new World();
    world.online = false;
    const one = await world.open();
    const ids = one.add(beside);
    await world.clock.advance(6_000);
    one.kill();
    world.clock.skew = YEAR_2000 - world.clock.time;
    const two = await world.open();
    for (let i = 0; i < 4; i++) ids.push(...two.add(1, { time: world.clock.time + world.clock.skew + i }));
    await rest();
    return { world, two, ids };
  };

  test('that stands in 2000 stops no storing and no removal beside events of now', async () => {
    const { world, two, ids } = await inYear2000(4);
    world.online = true;
    await two.flush();
    const { store } = await world.open({ destinations: [] });
    expect(world.endpoint().held).toEqual(ids);
    expect(await store.keys(['q'], 99)).toEqual([]);
    two.add(1, { time: world.clock.time + world.clock.skew + 100 });
    await rest();
    expect(await store.keys(['q'], 99)).toHaveLength(1);
  });

  test.each([YEAR_2000, 1_000])('that stood at %i and is set right takes nothing for old', async (start) => {
    const world = new World();
    world.online = false;
    world.clock.skew = start - world.clock.time;
    const tab = await world.open();
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(...tab.add(1, { time: world.clock.time + world.clock.skew + i }));
    await world.clock.advance(60_000);
    world.clock.skew = 0;
    world.online = true;
    tab.wake();
    await world.clock.advance(60_000);
    expect(tab.heard('dropped')).toEqual([]);
    expect(world.endpoint().held).toEqual(ids);
  });

  test.each([2, 30, 60, 70, 1_440])('that is set back by %i minutes amid backoff makes that no longer than it can be', async (minutes) => {
    const world = new World();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(503);
    const tab = await world.open();
    const ids = tab.add(3);
    for (let i = 0; i < 4; i++) await world.clock.advance(5_000);
    expect(endpoint.requests.length).toBeGreaterThan(1);
    world.clock.skew = -minutes * 60_000;
    endpoint.behave = () => reply(200, '[]');
    await world.clock.advance(360_000);
    expect(endpoint.held).toEqual(ids);
  });

  test('that is set back ends no pause that the endpoint asked for', async () => {
    const world = new World();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(503, '', { 'Retry-After': '1800' });
    const tab = await world.open();
    tab.add(3);
    await world.clock.advance(5_000);
    expect(endpoint.requests).toHaveLength(1);
    world.clock.skew = -600_000;
    endpoint.behave = () => reply(200, '[]');
    await world.clock.advance(1_700_000);
    expect(endpoint.requests).toHaveLength(1);
  });

  test('that was a year ahead keeps no session from being closed', async () => {
    const world = new World();
    world.clock.skew = 365 * 86_400_000;
    const page = trackedPage(world);
    await page.play(20);
    page.kill();
    world.clock.skew = 0;
    await world.clock.advance(600_000);
    const next = trackedPage(world);
    await next.play(5);
    await world.clock.advance(1_000);
    expect(next.analytics.progress.secondsPlayed).toBeGreaterThan(20);
    next.leave();
    await world.clock.advance(10_000);
    expect(await checkpoints(world)).toEqual([]);
  });
});
