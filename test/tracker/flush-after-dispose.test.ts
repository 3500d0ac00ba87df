import { describe, expect, test } from 'vitest';
import type { Page } from '../../src/page.js';
import type { Options } from '../../src/options/options.js';
import { recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { reply, rest, World } from '../outbox/world.js';

const STORAGES: Readonly<Record<string, (world: World) => Partial<Options>>> = {
  'in IndexedDB': () => ({}),
  'where there is none': (world) => {
    world.indexedDB = undefined;
    return {};
  },
  'in memory': () => ({ queue: { storage: 'memory' } }),
};

/** Where no two have the same name for what they keep. */
const newWorld = (): World => Object.assign(new World(), { random: Math.random });

/** A player was disposed of while its endpoint was down; and what its page does until a promise settles. */
const disposed = async (storage: string, more: object = {}) => {
  const world = newWorld();
  const options = { ...STORAGES[storage]!(world), ...more };
  world.endpoint().behave = () => reply(503);
  const one = trackedPage(world, options);
  await one.play(3);
  one.analytics.dispose();
  await world.clock.advance(1_000);
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    void promise.finally(() => (isOver = true));
    for (let i = 0; i < 60 && !isOver; i++) await world.clock.advance(500);
    return promise;
  };
  return { world, one, options, until };
};
const TYPES = ['initialized', 'started', 'progressed', 'paused', 'terminated'];
const told = (world: World) => recordedIn(world).map(({ type }) => type);

describe.each(Object.keys(STORAGES))('what a player that is disposed of has left, %s,', (storage) => {
  test('is sent where flush() asks for it, all of it and once', async () => {
    const { world, one, until } = await disposed(storage);
    const failed = await until(one.analytics.flush());
    expect(failed).toMatchObject({ delivered: 0, pending: TYPES.length, held: [{ why: 'answers 503' }] });
    expect(world.clock.timers.size).toBe(0);
    world.endpoint().behave = () => reply(200);
    await world.clock.advance(60_000);
    expect(told(world)).toEqual([]);
    const [report, same] = await until(Promise.all([one.analytics.flush(), one.analytics.flush()]));
    expect(told(world)).toEqual(TYPES);
    expect(report).toMatchObject({ delivered: TYPES.length, pending: 0, held: [] });
    expect(same).toEqual(report);
    expect(world.endpoint().repeats).toEqual([]);
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: 0, pending: 0, held: [] });
  });

  test('is not sent again by the next flush() where one was half of it', async () => {
    const { world, one, until } = await disposed(storage, storage === 'in memory' ? { queue: { storage: 'memory', batchSize: 2 } } : { queue: { batchSize: 2 } });
    let left = 1;
    world.endpoint().behave = () => reply(left-- > 0 ? 200 : 503);
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: 2, pending: 3 });
    world.endpoint().behave = () => reply(200);
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: 3, pending: 0 });
    expect(told(world)).toEqual(TYPES);
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('and was gathered while consent was pending, is sent once that is granted', async () => {
    const { world, one, until } = await disposed(storage, { consent: 'pending' });
    world.endpoint().behave = () => reply(200);
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: 0 });
    await until(one.analytics.grantConsent());
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: TYPES.length, pending: 0 });
    expect(told(world)).toEqual(TYPES);
  });

  test('is sent with what was recorded afterwards', async () => {
    const { world, one, until } = await disposed(storage);
    one.analytics.record({ type: 'liked' });
    await world.clock.advance(1_000);
    world.endpoint().behave = () => reply(200);
    expect(await until(one.analytics.flush())).toMatchObject({ delivered: TYPES.length + 1, pending: 0 });
    expect(told(world)).toEqual([...TYPES, 'liked']);
  });

  test('is sent by flush() though dispose() is still at it', async () => {
    const world = newWorld();
    const one = trackedPage(world, STORAGES[storage]!(world));
    await one.play(3);
    one.analytics.dispose();
    const flushing = one.analytics.flush();
    await world.clock.advance(1_000);
    expect(await flushing).toMatchObject({ pending: 0, held: [] });
    expect(told(world)).toEqual(TYPES);
    expect(world.endpoint().repeats).toEqual([]);
  });

  test('is not sent once more where another has sent it', async () => {
    const { world, one, options, until } = await disposed(storage);
    world.endpoint().behave = () => reply(200);
    const two = trackedPage(world, options);
    await until(two.analytics.flush());
    const { length } = world.endpoint().held;
    await until(one.analytics.flush());
    expect(world.endpoint().repeats).toEqual([]);
    // What memory has is its own page's.
    expect(length).toBe(storage === 'in memory' ? 0 : TYPES.length);
  });

  test.each(['denyConsent', 'clear'] as const)('is sent by nobody after another on the page has called %s()', async (way) => {
    const denials: Page['denials'] = new Set();
    const { world, one, options, until } = await disposed(storage, { denials });
    if (storage === 'in memory') return;
    const two = trackedPage(world, { ...options, denials });
    await until(two.analytics[way]());
    world.endpoint().behave = () => reply(200);
    await until(one.analytics.flush());
    expect(told(world)).toEqual([]);
  });

  test('is sent no further where another on the page denies meanwhile', async () => {
    const denials: Page['denials'] = new Set();
    const { world, one, options, until } = await disposed(storage, { denials });
    const two = trackedPage(world, { ...options, denials });
    world.endpoint().behave = () => new Promise(() => undefined);
    const { length } = world.endpoint().requests;
    void one.analytics.flush();
    await rest(200);
    expect(world.endpoint().requests.length).toBeGreaterThan(length);
    await until(two.analytics.denyConsent());
    world.endpoint().behave = () => reply(200);
    await world.clock.advance(120_000);
    await until(one.analytics.flush());
    expect(told(world)).toEqual([]);
  });
});

