import { describe, expect, test, vi } from 'vitest';
import type { Actor } from '../../src/events.js';
import type { Destination } from '../../src/destinations/destination.js';
import { redacted } from '../../src/outbox/redacted.js';
import type { NewRow } from '../../src/outbox/row.js';
import { deleteDatabase, destination, documentOf, person, refusing, reply, rest, type Tab, World } from './world.js';

const A = 'https://campus.example/users/a';
const B = 'https://campus.example/users/b';

let began = 0;

// After a crash, on a slow disk, it opens later than anybody waits for.
test.each([
  ['late', (clock: World['clock'], _: any, open: () => void) => clock.set(open, 8_000)],
  ['only later', (clock: World['clock'], request: any, open: () => void) => clock.set(() => (clock.time < began + 20_000 ? request.onerror() : open()), 0)],
])('what lies in a database that opens %s is sent, though nothing new is recorded', async (_, slow) => {
  const world = new World();
  world.online = false;
  const former = await world.open();
  former.add(5);
  await rest();
  former.alive = false;
  former.store.close();
  world.online = true;
  began = world.clock.time;
  const works = world.indexedDB!.open;
  world.indexedDB!.open = (...args) => {
    const request: any = {};
    slow(world.clock, request, () => {
      const real = works.apply(world.indexedDB!, args);
      real.onsuccess = () => { request.result = real.result; request.onsuccess(); };
    });
    return request;
  };
  await world.open();
  await world.clock.advance(60_000);
  expect(world.endpoint().held).toHaveLength(5);
});

