import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import { verdict } from '../../src/destinations/verdict.js';
import { BACKOFF } from '../../src/outbox/pace.js';
import { destination, documentOf, Endpoint, idsOf, judge, refusing, reply, rest, type Tab, World } from './world.js';

describe('delivery', () => {
  test('a flush reports what the run under way delivers and rejects too', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 5 } });
    let answer!: () => void;
    const first = new Promise<void>((resolve) => { answer = resolve; });
    const [poison] = tab.add(20);
    world.endpoint().behave = async ({ body }) => (await first, reply(body.includes(`"${poison}"`) ? 400 : 200));
    await world.clock.advance(0);
    expect(world.endpoint().requests).toHaveLength(1);
    const report = tab.flush();
    answer();
    expect(await report).toMatchObject({ delivered: 19, rejected: 1, pending: 0 });
  });

  test('sends in order of events, and the bytes of every attempt are the same', async () => {
    const world = new World();
    const endpoint = world.endpoint();
    // F9, F25
    endpoint.behave = (_, count) => (count % 3 ? reply([500, 503, 429, 404, 408][count % 5]!) : reply(200));
    const tab = await world.open();
    const ids = tab.add(120);
    for (let i = 0; i < 20; i++) await world.clock.advance(300_000);
    expect(endpoint.held).toEqual(ids);
    expect(endpoint.repeats).toEqual([]);
    expect([...endpoint.bytes.values()].every(({ size }) => size === 1)).toBe(true);
    expect(await tab.outbox.pending()).toBe(0);
    expect(tab.heard('delivered').flatMap(({ ids: delivered }) => delivered)).toEqual(ids);
  });

  // A seek is stored once it has rested, behind what others have recorded and sent by then.
  test.each([50, 3])('sends what is stored late before what came after it, though a later event of another session is under way (batches of %d)', async (batchSize) => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize, flushInterval: 0 } });
    let answer!: () => void;
    const first = new Promise<void>((resolve) => { answer = resolve; });
    world.endpoint().behave = async (seen, count) => {
      if (count === 1) await first;
      world.endpoint().store(seen);
      return reply(200);
    };
    const { time } = world.clock;
    const [liked] = tab.add(1, { time });
    await world.clock.advance(10);
    expect(world.endpoint().requests).toHaveLength(1);
    const [seeked] = tab.add(1, { time: time - 300 });
    const [paused] = tab.add(1, { time: time + 10 });
    await rest();
    answer();
    await world.clock.advance(5_000);
    expect(world.endpoint().held).toEqual([liked, seeked, paused]);
  });

  test('waits for company, but not for more than a batch', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 4, flushInterval: 5_000 } });
    tab.add(1);
    await world.clock.advance(4_900);
    expect(world.endpoint().requests).toHaveLength(0);
    tab.add(1);
    await world.clock.advance(200);
    expect(world.endpoint().requests.map(idsOf).map((ids) => ids.length)).toEqual([2]);
    tab.add(4);
    await world.clock.advance(0);
    expect(world.endpoint().held).toHaveLength(6);
  });

  test('cuts batches by count and by UTF-8 bytes; one that is larger goes alone', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ maxBytes: 1_000 })], queue: { batchSize: 5 } });
    const add = (filler: string) => {
      const id = `e${world.clock.time++}`;
      tab.add(1, { id, document: documentOf(id, filler) });
    };
    for (let i = 0; i < 7; i++) add('');
    for (let i = 0; i < 3; i++) add('ü'.repeat(200));
    add('ü'.repeat(2_000));
    add('');
    await tab.flush();
    const requests = world.endpoint().requests;
    expect(requests.map((seen) => seen.documents.length)).toEqual([5, 4, 1, 1, 1]);
    for (const seen of requests) if (seen.documents.length > 1) expect(new TextEncoder().encode(seen.body).length).toBeLessThanOrEqual(1_000);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('takes along what comes in while it sends, also with an earlier time', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 2 } });
    const time = world.clock.time;
    tab.add(5);
    world.endpoint().behave = (_, count) => {
      if (count === 2) tab.add(1, { id: 'earlier', time: time - 1_000, document: documentOf('earlier') });
      if (count === 2) tab.add(1, { id: 'later', time: time + 1_000, document: documentOf('later') });
      return reply(204);
    };
    const report = await tab.flush();
    expect(report).toMatchObject({ delivered: 7, pending: 0, held: [] });
    expect(world.endpoint().held).toHaveLength(7);
  });

  test('one endpoint that is down does not delay the other', async () => {
    const world = new World();
    const other = 'https://caliper.example/';
    const tab = await world.open({ destinations: [destination(), destination({ url: other })] });
    world.endpoint().behave = () => reply(503);
    const ids = tab.add(3);
    const report = await tab.flush();
    expect(world.endpoint(other).held).toEqual(ids);
    expect(report).toMatchObject({ delivered: 3, pending: 3, held: [{ destination: 'https://lrs.example/statements', why: 'answers 503' }] });
  });

  test('removes what was delivered while it sends the next, and waits where three are not removed', async () => {
    const world = new World();
    const seen = await world.open();
    let removed!: () => void;
    const slow = new Promise<void>((resolve) => { removed = resolve; });
    const write: typeof seen.store.write = async (put, remove) => {
      if (remove?.[0]?.[0] === 'q') await slow;
      return seen.store.write(put, remove);
    };
    const tab = await world.open({ store: { ...seen.store, write }, queue: { batchSize: 5 } });
    const ids = tab.add(50);
    await world.clock.advance(0);
    await rest();
    expect(world.endpoint().requests).toHaveLength(3);
    expect(tab.heard('delivered')).toEqual([]);
    removed();
    expect(await tab.flush()).toMatchObject({ delivered: 50, pending: 0 });
    expect(tab.heard('delivered').flatMap((delivered) => delivered.ids)).toEqual(ids);
    expect([world.endpoint().held, world.endpoint().repeats]).toEqual([ids, []]);
  });

  test('an exit sends nothing again that was delivered and is not removed yet', async () => {
    const world = new World();
    const seen = await world.open();
    const write: typeof seen.store.write = (put, remove) => (remove?.[0]?.[0] === 'q' ? new Promise(() => {}) : seen.store.write(put, remove));
    const tab = await world.open({ store: { ...seen.store, write }, queue: { batchSize: 5 } });
    const ids = tab.add(7);
    await world.clock.advance(0);
    tab.outbox.leave();
    await rest();
    expect([world.endpoint().held, world.endpoint().repeats]).toEqual([ids, []]);
  });

  test('what was left by others is sent without counting what there is', async () => {
    const world = new World();
    const other = await world.open();
    world.online = false;
    other.add(20);
    await rest();
    other.kill();
    world.online = true;
    let counted = 0;
    const keys: typeof other.store.keys = (prefix, ...more) => {
      if (!prefix[0]) counted++;
      return other.store.keys(prefix, ...more);
    };
    await world.open({ store: { ...other.store, keys } });
    expect([world.endpoint().held.length, counted]).toEqual([20, 0]);
  });

  test('a flush that ends with a failure reports what was delivered before it', async () => {
    const world = new World();
    const seen = await world.open();
    const write: typeof seen.store.write = async (put, remove) => (await rest(), seen.store.write(put, remove));
    const tab = await world.open({ store: { ...seen.store, write }, queue: { batchSize: 5 } });
    world.endpoint().behave = (_, count) => reply(count > 2 ? 503 : 204);
    tab.add(20);
    while ((await tab.outbox.pending()) < 20) await rest();
    expect(await tab.flush()).toMatchObject({ delivered: 10, pending: 10 });
  });

  test('two flushes at once are one, and both tell what arrived', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 5 } });
    const ids = tab.add(12);
    await rest();
    expect(await Promise.all([tab.flush(), tab.flush()])).toEqual(Array.from({ length: 2 }, () => ({ delivered: 12, rejected: 0, pending: 0, held: [] })));
    expect(world.endpoint().held).toEqual(ids);
  });

  test('what is dropped while others are sent is not sent from what was read before', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 5, maxEvents: 40 } });
    tab.add(40, { worth: 1 });
    world.endpoint().behave = async (_, count) => {
      // So many that the sooner ones have to go.
      if (count === 1) tab.add(60, { worth: 5 });
      if (count === 1) while ((await tab.outbox.pending()) > 40) await rest(5);
      return reply(204);
    };
    await tab.flush();
    const dropped = tab.heard('dropped').reduce((sum, { count }) => sum + count, 0);
    const stored = world.endpoint().requests.flatMap(({ documents }) => documents);
    expect(dropped).toBeGreaterThan(0);
    expect(stored.length + dropped).toBe(100);
  });

  test('sends thousands in batches, each once', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(3_000);
    while ((await tab.outbox.pending()) < ids.length) await rest(100);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests).toHaveLength(60);
  });
});

