import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { reply, rest, type Tab, World } from './world.js';

/** Another of the same page. */
const page = (tab: Tab) => ({ environment: { keepalive: tab.environment.keepalive } });

/** As a player or portal is disposed of. */
const end = async (tab: Tab) => {
  tab.outbox.leave();
  tab.store.close(await tab.outbox.dispose());
};

describe('what was in memory alone when its player was disposed of', () => {
  test('is left to another though a flush was under way', async () => {
    const world = new World();
    const a = await world.open({ storage: 'memory' });
    const b = await world.open({ storage: 'memory', ...page(a) });
    world.online = false;
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
    const a = await world.open({ storage: 'memory' });
    world.online = false;
    const ids = a.add(2);
    await rest();
    await end(a);
    await a.outbox.pending();
    const b = await world.open({ storage: 'memory', ...page(a) });
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('is left to another right after it happened', async () => {
    const world = new World();
    const a = await world.open({ storage: 'memory' });
    const b = await world.open({ storage: 'memory', ...page(a) });
    world.online = false;
    const ids = a.add(2);
    await end(a);
    await rest();
    world.online = true;
    await b.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('is sent once where it lies in localStorage for the next page', async () => {
    const world = new World();
    world.indexedDB = undefined;
    const a = await world.open();
    const b = await world.open(page(a));
    world.online = false;
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
    const a = await world.open({ storage: 'memory' });
    world.online = false;
    a.add(2);
    await rest();
    await end(a);
    const b = await world.open(page(a));
    await b.outbox.setConsent('denied');
    const c = await world.open({ storage: 'memory', ...page(a) });
    world.online = true;
    await c.flush();
    expect(world.endpoint().held).toEqual([]);
  });

  test('is kept where writing fails only after the disposal', async () => {
    const world = new World();
    const a = await world.open();
    const b = await world.open(page(a));
    world.online = false;
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
    const next = await world.open(); await next.flush();
    expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
  });

  test('gives what was refused up first where localStorage has no room for all', async () => {
    const world = new World();
    world.indexedDB = undefined;
    const a = await world.open();
    world.endpoint().behave = (seen) => reply(seen.documents.some((d) => d.includes('"bad')) ? 400 : 200, '[]');
    for (let i = 0; i < 60; i++) a.add(1, { id: `bad-${i}`, document: JSON.stringify({ id: `bad-${i}`, filler: 'x'.repeat(9_000) }) });
    a.add(1);
    for (let i = 0; i < 30; i++) await a.flush();
    expect((await a.outbox.rejected()).length).toBe(60);
    world.online = false;
    const ids = a.add(3, { worth: 2, type: 'seeked' });
    await rest();
    a.outbox.leave(); a.kill();
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
    const world = new World();
    world.storage.setItem = () => { throw new Error('no'); };
    const a = await world.open();
    const b = await world.open(page(a));
    world.online = false;
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
});

test.each([0, 1, 2, 3, 5, 8, 14, 20])('what is cleared %i turns after somebody began to delete the database stays cleared', async (turns) => {
  const world = new World();
  const tab = await world.open();
  world.online = false;
  tab.add(300);
  await rest(2_000);
  expect(tab.store.volatile()).toEqual([]);
  const deleted = new Promise((resolve, reject) => {
    const request = world.indexedDB!.deleteDatabase('videojs-learning-analytics');
    request.onsuccess = resolve;
    request.onblocked = reject;
  });
  await rest(turns);
  await tab.outbox.clear();
  await deleted;
  await rest(200);
  expect(await tab.outbox.pending()).toBe(0);
});