describe('bounds', () => {
  test('what is left undefined is as by default', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open({ queue: { maxEvents: 20, maxBytes: undefined, maxAgeDays: undefined } as never });
    tab.add(15, { worth: 0 });
    await rest();
    expect(await tab.outbox.pending()).toBe(15);
  });

  test('what is on its way, or has arrived, is not dropped: what arrives and what is dropped is all there was', async () => {
    const world = new World();
    let answer = () => {};
    world.endpoint().behave = () => new Promise<Response>((resolve) => { answer = () => resolve(reply(200, '[]')); });
    const tab = await world.open({ queue: { maxEvents: 20, batchSize: 10 } });
    const ids: string[] = [];
    for (let round = 0; round < 12; round++) {
      ids.push(...tab.add(15, { worth: 0 }));
      await world.clock.advance(0);
      await tab.outbox.pending();
      answer();
      await rest();
    }
    world.endpoint().behave = () => reply(200, '[]');
    await tab.flush();
    const dropped = tab.heard('dropped').reduce((sum, { count }) => sum + count, 0);
    const arrived = new Set(world.endpoint().requests.flatMap(({ documents }) => documents));
    expect(dropped).toBeGreaterThan(0);
    expect(arrived.size + dropped).toBe(ids.length);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('what was dropped does not leave with the page', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open({ queue: { maxEvents: 10 } });
    tab.add(30, { worth: 0 });
    await rest();
    await tab.outbox.pending();
    const dropped = tab.heard('dropped').reduce((sum, { count }) => sum + count, 0);
    world.online = true;
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toHaveLength(30 - dropped);
    expect(dropped).toBeGreaterThan(15);
  });

  test('a key that is none of ours does not count', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open({ queue: { maxBytes: 10_000 } });
    await tab.store.write([{ k: ['q', 'another', 'x', 1] }]);
    for (let i = 0; i < 50; i++) tab.add(1, { worth: 0, id: `e${i}`, document: documentOf(`e${i}`, 'y'.repeat(1_000)) });
    await rest(200);
    expect(await tab.outbox.pending()).toBeLessThan(11);
  });

  test('what was dropped while the endpoint was asked about itself does not arrive', async () => {
    const world = new World();
    let answer = () => {};
    const tab = await world.open({ destinations: [destination({ about: 'https://lrs.example/about', applyConfiguration: () => undefined })], queue: { maxEvents: 20 } });
    const { fetch } = tab.environment;
    (tab.environment as any).fetch = (url: string, init: RequestInit) =>
      url.endsWith('/about') ? new Promise<Response>((resolve) => { answer = () => resolve(reply(200, '{}')); }) : fetch(url, init);
    const ids = tab.add(15, { worth: 0 });
    const flushed = tab.outbox.flush();
    await rest();
    ids.push(...tab.add(45, { worth: 0 }));
    await rest();
    await tab.outbox.pending();
    answer();
    await flushed;
    const dropped = tab.heard('dropped').reduce((sum, { count }) => sum + count, 0);
    expect(dropped).toBeGreaterThan(30);
    expect(world.endpoint().held).toEqual(ids.slice(dropped));
    expect(await tab.outbox.pending()).toBe(0);
  });

  test.each([
    ['behind', 60_000],
    ['before', -60_000],
  ])('one that is larger than the whole outbox goes first, and costs the others nothing, which it came %s', async (_, later) => {
    const tab = await full({ maxBytes: 20_000 });
    const ids = tab.add(10, { worth: 0 });
    const document = documentOf('large', 'y'.repeat(30_000));
    tab.add(1, { id: 'large', document, worth: 2, type: 'commented', time: tab.world.clock.time + later });
    await rest(200);
    expect(await tab.outbox.pending()).toBe(ids.length);
    expect(tab.heard('dropped')).toEqual([{ count: 1, types: { commented: 1 }, why: 'full' }]);
  });

  const full = async (queue: object) => {
    const world = new World();
    world.online = false;
    return world.open({ queue });
  };

  test('when full, the least valuable go first, the oldest of them first; what was dropped is reported', async () => {
    const tab = await full({ maxEvents: 10 });
    const [volume] = tab.add(1, { worth: 0, type: 'volumeChanged' });
    const milestones = tab.add(3, { worth: 1, type: 'progressed' });
    const seeks = tab.add(3, { worth: 2, type: 'seeked' });
    const kept = tab.add(3, { worth: 9, type: 'paused' });
    await rest();
    expect(await tab.outbox.pending()).toBe(10);
    for (let i = 0; i < 5; i++) {
      kept.push(...tab.add(1, { worth: 9, type: 'completed' }));
      await rest();
    }
    expect(await tab.outbox.pending()).toBe(10);
    expect(tab.heard('dropped')).toEqual([
      { count: 1, types: { volumeChanged: 1 }, why: 'full' },
      ...[1, 2, 3].map(() => ({ count: 1, types: { progressed: 1 }, why: 'full' })),
      { count: 1, types: { seeked: 1 }, why: 'full' },
    ]);
    const left = (await tab.store.keys(['q'], 99)).map((key) => key[4]);
    expect(left).toEqual([...seeks.slice(1), ...kept]);
    expect(left).not.toContain(volume);
    expect(left).not.toContain(milestones[2]);
  });

  test('where the bytes are too many alone, no more go than make room', async () => {
    const tab = await full({ maxEvents: 400, maxBytes: 399 * 100 });
    for (let i = 0; i < 400; i++) tab.add(1, { id: `e${i}`, worth: 3, document: documentOf(`e${i}`).padEnd(100) });
    await rest(200);
    expect(await tab.outbox.pending()).toBe(399);
  });

  test('what is dropped waits no more, and what was refused did not wait', async () => {
    const world = new World();
    const former = await world.open();
    world.endpoint().behave = refusing((id) => id.startsWith('bad'));
    for (let i = 0; i < 5; i++) former.add(1, { id: `bad${i}`, document: documentOf(`bad${i}`) });
    former.add(1);
    await former.flush();
    world.online = false;
    former.add(15, { worth: 0 });
    await rest();
    expect([await former.outbox.pending(), (await former.outbox.rejected()).length]).toEqual([15, 5]);
    former.kill();
    const tab = await world.open({ queue: { maxEvents: 12 } });
    expect(await tab.outbox.pending()).toBe(12);
    expect(tab.heard('dropped')).toEqual([{ count: 8, types: { paused: 8 }, why: 'full' }]);
  });

  test('what begins its way while others are dropped is not dropped', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open({ queue: { maxEvents: 10 } });
    await tab.outbox.pending();
    const old = tab.add(2, { time: world.clock.time - 31 * 86_400_000 });
    const { write } = tab.store;
    let left = false;
    tab.store.write = (put, remove = []) => {
      if (!left && !put[0] && remove[0]?.[0] === 'q') {
        left = true;
        world.online = true;
        tab.outbox.leave();
      }
      return write(put, remove);
    };
    const ids = [...old, ...tab.add(15, { worth: 0 })];
    await rest();
    await tab.outbox.pending();
    await rest();
    const dropped = tab.heard('dropped').reduce((sum, { count }) => sum + count, 0);
    expect(left).toBe(true);
    expect(dropped).toBeGreaterThan(0);
    expect(world.endpoint().held).toEqual(expect.arrayContaining(old));
    expect(world.endpoint().held.length + dropped).toBe(ids.length);
  });

  test('what is on its way to one endpoint may be dropped for another', async () => {
    const world = new World();
    const [one, two] = ['https://a.example/', 'https://b.example/'] as const;
    world.endpoint(one).behave = () => new Promise(() => {});
    world.endpoint(two).behave = () => reply(503);
    const tab = await world.open({ destinations: [one, two].map((url) => destination({ url })), queue: { maxEvents: 20, batchSize: 5 } });
    const ids = tab.add(10, { worth: 0 });
    await world.clock.advance(0);
    ids.push(...tab.add(5, { worth: 0 }));
    await rest();
    await tab.outbox.pending();
    const left = async (url: string) => (await tab.store.keys(['q', url], 99)).map((key) => key[4]);
    expect((await left(one)).slice(0, 5)).toEqual(ids.slice(0, 5));
    expect(await left(two)).toEqual(ids.slice(7));
  });

  test('initialized, paused, completed and terminated never go, even beyond the bound', async () => {
    const tab = await full({ maxEvents: 10 });
    const kept = tab.add(15, { worth: 9 });
    tab.add(3, { worth: 3, type: 'started' });
    await rest();
    expect(await tab.outbox.pending()).toBe(15);
    expect((await tab.store.keys(['q'], 99)).map((key) => key[4])).toEqual(kept);
  });

  test('too many bytes are noticed by themselves, though the events are few', async () => {
    const tab = await full({ maxBytes: 10_000 });
    // The first event of a page looks for itself.
    tab.add(1);
    await rest();
    for (let i = 0; i < 60; i++) tab.add(1, { id: `e${i}`, worth: 3, document: documentOf(`e${i}`, 'x'.repeat(980)) });
    await rest(100);
    expect((await tab.store.keys(['q'], 99)).length).toBeLessThan(20);
    expect(tab.heard('dropped')[0]).toMatchObject({ why: 'full' });
  });

  test('bytes count as UTF-8', async () => {
    const tab = await full({ maxBytes: 10_000 });
    for (let i = 0; i < 12; i++) tab.add(1, { id: `e${i}`, worth: 3, document: documentOf(`e${i}`, 'ü'.repeat(490)) });
    await rest();
    expect(await tab.outbox.pending()).toBe(9);
  });

  test.each([
    ['by default', {}, 30],
    ['as the options say', { maxAgeDays: 7 }, 7],
    ['also of less than a day', { maxAgeDays: 0.5 }, 0.5],
  ])('what is older than its age goes, whatever its worth, and what is younger stays: %s', async (_, queue, days) => {
    const tab = await full(queue);
    const age = days * 86_400_000;
    tab.add(2, { time: tab.world.clock.time - age - 60_000 });
    const [young] = tab.add(1, { time: tab.world.clock.time - age + 60_000, worth: 0 });
    await rest();
    expect(await tab.outbox.pending()).toBe(1);
    expect((await tab.store.keys(['q'], 9)).map((key) => key[4])).toEqual([young]);
    expect(tab.heard('dropped')).toEqual([{ count: 2, types: { paused: 2 }, why: 'age' }]);
  });

  test('what a session that is over has left for its own destination waits for nobody, and goes after a day', async () => {
    const world = new World();
    const [dead, live] = ['session 1 xapi', 'session 2 xapi'].map((key) => destination({ key })) as [Destination, Destination];
    world.online = false;
    const former = await world.open({ destinations: [dead] });
    former.add(2, { destination: dead.key });
    await rest();
    expect(await former.outbox.pending()).toBe(2);
    former.kill();
    world.online = true;
    const tab = await world.open({ destinations: [live] });
    const ids = tab.add(1, { destination: live.key });
    expect(await tab.flush()).toMatchObject({ delivered: 1, pending: 0 });
    expect(world.endpoint().held).toEqual(ids);
    expect(await tab.store.keys(['q'], 9)).toHaveLength(2);
    world.clock.time += 86_400_000 + 60_000;
    expect(await tab.outbox.pending()).toBe(0);
    expect(await tab.store.keys(['q'], 9)).toEqual([]);
    expect(tab.heard('dropped')).toEqual([{ count: 2, types: { paused: 2 }, why: 'age' }]);
  });

  test('what is its own a session keeps as long as any other', async () => {
    const world = new World();
    const live = destination({ key: 'session 2 xapi' });
    world.online = false;
    const tab = await world.open({ destinations: [live], queue: { maxAgeDays: 1 } });
    const ids = tab.add(2, { destination: live.key });
    await world.clock.advance(20 * 3_600_000);
    world.online = true;
    expect(await tab.flush()).toMatchObject({ delivered: 2 });
    expect(tab.heard('dropped')).toEqual([]);
    expect(world.endpoint().held).toEqual(ids);
  });

  describe('what is too old when a page comes', () => {
    const DAYS = 86_400_000;
    /** A page that a former one has left so many of, which are too old for it, and others. */
    const left = async (old: readonly Partial<NewRow>[], young: readonly Partial<NewRow>[], input: Parameters<World['open']>[0] = {}) => {
      const world = new World();
      world.online = false;
      const former = await world.open({ queue: { maxAgeDays: 99 } });
      const time = world.clock.time;
      old.forEach((more, i) => former.add(1, { time: time - 31 * DAYS + i, ...more }));
      const ids = young.flatMap((more) => former.add(1, { time: time - 29 * DAYS, ...more }));
      await rest(200);
      former.kill();
      world.online = true;
      return { world, ids, tab: world.tab(input) };
    };

    test('is dropped before its first request, all of it, and never sent, and what is younger is', async () => {
      const { world, ids, tab } = await left(Array.from({ length: 120 }, () => ({})), [{}, {}]);
      const told: unknown[] = [];
      world.endpoint().behave = () => {
        told.push(...tab.heard('dropped'));
        return reply(200, '[]');
      };
      await world.clock.advance(60_000);
      expect(told).toEqual([{ count: 120, types: { paused: 120 }, why: 'age' }]);
      expect(tab.heard('dropped')).toHaveLength(1);
      expect(world.endpoint().held).toEqual(ids);
    });

    test.each([[A, B], [B, A]])('is dropped whoever comes first, %s or %s', async (ofOld, ofYoung) => {
      const { world, ids, tab } = await left([{ actor: ofOld }, { actor: ofOld }], [{ actor: ofYoung }]);
      await world.clock.advance(60_000);
      expect(world.endpoint().held).toEqual(ids);
      expect(tab.heard('dropped')).toEqual([{ count: 2, types: { paused: 2 }, why: 'age' }]);
    });

    test('is asked to go once where it cannot, and holds up no other', async () => {
      const { world, ids } = await left([{}], [{}]);
      // Another tab is at it, for ever.
      world.locks.held.set('videojs-learning-analytics:bounds', {});
      const locks = world.locks.forTab({});
      let asked = 0;
      const tab = world.tab({
        environment: {
          locks: {
            request: (name, ...rest) => {
              asked += +name.endsWith(':bounds');
              return locks.request(name, ...rest);
            },
          },
        },
      });
      await tab.flush();
      expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
      // By its run, and perhaps by the count of what is pending.
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThan(3);
    });
  });

  test('a page that begins with a full outbox knows it', async () => {
    const world = new World();
    world.online = false;
    const first = await world.open({ queue: { maxEvents: 100 } });
    first.add(20, { worth: 3 });
    await rest();
    first.kill();
    const next = await world.open({ queue: { maxEvents: 20 } });
    next.add(5, { worth: 3 });
    await rest(200);
    expect((await next.store.keys(['q'], 999)).length).toBeLessThanOrEqual(20);
  });

  test('rejected events are the first to go', async () => {
    const world = new World();
    const tab = await world.open({ queue: { maxEvents: 10 } });
    const [bad] = tab.add(2);
    world.endpoint().behave = (seen) => reply(seen.body.includes(bad!) ? 400 : 200);
    await tab.flush();
    expect(await tab.outbox.rejected()).toHaveLength(1);
    world.online = false;
    tab.add(10, { worth: 0 });
    await rest(100);
    expect(await tab.outbox.pending()).toBe(10);
    expect(await tab.outbox.rejected()).toEqual([]);
  });

  test('all of an event goes in with one transaction', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination(), destination({ url: 'https://caliper.example/' })] });
    const { IDBDatabase } = await import('fake-indexeddb');
    await tab.outbox.pending();
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction');
    tab.add(1);
    expect(begin.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(1);
    begin.mockRestore();
  });
});

