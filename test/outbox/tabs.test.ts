import { describe, expect, test, vi } from 'vitest';
import { destination, person, reply, rest, World } from './world.js';

test('what another tab has cleared is not sent by this one, though it was read before', async () => {
  const world = new World();
  const one = await world.open({ queue: { batchSize: 5 } });
  let answer!: (response: Response) => void;
  world.endpoint().behave = (_, count) => (count === 1 ? new Promise((resolve) => (answer = resolve)) : reply(200));
  const ids = one.add(20);
  await world.clock.advance(6_000);
  await rest();
  const two = await world.open();
  await two.outbox.clear();
  one.wake({ cleared: true });
  answer(reply(200));
  await world.clock.advance(6_000);
  expect(world.endpoint().requests).toHaveLength(1);
  const [later] = one.add(1);
  one.outbox.leave();
  await rest();
  expect(world.endpoint().requests.slice(1).flatMap(({ documents }) => documents)).toEqual([JSON.stringify({ id: later })]);
  expect(ids).toHaveLength(20);
});

// F10, F11, F12
describe.each([['Web Locks', true], ['a lease', false]])('tabs on one store with %s', (_, withLocks) => {
  test('five tabs: each event once, in order per tab', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const tabs = [];
    for (let i = 0; i < 5; i++) tabs.push(await world.open({ queue: { batchSize: 7 } }));
    world.endpoint().behave = async (seen) => {
      await rest(3);
      world.endpoint().store(seen);
      return reply(200);
    };
    const ids = tabs.map((tab) => tab.add(20));
    await rest();
    for (let i = 0; i < 30; i++) await world.clock.advance(1_000);
    const { held, repeats } = world.endpoint();
    expect(held).toHaveLength(100);
    expect(repeats).toEqual([]);
    for (const own of ids) expect(held.filter((id) => own.includes(id))).toEqual(own);
  });

  test('a batch that goes by halves for minutes is still one tab’s', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const [a, b] = [await world.open(), await world.open()];
    const endpoint = world.endpoint();
    endpoint.behave = (seen) =>
      new Promise((resolve) =>
        world.clock.set(() => {
          const isGood = !seen.body.includes('bad');
          if (isGood) endpoint.store(seen);
          resolve(reply(isGood ? 200 : 400));
        }, 20_000),
      );
    a.add(1, { id: 'bad' });
    a.add(49);
    for (let i = 0; i < 60; i++) {
      void b.outbox.flush();
      await world.clock.advance(10_000);
    }
    expect(endpoint.held).toHaveLength(49);
    expect(endpoint.repeats).toEqual([]);
  });

  test('only one sends at a time, and flush() in the other says so', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const [a, b] = [await world.open(), await world.open()];
    world.endpoint().behave = () => new Promise(() => {});
    a.add(3);
    await world.clock.advance(5_000);
    const report = await b.outbox.flush();
    expect(report).toMatchObject({ delivered: 0, pending: 3, held: [{ why: 'waits for another tab or player that is sending' }] });
    expect(world.endpoint().requests).toHaveLength(1);
  });

  // A page of before a change of the portal's, say, beside one of after.
  test('tabs with credentials of different kinds send one learner’s events once', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    world.online = false;
    const former = await world.open();
    const ids = former.add(5);
    await rest();
    former.kill();
    world.online = true;
    let letGo!: () => void;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const endpoint = world.endpoint();
    endpoint.behave = async (seen) => {
      await gate;
      endpoint.store(seen);
      return reply(200, '[]');
    };
    world.tab({ destinations: [destination({ auth: 'key' })] });
    world.tab({ destinations: [destination({ auth: () => 'token' })] }).outbox.setActor(person(former.actor), former.actor);
    await world.clock.advance(0);
    await rest(200);
    expect(endpoint.requests).toHaveLength(1);
    letGo();
    await world.clock.advance(20_000);
    expect(endpoint.held).toEqual(ids);
    expect(endpoint.repeats).toEqual([]);
  });

  test.each([false, true])('what one was asked to wait the exit of another waits too (going: %s)', async (going) => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const [one, two] = [await world.open(), await world.open()];
    world.endpoint().behave = () => reply(429, '', { 'retry-after': '600' });
    one.add(1);
    await world.clock.advance(5_000);
    expect(world.endpoint().requests).toHaveLength(1);
    await world.clock.advance(60_000);
    two.add(1);
    await rest();
    two.outbox.leave(going);
    await world.clock.advance(500_000);
    expect(world.endpoint().requests).toHaveLength(1);
    // Its own events go out when that is over, whoever is still there.
    one.kill();
    world.endpoint().behave = () => reply(200, '[]');
    await world.clock.advance(60_000);
    expect(world.endpoint().held).toHaveLength(2);
  });

  test('a tab that is killed while it sends costs one identical request', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const [a, b] = [await world.open(), await world.open()];
    world.endpoint().behave = (seen, count) => {
      if (count > 1) return reply(200);
      // Stored, but the answer never comes.
      world.endpoint().store(seen);
      return new Promise(() => {});
    };
    const ids = a.add(3);
    await world.clock.advance(5_000);
    a.kill();
    ids.push(...b.add(1));
    for (let i = 0; i < 30; i++) await world.clock.advance(10_000);
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().repeats).toEqual(ids.slice(0, 3));
    expect([...world.endpoint().bytes.values()].every(({ size }) => size === 1)).toBe(true);
  });

  test('what is too much is dropped once, and one tab tells of it', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    world.online = false;
    const former = await world.open();
    former.add(30, { worth: 0 });
    former.add(3, { worth: 0, time: world.clock.time - 31 * 86_400_000 });
    await rest();
    former.kill();
    const tabs = [];
    for (let i = 0; i < 3; i++) tabs.push(await world.open({ queue: { maxEvents: 10 } }));
    await Promise.all(tabs.map(({ outbox }) => outbox.pending()));
    expect(await tabs[0]!.outbox.pending()).toBe(10);
    const dropped = [former, ...tabs].flatMap((tab) => tab.heard('dropped'));
    expect(dropped.reduce((sum, { count }) => sum + count, 0)).toBe(23);
    expect(new Set(dropped.map(({ why }) => why)).size).toBe(dropped.length);
  });

  test('a reload during a request loses nothing (F9)', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) {
      const tab = await world.open();
      ids.push(...tab.add(3));
      world.endpoint().behave = () => (i % 2 ? new Promise(() => {}) : reply(200));
      await world.clock.advance(5_000 + i * 100);
      tab.kill();
    }
    world.endpoint().behave = () => reply(200);
    const tab = await world.open();
    for (let i = 0; i < 15; i++) await world.clock.advance(10_000);
    expect([...world.endpoint().held].sort()).toEqual([...ids].sort());
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('holds nothing between flushes', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const tab = await world.open();
    tab.add(3);
    await tab.flush();
    expect(world.locks.held.size).toBe(0);
    expect(await tab.store.keys(['l'], 9)).toEqual([]);
  });

  test('a clock that is set back does not make a lease last for ever', async () => {
    const world = new World();
    world.withLocks = withLocks;
    world.random = Math.random;
    const [a, b] = [await world.open(), await world.open()];
    world.endpoint().behave = (_, count) => (count === 1 ? new Promise(() => {}) : reply(200));
    a.add(3);
    await world.clock.advance(5_000);
    a.kill();
    world.clock.skew = -86_400_000;
    await b.flush();
    expect(world.endpoint().held).toHaveLength(3);
  });
});

