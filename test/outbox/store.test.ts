// @ts-expect-error has no types
import forceCloseDatabase from 'fake-indexeddb/lib/forceCloseDatabase';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createIdbStore } from '../../src/outbox/idb-store.js';
import { createStore } from '../../src/outbox/resilient-store.js';
import { fixedRuns } from '../support/fixed-runs.js';
import type { Key, OutboxStore, Stored } from '../../src/outbox/store.js';
import { deleteDatabase, rest, World } from './world.js';

const NAME = 'videojs-learning-analytics';
const FAILED = 'IndexedDB does not work here: events stay in memory until it does or they are delivered.';

const row = (n: number, more: object = {}) => ({ k: ['q', 'd', 'a', 1_700_000_000_000 + n, `e${n}`, 3, 10, 'paused'] as Key, d: `{"n":${n}}`, ...more });
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i));

const open = async (world = new World(), storage?: 'memory') => {
  const { environment } = new World().tab({ storage: 'memory' });
  Object.assign(environment, { indexedDB: world.indexedDB, random: Math.random, now: () => world.clock.time, setTimer: (run: () => void, ms: number) => world.clock.set(run, ms), clearTimer: (id: number) => world.clock.timers.delete(id) });
  environment.warn = (message) => {
    if (!world.warnings.includes(message)) world.warnings.push(message);
  };
  const store = createStore(environment, storage ? { storage } : {});
  await store.persist(true);
  return { world, store };
};

/** What is really in the database. */
const stored = async (factory: IDBFactory): Promise<Stored[]> =>
  new Promise((resolve, reject) => {
    const request = factory.open(NAME);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const all = request.result.transaction('rows').objectStore('rows').getAll();
      all.onsuccess = () => {
        request.result.close();
        resolve(all.result.filter(({ k }: Stored) => !/^[gm]$/.test(k[0] as string)));
      };
    };
  });