describe('actors', () => {
  test('a personal credential carries only the rows of who is here; the others wait', async () => {
    const world = new World();
    const auth = (actor: Actor) => `token of ${actor.id}`;
    const tab = await world.open({ destinations: [destination({ auth })] });
    const as = { a: tab.add(2, { actor: A }), b: tab.add(2, { actor: B }) };
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 4, held: [{ why: 'waits until somebody is signed in' }] });
    tab.outbox.setActor(person(B), B);
    expect(await tab.flush()).toMatchObject({ delivered: 2, pending: 2 });
    expect(world.endpoint().held).toEqual(as.b);
    tab.outbox.setActor(null, '');
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 2 });
    tab.outbox.setActor(person(A), A);
    await tab.flush();
    expect(world.endpoint().held).toEqual([...as.b, ...as.a]);
    expect(world.endpoint().requests.map(({ headers }) => headers.Authorization)).toEqual([`Bearer token of ${B}`, `Bearer token of ${A}`]);
  });

  test.each<readonly [string, Partial<Destination>]>([
    ['a token of somebody’s', { auth: vi.fn(() => 'token') }],
    ['a cookie', { auth: false, credentials: 'include' }],
  ])('what happened while nobody was signed in does not go out with %s', async (_, given) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination(given)] });
    tab.outbox.setActor(null, 'nobody');
    tab.add(2, { actor: 'nobody' });
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 2, held: [{ why: 'waits until somebody is signed in' }] });
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toEqual([]);
    if (given.auth) expect(given.auth).not.toHaveBeenCalled();
  });

  test.each([
    ['a key', 'key', 'Bearer key'],
    ['key and secret', { key: 'kéy', secret: 'secret' }, 'Basic a8OpeTpzZWNyZXQ='],
    ['none', false as const, undefined],
  ])('a site-wide credential (%s) carries the rows of all', async (_, auth, header) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth })] });
    const ids = [...tab.add(2, { actor: A }), ...tab.add(2, { actor: B })];
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests[0]!.headers.Authorization).toBe(header);
  });

  test('cookies are personal', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: false, credentials: 'include' })] });
    tab.add(1, { actor: A });
    const ids = tab.add(1, { actor: B });
    tab.outbox.setActor(person(B), B);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests[0]!.init.credentials).toBe('include');
  });

  test.each([
    ['cookies go along by themselves to the page\'s own origin: they are personal', 'https://campus.example', undefined, false],
    ['none go along to another origin: what the endpoint takes is for all', 'https://other.example', undefined, true],
    ['none go along where they are left out: what the endpoint takes is for all', 'https://campus.example', 'omit' as const, true],
  ])('%s', async (_, origin, credentials, all) => {
    const world = new World();
    const url = 'https://campus.example/analytics/xapi';
    const tab = await world.open({
      environment: { origin },
      destinations: [destination({ url, auth: false, ...(credentials && { credentials }) })],
    });
    const ofA = tab.add(1, { actor: A });
    const ofB = tab.add(1, { actor: B });
    tab.outbox.setActor(person(B), B);
    await tab.flush();
    expect(world.endpoint(url).held).toEqual(all ? [...ofA, ...ofB] : ofB);
  });

  test('who leaves while a token is fetched takes no rows along, and gives no token to the next', async () => {
    const world = new World();
    const answers: ((token: string) => void)[] = [];
    const tab = await world.open({ destinations: [destination({ auth: () => new Promise((resolve) => answers.push(resolve)) })] });
    tab.add(1, { actor: A });
    const [ofB] = tab.add(1, { actor: B });
    tab.outbox.setActor(person(A), A);
    await world.clock.advance(0);
    tab.outbox.setActor(person(B), B);
    answers.shift()!('A');
    await world.clock.advance(6_000);
    answers.shift()!('B');
    await rest();
    expect(world.endpoint().held).toEqual([ofB]);
    expect(world.endpoint().requests[0]!.headers.Authorization).toBe('Bearer B');
  });

  test.each([
    ['while that of who is here is asked for', ['a', 'b']],
    ['after that of who is here', ['b', 'a']],
  ])('a token that comes when its learner has gone, %s, does not take the place of the other', async (_, order) => {
    const world = new World();
    const answers: Record<string, (token: string) => void> = {};
    const auth = vi.fn(({ id }: Actor) => new Promise<string>((resolve) => { answers[id.slice(-1)] = resolve; }));
    const tab = await world.open({ destinations: [destination({ auth })] });
    for (const actor of [A, B]) {
      tab.outbox.setActor(person(actor), actor);
      tab.add(1, { actor });
      await rest();
    }
    answers[order[0]!]!(order[0]!);
    await rest();
    void tab.outbox.flush();
    await rest();
    answers[order[1]!]!(order[1]!);
    await rest();
    const [last] = tab.add(1, { actor: B });
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held.at(-1)).toBe(last);
    expect(new Set(world.endpoint().requests.map(({ headers }) => headers.Authorization))).toEqual(new Set(['Bearer b']));
    expect(auth.mock.calls.map(([{ id }]) => id)).toEqual([A, B]);
  });

  test('a credential that is refused when its learner has gone leaves that of the next one', async () => {
    const world = new World();
    const auth = vi.fn(({ id }: Actor) => id.slice(-1));
    const tab = await world.open({ destinations: [destination({ auth })] });
    tab.outbox.setActor(person(A), A);
    tab.add(1, { actor: A });
    let answer!: (response: Response) => void;
    world.endpoint().behave = ({ headers }) => (headers.Authorization === 'Bearer b' ? reply(200, '[]') : new Promise((resolve) => (answer = resolve)));
    void tab.outbox.flush();
    await rest();
    tab.outbox.setActor(person(B), B);
    const ids = tab.add(1, { actor: B });
    await rest();
    answer(reply(401));
    await rest();
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(ids);
    expect(auth.mock.calls.map(([{ id }]) => id)).toEqual([A, B]);
  });

  test('two destinations never read each other’s rows (F14)', async () => {
    const world = new World();
    const other = destination({ url: 'https://caliper.example/' });
    const first = await world.open();
    const second = await world.open({ destinations: [other] });
    const ids = first.add(2);
    await second.flush();
    expect(world.endpoint(other.url).held).toEqual([]);
    await first.flush();
    expect(world.endpoint().held).toEqual(ids);
  });
});