// F12: the page is frozen while it sends, and the browser does not take its lock.
test.each([['Web Locks', true], ['a lease', false]])('a tab that stands still amid a request keeps no other waiting, and sends nothing beside it once it goes on: with %s', async (_, withLocks) => {
  const world = new World();
  world.withLocks = withLocks;
  world.random = Math.random;
  const [a, b] = [await world.open({ queue: { batchSize: 5 } }), await world.open({ queue: { batchSize: 5 } })];
  const endpoint = world.endpoint();
  let answer!: (response: Response) => void;
  endpoint.behave = (_, count) => (count === 1 ? new Promise((resolve) => (answer = resolve)) : reply(200, '[]'));
  const ids = a.add(20);
  await world.clock.advance(6_000);
  expect((await b.flush()).held).toMatchObject([{ why: expect.stringMatching('another tab') }]);
  expect(endpoint.requests).toHaveLength(1);
  a.freeze();
  await rest();
  await b.flush();
  expect(endpoint.held).toEqual(ids);
  expect(endpoint.repeats).toEqual([]);
  expect(endpoint.requests).toHaveLength(5);
  // What it had on its way was taken too.
  answer(reply(200, '[]'));
  await world.clock.advance(60_000);
  expect(endpoint.requests).toHaveLength(5);
  const more = a.add(2);
  await world.clock.advance(60_000);
  expect(endpoint.held).toEqual([...ids, ...more]);
  expect(endpoint.repeats).toEqual([]);
});

// Plain-http intranets: their pages have no Web Locks, which browsers free by themselves.
test('a lease is left to the next page by one that goes amid a request', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  const a = await world.open();
  world.endpoint().behave = (_, count) => (count === 1 ? new Promise(() => {}) : reply(200, '[]'));
  const ids = a.add(3);
  await world.clock.advance(6_000);
  a.outbox.leave();
  a.store.suspend();
  a.freeze();
  a.kill();
  const b = await world.open();
  await world.clock.advance(1_000);
  expect((await b.flush()).held).toEqual([]);
  expect(world.endpoint().held).toEqual(ids);
});