describe.each([['indexeddb', undefined], ['memory', 'memory' as const]])('store in %s', (_, storage) => {
  test('pages in order, after a key, under a prefix', async () => {
    const { store } = await open(new World(), storage);
    await store.write([...rows(0, 9).reverse(), { k: ['q', 'd2', 'a', 1_700_000_000_000] }, { k: ['p', 'x'] }, { k: ['qq'] }]);
    expect(await store.page(['q', 'd'], 3)).toEqual(rows(0, 3));
    expect(await store.page(['q', 'd'], 3, row(2).k)).toEqual(rows(3, 6));
    expect(await store.page(['q', 'd'], 30, row(5).k)).toEqual(rows(6, 9));
    expect(await store.keys(['q'], 30)).toHaveLength(10);
    expect((await store.keys(['q', 'd', 'a'], 2, row(1).k)).map((k) => k[4])).toEqual(['e2', 'e3']);
    expect(await store.page(['z'], 3)).toEqual([]);
    expect(await store.get(row(4).k)).toEqual(row(4));
    expect(await store.get(['none'])).toBe(undefined);
  });

  test('the same key is the same row', async () => {
    const { store } = await open(new World(), storage);
    await store.write([row(1)]);
    await store.write([row(1)]);
    expect(await store.page(['q'], 9)).toHaveLength(1);
  });

  test('removes what it is told and nothing that lies between', async () => {
    const { store } = await open(new World(), storage);
    await store.write(rows(0, 30));
    await store.write([], rows(0, 10).map(({ k }) => k));
    expect(await store.page(['q'], 99)).toEqual(rows(10, 30));
    const some = rows(10, 20).filter((_, i) => i !== 4);
    // Another tab has removed one already, so that the count alone would fit.
    await store.write([], [row(12).k]);
    await store.write([], [...some, row(30)].reverse().map(({ k }) => k));
    expect(await store.page(['q'], 99)).toEqual([row(14), ...rows(20, 30)]);
  });

  test('removes nothing that came in between while as many had gone, whoever removed them', async () => {
    const world = new World();
    const { store } = await open(world, storage);
    const { store: other } = storage ? { store } : await open(world);
    await store.write(rows(0, 70));
    const keysOf = (page: readonly Stored[]) => page.map(({ k }) => k);
    const page = (after?: Key) => store.page(['q'], 10, after);
    // Nobody else has been at it for two pages; the third is read ahead, as the courier does.
    await store.write([], keysOf(await page()));
    await store.write([], keysOf(await page()));
    const third = await page();
    await other.write([], [third[4]!.k]);
    await other.write([{ ...row(24), k: [...row(24).k.slice(0, 4), 'e24-b', ...row(24).k.slice(5)] }]);
    await store.write([], keysOf(third));
    expect((await store.keys(['q'], 1))[0]![4]).toBe('e24-b');
    // The same by its own hand, which needs to have no mark of another's to see it.
    await store.write([], keysOf(await store.page(['q'], 1)));
    await store.write([], keysOf(await page()));
    const fifth = await page();
    await store.write([], [[...fifth[4]!.k]]);
    await store.write([{ ...row(44), k: [...row(44).k.slice(0, 4), 'e44-b', ...row(44).k.slice(5)] }]);
    await store.write([], keysOf(fifth));
    expect((await store.keys(['q'], 1))[0]![4]).toBe('e44-b');
    expect(await store.keys(['q'], 99)).toHaveLength(21);
    // Somebody clears all.
    await store.write([], keysOf(await store.page(['q'], 1)));
    const sixth = await page();
    await other.clear();
    await store.write(sixth.map(({ k }) => ({ k: [...k.slice(0, 4), `${k[4]}-b`, ...k.slice(5)] })));
    await store.write([], keysOf(sixth));
    expect(await store.keys(['q'], 99)).toHaveLength(10);
  });

  test('of whatever two tabs put, read and remove beside each other, exactly what was removed is gone', async () => {
    const place = fc.integer({ min: 0, max: 90 });
    const who = fc.constantFrom(0, 0, 0, 1);
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), who, places: fc.array(place, { minLength: 1, maxLength: 3 }) }),
      fc.record({ do: fc.constant('read' as const), who, limit: fc.integer({ min: 4, max: 12 }) }),
      // What was read before comes later, as with the page behind the one that is on its way.
      fc.record({ do: fc.constant('remove' as const), who, pages: fc.integer({ min: 1, max: 2 }), waits: fc.boolean() }),
      fc.record({ do: fc.constant('drop' as const), who, at: fc.array(fc.nat(200), { minLength: 1, maxLength: 7 }) }),
      // As many come as go, in the middle of what somebody has read.
      fc.record({ do: fc.constant('swap' as const), who, whose: who, count: fc.integer({ min: 1, max: 8 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const world = new World();
        const stores = [await open(world, storage), await open(world, storage)].map(({ store }) => store);
        if (storage) stores[1] = stores[0]!;
        const there = new Map<string, Key>();
        const put: Key[] = [];
        const writing: unknown[] = [];
        const pages: Promise<Stored[]>[][] = [[], []];
        const after: (Key | undefined)[] = [undefined, undefined];
        const add = (store: OutboxStore, times: readonly number[]) => {
          const keys = times.map((time, i): Key => ['q', 'd', 'a', time, `e${put.length + i}`, 3, 10, 'paused']);
          put.push(...keys);
          for (const k of keys) there.set(k.join(), k);
          writing.push(store.write(keys.map((k) => ({ k, d: '{}' }) as Stored)));
        };
        add(
          stores[0]!,
          Array.from({ length: 90 }, (_, n) => 1_700_000_000_000 + n),
        );
        for (const one of steps) {
          const store = stores[one.who]!;
          if (one.do === 'put')
            add(
              store,
              one.places.map((n) => 1_700_000_000_000 + n),
            );
          else if (one.do === 'swap') {
            const keys = ((await pages[one.whose]![0]) ?? []).slice(1, 1 + one.count).map(({ k }) => k);
            for (const k of keys) there.delete(k.join());
            writing.push(store.write([], keys));
            add(
              store,
              keys.map((k) => k[3] as number),
            );
          } else if (one.do === 'read') {
            const page = store.page(['q'], one.limit, after[one.who]);
            pages[one.who]!.push(page);
            after[one.who] = (await page).at(-1)?.k;
          } else {
            const keys = one.do === 'drop' ? one.at.flatMap((n) => (put[n] ? [put[n]] : [])) : (await Promise.all(pages[one.who]!.splice(0, one.pages))).flat().map(({ k }) => k);
            for (const k of keys) there.delete(k.join());
            if (keys[0]) writing.push(store.write([], keys));
            if (one.do === 'remove' && one.waits) await writing.at(-1);
          }
        }
        await Promise.all(writing);
        const names = (await stores[0]!.keys(['q'], 1_000)).map((k) => k.join());
        expect(names.sort()).toEqual([...there.keys()].sort());
      }),
      fixedRuns(300),
    );
  });

  test('moves a row in one step', async () => {
    const { store } = await open(new World(), storage);
    await store.write(rows(0, 2));
    await store.write([{ ...row(0), k: ['r', ...row(0).k.slice(1)] }], [row(0).k]);
    expect(await store.page(['q'], 9)).toEqual([row(1)]);
    expect(await store.page(['r'], 9)).toHaveLength(1);
  });

  test('a hundred updates at once all count', async () => {
    const { store } = await open(new World(), storage);
    const k = ['p', 'counter'];
    await Promise.all(Array.from({ length: 100 }, () => store.update<Stored & { n: number }>(k, (old) => ({ k, n: (old?.n ?? 0) + 1 }))));
    expect(await store.get(k)).toEqual({ k, n: 100 });
  });

  test('refuses a key that is none, and goes on', async () => {
    const { store } = await open(new World(), storage);
    await expect(store.write([row(1), { k: ['q', NaN] }])).rejects.toThrow('A key consists of strings and finite numbers.');
    await store.write([row(2)]);
    expect(await store.page(['q'], 9)).toEqual([row(2)]);
  });

  test('an update that throws changes nothing', async () => {
    const { store } = await open(new World(), storage);
    await store.write([row(1)]);
    await expect(store.update(row(1).k, () => { throw new RangeError('no'); })).rejects.toThrow('no');
    expect(await store.get(row(1).k)).toEqual(row(1));
  });

  test('keeps JSON, not what somebody may change later', async () => {
    const { store } = await open(new World(), storage);
    const mine: any = { k: ['p', 'x'], list: [1], nothing: undefined, date: new Date(0) };
    const writing = store.write([mine]);
    mine.list.push(2);
    await writing;
    expect(await store.get(['p', 'x'])).toEqual({ k: ['p', 'x'], list: [1], date: '1970-01-01T00:00:00.000Z' });
  });

  test('clears all', async () => {
    const { store } = await open(new World(), storage);
    await store.write([...rows(0, 3), { k: ['p', 'x'] }, { k: ['s', 'x'] }]);
    await store.clear();
    expect(await store.keys(['q'], 9)).toEqual([]);
    expect(await store.get(['p', 'x'])).toBe(undefined);
  });
});