describe('credentials', () => {
  const withAuth = async (auth: (actor: Actor, reason: string) => string | Promise<string>) => {
    const world = new World();
    const spy = vi.fn(auth);
    const tab = await world.open({ destinations: [destination({ auth: spy })] });
    tab.outbox.setActor(person(tab.actor), tab.actor);
    await rest();
    return { world, tab, auth: spy };
  };

  test('a token is asked for once, and again when it is refused', async () => {
    const { world, tab, auth } = await withAuth(async (_, reason) => (reason === 'refused' ? 'fresh' : 'stale'));
    world.endpoint().behave = ({ headers }) => reply(headers.Authorization === 'Bearer fresh' ? 200 : 401);
    const ids = tab.add(2);
    await tab.flush();
    tab.add(1);
    await tab.flush();
    expect(world.endpoint().held.slice(0, 2)).toEqual(ids);
    expect(auth.mock.calls.map(([, reason]) => reason)).toEqual(['start', 'refused']);
  });

  test('401 for ever: asked once more, then held at the longest backoff; nothing is rejected', async () => {
    const { world, tab, auth } = await withAuth(() => 'never right');
    world.endpoint().behave = () => reply(401);
    const ids = tab.add(2);
    await world.clock.advance(60_000);
    expect(auth).toHaveBeenCalledTimes(2);
    expect(world.endpoint().requests).toHaveLength(2);
    tab.wake();
    tab.add(60);
    await rest(200);
    await world.clock.advance(60_000);
    expect(world.endpoint().requests).toHaveLength(2);
    await world.clock.advance(300_000);
    expect(world.endpoint().requests.length).toBeGreaterThan(2);
    expect(await tab.outbox.rejected()).toEqual([]);
    world.endpoint().behave = () => reply(200);
    await tab.flush();
    expect(world.endpoint().held.slice(0, 2)).toEqual(ids);
    expect(world.warnings).toEqual([expect.stringContaining('refuses the credential (401): its events wait.')]);
  });

  test('whoever needs a token while it is asked for waits for the same one', async () => {
    let answer!: (token: string) => void;
    const { world, tab, auth } = await withAuth(() => new Promise((resolve) => (answer = resolve)));
    const ids = tab.add(1);
    await rest();
    void tab.outbox.flush();
    await rest();
    answer('token');
    await rest();
    expect(world.endpoint().held).toEqual(ids);
    expect(auth).toHaveBeenCalledTimes(1);
  });

  test('an auth function that fails is not asked again by every event', async () => {
    const { tab, auth } = await withAuth(() => Promise.reject(new Error('no')));
    for (let i = 0; i < 5; i++) {
      tab.add(1);
      await rest();
    }
    expect(auth).toHaveBeenCalledTimes(1);
  });

  test.each<readonly [string, (tab: Tab) => unknown]>([
    ['all is cleared', ({ outbox }) => outbox.clear()],
    ['consent is denied', ({ outbox }) => outbox.setConsent('denied')],
    ['consent is taken back for now', ({ outbox }) => outbox.setConsent('pending')],
    ['the player is disposed of', ({ outbox }) => outbox.dispose()],
  ])('nothing is sent where %s while a token is asked for', async (_, change) => {
    let answer!: (token: string) => void;
    const { world, tab } = await withAuth(() => new Promise((resolve) => (answer = resolve)));
    tab.add(3);
    await rest();
    void tab.outbox.flush();
    await rest();
    void change(tab);
    await rest();
    answer('token');
    await world.clock.advance(60_000);
    expect(world.endpoint().requests).toEqual([]);
  });

  test('where every event is refused, the next attempt asks for another token', async () => {
    const { world, tab } = await withAuth((_, reason) => (reason === 'refused' ? 'fresh' : 'stale'));
    world.endpoint().behave = ({ headers }) => reply(headers.Authorization === 'Bearer fresh' ? 200 : 400, 'Bad Request');
    const ids = tab.add(20);
    expect(await tab.flush()).toMatchObject({ pending: 20, held: [{ why: 'refuses every event' }] });
    expect(await tab.flush()).toMatchObject({ delivered: 20, rejected: 0, pending: 0 });
    expect(world.endpoint().held).toEqual(ids);
  });

  test.each([401, 403])('an auth function whose credentials are all refused with %i is asked once more, and then held', async (status) => {
    const reasons: string[] = [];
    const { world, tab } = await withAuth((_: unknown, reason: string) => `token ${reasons.push(reason)}`);
    world.endpoint().behave = () => reply(status);
    tab.add(5);
    expect(await tab.flush()).toMatchObject({ delivered: 0, rejected: 0, pending: 5, held: [{ why: 'refuses the credential' }] });
    expect(reasons).toEqual(['start', 'refused']);
  });

  test('a fixed key that is refused is held at once', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key' })] });
    for (const [status, most] of [[401, 1], [403, 3], [403, 3]] as const) {
      world.endpoint().requests.length = 0;
      world.endpoint().behave = () => reply(status);
      tab.add(2);
      expect(await tab.flush()).toMatchObject({ delivered: 0, rejected: 0, held: [{ why: 'refuses the credential' }] });
      // It is looked into whether a 403 is about an event.
      expect(world.endpoint().requests.length).toBeLessThanOrEqual(most);
    }
  });

  test('a key that is refused with 403 whatever is sent is not tried again with every event', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key' })] });
    world.endpoint().behave = () => reply(403);
    tab.add(5);
    await tab.flush();
    const { length } = world.endpoint().requests;
    for (let i = 0; i < 10; i++) {
      tab.add(1);
      await world.clock.advance(10_000);
    }
    expect(world.endpoint().requests).toHaveLength(length);
  });

  test.each([
    ['throws', () => { throw new Error('no'); }],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['never answers', () => new Promise<string>(() => {})],
    ['gives nothing', () => undefined as any],
    ['gives a number', () => 12345 as any],
    ['gives blanks', () => ' \n'],
    ['gives a log-in page', () => '<!doctype html>\n<title>Log in</title>'],
  ])('an auth function that %s is tried again later', async (_, broken) => {
    let works = false;
    const { world, tab } = await withAuth(() => (works ? 'token' : broken()));
    const ids = tab.add(1);
    expect(await tab.flush()).toMatchObject({ pending: 1, held: [{ why: 'waits for a credential, since its auth function failed' }] });
    expect(world.endpoint().requests).toEqual([]);
    works = true;
    await world.clock.advance(60_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('who is not signed in any more holds up nobody else, on this page or the next', async () => {
    const world = new World();
    const auth = ({ id }: Actor) => {
      if (id === A) throw new Error('not signed in');
      return 'token';
    };
    const first = await world.open({ destinations: [destination({ auth })] });
    first.outbox.setActor(person(A), A);
    first.add(1, { actor: A });
    for (let i = 0; i < 9; i++) expect(await first.flush()).toMatchObject({ pending: 1 });
    first.outbox.setActor(person(B), B);
    const here = first.add(1, { actor: B });
    // Nor does it make the next failure one of many.
    world.endpoint().behave = (_, count) => reply(count > 1 ? 200 : 503, '[]');
    await world.clock.advance(10_000);
    expect(world.endpoint().held).toEqual(here);
    first.kill();
    const next = await world.open({ destinations: [destination({ auth })] });
    next.outbox.setActor(person(B), B);
    const there = next.add(1, { actor: B });
    await world.clock.advance(6_000);
    expect(world.endpoint().held).toEqual([...here, ...there]);
  });

  test.each(['authorization', 'Authorization'])('a header of one’s own (%s) takes the place of the credential', async (name) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key', headers: () => ({ [name]: 'Token mine' }) })] });
    tab.add(1);
    world.endpoint().behave = ({ headers }, count) => (count > 1 ? reply(200, '[]') : reply(401, `no such token: ${headers[name]}`));
    await tab.flush();
    expect(world.endpoint().requests[0]!.headers).toEqual({ [name]: 'Token mine' });
    expect(world.warnings.join()).toContain('no such token');
    expect(world.warnings.join()).not.toContain('mine');
  });

  test('a blank at the end of a token changes nothing', async () => {
    const { world, tab } = await withAuth(() => 'token \n');
    world.endpoint().take = () => reply(200, '<p>please log in');
    tab.add(3);
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 3 });
    expect(tab.heard('retry').at(-1)).toMatchObject({ status: 200 });
  });

  test('an auth function that gives false leaves it to a cookie', async () => {
    const { world, tab } = await withAuth(() => false as any);
    const ids = tab.add(1);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests[0]!.headers).not.toHaveProperty('Authorization');
  });

  test.each<[string, Partial<Destination>, (sent: string) => string]>([
    ['a token', { auth: () => 'top-secret' }, (sent: string) => `you sent ${JSON.stringify(sent)}`],
    ['one that JSON escapes', { auth: () => 'top/secret' }, (sent: string) => `you sent ${JSON.stringify(sent).replace(/\//g, '\\/')}`],
    ['one with blanks', { auth: () => 'top secret' }, (sent: string) => `you sent ${sent}`],
    ['a pair', { auth: { key: 'key', secret: 'top-secret' } }, () => 'you sent top-secret, as key'],
    ['one behind a word in a header of its own', { auth: false, headers: () => ({ 'X-Api-Key': 'Key top-secret' }) }, () => '{"error":"you sent","key":"top-secret"}'],
    ['one in a header of its own', { auth: false, headers: () => ({ 'X-Api-Key': 'top-secret' }) }, () => '{"error":"you sent","headers":{"x-api-key":"top-secret"}}'],
  ])('%s is found neither in the store nor in the journal nor in a warning, even when an endpoint repeats it', async (_, given: Partial<Destination>, words) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination(given)] });
    tab.outbox.setActor(person(tab.actor), tab.actor);
    world.endpoint().behave = (seen) => reply(seen.documents.length > 1 || seen.body.includes('bad') ? 400 : 200, words(seen.headers.Authorization!));
    tab.add(1, { id: 'bad', document: documentOf('bad') });
    tab.add(2);
    tab.outbox.leave();
    await tab.flush();
    world.endpoint().behave = (seen) => reply(401, words(seen.headers.Authorization!));
    tab.add(1);
    await tab.flush();
    const everything = JSON.stringify([await tab.store.page([], 999), [...world.storage.items], world.warnings, tab.said]);
    expect(everything).toContain('you sent');
    expect(everything).not.toMatch(/top.{1,4}secret/);
  });

  test('what endpoints say keeps what is no secret', async () => {
    const world = new World();
    const headers = { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3', 'X-Api-Key': 'top-secret' };
    const tab = await world.open({ destinations: [destination({ headers: () => headers })] });
    const [bad] = tab.add(2);
    world.endpoint().behave = (seen) => reply(seen.body.includes(bad!) ? 400 : 200, 'no application/json of version 1.0.3, says top-secret');
    await tab.flush();
    expect(await tab.outbox.rejected()).toMatchObject([{ reason: 'no application/json of version 1.0.3, says …' }]);
  });
});