// Measured in Chromium: of what a page that goes writes to the database, a busy machine drops some.
test('a lease is left to the next page though the database drops what a page writes as it goes', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  const a = await world.open();
  world.endpoint().behave = (_, count) => (count === 1 ? new Promise(() => {}) : reply(200, '[]'));
  const ids = a.add(3);
  await world.clock.advance(6_000);
  vi.spyOn(a.store, 'write').mockResolvedValue();
  a.freeze();
  a.kill();
  const b = await world.open();
  expect((await b.flush()).held).toEqual([]);
  expect(world.endpoint().held).toEqual(ids);
  // Nor is anything left of it.
  expect([...world.storage.items.keys()]).toEqual([]);
});

test('what one page has let go of does not free what another has taken since', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  const [a, b, c] = [await world.open(), await world.open(), await world.open()];
  world.endpoint().behave = () => new Promise(() => {});
  a.add(3);
  await world.clock.advance(6_000);
  vi.spyOn(a.store, 'write').mockResolvedValue();
  a.freeze();
  void b.outbox.flush();
  await rest();
  expect(world.endpoint().requests).toHaveLength(2);
  void c.outbox.flush();
  await rest();
  expect(world.endpoint().requests).toHaveLength(2);
});

test('nor is one taken away that another has taken since', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  const [a, b, c] = [await world.open(), await world.open(), await world.open()];
  world.endpoint().behave = () => new Promise(() => {});
  a.add(3);
  await world.clock.advance(6_000);
  world.clock.skew += 120_000;
  void b.outbox.flush();
  await rest();
  expect(world.endpoint().requests).toHaveLength(2);
  a.freeze();
  await rest();
  void c.outbox.flush();
  await rest();
  expect(world.endpoint().requests).toHaveLength(2);
});

test('a tab that is only hidden leaves to another what that one is sending', async () => {
  const world = new World();
  const [a, b] = [await world.open(), await world.open()];
  const endpoint = world.endpoint();
  endpoint.behave = (seen) => new Promise((resolve) => world.clock.set(() => (endpoint.store(seen), resolve(reply(200, '[]'))), 20_000));
  const ids = a.add(2);
  await world.clock.advance(6_000);
  ids.push(...b.add(2));
  await world.clock.advance(6_000);
  b.outbox.leave(false);
  await rest();
  expect(endpoint.requests).toHaveLength(1);
  await world.clock.advance(60_000);
  expect(endpoint.held).toEqual(ids);
  expect(endpoint.repeats).toEqual([]);
});

test.each([true, false])('a tab that runs listens for standing still no longer than it sends; with Web Locks: %s', async (withLocks) => {
  const world = new World();
  world.withLocks = withLocks;
  const tab = await world.open();
  for (let i = 0; i < 5; i++) {
    tab.add(1);
    await tab.flush();
  }
  expect(world.endpoint().held).toHaveLength(5);
  expect(tab.freezes.size).toBe(0);
});

test('a tab that slept while it asked for a token sends nothing beside the one that took its place', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  let give!: (token: string) => void;
  const slow = await world.open({ destinations: [destination({ auth: () => new Promise<string>((resolve) => (give = resolve)) })] });
  const other = await world.open({ destinations: [destination({ auth: () => 'token' })] });
  for (const { outbox, actor } of [slow, other]) outbox.setActor(person(actor), actor);
  const ids = slow.add(3);
  await rest();
  void slow.outbox.flush();
  await rest();
  // By the wall clock: its timers sleep too.
  world.clock.skew += 120_000;
  const endpoint = world.endpoint();
  let answer!: () => void;
  endpoint.behave = (seen) => new Promise((resolve) => (answer = () => (endpoint.store(seen), resolve(reply(200, '[]')))));
  void other.outbox.flush();
  await rest();
  expect(endpoint.requests).toHaveLength(1);
  give('token');
  await rest();
  expect(endpoint.requests).toHaveLength(1);
  answer();
  await rest();
  expect(endpoint.held).toEqual(ids);
});

test('Web Locks that are refused, as in a sandboxed frame, give way to the lease', async () => {
  const world = new World();
  const refuse = () => Promise.reject(new DOMException('no', 'SecurityError'));
  const tab = await world.open({ environment: { locks: { request: refuse } } });
  const ids = tab.add(2);
  await tab.flush();
  expect(world.endpoint().held).toEqual(ids);
});