describe('store on IndexedDB', () => {
  test('all or nothing: a row that cannot be put takes the others with it (F: setMany left the first)', async () => {
    const { store, world } = await open();
    await expect(store.write([row(1), { k: ['q', 1n as any] }])).rejects.toThrow();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const { put } = IDBObjectStore.prototype;
    const failing = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: any, value: any, key: any) {
      if (value.k[4] === 'e2') throw new DOMException('no', 'DataCloneError');
      return put.call(this, value, key);
    } as any);
    await store.write(rows(1, 4));
    failing.mockRestore();
    expect(await stored(world.indexedDB!)).toEqual([]);
    // Memory has all of them.
    expect(await store.page(['q'], 9)).toEqual(rows(1, 4));
  });

  test('memory only until it may persist, then everything moves over', async () => {
    const world = new World();
    const { environment } = world.tab({ storage: 'memory' });
    const store = createStore(environment);
    await store.write(rows(0, 3));
    await store.write([], [row(0).k]);
    expect(await store.page(['q'], 9)).toEqual(rows(1, 3));
    expect(await world.indexedDB!.databases()).toEqual([]);
    expect(store.volatile()).toBe(undefined);
    await store.persist(true);
    expect(await stored(world.indexedDB!)).toEqual(rows(1, 3));
    expect(store.volatile()).toEqual([]);
  });

  describe('what was stored before it could be read is joined by what was gathered in memory, and not overwritten', () => {
    const k = ['p', 'somebody', 'lecture'];
    const join = (stored: any, row: any) => row.seen && { ...row, seen: [...new Set([...(stored?.seen ?? []), ...row.seen])] };
    const see = (what: number) => (old: any) => ({ k, seen: [...(old?.seen ?? []), what] });
    const prepare = async () => {
      const world = new World();
      const former = createStore(world.tab({ storage: 'memory' }).environment);
      await former.persist(true);
      await former.write([{ k, seen: [1] } as any, ...rows(0, 1)]);
      return { world, store: createStore(world.tab({ storage: 'memory' }).environment, { join }) };
    };

    test('since nothing might be read', async () => {
      const { store, world } = await prepare();
      await store.update(k, see(2));
      await store.write(rows(1, 2));
      await store.persist(true);
      expect(await stored(world.indexedDB!)).toEqual([{ k, seen: [1, 2] }, ...rows(0, 2)]);
      expect(store.volatile()).toEqual([]);
    });

    test('since the database did not work for a while', async () => {
      const { store, world } = await prepare();
      await store.persist(true);
      const { IDBDatabase } = await import('fake-indexeddb');
      const failing = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
        throw new DOMException('lost', 'UnknownError');
      });
      await store.update(k, see(2));
      await store.update(k, see(3));
      failing.mockRestore();
      world.clock.time += 60_000;
      await store.write(rows(1, 2));
      await store.update(k, see(4));
      expect(await stored(world.indexedDB!)).toEqual(expect.arrayContaining([{ k, seen: [1, 2, 3, 4] }, ...rows(0, 2)]));
    });
  });

  test('begins the transaction before it returns, and waits for nothing while the page goes', async () => {
    const { store, world } = await open();
    const begin = vi.spyOn((await import('fake-indexeddb')).IDBDatabase.prototype, 'transaction');
    const writing = store.write(rows(0, 2));
    expect(begin).toHaveBeenCalledTimes(1);
    expect(begin).toHaveBeenCalledWith('rows', 'readwrite', { durability: 'relaxed' });
    begin.mockRestore();
    await writing;
    expect(await stored(world.indexedDB!)).toHaveLength(2);
  });

  test('without IndexedDB it is memory, with one warning', async () => {
    const world = new World();
    world.indexedDB = undefined;
    const { store } = await open(world);
    await store.write(rows(0, 3));
    await store.write([], [row(1).k]);
    expect(await store.page(['q'], 9)).toEqual([row(0), row(2)]);
    expect(world.warnings).toEqual([FAILED]);
    expect(store.volatile()).toEqual(expect.arrayContaining([row(0), row(2)]));
  });

  // F29: Firefox private windows; F30: false QuotaExceededError on open; SecurityError at once.
  test.each([
    ['rejects', (factory: IDBFactory) => { factory.open = () => { const request: any = {}; queueMicrotask(() => { request.error = new DOMException('no', 'InvalidStateError'); request.onerror(); }); return request; }; }],
    ['throws', (factory: IDBFactory) => { factory.open = () => { throw new DOMException('no', 'SecurityError'); }; }],
    ['is over quota', (factory: IDBFactory) => { factory.open = () => { const request: any = {}; queueMicrotask(() => { request.error = new DOMException('no', 'QuotaExceededError'); request.onerror(); }); return request; }; }],
  ])('an open that %s: memory, and back when it works again', async (_, sabotage) => {
    const world = new World();
    const works = world.indexedDB!.open;
    sabotage(world.indexedDB!);
    const { store } = await open(world);
    await store.write(rows(0, 3));
    expect(await store.page(['q'], 9)).toEqual(rows(0, 3));
    world.indexedDB!.open = works;
    await store.write([row(3)]);
    expect(await store.page(['q'], 9)).toEqual(rows(0, 4));
    expect(await world.indexedDB!.databases()).toEqual([]);
    world.clock.time += 1_000;
    await store.write([row(4)]);
    expect(await stored(world.indexedDB!)).toEqual(rows(0, 5));
    expect(store.volatile()).toEqual([]);
    expect(world.warnings).toEqual([FAILED]);
  });

  test('a database that fails is asked again after a second, and in the end twice a minute', async () => {
    const world = new World();
    const at: number[] = [];
    const began = world.clock.time;
    world.indexedDB!.open = () => {
      at.push((world.clock.time - began) / 1_000);
      throw new DOMException('no', 'UnknownError');
    };
    const { store } = await open(world);
    for (let i = 0; i < 150; i++) {
      await store.write([row(0)]);
      world.clock.time += 1_000;
    }
    // Each time twice, since a connection may have been lost.
    expect(at.filter((_, i) => i % 2)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    expect(world.warnings).toEqual([FAILED]);
  });

  test('an open that never settles is given five seconds, and what was to be written is not lost (F28)', async () => {
    const world = new World();
    const works = world.indexedDB!.open;
    let late: (() => void) | undefined;
    world.indexedDB!.open = (...args) => {
      const request: any = {};
      late = () => {
        const real = works.apply(world.indexedDB!, args);
        real.onupgradeneeded = (event) => { request.result = real.result; request.onupgradeneeded(event); };
        real.onsuccess = () => { request.result = real.result; request.onsuccess(); };
      };
      return request;
    };
    const opening = open(world);
    await world.clock.advance(5_000);
    const { store } = await opening;
    await store.write(rows(0, 3));
    expect(store.volatile()).toEqual(expect.arrayContaining(rows(0, 3)));
    // It opens after all.
    late!();
    await rest();
    world.indexedDB!.open = works;
    expect(store.blind()).toBe(false);
    expect(await store.page(['q'], 9)).toEqual(rows(0, 3));
    expect(await stored(world.indexedDB!)).toEqual(rows(0, 3));
  });

  test('ten thousand writes at once are slow, not stuck', async () => {
    const { store, world } = await open();
    const writing = Promise.all(rows(0, 10_000).map((one) => store.write([one])));
    for (let i = 0; i < 20; i++) await world.clock.advance(1_000);
    await writing;
    expect(world.warnings).toEqual([]);
    expect(store.volatile()).toEqual([]);
    expect(await stored(world.indexedDB!)).toHaveLength(10_000);
  });

  // WebKit stores some 700 transactions a second: a backlog of thousands held up all that came after it, reading too.
  test('many writes at once share transactions', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await Promise.all(rows(0, 1_000).map((one) => store.write([one])));
    const transactions = begin.mock.calls.length;
    begin.mockRestore();
    expect(transactions).toBeLessThan(100);
    expect(await stored(world.indexedDB!)).toEqual(rows(0, 1_000));
    expect(store.volatile()).toEqual([]);
  });

  test('what is removed before it is stored stays removed', async () => {
    const { store, world } = await open();
    await Promise.all([...rows(0, 300).map((one) => store.write([one])), ...rows(0, 300).map(({ k }, n) => n % 3 && store.write([], [k]))]);
    const left = rows(0, 300).filter((_, n) => n % 3 === 0);
    expect(await store.page(['q'], 999)).toEqual(left);
    expect(await stored(world.indexedDB!)).toEqual(left);
  });

  // Firefox, with a database that another tab blocks: what waited for its turn was sent before what was on its way.
  test('what is written later is not seen earlier', async () => {
    const { store } = await open();
    const looks: Promise<Stored[]>[] = [];
    const writes = rows(0, 60).map((one, n) => {
      const writing = store.write([one]);
      if (n % 10 === 5) looks.push(store.page(['q'], 99));
      return writing;
    });
    for (const found of await Promise.all(looks)) expect(found).toEqual(rows(0, found.length));
    await Promise.all(writes);
    expect(await store.page(['q'], 99)).toEqual(rows(0, 60));
  });

  test('what is cleared while it waits for its turn stays cleared', async () => {
    const { store, world } = await open();
    const writing = Promise.all(rows(0, 300).map((one) => store.write([one])));
    await store.clear();
    await writing;
    expect(await store.page(['q'], 9)).toEqual([]);
    expect(await stored(world.indexedDB!)).toEqual([]);
  });

  test('what comes after a clear() that failed is not cleared by another attempt at it', async () => {
    const { store, world } = await open();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const remove = IDBObjectStore.prototype.delete;
    const failing = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await store.write([row(0)]);
    await store.clear();
    let attempts = 0;
    failing.mockImplementation(function (this: IDBObjectStore, ...args) {
      const { transaction } = this;
      // As where the connection is lost: it is done once more, behind what has come meanwhile.
      if (++attempts === 3) transaction.commit = () => void setImmediate(() => transaction.abort());
      return remove.apply(this, args);
    });
    await Promise.all(rows(1, 6).map((one) => store.write([one])));
    await rest();
    failing.mockRestore();
    expect(await stored(world.indexedDB!)).toEqual(rows(1, 6));
  });

  test('a database that works again is told once what it missed, by however many writes', async () => {
    const { store, world } = await open();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await Promise.all(rows(0, 500).map((one) => store.write([one])));
    expect(store.volatile()).toHaveLength(500);
    put.mockRestore();
    await world.clock.advance(30_000);
    const again = vi.spyOn(IDBObjectStore.prototype, 'put');
    await Promise.all(rows(500, 700).map((one) => store.write([one])));
    const puts = again.mock.calls.length;
    again.mockRestore();
    expect(puts).toBeLessThan(800);
    await store.page(['q'], 1);
    expect(await stored(world.indexedDB!)).toEqual(rows(0, 700));
  });

  test('lets go when somebody deletes or upgrades the database, and opens it again (F32)', async () => {
    const { store, world } = await open();
    await store.write(rows(0, 2));
    await deleteDatabase(world);
    // What was in it is put back: nobody has delivered it.
    while ((await store.page(['q'], 9)).length < 2) await new Promise((resolve) => { setTimeout(resolve, 5); });
    await store.write([row(5)]);
    expect((await stored(world.indexedDB!)).filter(({ k }: any) => k[0] !== 'm')).toEqual([...rows(0, 2), row(5)]);
    expect(world.warnings).toEqual([]);
  });

  test('what was deleted while nothing may outlive the page stays deleted', async () => {
    const { store, world } = await open();
    await store.write(rows(0, 2));
    await store.persist(false);
    await deleteDatabase(world);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    expect(await world.indexedDB!.databases()).toEqual([]);
  });

  test('a later schema goes on from the one that is there, with all that is in it', async () => {
    const { store, world } = await open();
    await store.write(rows(0, 3));
    await store.persist(false);
    store.close();
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const { environment } = world.tab({ storage: 'memory' });
    const steps: string[] = [];
    const next = createIdbStore({ ...environment, indexedDB: world.indexedDB! }, () => undefined, async () => undefined, [
      () => steps.push('first'),
      (db) => {
        steps.push('second');
        db.createObjectStore('more');
      },
    ]);
    expect(await next.list('getAll', ['q'], 10, ['q'])).toEqual(rows(0, 3));
    expect(steps).toEqual(['second']);
    next.close();
  });

  // WebKit keeps a page as it stands, with its transactions open, and those of the next page wait for them.
  test('of a page that goes nothing is left open: what needs it is broken off and done when it is back, what does not is done', async () => {
    const { store, world } = await open();
    await store.write([row(1)]);
    const written = store.write([row(2)]);
    const updated = store.update(row(1).k, (old) => ({ ...row(1), ...old, seen: true }) as never);
    store.suspend();
    await written;
    await updated;
    expect(await stored(world.indexedDB!)).toEqual([{ ...row(1), seen: true }, row(2)]);
    expect(world.warnings).toEqual([]);
  });

  // Firefox (measured): of what is answered while a page stands still it never hears.
  test.each([
    ['an opening', 'open', 'onsuccess'],
    ['a write', 'transaction', 'oncomplete'],
    ['a read', 'get', 'onsuccess'],
  ])('%s that is answered while the page stands still is begun again once it is back', async (what, method, event) => {
    const { IDBDatabase, IDBFactory, IDBObjectStore } = await import('fake-indexeddb');
    const world = new World();
    const environment = { ...world.tab({ storage: 'memory' }).environment, indexedDB: world.indexedDB!, random: Math.random };
    const store = createStore(environment);
    if (what !== 'an opening') await store.persist(true);
    const target: any = { open: IDBFactory, transaction: IDBDatabase, get: IDBObjectStore }[method]!.prototype;
    const was = target[method];
    const once = vi.spyOn(target, method).mockImplementationOnce(function (this: any, ...given) {
      return Object.defineProperty(was.apply(this, given), event, { set() {} });
    });
    let settled = false;
    void (what === 'an opening' ? store.persist(true) : what === 'a write' ? store.write([row(1)]) : store.get(row(1).k)).then(() => (settled = true));
    store.suspend();
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    expect([once.mock.calls.length, settled]).toEqual([1, false]);
    store.resume();
    await world.clock.advance(0);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    once.mockRestore();
    expect(settled).toBe(true);
    await store.write([row(2)]);
    expect(await stored(world.indexedDB!)).toEqual(what === 'a write' ? [row(1), row(2)] : [row(2)]);
    expect(store.volatile()).toEqual([]);
    expect(world.warnings).toEqual([]);
  });

  test('a newer schema in another tab does not wait for this one, which then keeps to memory', async () => {
    const { store, world } = await open();
    await new Promise((resolve, reject) => {
      const request = world.indexedDB!.open(NAME, 99);
      request.onsuccess = resolve;
      request.onblocked = reject;
    });
    await store.write([row(1)]);
    expect(await store.page(['q'], 9)).toEqual([row(1)]);
    expect(world.warnings).toEqual([FAILED]);
  });

  test('a lost connection is opened again, once and in silence (F26, F27)', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    for (const name of ['InvalidStateError', 'UnknownError', 'TransactionInactiveError']) {
      const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => { throw new DOMException('closing', name); });
      await store.write([row(name.length)]);
      begin.mockRestore();
    }
    expect(await stored(world.indexedDB!)).toHaveLength(3);
    expect(world.warnings).toEqual([]);
  });

  test('several operations that find the connection lost open one new one, and leave none open besides', async () => {
    const world = new World();
    const works = world.indexedDB!.open;
    const connections: IDBDatabase[] = [];
    world.indexedDB!.open = (...args) => {
      const request = works.apply(world.indexedDB!, args);
      request.addEventListener('success', () => connections.push(request.result));
      return request;
    };
    const { store } = await open(world);
    // No event tells of it (F27).
    connections[0]!.close();
    await Promise.all([...rows(1, 4).map((one) => store.write([one])), store.get(row(0).k)]);
    expect(connections).toHaveLength(2);
    world.indexedDB!.open = works;
    expect(await stored(world.indexedDB!)).toEqual(rows(1, 4));
    await deleteDatabase(world);
    expect(world.warnings).toEqual([]);
  });

  test('a connection that begins no transaction any more is closed all the same where somebody deletes the database', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    await store.write([row(1)]);
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await store.get(row(1).k);
    const connection = begin.mock.contexts[0] as IDBDatabase;
    begin.mockImplementation(() => { throw new DOMException('closing', 'InvalidStateError'); });
    const close = vi.spyOn(connection, 'close');
    expect(() => connection.onversionchange!({ newVersion: null } as IDBVersionChangeEvent)).not.toThrow();
    expect(close).toHaveBeenCalled();
    await deleteDatabase(world);
    begin.mockRestore();
  });

  test('a connection that is closed from outside is opened again', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    let db: any;
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: any, ...args: any[]) {
      db = this;
      begin.mockRestore();
      return this.transaction(...args);
    } as any);
    await store.write([row(1)]);
    forceCloseDatabase(db);
    await rest();
    await store.write([row(2)]);
    expect(await stored(world.indexedDB!)).toEqual(rows(1, 3));
    expect(world.warnings).toEqual([]);
  });

  test('over quota: what is stored can still be read and removed, the rest waits in memory and moves over later (F30)', async () => {
    const { store, world } = await open();
    const { IDBObjectStore } = await import('fake-indexeddb');
    await store.write(rows(0, 3));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    await store.write(rows(3, 5));
    expect(await store.page(['q'], 9)).toEqual(rows(0, 5));
    expect((await store.keys(['q'], 3, row(1).k)).map((k) => k[4])).toEqual(['e2', 'e3', 'e4']);
    await store.write([], [row(0).k, row(3).k]);
    expect(await store.page(['q'], 9)).toEqual([row(1), row(2), row(4)]);
    expect(await stored(world.indexedDB!)).toEqual(rows(1, 3));
    put.mockRestore();
    world.clock.time += 31_000;
    expect(await store.page(['q'], 9)).toEqual([row(1), row(2), row(4)]);
    expect(await stored(world.indexedDB!)).toEqual([row(1), row(2), row(4)]);
    expect(world.warnings).toEqual([FAILED]);
  });

  test.each([
    ['as soon as something is put', (table: any) => table.transaction._execRequestAsync({ operation: () => { throw new DOMException('full', 'QuotaExceededError'); }, source: table })],
    ['when that is to be kept', ({ transaction }: any, put: () => unknown) => {
      transaction.commit = () => setImmediate(() => transaction._abort('QuotaExceededError'));
      return put();
    }],
  ])('on a disk that is found full %s, many rows can be removed at once', async (_, fail) => {
    const { store, world } = await open();
    await store.write(rows(0, 20));
    const { IDBObjectStore } = await import('fake-indexeddb');
    const { put } = IDBObjectStore.prototype;
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: any, ...args: any[]) {
      return fail(this, () => put.apply(this, args as never));
    } as any);
    for (let i = 0; i < 3; i++) await store.write([], rows(i * 5, i * 5 + 5).map(({ k }) => k));
    full.mockRestore();
    expect(await stored(world.indexedDB!)).toEqual(rows(15, 20));
  });

  test('a mark that cannot be read keeps nobody from removing', async () => {
    const { store, world } = await open();
    await store.write(rows(0, 20));
    const { IDBObjectStore } = await import('fake-indexeddb');
    const { get } = IDBObjectStore.prototype;
    const damaged = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: any, key: any) {
      return key[0] === 'g' ? this.transaction._execRequestAsync({ operation: () => { throw new DOMException('damaged', 'DataError'); }, source: this }) : get.call(this, key);
    } as any);
    for (let i = 0; i < 3; i++) await store.write([], (await store.page(['q'], 5)).map(({ k }) => k));
    damaged.mockRestore();
    expect(await stored(world.indexedDB!)).toEqual(rows(15, 20));
  });

  test('a session that another tab has dropped is not counted among the events that are removed with it', async () => {
    const world = new World();
    const [{ store }, { store: other }] = [await open(world), await open(world)];
    const session = { k: ['s', 'a', 's1'] };
    await store.write([...rows(0, 20), session]);
    await store.write([], (await store.page(['q'], 5)).map(({ k }) => k));
    await store.page(['s'], 5);
    await other.write([], [session.k]);
    const all = await store.page(['q'], 99);
    const between = { ...row(12), k: [...row(12).k.slice(0, 4), 'e12-b', ...row(12).k.slice(5)] };
    await other.write([between]);
    await store.write([], [...all.map(({ k }) => k), session.k]);
    expect(await stored(world.indexedDB!)).toEqual([between]);
  });

  test('what could not be removed is not given out again, and is removed when it can be', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    await store.write(rows(0, 5));
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await store.write([], [row(0).k, row(1).k]);
    await store.write([row(1)]);
    begin.mockRestore();
    world.clock.time += 31_000;
    expect(await store.page(['q'], 2)).toEqual([row(1), row(2)]);
    await store.write([row(9)]);
    expect(await stored(world.indexedDB!)).toEqual([...rows(1, 5), row(9)]);
  });

  test('what could not be removed hides nothing that stands behind it, though the disk is full', async () => {
    const { store, world } = await open();
    const { IDBDatabase, IDBObjectStore } = await import('fake-indexeddb');
    await store.write(rows(0, 6));
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await store.write([], rows(0, 2).map(({ k }) => k));
    begin.mockRestore();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    world.clock.time += 31_000;
    expect(await store.page(['q'], 2)).toEqual(rows(2, 4));
    put.mockRestore();
  });

  test('what could not be removed does not come back where somebody deletes the database', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    await store.write(rows(0, 3));
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'DataError'); });
    await store.write([], [row(0).k]);
    begin.mockRestore();
    await deleteDatabase(world);
    await rest();
    world.clock.time += 31_000;
    expect(await store.page(['q'], 9)).toEqual(rows(1, 3));
  });

  test('an update that fails while all is cleared brings nothing back', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    const k = ['p', 'x'];
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    const updating = store.update<Stored>(k, () => ({ k }));
    await store.clear();
    await updating;
    begin.mockRestore();
    world.clock.time += 31_000;
    expect(await store.get(k)).toBe(undefined);
  });

  test('what waits for a clear() that is made up for is cleared by the next one', async () => {
    const { store, world } = await open();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const remove = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await store.clear();
    remove.mockRestore();
    const k = ['p', 'x'];
    await Promise.all([store.write([row(1)]), store.update<Stored>(k, () => ({ k })), store.clear()]);
    expect([await store.page(['q'], 9), await store.get(k)]).toEqual([[], undefined]);
    expect(await stored(world.indexedDB!)).toEqual([]);
  });

  test('of what could not be removed the oldest is forgotten in the end, and nothing else that memory has', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await store.write([row(0)]);
    await store.write([], rows(1, 10_002).map(({ k }) => k));
    begin.mockRestore();
    world.clock.time += 31_000;
    const { store: other } = await open(world);
    await other.write([row(10_000), row(10_001)]);
    expect(await store.page(['q'], 9)).toEqual([row(0)]);
  });

  test('updates go on in memory and are carried over', async () => {
    const { store, world } = await open();
    const { IDBDatabase } = await import('fake-indexeddb');
    const k = ['p', 'x'];
    const count = () => store.update<Stored & { n: number }>(k, (old) => ({ k, n: (old?.n ?? 0) + 1 }));
    await count();
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: any, names: any, mode: any) {
      begin.mockRestore();
      if (mode === 'readwrite') throw new DOMException('gone', 'QuotaExceededError');
      return this.transaction(names, mode);
    } as any);
    await count();
    await count();
    expect(await store.get(k)).toEqual({ k, n: 3 });
    world.clock.time += 31_000;
    expect((await count()).n).toBe(4);
    expect(await stored(world.indexedDB!)).toEqual([{ k, n: 4 }]);
  });

  test('a damaged record is set aside, and what stands behind it is read', async () => {
    const { store, world } = await open();
    await store.write([row(0), row(2)]);
    await new Promise((resolve) => {
      const request = world.indexedDB!.open(NAME);
      request.onsuccess = () => {
        const tx = request.result.transaction('rows', 'readwrite');
        tx.objectStore('rows').put({ nonsense: true }, row(1).k as any);
        tx.objectStore('rows').put(null, row(3).k as any);
        tx.objectStore('rows').put({ k: 1 }, row(4).k as any);
        tx.objectStore('rows').put({ k: { map: 1 } }, row(5).k as any);
        tx.objectStore('rows').put({ k: [{ toString: 1, valueOf: 1 }] }, row(6).k as any);
        tx.oncomplete = () => { request.result.close(); resolve(0); };
      };
    });
    expect(await store.page(['q'], 9)).toEqual([row(0), row(2)]);
    expect(world.warnings).toEqual(['A stored event is damaged: it is set aside.']);
    expect(await store.page(['x'], 9)).toEqual([
      { k: ['x', ...row(1).k], row: { nonsense: true } },
      { k: ['x', ...row(4).k], row: { k: 1 } },
      { k: ['x', ...row(5).k], row: { k: { map: 1 } } },
      { k: ['x', ...row(6).k], row: { k: [{ toString: 1, valueOf: 1 }] } },
    ]);
  });

  test('a removal that took too long takes nothing along that came later, whether it is done all the same or not', async () => {
    const { store, world } = await open();
    const { store: other } = await open(world);
    await store.write(rows(0, 20));
    await store.write([], (await store.page(['q'], 10)).map(({ k }) => k));
    const page = await store.page(['q'], 10);
    // A tab that stands still within a transaction.
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = world.indexedDB!.open(NAME);
      request.onsuccess = () => resolve(request.result);
    });
    let stands = true;
    const table = database.transaction('rows', 'readwrite').objectStore('rows');
    const stand = () => { if (stands) table.get('none').onsuccess = stand; };
    stand();
    const removal = store.write([], page.map(({ k }) => k));
    await world.clock.advance(20_000);
    await removal;
    stands = false;
    await rest(100);
    database.close();
    // As many as are to be removed, and between them.
    const theirs = page.map((one, i) => ({ ...one, k: ['q', 'd', 'a', 1_700_000_000_010.5 + i * 0.8, `other${i}`, 3, 10, 'paused'] as Key }));
    await other.write(theirs);
    await world.clock.advance(31_000);
    expect(await store.page(['q'], 99)).toEqual(theirs);
    expect(await other.page(['q'], 99)).toEqual(theirs);
  });

  test('a row under a key that is not its own is sent once, if at all', async () => {
    const world = new World();
    const tab = await world.open();
    await tab.store.write([{ k: ['m'] }]);
    const own = ['q', 'https://lrs.example/statements', tab.actor, world.clock.time, 'zzz', 9, 20, 'paused'];
    await new Promise((resolve) => {
      const request = world.indexedDB!.open(NAME);
      request.onsuccess = () => {
        const tx = request.result.transaction('rows', 'readwrite');
        tx.objectStore('rows').put({ k: own, d: '{"id":"zzz"}' }, own.map((part, at) => (at === 3 ? (part as number) + 5_000 : part)) as any);
        tx.oncomplete = () => { request.result.close(); resolve(0); };
      };
    });
    const ids = tab.add(2);
    await tab.flush();
    await tab.flush();
    expect(world.endpoint().held.filter((id) => id !== 'zzz')).toEqual(ids);
    expect(world.endpoint().requests.length).toBeLessThan(4);
  });

  test('a value that cannot be read holds up none of the others, and stays', async () => {
    const { store } = await open();
    await store.write([row(0), row(1), row(2)]);
    const { IDBObjectStore } = await import('fake-indexeddb');
    const unreadable = new DOMException('Failed to read large IndexedDB value', 'DataError');
    const { get } = IDBObjectStore.prototype;
    const all = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => { throw unreadable; });
    const one = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: any, key: any) {
      if (key[4] === 'e1') throw unreadable;
      return get.call(this, key);
    } as any);
    expect(await store.page(['q'], 2)).toEqual([row(0), row(2)]);
    all.mockRestore();
    one.mockRestore();
    expect(await store.page(['q'], 9)).toEqual([row(0), row(1), row(2)]);
  });
});
