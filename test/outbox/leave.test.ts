import { describe, expect, test, vi } from 'vitest';
import { destination, documentOf, judge, reply, rest, World } from './world.js';

const PREFIX = 'videojs-learning-analytics:';
const journals = (world: World) => [...world.storage.items].filter(([name]) => name.startsWith(PREFIX)).map(([, text]) => JSON.parse(text));

/** A tab whose database takes its time: what is added is not durable. */
const slow = async (world: World) => {
  const tab = await world.open();
  const { IDBDatabase } = await import('fake-indexeddb');
  const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => new Proxy({}, { get: (_, name) => (name === 'objectStore' ? () => new Proxy({ transaction: {} }, { get: (it: any, what) => it[what] ?? (() => ({})) }) : undefined) }) as any);
  return { tab, mend: () => begin.mockRestore() };
};

describe('leave', () => {
  test('a page that is only hidden keeps the order where a request is under way', async () => {
    const world = new World();
    const tab = await world.open();
    let answer!: (response: Response) => void;
    world.endpoint().behave = (_, count) => (count === 1 ? new Promise((resolve) => (answer = resolve)) : reply(200));
    const ids = tab.add(2);
    await world.clock.advance(5_000);
    ids.push(...tab.add(2));
    tab.outbox.leave(false);
    await rest();
    answer(reply(503));
    await world.clock.advance(20_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('asks nothing within a pause that an endpoint wished of a page before, however soon it goes', async () => {
    const world = new World();
    world.endpoint().behave = () => reply(429, '', { 'Retry-After': '60' });
    const before = await world.open();
    const ids = before.add(1);
    await before.flush();
    before.kill();
    const tab = world.tab();
    ids.push(...tab.add(1));
    tab.outbox.leave();
    await rest();
    tab.kill();
    expect(world.endpoint().requests).toHaveLength(1);
    world.endpoint().behave = () => reply(200);
    await world.open();
    await world.clock.advance(70_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('spells out what is not stored yet before it sends, all before it returns (F1, F2)', async () => {
    const world = new World();
    const { tab, mend } = await slow(world);
    const order: string[] = [];
    const { setItem } = world.storage;
    world.storage.setItem = (name, value) => {
      order.push('journal');
      setItem.call(world.storage, name, value);
    };
    world.endpoint().behave = () => reply(200);
    const { fetch } = tab.environment;
    (tab.environment as any).fetch = (...args: Parameters<typeof fetch>) => {
      order.push('send');
      return fetch(...args);
    };
    const ids = tab.add(2);
    tab.outbox.leave();
    expect(order).toEqual(['journal', 'send']);
    expect(journals(world)[0].map(({ k }: any) => k[4])).toEqual(ids);
    tab.kill();
    mend();
    await rest();
    // The next page takes it over; the endpoint sees identical bytes.
    const next = await world.open();
    expect(journals(world)).toEqual([]);
    await next.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect([...world.endpoint().bytes.values()].every(({ size }) => size === 1)).toBe(true);
  });

  test('spells out what many writes at once have left waiting', async () => {
    const world = new World();
    const { tab, mend } = await slow(world);
    const ids = tab.add(100);
    tab.outbox.leave();
    tab.kill();
    mend();
    await rest();
    const next = await world.open();
    await next.flush();
    expect([...world.endpoint().held].sort()).toEqual(ids);
    expect([...world.endpoint().bytes.values()].every(({ size }) => size === 1)).toBe(true);
  });

  test('of two outboxes in one page, neither sends at the end what the other has sent or is sending', async () => {
    const world = new World();
    const keepalive = { left: 60_000 };
    const [one, two] = [await world.open({ environment: { keepalive } }), await world.open({ environment: { keepalive } })];
    const sent = [...one.add(2), ...two.add(2)].sort();
    await one.flush();
    expect([...world.endpoint().held].sort()).toEqual(sent);
    const last = [...one.add(1), ...two.add(1)];
    one.outbox.leave();
    two.outbox.leave();
    await rest();
    await two.flush();
    expect([...world.endpoint().held].sort()).toEqual([...sent, ...last].sort());
    expect(world.endpoint().requests.flatMap(({ documents }) => documents)).toHaveLength(6);
  });

  test('what was under way when the page went into the back/forward cache holds up nothing when it is back', async () => {
    const world = new World();
    const tab = await world.open();
    // Firefox drops the answer: neither result nor error.
    world.endpoint().behave = () => new Promise<Response>(() => {});
    const ids = tab.add(2);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toHaveLength(1);
    world.endpoint().behave = () => reply(200);
    tab.wake({ persisted: true });
    await world.clock.advance(4_000);
    expect(world.endpoint().held).toEqual(ids);
    expect(tab.environment.keepalive.left).toBe(60_000);
    expect([...world.endpoint().bytes.values()].every(({ size }) => size === 1)).toBe(true);
  });

  test('an answer that comes as soon as the page is back counts', async () => {
    const world = new World();
    const tab = await world.open();
    let answer = (_: Response) => {};
    world.endpoint().behave = (seen) => {
      world.endpoint().store(seen);
      return new Promise<Response>((resolve) => {
        answer = resolve;
      });
    };
    tab.add(2);
    tab.outbox.leave();
    await rest();
    tab.wake({ persisted: true });
    await world.clock.advance(500);
    answer(reply(200));
    await world.clock.advance(10_000);
    expect(world.endpoint().requests).toHaveLength(1);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('the journal is removed as soon as all is stored', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    const ids = tab.add(2);
    tab.outbox.leave();
    expect(journals(world)).toHaveLength(1);
    await rest();
    expect(journals(world)).toEqual([]);
    expect(await tab.outbox.pending()).toBe(ids.length);
  });

  test('writes no journal when all is stored', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(2);
    await rest();
    tab.outbox.leave();
    expect(journals(world)).toEqual([]);
  });

  test('sends with keepalive, without waiting and without a lock; what is acknowledged is removed', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(3);
    await rest();
    tab.outbox.leave();
    expect(world.locks.held.size).toBe(0);
    await rest();
    expect(world.endpoint().requests[0]!.init.keepalive).toBe(true);
    expect(world.endpoint().held).toEqual(ids);
    expect(await tab.outbox.pending()).toBe(0);
    expect(tab.heard('delivered')).toHaveLength(1);
    expect(tab.environment.keepalive.left).toBe(60_000);
  });

  test('hidden and then gone sends once (F38), and what came between', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(2);
    tab.outbox.leave();
    tab.outbox.leave();
    ids.push(...tab.add(1));
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().repeats).toEqual([]);
    expect(world.endpoint().requests).toHaveLength(2);
  });

  test('what an exit has sent meanwhile is not sent again by the drain that goes on, though it was read ahead', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 2 } });
    const answers: (() => void)[] = [];
    world.endpoint().behave = (seen) => new Promise((resolve) => answers.push(() => (world.endpoint().store(seen), resolve(reply(200)))));
    const ids = tab.add(6);
    await world.clock.advance(5_000);
    expect(answers).toHaveLength(1);
    tab.outbox.leave();
    await rest();
    // The exit's first: what was under way is heard of later.
    answers.pop()!();
    await rest();
    while (answers[0]) {
      answers.pop()!();
      await world.clock.advance(100);
    }
    expect([...world.endpoint().held].sort()).toEqual([...ids].sort());
    expect(world.endpoint().repeats).toEqual([]);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('keeps within the budget in UTF-8 bytes that all destinations share (F3)', async () => {
    const world = new World();
    const other = 'https://caliper.example/';
    const tab = await world.open({ destinations: [destination(), destination({ url: other })] });
    for (const endpoint of [world.endpoint(), world.endpoint(other)]) endpoint.behave = () => new Promise(() => {});
    for (let i = 0; i < 40; i++) tab.add(1, { id: `e${i}`, document: documentOf(`e${i}`, 'ü'.repeat(1_000)) });
    await rest();
    tab.outbox.leave();
    await rest(2);
    const bodies = [world.endpoint(), world.endpoint(other)].map(({ requests }) => requests[0]!.body);
    const bytes = bodies.map((body) => new TextEncoder().encode(body).length);
    expect(bytes[0]! + bytes[1]!).toBeLessThanOrEqual(60_000);
    expect(bytes.every((size) => size > 25_000)).toBe(true);
    expect(tab.environment.keepalive.left).toBe(60_000 - bytes[0]! - bytes[1]!);
    // Hidden only: the answer comes, or the time is up, and the rest follows.
    for (const endpoint of [world.endpoint(), world.endpoint(other)]) endpoint.behave = () => reply(200);
    await world.clock.advance(60_000);
    expect(world.endpoint().held).toHaveLength(40);
    expect(world.endpoint(other).held).toHaveLength(40);
    expect(tab.environment.keepalive.left).toBe(60_000);
  });

  test('a failed exit leaves everything where it was (F4)', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => reply(count === 1 ? 503 : 200);
    const ids = tab.add(2);
    tab.outbox.leave();
    await world.clock.advance(6_000);
    expect(world.endpoint().held).toEqual(ids);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('does not send what is on its way, and small live requests survive the page by keepalive (F9)', async () => {
    const world = new World();
    const tab = await world.open();
    const answers: ((answer: Response) => void)[] = [];
    world.endpoint().behave = () => new Promise((resolve) => answers.push(resolve));
    tab.add(2);
    await world.clock.advance(5_000);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toHaveLength(1);
    expect(world.endpoint().requests[0]!.init.keepalive).toBe(true);
  });

  test('needs a token at hand, and sends nothing where an endpoint asked to wait', async () => {
    const world = new World();
    const auth = vi.fn(async () => 'secret');
    const tab = await world.open({ destinations: [destination({ auth })] });
    tab.outbox.setActor({ id: tab.actor }, tab.actor);
    await rest();
    tab.add(1);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toHaveLength(0);
    world.endpoint().behave = () => reply(429, '', { 'retry-after': '60' });
    await world.clock.advance(5_000);
    expect(world.endpoint().requests).toHaveLength(1);
    tab.add(1);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toHaveLength(1);
    expect(auth).toHaveBeenCalledTimes(1);
  });

  test('a token is asked for with the first event: a visit may be shorter than it takes to send', async () => {
    const world = new World();
    const auth = vi.fn(async () => 'secret');
    const tab = await world.open({ destinations: [destination({ auth })] });
    tab.outbox.setActor({ id: tab.actor }, tab.actor);
    await rest();
    expect(auth).not.toHaveBeenCalled();
    const ids = tab.add(3);
    await rest();
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(ids);
    expect(auth.mock.calls).toEqual([[{ id: tab.actor }, 'start']]);
  });

  test('goes out with the token that is at hand', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: () => 'secret' })] });
    tab.outbox.setActor({ id: tab.actor }, tab.actor);
    tab.add(1);
    await tab.flush();
    const ids = tab.add(1);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests[1]!.headers.Authorization).toBe('Bearer secret');
    expect(world.endpoint().held).toContain(ids[0]);
  });

  test('sends each endpoint what is meant for it, and nothing else', async () => {
    const world = new World();
    const other = 'https://caliper.example/';
    const tab = await world.open({ destinations: [destination(), destination({ url: other })] });
    const [one] = tab.add(1, { destination: tab.destinations[0]!.key });
    const [two] = tab.add(1, { destination: other });
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual([one]);
    expect(world.endpoint(other).held).toEqual([two]);
  });

  test('sends no more events at once than a batch holds', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 5 } });
    const ids = tab.add(4);
    await tab.flush();
    world.online = false;
    ids.push(...tab.add(12));
    await rest();
    world.online = true;
    tab.outbox.leave();
    await rest();
    await world.clock.advance(20_000);
    expect(world.endpoint().requests.map(({ documents }) => documents.length)).toEqual([4, 5, 5, 2]);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('sends nothing that its destination makes larger than what a page that goes may send', async () => {
    const world = new World();
    const wrap = (documents: readonly string[]) => `[${documents.map((document) => document.replace('}', `,"more":"${'x'.repeat(10_000)}"}`)).join(',')}]`;
    const tab = await world.open({ destinations: [destination({ wrap })] });
    const ids = tab.add(10);
    await rest();
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().requests).toEqual([]);
    expect(tab.environment.keepalive.left).toBe(60_000);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
  });

  test('what it was surely refused in one version goes in the next one', async () => {
    const world = new World();
    let version = 1;
    const speaks = destination({
      asVersion: (document) => document.replace(/(,"v":\d)?}$/, `,"v":${version}}`),
      judge: (answer) => (answer.status === 400 ? 'version' : judge(answer)),
      negotiate: () => ++version === 2,
    });
    const tab = await world.open({ destinations: [speaks] });
    world.endpoint().behave = ({ body }) => reply(body.includes('"v":2') ? 200 : 400, '[]');
    const ids = tab.add(2);
    tab.outbox.leave();
    await rest();
    expect(await tab.flush()).toMatchObject({ delivered: 2, rejected: 0, pending: 0 });
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests).toHaveLength(3);
  });

  test('does not throw, whatever a destination does', async () => {
    const world = new World();
    const wrap = () => {
      throw new Error('oops');
    };
    const tab = await world.open({ destinations: [destination({ wrap })] });
    tab.add(1);
    expect(() => tab.outbox.leave()).not.toThrow();
    await rest();
    expect(await tab.outbox.pending()).toBe(1);
  });

  test('never overtakes what it does not remember', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    const ids: string[] = [];
    for (let i = 0; i < 100; i++) ids.push(...tab.add(1, { id: `e${String(i).padStart(3, '0')}`, document: documentOf(`e${String(i).padStart(3, '0')}`, 'x'.repeat(1_000)) }));
    await rest();
    world.online = true;
    tab.outbox.leave();
    await rest();
    const first = [...world.endpoint().held];
    expect(first).toEqual(ids.slice(0, first.length));
    tab.outbox.leave();
    await rest();
    await world.clock.advance(20_000);
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().repeats).toEqual([]);
  });
});

