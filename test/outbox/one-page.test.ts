import { describe, expect, test, vi } from 'vitest';
import { destination, refusing, reply, rest, World } from './world.js';

// A player and a portal, or two players, on one page: one endpoint, one budget, and each its own rows.

const STORES: { readonly [name: string]: (world: World) => object } = {
  'IndexedDB': () => ({}),
  'memory alone': () => ({ storage: 'memory' }),
  'a database that does not work': (world) => {
    world.indexedDB = undefined;
    return {};
  },
};

describe.each(Object.entries(STORES))('with %s', (_, optionsOf) => {
  const open = async () => {
    const world = new World();
    const options = { ...optionsOf(world), environment: { keepalive: { left: 60_000 } } };
    return { world, one: await world.open(options), two: await world.open(options) };
  };

  test('a page that is hidden sends what each of them has, once', async () => {
    const { world, one, two } = await open();
    const ids = [...one.add(2), ...two.add(2)];
    one.outbox.leave(false);
    two.outbox.leave(false);
    await rest();
    await one.flush();
    await two.flush();
    await world.clock.advance(20_000);
    expect(world.endpoint().held.sort()).toEqual(ids.sort());
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('one that is disposed of sends its own', async () => {
    const { world, one, two } = await open();
    const ids = [...one.add(1), ...two.add(2)];
    one.outbox.leave();
    one.store.close(await one.outbox.dispose());
    await world.clock.advance(20_000);
    expect(world.endpoint().held.sort()).toEqual(ids.sort());
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('what one has sent makes an exit forget nothing of the other', async () => {
    const { world, one, two } = await open();
    one.add(1);
    await world.clock.advance(4_900);
    const ids = two.add(2);
    await world.clock.advance(1_000);
    one.outbox.leave();
    two.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('what was cleared by one is sent by none', async () => {
    const { world, one, two } = await open();
    two.add(2);
    await rest();
    await one.outbox.clear();
    one.outbox.leave();
    two.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual([]);
  });

  test('what is granted just before the page goes goes with it', async () => {
    const world = new World();
    const options = { ...optionsOf(world), environment: { keepalive: { left: 60_000 } } };
    const one = await world.open(options);
    const two = await world.open({ ...options, consent: 'pending' });
    const ids = two.add(2);
    one.add(1);
    await one.flush();
    await two.outbox.setConsent('granted');
    await rest();
    two.outbox.leave();
    await rest();
    expect(world.endpoint().held).toEqual(expect.arrayContaining(ids));
  });
});

test('the journal of a player that lives is no legacy', async () => {
  const world = new World();
  world.indexedDB = undefined;
  const environment = { keepalive: { left: 60_000 } };
  const one = await world.open({ environment });
  world.online = false;
  const ids = one.add(2);
  await rest();
  one.outbox.leave(false);
  await rest();
  const two = await world.open({ environment });
  world.online = true;
  await one.flush();
  await two.flush();
  await world.clock.advance(400_000);
  expect(world.endpoint().held).toEqual(ids);
  expect(world.endpoint().repeats).toEqual([]);
});

test.each([false, true])('a page that is hidden lets nothing overtake what is under way; beside another player: %s', async (beside) => {
  const world = new World();
  const environment = { keepalive: { left: 60_000 } };
  const one = await world.open({ environment });
  const two = beside ? await world.open({ environment }) : undefined;
  let answer!: (response: Response) => void;
  world.endpoint().behave = (_, count) => (count === 1 ? new Promise((resolve) => (answer = resolve)) : reply(200));
  const ids = one.add(2);
  if (beside) await world.clock.advance(5_000);
  else one.outbox.leave(false);
  await rest();
  ids.push(...one.add(2));
  for (const tab of [one, two]) tab?.outbox.leave(false);
  await rest();
  answer(reply(503));
  await world.clock.advance(30_000);
  expect(world.endpoint().held).toEqual(ids);
});

test('what one clears is not sent by the run of another', async () => {
  const world = new World();
  const environment = { keepalive: { left: 60_000 } };
  const one = await world.open({ environment });
  const two = await world.open({ environment, queue: { batchSize: 5 } });
  let answer!: (response: Response) => void;
  world.endpoint().behave = (_, count) => (count === 1 ? new Promise((resolve) => (answer = resolve)) : reply(200));
  two.add(20);
  await world.clock.advance(6_000);
  await one.outbox.clear();
  answer(reply(200));
  await world.clock.advance(6_000);
  expect(world.endpoint().requests).toHaveLength(1);
});

test('what one has on its way since before the computer slept is not sent by another, which looks for it now and then only', async () => {
  const world = new World();
  world.withLocks = false;
  world.random = Math.random;
  const environment = { keepalive: { left: 60_000 } };
  const one = await world.open({ environment });
  const two = await world.open({ environment });
  let answer!: (response: Response) => void;
  world.endpoint().behave = (seen) => new Promise((resolve) => (answer = () => (world.endpoint().store(seen), resolve(reply(200)))));
  const ids = one.add(2);
  await world.clock.advance(5_000);
  // By the wall clock, by which its lease is over: timers sleep too.
  world.clock.skew += 120_000;
  const looks = vi.spyOn(two.store, 'page');
  await two.outbox.flush();
  await rest(200);
  expect(world.endpoint().requests).toHaveLength(1);
  expect(looks.mock.calls.length).toBeLessThan(5);
  answer(reply(200));
  await world.clock.advance(10_000);
  expect(world.endpoint().held).toEqual(ids);
  expect(world.endpoint().repeats).toEqual([]);
});

test('a flush tells of what an exit has under way', async () => {
  const world = new World();
  const one = await world.open();
  let answer!: (response: Response) => void;
  world.endpoint().behave = () => new Promise((resolve) => (answer = resolve));
  one.add(2);
  one.outbox.leave();
  const flushed = one.flush();
  await rest();
  answer(reply(200));
  expect(await flushed).toMatchObject({ pending: 0, held: [] });
});

test('what is put back into the queue while all is cleared is cleared too', async () => {
  const world = new World();
  const tab = await world.open({ destinations: [destination()] });
  const ids = tab.add(3);
  world.endpoint().behave = refusing((id) => id === ids[1]);
  await tab.flush();
  expect(await tab.outbox.rejected()).toHaveLength(1);
  const put = tab.outbox.retryRejected();
  await tab.outbox.clear();
  expect(await put).toBe(0);
  expect(await tab.outbox.pending()).toBe(0);
});
