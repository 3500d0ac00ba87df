import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { deleteDatabase, refusing, reply, rest, type Tab, World } from './world.js';

/** Another of the same page. */
const after = ({ world, environment: { keepalive } }: Tab, input: Parameters<World['open']>[0] = {}) => world.open({ environment: { keepalive }, ...input });

const MEMORY = { storage: 'memory' } as const;

/** A page without a network, on which two keep their events in this way. */
const two = async (input: Parameters<World['open']>[0] = {}, change: (world: World) => void = () => {}) => {
  const world = new World();
  change(world);
  const a = await world.open(input);
  const b = await after(a, input);
  world.online = false;
  return { world, a, b };
};
const withoutIndexedDB = (world: World) => void (world.indexedDB = undefined);

/** As a player or portal is disposed of. */
const end = async (tab: Tab) => {
  tab.outbox.leave();
  tab.store.close(await tab.outbox.dispose());
};

describe('what was in memory alone when its player was disposed of', () => {
  test('is left to another though a flush was under way', async () => {
    const { world, a, b } = await two(MEMORY);
    const ids = a.add(2);
    await rest();
    void a.outbox.flush();
    await end(a);
    await rest();
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('is not taken back by the one that was disposed of', async () => {
    const world = new World();
    const a = await world.open(MEMORY);
    world.online = false;
    const ids = a.add(2);
    await rest();
    await end(a);
    await a.outbox.pending();
    const b = await after(a, MEMORY);
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('is left to another right after it happened', async () => {
    const { world, a, b } = await two(MEMORY);
    const ids = a.add(2);
    await end(a);
    await rest();
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('is sent once where it lies in localStorage for the next page', async () => {
    const { world, a, b } = await two({}, withoutIndexedDB);
    const ids = a.add(2);
    await rest();
    await end(a);
    world.online = true;
    await b.flush();
    b.outbox.leave();
    b.kill();
    a.kill();
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('is cleared by a denial, whatever kind of store had it', async () => {
    const world = new World();
    const a = await world.open(MEMORY);
    world.online = false;
    a.add(2);
    await rest();
    await end(a);
    const b = await after(a);
    await b.outbox.setConsent('denied');
    const c = await after(a, MEMORY);
    world.online = true;
    await c.flush();
    expect(world.endpoint().held).toEqual([]);
  });

  test('is kept where writing fails only after the disposal', async () => {
    const { world, a, b } = await two();
    a.add(2);
    await rest();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    const ids = a.add(2);
    await end(a);
    await rest();
    put.mockRestore();
    a.kill();
    world.online = true;
    await b.flush();
    b.kill();
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
  });

  // Without a journal, which would have it.
  test('is left to another where its writing fails only after the disposal', async () => {
    const world = new World();
    world.storage.setItem = () => { throw new Error('no'); };
    world.indexedDB!.open = () => {
      const request: any = { error: new DOMException('refused', 'UnknownError') };
      world.clock.set(() => request.onerror(), 1_000);
      return request;
    };
    world.online = false;
    const a = world.tab();
    const ids = a.add(2);
    await end(a);
    await world.clock.advance(10_000);
    world.online = true;
    const b = await after(a);
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('gives what was refused up first where localStorage has no room for all', async () => {
    const world = new World();
    world.indexedDB = undefined;
    const a = await world.open();
    world.endpoint().behave = (seen) => reply(seen.documents.some((d) => d.includes('"bad')) ? 400 : 200, '[]');
    for (let i = 0; i < 60; i++) a.add(1, { id: `bad-${i}`, document: JSON.stringify({ id: `bad-${i}`, filler: 'x'.repeat(9_000) }) });
    for (let i = 0; i < 10; i++) {
      a.add(3);
      await a.flush();
    }
    expect((await a.outbox.rejected()).length).toBe(60);
    world.online = false;
    const ids = a.add(3, { worth: 2, type: 'seeked' });
    await rest();
    a.outbox.leave();
    a.kill();
    world.online = true;
    world.endpoint().behave = () => reply(200, '[]');
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
  });

  test('is not sent again after a crash, though one refused event is still there', async () => {
    const world = new World();
    world.indexedDB = undefined;
    const a = await world.open();
    world.endpoint().behave = (seen) => reply(seen.documents.some((d) => d.includes('bad')) ? 400 : 200, '[]');
    world.online = false;
    a.add(1, { id: 'bad-1', document: '{"id":"bad-1"}' });
    const ids = a.add(3);
    await rest();
    a.outbox.leave(false);
    world.online = true;
    a.wake();
    await a.flush();
    expect(world.endpoint().held).toEqual(ids);
    a.kill();
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('is not put back by the one that was disposed of, once another has delivered it', async () => {
    const { world, a, b } = await two({}, ({ storage }) => void (storage.setItem = () => { throw new Error('no'); }));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    const ids = a.add(2);
    await rest();
    await end(a);
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
    put.mockRestore();
    await world.clock.advance(60_000);
    await a.outbox.pending();
    await rest();
    await b.flush();
    expect(world.endpoint().repeats).toEqual([]);
  });

  test.each([['memory' as const, undefined], [undefined, 'refused']])('is sent by the next of the page (storage: %s, IndexedDB %s)', async (storage, refused) => {
    const world = new World();
    if (refused) {
      world.indexedDB = undefined;
      world.storage.setItem = () => { throw new Error('full'); };
    }
    const kind = storage ? { storage } : {};
    const tab = await world.open(kind);
    world.endpoint().behave = refusing((id) => id === ids[1]);
    const ids = tab.add(4);
    await tab.flush();
    world.online = false;
    ids.push(...tab.add(2));
    await tab.flush();
    await end(tab);
    const next = await after(tab, kind);
    expect(await next.outbox.pending()).toBe(2);
    world.online = true;
    expect((await next.outbox.rejected()).map(({ id }) => id)).toEqual([ids[1]]);
    await next.flush();
    expect(world.endpoint().held).toEqual(ids.filter((_, i) => i !== 1));
    // Another page is none of theirs.
    expect(await (await world.open(kind)).outbox.pending()).toBe(0);
  });

  test('is sent by another that lives on, and is cleared with what that has', async () => {
    const world = new World();
    const tab = await world.open({ storage: 'memory' });
    const other = await after(tab, { storage: 'memory' });
    world.online = false;
    const ids = tab.add(2);
    await tab.flush();
    await end(tab);
    world.online = true;
    await other.flush();
    expect(world.endpoint().held).toEqual(ids);
    world.online = false;
    const last = await after(tab, { storage: 'memory' });
    last.add(2);
    await end(last);
    await other.outbox.clear();
    expect(await other.outbox.pending()).toBe(0);
  });

  test('is nobody\'s where its consent was still pending, and goes to nobody whose is', async () => {
    const world = new World();
    const tab = await world.open({ storage: 'memory', consent: 'pending' });
    tab.add(2);
    await end(tab);
    expect(await (await after(tab, { storage: 'memory' })).outbox.pending()).toBe(0);
    const granted = await after(tab, { storage: 'memory' });
    world.online = false;
    granted.add(1);
    await end(granted);
    expect(await (await after(tab, { storage: 'memory', consent: 'pending' })).outbox.pending()).toBe(0);
  });
});

test.each([0, 1, 2, 3, 5, 8, 14, 20])('what is cleared %i turns after somebody began to delete the database stays cleared', async (turns) => {
  const world = new World();
  const tab = await world.open();
  world.online = false;
  tab.add(300);
  await rest(2_000);
  expect(tab.store.volatile()).toEqual([]);
  const deleted = deleteDatabase(world);
  await rest(turns);
  await tab.outbox.clear();
  await deleted;
  await rest(200);
  expect(await tab.outbox.pending()).toBe(0);
});