describe('journal', () => {
  test('a page that keeps nothing leaves what others spelled out to one that does', async () => {
    const world = new World();
    world.storage.setItem(`${PREFIX}gone`, JSON.stringify([new World().tab().row({ id: 'last' })].map(({ destination: to, actor, time, id, worth, type, document }) => ({ k: ['q', to, actor, time, id, worth, document.length, type], d: document }))));
    const memory = await world.open({ storage: 'memory', destinations: [] });
    await world.clock.advance(10_000);
    memory.outbox.leave();
    memory.kill();
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().held).toEqual(['last']);
  });

  test('one that cannot be read for the moment stays, and is taken over by a page that can', async () => {
    const world = new World();
    const { tab, mend } = await slow(world);
    const ids = tab.add(2);
    world.online = false;
    tab.outbox.leave();
    tab.kill();
    mend();
    const read = vi.spyOn(world.storage, 'getItem').mockImplementation(() => { throw new DOMException('busy', 'NS_ERROR_FILE_IS_LOCKED'); });
    const blind = await world.open();
    blind.kill();
    read.mockRestore();
    world.online = true;
    const next = await world.open();
    await next.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(journals(world)).toEqual([]);
  });

  test('what is none of ours in it is gone with it', async () => {
    const world = new World();
    world.storage.setItem(`${PREFIX}gone`, JSON.stringify([{ k: ['q', true, 'x'], d: '{}' }, null, { k: 'q' }]));
    const tab = await world.open();
    const ids = tab.add(2);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(tab.store.volatile()).toEqual([]);
    expect(journals(world)).toEqual([]);
  });

  test('where not everything fits, the dearest is kept, and a warning says so', async () => {
    const world = new World();
    world.indexedDB = undefined;
    world.online = false;
    const tab = await world.open();
    for (let i = 0; i < 400; i++) tab.add(1, { id: `e${i}`, worth: i % 4 ? 0 : 9, document: documentOf(`e${i}`, 'x'.repeat(1_500)) });
    await rest();
    tab.outbox.leave();
    const kept = journals(world)[0].map(({ k }: any) => k[5]);
    expect(kept.filter((worth: number) => worth === 9)).toHaveLength(100);
    expect(kept.length).toBeGreaterThan(200);
    expect(world.warnings.join()).toContain('fits into localStorage');
  });

  test('one that is damaged is removed, with a warning', async () => {
    const world = new World();
    world.storage.setItem(`${PREFIX}dead`, '[{"k":["q"');
    world.storage.setItem(`${PREFIX}odd`, '{"no":"list"}');
    world.storage.setItem('host', 'mine');
    const tab = await world.open();
    await tab.flush();
    expect([...world.storage.items.keys()]).toEqual(['host']);
    expect(world.warnings).toEqual([expect.stringContaining('An exit journal is damaged: it is removed.')]);
  });

  test('a full localStorage costs the journal, nothing else', async () => {
    const world = new World();
    world.storage.quota = 10;
    const tab = await world.open();
    const ids = tab.add(2);
    tab.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.warnings).toEqual([expect.stringContaining('localStorage does not work here')]);
  });

  test('takes no more than a tenth of what browsers allow (F34)', async () => {
    const world = new World();
    world.indexedDB = undefined;
    world.online = false;
    const tab = await world.open();
    for (let i = 0; i < 100; i++) tab.add(1, { id: `e${i}`, document: documentOf(`e${i}`, 'x'.repeat(10_000)) });
    await rest();
    tab.outbox.leave();
    expect([...world.storage.items.values()].join('').length).toBeLessThan(500_000);
    expect(journals(world)[0].length).toBeGreaterThan(40);
  });

  test('many pages together take no more than a tenth either (F34)', async () => {
    const world = new World();
    world.indexedDB = undefined;
    world.online = false;
    for (let n = 0; n < 10; n++) {
      const tab = await world.open();
      for (let i = 0; i < 20; i++) tab.add(1, { id: `e${n}-${i}`, document: documentOf(`e${n}-${i}`, 'x'.repeat(10_000)) });
      await rest();
    }
    for (let times = 0; times < 2; times++) for (const tab of world.tabs) tab.outbox.leave(false);
    const taken = [...world.storage.items.values()].map((text) => text.length);
    expect(taken.reduce((sum, length) => sum + length)).toBeLessThan(500_000);
    // Its own of before is no other's.
    expect(Math.max(...taken)).toBeGreaterThan(200_000);
    expect(world.warnings.join()).toContain('fits into localStorage');
  });

  test('without IndexedDB it carries what waits from page to page', async () => {
    const world = new World();
    world.indexedDB = undefined;
    world.online = false;
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      const tab = await world.open();
      ids.push(...tab.add(2));
      world.clock.time += 10;
      await rest();
      tab.outbox.leave();
      await rest();
      tab.kill();
      expect(journals(world)).toHaveLength(1);
    }
    world.online = true;
    const last = await world.open();
    await last.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(journals(world)).toEqual([]);
  });

  test('storage: memory means that nothing outlives the page', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open({ storage: 'memory' });
    tab.add(2);
    tab.outbox.leave();
    await rest();
    expect(world.storage.items.size).toBe(0);
    expect(await world.indexedDB!.databases()).toEqual([]);
    expect(world.warnings).toEqual([]);
  });
});