describe('poison', () => {
  // F15, F16
  test('one in a batch is found in at most 2·log2(n)+2 requests, the last of which asks once more, rejected with its reason, and the rest arrives in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 49 }), fc.nat(), async (n, at) => {
        const world = new World();
        world.indexedDB = undefined;
        const tab = await world.open({ storage: 'memory' });
        const ids = tab.add(n + 1);
        const poison = ids[at % n]!;
        world.endpoint().behave = refusing((id) => id === poison);
        const report = await tab.flush();
        expect(report).toEqual({ delivered: n, rejected: 1, pending: 0, held: [] });
        expect(world.endpoint().held).toEqual(ids.filter((id) => id !== poison));
        expect(world.endpoint().requests.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(n + 1)) + 2);
        expect(await tab.outbox.rejected()).toEqual([expect.objectContaining({ id: poison, status: 400, reason: `bad: ${poison}`, type: 'paused', document: documentOf(poison) })]);
        expect(tab.heard('rejected')).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });

  test('any of them among others are rejected, and only they', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 49 }).map((bad) => [...bad, false]), fc.constantFrom(400, 413, 422), async (bad, status) => {
        const world = new World();
        const tab = await world.open({ storage: 'memory' });
        const ids = tab.add(bad.length);
        world.endpoint().behave = refusing((id) => bad[ids.indexOf(id)]!, status);
        const report = await tab.flush();
        expect(report).toMatchObject({ pending: 0, held: [] });
        const { held } = world.endpoint();
        // Behind so many in a row that are refused the newest is asked about first.
        const isAsked = /x{11}/.test(bad.map((is) => (is ? 'x' : '-')).join(''));
        expect(isAsked ? held.sort() : held).toEqual(ids.filter((_, i) => !bad[i]));
        expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual(ids.filter((_, i) => bad[i]));
      }),
      { numRuns: 40 },
    );
  });

  // The proof that it works has to come after the refusal that it is to judge.
  test.each([[2, 3], [4, 4], [50, 9], [50, 12]])('is none of %i events where an endpoint that refuses everything works again from its request %i on', async (count, recovers) => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(count);
    world.endpoint().behave = (_, request) => (request < recovers ? reply(400) : reply(200, '[]'));
    await world.clock.advance(6_000);
    await tab.flush();
    expect(await tab.outbox.rejected()).toEqual([]);
    expect(world.endpoint().held.sort()).toEqual(ids);
  });

  test('is none where it works again while it is asked about others', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(400);
    const ids = tab.add(30);
    await world.clock.advance(6_000);
    const before = endpoint.requests.length;
    endpoint.behave = (_, count) => (count - before > 1 ? reply(200, '[]') : reply(400));
    await world.clock.advance(400_000);
    expect(await tab.outbox.rejected()).toEqual([]);
    expect(endpoint.held.sort()).toEqual(ids);
  });

  // A firewall has many words for an event that it does not like.
  test.each([403, 406, 412, 431])('that is answered with %i alone holds up nobody, and is not given up', async (status) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key' })] });
    const ids = tab.add(5);
    world.endpoint().behave = refusing((id) => id === ids[2], status);
    for (let i = 0; i < 20; i++) await world.clock.advance(300_000);
    expect(world.endpoint().held.sort()).toEqual(ids.filter((id) => id !== ids[2]));
    expect(await tab.outbox.pending()).toBe(1);
    expect(world.endpoint().requests.length).toBeLessThan(120);
    world.endpoint().behave = () => reply(200, '[]');
    await tab.flush();
    expect(world.endpoint().held).toHaveLength(5);
  });

  test('400 for everything is the endpoint: nothing is rejected, it is held and asked again, and all arrives in order', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(400, 'bearer token missing or not recognized');
    const ids = tab.add(50);
    const report = await tab.flush();
    expect(report).toMatchObject({ delivered: 0, rejected: 0, pending: 50, held: [{ why: 'refuses every event' }] });
    expect(await tab.outbox.rejected()).toEqual([]);
    expect(world.warnings).toEqual(['xapi https://lrs.example/statements refuses every event (400): its events wait. bearer token missing or not recognized']);
    ids.push(...tab.add(10));
    await world.clock.advance(100_000);
    const asked = endpoint.requests.length;
    // New events do not knock at a closed door.
    await world.clock.advance(20_000);
    expect(endpoint.requests.length).toBe(asked);
    endpoint.behave = () => reply(200);
    await world.clock.advance(300_000);
    expect(endpoint.held).toEqual(ids);
    expect(await tab.outbox.pending()).toBe(0);
  });

  test('while an endpoint refuses everything it is asked with single events, not with whole bisections', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(400);
    const ids = tab.add(200);
    await tab.flush();
    const first = endpoint.requests.length;
    // Eleven alone, by way of their batches, and the newest.
    expect(first).toBeLessThan(30);
    for (let i = 0; i < 10; i++) await world.clock.advance(300_000);
    // The first, the newest and one more, each time.
    expect(endpoint.requests.length - first).toBeLessThan(45);
    endpoint.behave = () => reply(200);
    await world.clock.advance(300_000);
    expect(endpoint.held).toEqual(ids);
    expect(await tab.outbox.rejected()).toEqual([]);
  });

  test('more poison than a batch holds does not block what stands behind it', async () => {
    const world = new World();
    const tab = await world.open();
    const poison = tab.add(120);
    const good = tab.add(30);
    world.endpoint().behave = refusing((id) => poison.includes(id));
    for (let i = 0; i < 4; i++) await tab.flush();
    for (let i = 0; i < 40; i++) await world.clock.advance(300_000);
    // The newest went ahead to find out whether the endpoint takes anything.
    expect(world.endpoint().held.sort()).toEqual(good);
    expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual(poison);
    expect(world.endpoint().requests.length).toBeLessThan(500);
  });

  // What was accepted before says nothing of now.
  test.each([1, 3, 14, 60])('is none of %i events that nothing was accepted after: an outage may have begun', async (count) => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(50 + count);
    world.endpoint().behave = (_, request) => reply(request > 1 ? 400 : 200, '[]');
    expect(await tab.flush()).toMatchObject({ delivered: 50, rejected: 0, pending: count });
    expect(world.endpoint().requests.length).toBeLessThan(130);
    world.endpoint().behave = () => reply(200, '[]');
    await world.clock.advance(600_000);
    expect(world.endpoint().held.sort()).toEqual(ids);
  });

  test('does not hide an outage that begins behind it', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(500);
    let accepted = 0;
    world.endpoint().behave = (seen) => (idsOf(seen).includes(ids[0]!) || accepted >= 49 ? reply(400) : ((accepted += seen.documents.length), reply(200, '[]')));
    await tab.flush();
    expect((await tab.outbox.rejected()).length).toBeLessThanOrEqual(1);
    expect(world.endpoint().requests.length).toBeLessThan(150);
  });

  // A word in a title, and each event of that media is one.
  test.each([[403, 0, 1], [406, 0, 1], [500, 0, 1], [500, 0, 15], [403, 3, 4]])('answered with %i for two events (%i and %i) holds up no other', async (status, one, two) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key' })], queue: { batchSize: 5 } });
    const ids = tab.add(17);
    world.endpoint().behave = (seen) => reply(idsOf(seen).some((id) => id === ids[one] || id === ids[two]) ? status : 200, '[]');
    for (let i = 0; i < 20; i++) await world.clock.advance(300_000);
    expect(world.endpoint().held.sort()).toEqual(ids.filter((id) => id !== ids[one] && id !== ids[two]));
    expect(await tab.outbox.rejected()).toEqual([]);
  });

  test('a revoked key is asked about little', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ auth: 'key' })] });
    tab.add(50);
    world.endpoint().behave = () => reply(403);
    for (let i = 0; i < 12; i++) await world.clock.advance(300_000);
    expect(world.endpoint().requests.length).toBeLessThan(60);
  });

  test('one that is answered with 403 holds up no others where that was the answer to all before', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ judge: verdict, auth: 'key' })] });
    const ids = tab.add(10);
    world.endpoint().behave = () => reply(403);
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 10, held: [{ why: 'refuses the credential' }] });
    world.endpoint().behave = refusing((id) => id === ids[4], 403);
    expect(await tab.flush()).toMatchObject({ delivered: 9, rejected: 0, pending: 1 });
  });

  test('what a firewall refuses holds up nobody in short visits either', async () => {
    const world = new World();
    const poison: string[] = [];
    world.endpoint().behave = (seen) => reply(idsOf(seen).some((id) => poison.includes(id)) ? 403 : 200, '[]');
    for (let visit = 0; visit < 4; visit++) {
      const tab = await world.open({ destinations: [destination({ auth: 'key' })] });
      if (!visit) poison.push(...tab.add(1));
      tab.add(5);
      await world.clock.advance(30_000);
      tab.outbox.leave();
      await rest();
      tab.kill();
      await world.clock.advance(60_000);
    }
    expect(world.endpoint().held).toHaveLength(20);
  });

  test.each([401, 400])('a token that expires while it is looked into is asked for again: %i', async (status) => {
    const world = new World();
    let tokens = 0;
    let good = '';
    let uses = 0;
    const tab = await world.open({ destinations: [destination({ judge: verdict, auth: async () => (good = `token-${++tokens}`) })], queue: { batchSize: 5 } });
    tab.outbox.setActor({ id: tab.actor }, tab.actor);
    const ids = tab.add(22);
    world.endpoint().behave = (seen) => {
      if (seen.headers['Authorization'] !== `Bearer ${good}` || ++uses % 6 === 0) return (good = 'none'), reply(status, 'bearer token expired');
      return reply(idsOf(seen).includes(ids[2]!) ? 500 : 200, '[]');
    };
    for (let i = 0; i < 30; i++) await world.clock.advance(300_000);
    expect(await tab.outbox.rejected()).toEqual([]);
    expect(world.endpoint().held.sort()).toEqual(ids.filter((id) => id !== ids[2]));
    // Nor is that a failure that is waited after.
    expect(tab.heard('retry').filter((retry) => retry.status === status)).toEqual([]);
  });

  /** Not as even as the clock's, and the same each time. */
  const uneven = () => {
    let seed = 20_231;
    return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  };

  test.each([
    ['PPGP', 2],
    ['PPPPPPPPPPPPGGGGGP', 50],
    ['PPPPPPPPPPPPPPPPPPPPGP', 5],
    ['PPPPPPGPPPPPP', 1],
  ])('good ones between poison arrive: %s, %i a batch', async (letters, batchSize) => {
    const world = new World();
    world.random = uneven();
    let tab = await world.open({ queue: { batchSize } });
    const ids = tab.add(letters.length);
    const good = ids.filter((_, i) => letters[i] === 'G');
    world.endpoint().behave = refusing((id) => !good.includes(id));
    await tab.flush();
    // Where it was not found at once, the next pages and the longest backoff ask with others.
    for (let i = 0; i < 40; i++) await world.clock.advance(300_000);
    tab.kill();
    tab = await world.open({ queue: { batchSize } });
    for (let i = 0; i < 3; i++) await tab.flush();
    expect([...world.endpoint().held].sort()).toEqual([...good].sort());
    // What is left has nothing beside it that would be taken.
    const refused = (await tab.outbox.rejected()).map(({ id }) => id);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter((id) => good.includes(id))).toEqual([]);
    expect(refused.length + (await tab.outbox.pending())).toBe(ids.length - good.length);
  });

  test('good ones that came behind poison, with poison behind them, arrive with the next flushes', async () => {
    const world = new World();
    world.random = uneven();
    const tab = await world.open();
    const poison = tab.add(2);
    world.endpoint().behave = refusing((id) => poison.includes(id));
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 2, held: [{ why: 'refuses every event' }] });
    const good = tab.add(6);
    poison.push(...tab.add(1));
    // Each asks with another one besides the first and the newest.
    for (let i = 0; i < 5; i++) await tab.flush();
    expect(await tab.flush()).toMatchObject({ pending: 0, held: [] });
    expect([...world.endpoint().held].sort()).toEqual([...good].sort());
  });

  // F15
  test.each([0, 3, 9])('a 500 for one event alone (number %i) does not block the others, and it stays', async (at) => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(10);
    const endpoint = world.endpoint();
    endpoint.behave = refusing((id) => id === ids[at], 500);
    await world.clock.advance(600_000);
    expect(endpoint.held).toEqual(ids.filter((_, i) => i !== at));
    expect(await tab.outbox.pending()).toBe(1);
    expect(await tab.outbox.rejected()).toEqual([]);
    ids.push(...tab.add(3));
    for (let i = 0; i < 10; i++) await world.clock.advance(300_000);
    expect(endpoint.held).toEqual(ids.filter((_, i) => i !== at));
    endpoint.behave = () => reply(200);
    await world.clock.advance(300_000);
    expect(endpoint.held).toHaveLength(13);
  });

  test('500 for everything is asked little', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(50);
    world.endpoint().behave = () => reply(500);
    await world.clock.advance(3_600_000);
    expect(world.endpoint().requests.length).toBeLessThan(70);
    expect(await tab.outbox.pending()).toBe(50);
  });

  test('one alone is held until another is accepted, then rejected', async () => {
    const world = new World();
    const tab = await world.open();
    const [poison] = tab.add(1);
    world.endpoint().behave = refusing((id) => id === poison);
    expect(await tab.flush()).toMatchObject({ rejected: 0, pending: 1, held: [{ why: 'refuses an event, and there is no other to compare it with' }] });
    const [good] = tab.add(1);
    await world.clock.advance(6_000);
    expect(world.endpoint().held).toEqual([good]);
    expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual([poison]);
  });

  test('413 for one that is larger than what was accepted is its own size: rejected', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (seen) => (seen.body.length > 3_000 ? reply(413, 'too large') : reply(200));
    tab.add(1);
    await tab.flush();
    tab.add(1, { id: 'big', document: documentOf('big', 'x'.repeat(5_000)) });
    expect(await tab.flush()).toMatchObject({ rejected: 1, pending: 0 });
  });

  test.each([
    [413, 'smaller', 900],
    [400, 'larger', 5_000],
  ])('%i for one that is %s than what was accepted is not about its size: it waits', async (status, _, length) => {
    const world = new World();
    const tab = await world.open();
    tab.add(1, { id: 'accepted', document: documentOf('accepted', 'x'.repeat(1_000)) });
    await tab.flush();
    world.endpoint().behave = () => reply(status);
    const ids = tab.add(1, { id: 'refused', document: documentOf('refused', 'x'.repeat(length)) });
    expect(await tab.flush()).toMatchObject({ delivered: 0, rejected: 0, pending: 1 });
    world.endpoint().behave = () => reply(200);
    await world.clock.advance(600_000);
    expect(world.endpoint().held.slice(1)).toEqual(ids);
  });

  test('413 whatever the size is the endpoint: everything waits, and is asked little', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    endpoint.behave = () => reply(413);
    const ids = tab.add(500);
    await tab.flush();
    await world.clock.advance(1_000_000);
    expect(endpoint.requests.length).toBeLessThan(40);
    for (let i = 0; i < 20; i++) {
      ids.push(...tab.add(1));
      await world.clock.advance(6_000);
    }
    expect(await tab.outbox.rejected()).toEqual([]);
    endpoint.behave = () => reply(200);
    await world.clock.advance(1_000_000);
    expect(endpoint.held.sort()).toEqual(ids.sort());
  });

  test('after a bad minute the batches grow again', async () => {
    const world = new World();
    const tab = await world.open();
    const endpoint = world.endpoint();
    endpoint.behave = (seen) => reply(seen.documents.length > 1 ? 413 : 200);
    tab.add(50);
    await tab.flush();
    endpoint.behave = () => reply(200);
    const before = endpoint.requests.length;
    tab.add(500);
    await tab.flush();
    expect(endpoint.requests.length - before).toBeLessThan(60);
  });

  // F15: each visit was shorter than the failures that it takes to look for one event's doing.
  test('a 500 for one event does not block the others of a learner who comes for a minute', async () => {
    const world = new World();
    const ids: string[] = [];
    const add = (tab: Tab, count: number) => {
      for (let i = 0; i < count; i++) {
        const id = `e${String(ids.length).padStart(4, '0')}`;
        ids.push(id);
        tab.add(1, { id, document: documentOf(id) });
      }
    };
    world.endpoint().behave = refusing((id) => id === 'e0000', 500);
    for (let visit = 0; visit < 40; visit++) {
      const tab = await world.open();
      add(tab, visit ? 2 : 20);
      await world.clock.advance(60_000);
      tab.kill();
      await world.clock.advance(600_000);
    }
    const tab = await world.open();
    await world.clock.advance(600_000);
    expect(new Set(world.endpoint().held)).toEqual(new Set(ids.slice(1)));
    expect(await tab.outbox.rejected()).toEqual([]);
  });

  test.each([
    ['The Ring Bearer', 'about a credential'],
    ['What to do when a file already exists', 'about a repeat'],
  ])('a 400 that quotes what it refuses (%s) is not %s', async (name) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ judge: verdict, auth: 'key' })] });
    const ids = tab.add(10);
    tab.add(1, { id: 'poison', document: documentOf('poison', name) });
    ids.push(...tab.add(10));
    world.endpoint().behave = (seen) => (seen.body.includes('poison') ? reply(400, `invalid: ${seen.documents.find((one) => one.includes('poison'))}`) : reply(200));
    expect(await tab.flush()).toMatchObject({ delivered: 20, rejected: 1, pending: 0 });
    expect(world.endpoint().held).toEqual(ids);
  });

  test('a 400 whose words are about a credential holds up nobody else', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ judge: verdict, auth: 'key' })] });
    tab.add(20);
    const [poison] = tab.add(1);
    tab.add(20);
    world.endpoint().behave = (seen) => (seen.body.includes(poison!) ? reply(400, 'the bearer of this name is unknown') : reply(200));
    expect(await tab.flush()).toMatchObject({ delivered: 40, rejected: 1, pending: 0 });
  });

  test('a document that cannot be sent is rejected, and the others go', async () => {
    const world = new World();
    const wrap = (documents: readonly string[]) => `[${documents.map((document) => JSON.stringify(JSON.parse(document)))}]`;
    const tab = await world.open({ destinations: [destination({ wrap })] });
    tab.add(3);
    tab.add(1, { id: 'torn', document: '{"id":"torn"' });
    tab.add(3);
    expect(await tab.flush()).toMatchObject({ delivered: 6, rejected: 1, pending: 0 });
    expect((await tab.outbox.rejected())[0]).toMatchObject({ id: 'torn', status: 0 });
  });

  test('a document that cannot be written in another version goes as it is, and the others in that version', async () => {
    const world = new World();
    const asVersion = (document: string) => {
      if (document.includes('odd')) throw new TypeError('no context');
      return document.replace('}', ',"v":2}');
    };
    const tab = await world.open({ destinations: [destination({ asVersion: (document) => (document.includes('"v"') ? document : asVersion(document)) })] });
    const ids = tab.add(1);
    ids.push(...tab.add(1, { id: 'odd', document: documentOf('odd') }), ...tab.add(1));
    expect(await tab.flush()).toMatchObject({ delivered: 3, rejected: 0, pending: 0 });
    expect(world.endpoint().requests.flatMap(({ documents }) => documents)).toEqual(ids.map((id) => JSON.stringify({ id, ...(id !== 'odd' && { v: 2 }) })));
  });

  test('413 for a batch makes the next ones smaller', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(200);
    world.endpoint().behave = (seen) => (seen.body.length > 500 ? reply(413) : reply(200));
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests.filter(({ body }) => body.length > 500).length).toBeLessThan(4);
  });

  test('rejected events can be sent again', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(4);
    world.endpoint().behave = refusing((id) => id === ids[1]);
    await tab.flush();
    world.endpoint().behave = () => reply(200);
    expect(await tab.outbox.retryRejected()).toBe(1);
    await tab.flush();
    expect(await tab.outbox.rejected()).toEqual([]);
    expect(world.endpoint().held).toEqual([ids[0], ids[2], ids[3], ids[1]]);
    expect(world.endpoint().bytes.get(ids[1]!)?.size).toBe(1);
  });

  test('rejected events go back as they were before they were written in another version', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [destination({ asVersion: (document) => document.replace(/(,"v":2)?}$/, ',"v":2}') })] });
    const [bad] = tab.add(2);
    world.endpoint().behave = refusing((id) => id === bad);
    await tab.flush();
    expect(world.endpoint().bytes.get(bad!)).toEqual(new Set([JSON.stringify({ id: bad, v: 2 })]));
    expect(await tab.outbox.retryRejected()).toBe(1);
    expect(await tab.store.page(['q'], 9)).toMatchObject([{ d: documentOf(bad!) }]);
  });

  test('one that is refused while the database cannot be read is kept', async () => {
    const world = new World();
    const tab = await world.open();
    const [bad] = tab.add(2);
    await rest();
    const { IDBDatabase } = await import('fake-indexeddb');
    let begin: { mockRestore(): void } | undefined;
    world.endpoint().behave = (seen) => {
      begin ??= vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'UnknownError'); });
      return refusing((id) => id === bad)(seen);
    };
    await tab.flush();
    begin!.mockRestore();
    await world.clock.advance(60_000);
    expect(tab.heard('rejected').map(({ id }) => id)).toEqual([bad]);
    expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual([bad]);
  });
});