test('what was recorded while nobody may be is not sent by a player that is disposed of', async () => {
  const { world, one, until } = await disposed('in IndexedDB', { consent: 'denied' });
  world.endpoint().behave = () => reply(200);
  expect(await until(one.analytics.flush())).toMatchObject({ delivered: 0, pending: 0 });
  expect(world.endpoint().requests).toEqual([]);
});

test.each(['pending', 'denied'] as const)('with consent %s nothing is sent, not even what others have left', async (consent) => {
  const { world, until } = await disposed('in IndexedDB');
  const one = trackedPage(world, { consent: 'pending' });
  one.analytics.dispose();
  await world.clock.advance(1_000);
  if (consent === 'denied') void one.analytics.denyConsent();
  world.endpoint().behave = () => reply(200);
  await until(one.analytics.flush());
  expect(told(world)).toEqual([]);
});

test('it leaves nothing behind that a denial would ask', async () => {
  const denials: Page['denials'] = new Set();
  const { world, one, until } = await disposed('in IndexedDB', { denials });
  world.endpoint().behave = () => reply(200);
  await until(one.analytics.flush());
  await until(one.analytics.denyConsent());
  expect(denials.size).toBe(0);
});

test('what went out as it was disposed of counts', async () => {
  const world = newWorld();
  const one = trackedPage(world);
  await one.play(3);
  one.analytics.dispose();
  const flushing = one.analytics.flush();
  await world.clock.advance(1_000);
  // All but the end had gone out before.
  expect(await flushing).toMatchObject({ delivered: 2, pending: 0 });
  expect(told(world)).toEqual(TYPES);
});

test('what is recorded afterwards is sent, unless the endpoint has asked for a pause', async () => {
  const world = newWorld();
  const one = trackedPage(world);
  one.analytics.dispose();
  await world.clock.advance(1_000);
  one.analytics.record({ type: 'liked' });
  await world.clock.advance(1_000);
  expect(told(world)).toEqual(['liked']);
  world.endpoint().behave = () => reply(503, '', { 'Retry-After': '60' });
  one.analytics.record({ type: 'shared' });
  await world.clock.advance(1_000);
  world.endpoint().behave = () => reply(200);
  one.analytics.record({ type: 'searched', query: 'a' });
  await world.clock.advance(1_000);
  expect(told(world)).toEqual(['liked']);
  await world.clock.advance(60_000);
  one.analytics.record({ type: 'unliked' });
  await world.clock.advance(1_000);
  expect(told(world)).toEqual(['liked', 'shared', 'searched', 'unliked']);
});