test('a credential is taken out however deep JSON quotes it, and a long run of backslashes holds up nothing', () => {
  const authorization = 'Bearer to"p/se\\cret';
  let words = `you sent ${authorization}`;
  for (let level = 0; level <= 3; level++) {
    expect(redacted(words, authorization)).not.toMatch(/top|cret/);
    expect(redacted(words, authorization)).toContain('you sent');
    words = JSON.stringify(words).replace(/\//g, '\\/');
  }
  const pair = `Basic ${btoa('key:se<cret>!')}`;
  expect(pair).toMatch(/=$/);
  const escaped = (text: string, form: (code: number) => string) => text.replace(/\W/g, (letter) => form(letter.charCodeAt(0)));
  const hex = (code: number) => code.toString(16).padStart(2, '0');
  for (const form of [(code: number) => `&#x${hex(code).toUpperCase()};`, (code: number) => `&#${code};`, (code: number) => `%${hex(code)}`, (code: number) => `\\u00${hex(code)}`]) {
    expect(redacted(`you sent ${escaped(pair, form)}, ${escaped('key:se<cret>!', form)}`, pair)).not.toMatch(/a2V5|cret/);
  }
  expect(redacted('no &lt;se&lt;cret&gt;&#33;', pair)).toBe('no &lt;…');
  const run = '\\'.repeat(100_000);
  const began = performance.now();
  expect(redacted(run, authorization)).toBe(run);
  redacted(run.slice(0, 3_000), `Bearer ${run.slice(0, 6)}x`);
  // It took many seconds.
  expect(performance.now() - began).toBeLessThan(1_000);
});

describe('consent', () => {
  test('what is cleared while it is on its way leaves nothing behind, and nothing more of it is sent', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    let answer!: (response: Response) => void;
    endpoint.behave = (seen, count) => (count === 3 ? new Promise((resolve) => (answer = resolve)) : reply(seen.documents.length > 1 || seen.body.includes('bad') ? 400 : 200));
    tab.add(1, { id: 'bad', document: documentOf('bad') });
    tab.add(3);
    void tab.flush();
    await rest();
    const { length } = endpoint.requests;
    await tab.outbox.clear();
    answer(reply(400, 'no'));
    await rest(200);
    expect(endpoint.requests).toHaveLength(length);
    expect(await tab.store.page(['q'], 9)).toEqual([]);
    expect(await tab.outbox.rejected()).toEqual([]);
  });

  test('what could not be cleared when consent was denied is cleared before anything else is stored', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    tab.add(3);
    await rest();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const remove = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    await tab.outbox.setConsent('denied');
    remove.mockRestore();
    world.online = true;
    await tab.outbox.setConsent('granted');
    await world.clock.advance(60_000);
    const ids = tab.add(1);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  describe.each<readonly [string, (tab: Tab) => Promise<void>]>([
    ['when all is cleared', ({ outbox }) => outbox.clear()],
    ['when consent is denied', ({ outbox }) => outbox.setConsent('denied')],
  ])('what is being written %s', (_, clear) => {
    test.each([['at first', 1], ['twice', 2]])('and fails %s does not come back, neither at once nor with a grant', async (_, times) => {
      const world = new World();
      world.online = false;
      const tab = await world.open();
      await tab.outbox.pending();
      const { IDBObjectStore } = await import('fake-indexeddb');
      const { put } = IDBObjectStore.prototype;
      const failing = vi.spyOn(IDBObjectStore.prototype, 'put');
      for (let i = 0; i < times; i++)
        failing.mockImplementationOnce(function (this: IDBObjectStore, ...args) {
          const { transaction } = this;
          transaction.commit = () => void setImmediate(() => transaction.abort());
          return put.apply(this, args);
        });
      tab.add(1);
      await clear(tab);
      await rest();
      failing.mockRestore();
      expect(await (await world.open()).outbox.pending()).toBe(0);
      world.online = true;
      await tab.outbox.setConsent('granted');
      await world.clock.advance(60_000);
      expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 0 });
      expect(world.endpoint().held).toEqual([]);
    });
  });

  test('another outbox of the page, which may send, sends nothing of one that may not yet', async () => {
    const world = new World();
    const keepalive = { left: 60_000 };
    const one = await world.open({ environment: { keepalive } });
    const two = await world.open({ environment: { keepalive }, consent: 'pending' });
    two.add(2);
    one.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toEqual([]);
  });

  test('pending: in memory, and nothing is sent; granted: all of it is kept and sent', async () => {
    const world = new World();
    const tab = await world.open({ consent: 'pending' });
    const ids = tab.add(3);
    tab.outbox.leave();
    const report = await tab.flush();
    expect(report).toMatchObject({ delivered: 0, pending: 3 });
    expect(world.endpoint().requests).toEqual([]);
    expect(await world.indexedDB!.databases()).toEqual([]);
    expect(world.storage.items.size).toBe(0);
    await tab.outbox.setConsent('granted');
    const again = world.tab();
    expect(await again.outbox.pending()).toBe(3);
    again.kill();
    await world.clock.advance(1_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('denied: nothing is kept or sent, and what was kept is cleared, journals included', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    tab.add(3);
    await tab.store.write([{ k: ['p', 'progress'] }]);
    world.storage.setItem('videojs-learning-analytics:other', '[]');
    await rest();
    await tab.outbox.setConsent('denied');
    tab.add(1);
    tab.outbox.leave();
    world.online = true;
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 0 });
    expect(world.endpoint().requests).toEqual([]);
    expect(world.storage.items.size).toBe(0);
    tab.kill();
    const next = await world.open();
    expect(await next.outbox.pending()).toBe(0);
    expect(await next.store.get(['p', 'progress'])).toBe(undefined);
  });

  test('denied from the start clears what an earlier page kept', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    tab.add(3);
    await rest();
    tab.kill();
    await world.open({ consent: 'denied' });
    const next = await world.open();
    expect(await next.outbox.pending()).toBe(0);
  });
});