describe('answers', () => {
  test('409 is settled one by one: what is there already counts as delivered (F24)', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(12);
    const endpoint = world.endpoint();
    const there = new Set([ids[2], ids[7]]);
    endpoint.behave = (seen) => (idsOf(seen).some((id) => there.has(id)) ? reply(409, 'conflict') : reply(200));
    expect(await tab.flush()).toEqual({ delivered: 12, rejected: 0, pending: 0, held: [] });
    expect(endpoint.held).toEqual(ids.filter((id) => !there.has(id)));
  });

  test('a 200 with a page in it is a hotel, not an endpoint (F19)', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(2);
    world.endpoint().take = (seen) => (Endpoint.prototype.take.call(new Endpoint(), seen), reply(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' }));
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 2, held: [{ why: 'answers 200, but not as an endpoint does' }] });
    delete (world.endpoint() as any).take;
    await world.clock.advance(10_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('an endpoint that never answers is given thirty seconds (T44)', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(1);
    world.endpoint().behave = (_, count) => (count === 1 ? new Promise(() => {}) : reply(200));
    await world.clock.advance(34_000);
    expect(world.endpoint().requests[0]!.init.signal!.aborted).toBe(false);
    await world.clock.advance(5_000);
    expect(world.endpoint().requests[0]!.init.signal!.aborted).toBe(true);
    expect(world.endpoint().held).toEqual(ids);
    expect(tab.heard('retry')).toEqual([expect.objectContaining({ status: 0, why: 'does not answer' })]);
  });

  test('a body that breaks off acknowledges nothing', async () => {
    const world = new World();
    const tab = await world.open();
    const ids = tab.add(1);
    const broken = () => new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('reset')) }), { status: 200 });
    world.endpoint().behave = (_, count) => (count === 1 ? Promise.resolve(broken()) : reply(200));
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 1 });
    await world.clock.advance(5_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  // Monitoring and tracing scripts read a clone.
  test('an answer that was read whole is not broken off for whoever looks on; one that nobody reads on is (F41)', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(2);
    expect(await tab.flush()).toMatchObject({ delivered: 2 });
    world.endpoint().behave = () => reply(500, 'x'.repeat(300_000));
    tab.add(1);
    await tab.flush();
    expect(world.endpoint().requests.map(({ init }) => init.signal!.aborted)).toEqual([false, true]);
  });

  test('an answer whose reader gives nothing, and says never that this was all, is at its end', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(2);
    let reads = 0;
    const read = async () => {
      if (++reads > 3) throw new Error('it goes on for ever');
      return { done: false };
    };
    world.endpoint().behave = () => ({ status: 200, type: 'basic', headers: new Headers(), body: { getReader: () => ({ read }) } }) as never;
    expect(await tab.flush()).toMatchObject({ delivered: 2, pending: 0 });
  });

  test('a patched fetch that throws at once is no more than no answer (F41)', async () => {
    const world = new World();
    let broken = true;
    const tab = await world.open();
    const { fetch } = tab.environment;
    (tab.environment as any).fetch = (...args: Parameters<typeof fetch>) => {
      if (broken) throw new Error('patched');
      return fetch(...args);
    };
    const ids = tab.add(2);
    expect(await tab.flush()).toMatchObject({ pending: 2, held: [{ why: 'does not answer' }] });
    broken = false;
    expect(await tab.flush()).toMatchObject({ delivered: 2 });
    expect(world.endpoint().held).toEqual(ids);
  });

  test('redirects are not followed: a POST may arrive as a GET whose 200 means nothing (F20)', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(1);
    world.endpoint().behave = () => reply(302, '', { location: 'https://elsewhere.example' });
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 1 });
    expect(world.endpoint().requests[0]!.init.redirect).toBe('manual');
  });

  test('what a browser shows of a redirect is called one', async () => {
    const world = new World();
    const tab = await world.open();
    tab.add(1);
    // As `redirect: 'manual'` has it: no status, no body, and a type that says why (Fetch §2.2.6).
    const opaque = Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
    world.endpoint().behave = () => Promise.resolve(opaque);
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 1, held: [{ why: 'redirects' }] });
    expect(tab.heard('retry')).toEqual([expect.objectContaining({ status: 0, why: 'redirects' })]);
  });

  test('a refused version is negotiated, and rows are rewritten once, in the store', async () => {
    const world = new World();
    let version = 1;
    let rewritten = 0;
    const tab = await world.open({
      destinations: [
        destination({
          headers: () => ({ version: `${version}` }),
          negotiate: () => ++version === 2,
          asVersion: (document) => {
            if (document.includes('"v"')) return document;
            rewritten++;
            return document.replace('{', '{"v":2,');
          },
        }),
      ],
    });
    const ids = tab.add(60);
    const endpoint = world.endpoint();
    endpoint.behave = (seen, count) => (seen.headers.version === '1' ? reply(415) : count === 2 ? reply(503) : reply(200));
    expect(await tab.flush()).toMatchObject({ delivered: 0, pending: 60 });
    await world.clock.advance(5_000);
    expect(endpoint.held).toEqual(ids);
    expect(endpoint.requests.slice(1).every(({ body }) => body.startsWith('[{"v":2'))).toBe(true);
    expect(endpoint.requests[1]!.body).toBe(endpoint.requests[2]!.body);
    expect(rewritten).toBe(60);
  });

  /** Speaks two versions, and takes a 400 for a word on them. */
  const bilingual = () => {
    let version = 1;
    return destination({
      asVersion: (document) => document.replace(/(,"v":\d)?}$/, `,"v":${version}}`),
      judge: (answer) => (answer.status === 400 ? 'version' : judge(answer)),
      negotiate: () => ++version === 2,
    });
  };

  test('that a version is not spoken is believed, also where some may be there in it', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [bilingual()] });
    const ids = tab.add(3);
    world.online = false;
    await tab.flush();
    world.online = true;
    world.endpoint().behave = ({ body }) => reply(body.includes('"v":2') ? 200 : 415);
    expect(await tab.flush()).toMatchObject({ delivered: 3, pending: 0 });
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests).toHaveLength(2);
  });

  test('that everything is too large is no word on its version', async () => {
    const world = new World();
    const speaks = { ...bilingual(), about: 'https://lrs.example/about' };
    const tab = await world.open({ destinations: [speaks] });
    const { fetch } = tab.environment;
    (tab.environment as any).fetch = (url: string, init: RequestInit) => (url === speaks.about ? Promise.resolve(reply(404)) : fetch(url, init));
    world.endpoint().behave = () => reply(413);
    tab.add(20);
    expect(await tab.flush()).toMatchObject({ delivered: 0, rejected: 0, pending: 20 });
    expect(world.endpoint().requests.filter(({ body }) => body.includes('"v":2'))).toEqual([]);
  });

  test('what may be there keeps its bytes beside others that cannot be', async () => {
    const world = new World();
    const tab = await world.open({ destinations: [bilingual()] });
    const endpoint = world.endpoint();
    const [there] = tab.add(1);
    // Stored, and the answer is lost.
    endpoint.behave = (seen) => (endpoint.store(seen), Promise.reject(new TypeError('Failed to fetch')));
    await tab.flush();
    const [other] = tab.add(1);
    endpoint.behave = refusing((id) => id === there);
    await tab.flush();
    expect(endpoint.bytes.get(there!)!.size).toBe(1);
    expect(endpoint.held).toEqual([there, other]);
    expect(await tab.outbox.pending()).toBe(0);
  });

  describe("with version: 'auto', at an endpoint that says nothing of itself", () => {
    const caliperOf = (more = {}) => (id: string) => JSON.stringify({ '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2', profile: 'MediaProfile', id, type: 'MediaEvent', action: 'Paused', object: { id: 'https://a.example/v', type: 'VideoObject' }, ...more });
    const store = async (speaks: RegExp, status: number, first: number, event = caliperOf()) => {
      const world = new World();
      const stored: any[] = [];
      let posts = 0;
      const fetch = async (_: string, { method, body }: RequestInit) => {
        if (method === 'GET') return reply(404);
        const { data } = JSON.parse(body as string) as { data: any[] };
        if (++posts < first || data.some((one) => one.id === 'poison' || !speaks.test(one['@context']))) return reply(status, 'no');
        stored.push(...data);
        return reply(200);
      };
      const tab = await world.open({ destinations: [caliper({ endpoint: 'https://store.example/', auth: false, credentials: 'omit', version: 'auto' })], environment: { fetch } as object });
      return { world, stored, tab, add: (...ids: string[]) => ids.forEach((id) => tab.add(1, { id, document: event(id) })) };
    };

    test.each([400, 422])('poison in the first batch costs nothing but itself: %i', async (status) => {
      const { world, stored, tab, add } = await store(/v1p1/, status, 0);
      add('a', 'b', 'poison', 'c', 'd');
      await world.clock.advance(6_000);
      expect(stored.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
      expect(await tab.outbox.rejected()).toMatchObject([{ id: 'poison', status }]);
    });

    test('an endpoint that refuses everything for a while is found to speak the other one', async () => {
      const { world, stored, add } = await store(/v1p1/, 400, 4);
      add('a', 'b', 'c');
      for (let i = 0; i < 4; i++) await world.clock.advance(300_000);
      expect(stored).toHaveLength(3);
    });

    test('one whose answer was lost, and that another tab has delivered, stands in no version’s way', async () => {
      const world = new World();
      const stored: string[] = [];
      let posts = 0;
      const fetch = async (_: string, { method, body }: RequestInit) => {
        if (method === 'GET') return reply(404);
        if (!posts++) throw new TypeError('Failed to fetch');
        const { data } = JSON.parse(body as string) as { data: { id: string; '@context': string }[] };
        if (data.some((one) => !/v1p1/.test(one['@context']))) return reply(400, 'no');
        stored.push(...data.map(({ id }) => id));
        return reply(200);
      };
      const open = () => world.open({ destinations: [caliper({ endpoint: 'https://store.example/', auth: false, credentials: 'omit', version: 'auto' })], environment: { fetch } as object });
      const [a, b] = [await open(), await open()];
      a.add(1, { id: 'there', document: caliperOf()('there') });
      await a.flush();
      await b.flush();
      await a.flush();
      a.add(1, { id: 'other', document: caliperOf()('other') });
      await a.flush();
      expect(stored).toEqual(['there', 'other']);
    });

    test('one whose answer was lost keeps its version, whatever is said of another', async () => {
      const world = new World();
      const sent = new Map<string, Set<string>>();
      let posts = 0;
      const fetch = async (_: string, { method, body }: RequestInit) => {
        if (method === 'GET') return reply(404);
        for (const one of (JSON.parse(body as string) as { data: { id: string }[] }).data) sent.set(one.id, (sent.get(one.id) ?? new Set()).add(JSON.stringify(one)));
        if (!posts++) throw new TypeError('Failed to fetch');
        return posts < 5 ? reply(400, 'no') : reply(200);
      };
      const tab = await world.open({ destinations: [caliper({ endpoint: 'https://store.example/', auth: false, credentials: 'omit', version: 'auto' })], environment: { fetch } as object });
      tab.add(1, { id: 'there', document: caliperOf()('there') });
      await tab.flush();
      tab.add(1, { id: 'other', document: caliperOf()('other') });
      await tab.flush();
      for (let i = 0; i < 4; i++) await world.clock.advance(300_000);
      expect(sent.get('there')!.size).toBe(1);
      expect(await tab.outbox.pending()).toBe(0);
    });

    test('an event that was written in the other version and back has lost nothing', async () => {
      const session = { id: 'https://a.example/s', type: 'Session', client: { id: 'https://a.example/c', type: 'SoftwareApplication', host: 'a.example' } };
      const event = caliperOf({ session });
      const { world, stored, add } = await store(/v1p2/, 400, 0, event);
      add('a', 'poison', 'b');
      await world.clock.advance(6_000);
      expect(stored).toEqual(['a', 'b'].map((id) => JSON.parse(event(id))));
    });
  });

  test.each([{ negotiate: () => false }, {}])('where no version is left, or there never was another, it is held', async (speaks) => {
    const world = new World();
    const tab = await world.open({ destinations: [destination(speaks)] });
    tab.add(2);
    world.endpoint().behave = () => reply(415);
    expect(await tab.flush()).toMatchObject({ rejected: 0, pending: 2, held: [{ why: 'speaks no version that is known here' }] });
    expect(world.endpoint().requests).toHaveLength(1);
  });

  test('a destination whose code throws holds only itself', async () => {
    const world = new World();
    const other = 'https://caliper.example/';
    const judge = () => {
      throw new Error('oops');
    };
    const tab = await world.open({ destinations: [destination({ judge }), destination({ url: other })] });
    tab.add(2);
    expect(await tab.flush()).toMatchObject({ delivered: 2, pending: 2 });
    expect(world.warnings).toContain('xapi https://lrs.example/statements cannot be served oops');
  });
});