describe('outbox', () => {
  test('says whether an event was stored, and never rejects', async () => {
    const world = new World();
    const tab = await world.open();
    expect(await tab.outbox.add([tab.row()])).toBe(true);
    expect(await tab.outbox.add([tab.row({ time: NaN })])).toBe(false);
    expect(world.warnings).toEqual([expect.stringContaining('An event cannot be stored.')]);
  });

  test('events that happen before the store is open wait for it', async () => {
    const world = new World();
    const tab = world.tab();
    const ids = tab.add(3);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('the same event twice is one row', async () => {
    const world = new World();
    const tab = await world.open();
    const row = tab.row();
    await Promise.all([tab.outbox.add([row]), tab.outbox.add([row])]);
    await tab.flush();
    expect(world.endpoint().held).toEqual([row.id]);
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('a listener that throws disturbs nothing', async () => {
    const world = new World();
    const tab = await world.open({ report: () => { throw new Error('listener'); } });
    const ids = tab.add(2);
    expect(await tab.flush()).toMatchObject({ delivered: 2 });
    expect(world.endpoint().held).toEqual(ids);
  });

  test('clear() empties what is kept', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    tab.add(3);
    await rest();
    await tab.outbox.clear();
    expect(await tab.outbox.pending()).toBe(0);
    tab.outbox.leave();
    expect(world.storage.items.size).toBe(0);
  });

  test('clear() removes what ended sessions left in localStorage too, and nothing of the page’s', async () => {
    const world = new World();
    const tab = await world.open();
    for (const name of ['videojs-learning-analytics:of-another-page', 'videojs-learning-analytics-ended:1', 'theme']) world.storage.setItem(name, '[]');
    await tab.outbox.clear();
    expect([...world.storage.items.keys()]).toEqual(['theme']);
  });

  test('the database is deleted under it: what waited and what comes after is kept and sent (F32)', async () => {
    const world = new World();
    const tab = await world.open();
    world.online = false;
    const ids = tab.add(2);
    await rest();
    await deleteDatabase(world);
    ids.push(...tab.add(2));
    await rest();
    world.online = true;
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  // F31
  test('a flush while the database does not answer counts what waits', async () => {
    const world = new World();
    world.online = false;
    world.indexedDB = { open: () => ({}) } as unknown as IDBFactory;
    const tab = await world.open();
    tab.add(1);
    const flushing = tab.outbox.flush();
    for (let i = 0; i < 40; i++) await world.clock.advance(1_000);
    expect(await flushing).toMatchObject({ pending: 1 });
  });

  test('dispose leaves no timer and no listener, and lets a request end', async () => {
    const world = new World();
    const tab = await world.open();
    let answer!: (response: Response) => void;
    world.endpoint().behave = () => new Promise((resolve) => { answer = resolve; });
    tab.add(2);
    await world.clock.advance(5_000);
    const gone = tab.outbox.dispose();
    expect(tab.wakes.size).toBe(0);
    answer(reply(200));
    await gone;
    await rest();
    expect(world.clock.timers.size).toBe(0);
    tab.add(1);
    await rest();
    expect(world.clock.timers.size).toBe(0);
    tab.kill();
    const next = await world.open();
    expect(await next.outbox.pending()).toBe(1);
  });

  test('an idle outbox sets no timer', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(2);
    await tab.flush();
    await world.clock.advance(60_000);
    expect(world.clock.timers.size).toBe(0);
  });

  test('no promise is left rejected, whatever fails', async () => {
    const rejections: unknown[] = [];
    const listen = (error: unknown) => rejections.push(error);
    process.on('unhandledRejection', listen);
    const world = new World();
    const { IDBDatabase } = await import('fake-indexeddb');
    const tab = await world.open({ destinations: [destination({ auth: () => Promise.reject(new Error('no')) })] });
    tab.outbox.setActor(person(tab.actor), tab.actor);
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
    tab.add(3);
    tab.outbox.leave();
    await world.clock.advance(100_000);
    await tab.outbox.retryRejected();
    await tab.outbox.clear();
    await tab.outbox.dispose();
    begin.mockRestore();
    await rest();
    process.off('unhandledRejection', listen);
    expect(rejections).toEqual([]);
  });
});

test.each(['clear', 'deny'] as const)('what is refused while all is cleared does not come back: %s', async (how) => {
  for (const turns of [1, 2, 3, 5, 8, 12]) {
    const world = new World();
    const tab = await world.open();
    const [bad] = tab.add(3);
    world.endpoint().behave = refusing((id) => id === bad);
    const { get } = tab.store;
    let begun = false;
    tab.store.get = (async (key: Parameters<typeof get>[0]) => {
      const found = get(key);
      if (begun || key[4] !== bad) return found;
      begun = true;
      void (async () => {
        for (let turn = 0; turn < turns; turn++) await undefined;
        await (how === 'clear' ? tab.outbox.clear() : tab.outbox.setConsent('denied'));
      })();
      return found;
    }) as typeof get;
    void tab.outbox.flush();
    await world.clock.advance(10_000);
    expect(begun).toBe(true);
    await tab.outbox.setConsent('granted');
    await world.clock.advance(10_000);
    expect(await (await world.open()).store.page(['r'], 9)).toEqual([]);
  }
});

describe('another page of the site', () => {
  test('that clears all, or is denied, leaves nothing for what is under way here to come back', async () => {
    const world = new World();
    const tab = await world.open();
    const other = await world.open();
    const [bad] = tab.add(3);
    let answer!: (response: Response) => void;
    world.endpoint().behave = () => new Promise((resolve) => (answer = resolve));
    void tab.outbox.flush();
    await rest();
    world.endpoint().behave = refusing((id) => id === bad);
    await other.outbox.clear();
    answer(reply(400, 'bad'));
    await world.clock.advance(1_000);
    expect(await other.store.page(['q'], 9)).toEqual([]);
    expect(await other.store.page(['r'], 9)).toEqual([]);
    expect(tab.heard('rejected')).toEqual([]);
  });

  test('that clears all gets nothing back in another version either', async () => {
    const world = new World();
    let version = 1;
    const speaks = destination({ asVersion: (document) => document.replace(/}$/, `,"version":${version}}`), negotiate: () => version++ < 2 });
    const tab = await world.open({ destinations: [speaks] });
    const other = await world.open();
    tab.add(3);
    let answer!: (response: Response) => void;
    world.endpoint().behave = (_, count) => (count > 1 ? reply(503) : new Promise((resolve) => (answer = resolve)));
    void tab.outbox.flush();
    await rest();
    await other.outbox.clear();
    answer(reply(415));
    await world.clock.advance(1_000);
    expect(await other.store.page(['q'], 9)).toEqual([]);
  });

  test.each(['denied', 'granted'] as const)('which kept in IndexedDB, is cleared by one that keeps in memory (%s)', async (consent) => {
    const world = new World();
    world.online = false;
    const former = await world.open();
    former.add(3);
    await rest();
    former.kill();
    const tab = await world.open({ storage: 'memory', consent });
    if (consent === 'granted') await tab.outbox.clear();
    await rest();
    expect(await (await world.open()).outbox.pending()).toBe(0);
    expect(world.warnings).toEqual([]);
  });
});

test('what cannot be read for now is said to wait', async () => {
  const world = new World();
  const tab = await world.open();
  tab.add(2);
  await rest();
  const { IDBDatabase } = await import('fake-indexeddb');
  const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
  expect(await tab.flush()).toMatchObject({ delivered: 0, held: [{ why: 'cannot be served: IndexedDB cannot be read' }] });
  begin.mockRestore();
  await world.clock.advance(60_000);
  expect(await tab.flush()).toMatchObject({ pending: 0, held: [] });
  expect(world.endpoint().held).toHaveLength(2);
});

test('a body that cannot be of nothing is one for what there is', async () => {
  const world = new World();
  const tab = await world.open({ destinations: [destination({ wrap: ([first, ...more]) => `[${[first!.trim(), ...more].join(',')}]` })] });
  const ids = tab.add(3);
  expect(await tab.flush()).toMatchObject({ delivered: 3, pending: 0 });
  expect(world.endpoint().held).toEqual(ids);
});