test.each([401, 403])('a credential that is good for a few requests is asked for as often as it takes: %i', async (status) => {
  const world = new World();
  let tokens = 0;
  const uses = new Map<string, number>();
  world.endpoint().behave = ({ headers: { Authorization: token } }) => {
    uses.set(token!, (uses.get(token!) ?? 0) + 1);
    return uses.get(token!)! > 2 ? reply(status) : reply(200, '[]');
  };
  const tab = await world.open({ destinations: [destination({ auth: async () => `token-${++tokens}` })], queue: { batchSize: 10 } });
  const ids = tab.add(100);
  tab.outbox.setActor({ id: tab.actor }, tab.actor);
  expect(await tab.flush()).toMatchObject({ pending: 0, held: [] });
  expect(world.endpoint().held).toEqual(ids);
  expect(tokens).toBeLessThan(8);
});

describe('backing off', () => {
  test('a timer that has slept with the computer holds up nothing', async () => {
    const world = new World();
    world.random = () => 0.9;
    const tab = await world.open();
    world.online = false;
    tab.add(1);
    while (tab.heard('retry').length < 11) await world.clock.advance(5_000);
    // The wall clock went on, timers did not.
    world.clock.skew += 8 * 3_600_000;
    world.online = true;
    tab.wake();
    await world.clock.advance(3_000);
    expect(world.endpoint().held).toHaveLength(1);
  });

  test('doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)', async () => {
    const world = new World();
    world.online = false;
    const tab = await world.open();
    const ids = tab.add(1);
    await world.clock.advance(5_000);
    for (let i = 0; i < 15; i++) await world.clock.advance(150_000);
    const delays = tab.heard('retry').map(({ delay }) => delay);
    expect(delays.slice(0, 10)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000]);
    expect(delays.every((delay) => delay <= 300_000)).toBe(true);
    world.online = true;
    await world.clock.advance(150_000);
    expect(world.endpoint().held).toEqual(ids);
    // and begins anew after a success
    world.online = false;
    tab.add(1);
    await world.clock.advance(5_000);
    expect(tab.heard('retry').at(-1)!.delay).toBe(500);
  });

  test.each([
    ['7', 7_000],
    ['Sun, 15 Nov 2026 10:01:00 GMT', 55_000],
  ])('Retry-After: %s is waited for, whatever wakes the page (F17)', async (header, wait) => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => (count === 1 ? reply(429, '', { 'retry-after': header }) : reply(200));
    const ids = tab.add(1);
    await world.clock.advance(5_000);
    expect(world.endpoint().requests).toHaveLength(1);
    await world.clock.advance(wait - 100);
    tab.wake();
    tab.add(60);
    await world.clock.advance(99);
    expect(world.endpoint().requests).toHaveLength(1);
    await world.clock.advance(2_000);
    expect(world.endpoint().held[0]).toBe(ids[0]);
  });

  test('an answer that never ends is read no further than it can matter', async () => {
    const world = new World();
    const tab = await world.open();
    let pulled = 0;
    world.endpoint().behave = (seen) => {
      world.endpoint().store(seen);
      return new Response(
        new ReadableStream({
          pull(control) {
            pulled++;
            control.enqueue(new TextEncoder().encode(' '.repeat(10_000)));
          },
        }),
        { status: 200 },
      );
    };
    const ids = tab.add(3);
    expect(await tab.flush()).toMatchObject({ delivered: 3 });
    expect(world.endpoint().held).toEqual(ids);
    expect(pulled).toBeLessThan(40);
  });

  test('however large a batch is asked for, no more than a thousand events are read at once', async () => {
    const world = new World();
    const tab = await world.open({ queue: { batchSize: 5_000 } });
    tab.add(1_500);
    await rest(200);
    await tab.flush();
    expect(world.endpoint().held).toHaveLength(1_500);
    expect(Math.max(...world.endpoint().requests.map(({ documents }) => documents.length))).toBeLessThanOrEqual(1_000);
  });

  test('what is large, or more than is left of what exits may send, takes no share of that', async () => {
    const world = new World();
    const tab = await world.open();
    const send = (length: number) => {
      tab.add(1, { id: `e${length}`, document: documentOf(`e${length}`, 'x'.repeat(length)) });
      return tab.flush();
    };
    await send(15_000);
    await send(17_000);
    tab.environment.keepalive.left = 1_000;
    await send(900);
    await send(1_100);
    expect(world.endpoint().requests.map(({ init }) => init.keepalive)).toEqual([true, false, true, false]);
    expect(tab.environment.keepalive.left).toBe(1_000);
  });

  test('while an endpoint is in trouble no share of what exits may send is taken', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => reply(count === 1 ? 503 : 200, '[]');
    tab.add(1);
    await tab.flush();
    await tab.flush();
    tab.add(1);
    await tab.flush();
    expect(world.endpoint().requests.map(({ init }) => init.keepalive)).toEqual([true, false, true]);
  });

  test.each([undefined, 'soon'])('a 429 whose Retry-After is %s, or out of sight, is not asked again at once (F17)', async (header) => {
    const world = new World();
    world.random = () => 0.01;
    const tab = await world.open();
    const at: number[] = [];
    world.endpoint().behave = ({ time }) => {
      at.push(time);
      return reply(429, '', header ? { 'retry-after': header } : {});
    };
    tab.add(1);
    await world.clock.advance(20_000);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(5_000);
    expect(at).toHaveLength(3);
  });

  test.each([86_400_000, -86_400_000])('a date is one by the endpoint’s clock, where the learner’s is %i ms off (F42)', async (skew) => {
    const world = new World();
    const tab = await world.open();
    world.clock.skew = skew;
    let requests = 0;
    world.endpoint().behave = ({ time }) => {
      const date = (ms: number) => new Date(time + ms).toUTCString();
      return ++requests === 1 ? reply(503, '', { date: date(0), 'retry-after': date(120_000) }) : reply(200, '[]');
    };
    const ids = tab.add(1);
    await world.clock.advance(123_000);
    expect(requests).toBe(1);
    await world.clock.advance(5_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('Retry-After outlives the page, and flush() may ignore it', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => (count === 1 ? reply(503, '', { 'retry-after': '600' }) : reply(200));
    tab.add(1);
    await world.clock.advance(5_000);
    tab.kill();
    const next = await world.open();
    await world.clock.advance(1_000);
    next.wake();
    next.add(1);
    await world.clock.advance(500_000);
    expect(world.endpoint().requests).toHaveLength(1);
    await next.flush();
    expect(world.endpoint().held).toHaveLength(2);
  });

  test('nothing but what was asked for is firm: the backoff behind it ends with the next wake of another page', async () => {
    const world = new World();
    const tab = await world.open();
    let fails = 4;
    world.endpoint().behave = () => (fails-- > 0 ? reply(503, '', fails ? {} : { 'retry-after': '5' }) : reply(200));
    tab.add(1);
    await world.clock.advance(5_000);
    while (fails > 0) await world.clock.advance(500);
    // Half of 8 s behind those 5.
    tab.kill();
    const next = await world.open();
    await next.outbox.flush(BACKOFF);
    await world.clock.advance(4_400);
    await next.outbox.flush(BACKOFF);
    expect(world.endpoint().requests).toHaveLength(4);
    await world.clock.advance(700);
    await next.outbox.flush(BACKOFF);
    expect(world.endpoint().requests).toHaveLength(5);
  });

  test('a flush that succeeds ends the pause that a former page was told to make', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => (count === 1 ? reply(503, '', { 'retry-after': '600' }) : reply(200));
    const ids = tab.add(1);
    await world.clock.advance(5_000);
    tab.kill();
    // Before it has looked at anything.
    const next = world.tab();
    await next.flush();
    ids.push(...next.add(1));
    await world.clock.advance(5_000);
    expect(world.endpoint().held).toEqual(ids);
  });

  test('what comes while a flush ends the pause that a former page was told to make does not bring it back', async () => {
    const world = new World();
    const tab = await world.open();
    let answer!: (response: Response) => void;
    world.endpoint().behave = (_, count) => {
      if (count === 2) return new Promise((resolve) => (answer = resolve));
      return count === 1 ? reply(503, '', { 'retry-after': '600' }) : reply(200);
    };
    tab.add(1);
    await world.clock.advance(5_000);
    tab.kill();
    const next = await world.open();
    const flushed = next.flush();
    await rest();
    next.add(1);
    await rest();
    answer(reply(200));
    await flushed;
    const [last] = next.add(1);
    next.outbox.leave();
    await rest();
    expect(world.endpoint().held.at(-1)).toBe(last);
    expect(await next.outbox.pending()).toBe(0);
  });

  test.each<readonly [string, (world: World) => unknown]>([
    ['another tab sends', ({ locks }) => vi.spyOn(locks.held, 'has').mockReturnValue(true)],
    ['a request hangs', (world) => (world.endpoint().behave = () => new Promise(() => {}))],
    ['the database cannot be read', (world) => (world.indexedDB!.open = () => { throw new DOMException('no', 'UnknownError'); })],
  ])('while %s, a page whose events shall not wait looks now and then only', async (_, prepare) => {
    const world = new World();
    prepare(world);
    let looks = 0;
    const request = vi.spyOn(world.locks, 'forTab').mockReturnValue({
      request: async (name, _, run) => {
        looks++;
        return run(world.locks.held.has(name) ? null : { name });
      },
    });
    const setTimer = (run: () => void, ms: number) =>
      world.clock.set(() => {
        looks++;
        run();
        // As in browsers: at once is a moment later.
      }, Math.max(ms, 1));
    const tab = await world.open({ queue: { flushInterval: 0 }, environment: { setTimer } });
    tab.add(1);
    await world.clock.advance(10);
    tab.add(1);
    await world.clock.advance(10);
    looks = 0;
    await world.clock.advance(1_000);
    request.mockRestore();
    expect(looks).toBeLessThan(20);
  });

  test('a reload does not begin the backoff anew', async () => {
    const world = new World();
    world.endpoint().behave = () => reply(503);
    let tab = await world.open();
    tab.add(1);
    for (let i = 0; i < 20; i++) {
      await world.clock.advance(10_000);
      tab.kill();
      tab = await world.open();
    }
    // 200 s: without memory there would be twenty at least.
    expect(world.endpoint().requests.length).toBeLessThan(10);
  });

  test('waking ends a backoff, a little later and not in step with others (F18)', async () => {
    const world = new World();
    world.endpoint().behave = () => reply(503);
    const tab = await world.open();
    const ids = tab.add(1);
    await world.clock.advance(280_000);
    const before = world.endpoint().requests.length;
    world.endpoint().behave = () => reply(200);
    for (let i = 0; i < 20; i++) tab.wake();
    await world.clock.advance(499);
    expect(world.endpoint().requests).toHaveLength(before);
    await world.clock.advance(1_600);
    expect(world.endpoint().held).toEqual(ids);
    expect(world.endpoint().requests).toHaveLength(before + 1);
  });

  test.each([86_400_000, -86_400_000])('a clock that jumps by %i ms stops nothing (F42)', async (jump) => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = (_, count) => (count < 3 ? reply(503) : reply(200));
    const ids = tab.add(1);
    await world.clock.advance(5_100);
    world.clock.skew = jump;
    ids.push(...tab.add(1, { time: world.clock.time + jump }));
    await world.clock.advance(20_000);
    expect([...world.endpoint().held].sort()).toEqual([...ids].sort());
  });
});
