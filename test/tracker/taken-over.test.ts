import { describe, expect, test, vi } from 'vitest';
import { checkpoints, contradictions, recordedIn, sleepUntilTakenOver, trackedPage } from '../known-bugs/tracked-page.js';
import { rest, World } from '../outbox/world.js';

// Rule 7 of the architecture: a session is closed once, whoever does it.

const DEAD = 150_000;
const ANNA = 'https://campus.example/users/1';

const typesOf = (world: World, session: string) => recordedIn(world).filter((event) => event.session === session).sort((a, b) => a.time - b.time).map(({ type }) => type);

test('a session that died, and is closed after a later one, does not say where the media was left', async () => {
  const world = new World();
  const dead = trackedPage(world);
  await dead.play(20);
  dead.kill();
  await world.clock.advance(10_000);
  const next = trackedPage(world);
  next.tell('tick', { position: 20 });
  await next.play(40);
  next.leave();
  await world.clock.advance(10_000);
  next.kill();
  await world.clock.advance(DEAD);
  const last = trackedPage(world);
  last.tell('tick');
  await world.clock.advance(5_000);
  expect(last.analytics.progress).toMatchObject({ position: 60, fraction: expect.closeTo(0.6, 1) });
});

describe('a page that wakes after another one has closed its session', () => {
  const frozen = async () => {
    const world = new World();
    const first = trackedPage(world);
    await first.play(20);
    const session = first.analytics.session!;
    await sleepUntilTakenOver(world, first);
    return { world, first, session };
  };

  test('goes on in a new one, with all that was watched, though its timers come first', async () => {
    const { world, first, session } = await frozen();
    first.thaw();
    await world.clock.advance(3_000);
    await first.play(10, true);
    expect(first.analytics.session).not.toBe(session);
    first.leave();
    await world.clock.advance(60_000);
    expect(typesOf(world, session)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
    expect(contradictions(world)).toEqual([]);
    const last = first.events.at(-1)!;
    expect(last).toMatchObject({ type: 'terminated', progress: { secondsPlayed: expect.closeTo(33, 0) } });
  });

  test('does not end it once more when it goes', async () => {
    const { world, first, session } = await frozen();
    first.leave();
    await world.clock.advance(60_000);
    expect(typesOf(world, session).filter((type) => type === 'terminated')).toHaveLength(1);
    expect(contradictions(world)).toEqual([]);
  });

  test('where nobody has, goes on in the same', async () => {
    const world = new World();
    const page = trackedPage(world);
    await page.play(20);
    const { session } = page.analytics;
    page.freeze();
    await world.clock.advance(600_000);
    page.thaw();
    await page.play(5, true);
    expect(page.analytics.session).toBe(session);
    // It lives again, so that nobody else takes it.
    const other = trackedPage(world);
    await other.play(2);
    page.leave();
    await world.clock.advance(60_000);
    expect(typesOf(world, session!).filter((type) => type === 'terminated')).toHaveLength(1);
    expect(contradictions(world)).toEqual([]);
  });
});

test('a clock that is set forward by a day makes no living session two', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(20);
  world.clock.skew = 86_400_000;
  const other = trackedPage(world);
  await other.play(2);
  await page.play(5, true);
  page.leave();
  other.leave();
  await world.clock.advance(60_000);
  const sessions = [...new Set(recordedIn(world).map(({ session }) => session))];
  for (const session of sessions) expect(typesOf(world, session).filter((type) => type === 'terminated')).toHaveLength(1);
  expect(contradictions(world)).toEqual([]);
});

describe('a session that ended well', () => {
  test.each([
    ['localStorage works', Infinity],
    ['localStorage is full', 10],
  ])('is not closed again, though its page died in the moment of its end: %s', async (_, quota) => {
    const world = new World();
    world.storage.quota = quota;
    const page = trackedPage(world);
    await page.play(20);
    page.leave();
    // What was begun is completed, and nothing is begun any more.
    const { IDBDatabase } = await import('fake-indexeddb');
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => { throw new DOMException('gone', 'AbortError'); });
    await rest();
    page.kill();
    begin.mockRestore();
    await world.clock.advance(DEAD);
    const next = trackedPage(world);
    await next.play(3);
    expect(next.events[0]!.progress.segments).toEqual([[0, 20]]);
    next.leave();
    await world.clock.advance(30_000);
    expect(recordedIn(world).filter(({ type }) => type === 'terminated')).toHaveLength(2);
    expect(contradictions(world)).toEqual([]);
  });

  test.each([['nothing is to be remembered', { resume: false }], ['nobody may know who it is', { actor: 'anonymous' as const }], ['all is remembered', {}]])('leaves no trace of having been open where %s', async (_, options) => {
    const world = new World();
    for (let visit = 0; visit < 3; visit++) {
      const page = trackedPage(world, options);
      await page.play(20);
      page.leave();
      await world.clock.advance(1_000);
      page.kill();
    }
    expect(await checkpoints(world)).toEqual([]);
    await world.clock.advance(DEAD);
    const next = trackedPage(world);
    await next.play(3);
    await world.clock.advance(30_000);
    expect(recordedIn(world).filter(({ type }) => type === 'terminated')).toHaveLength(3);
    expect(contradictions(world)).toEqual([]);
  });
});

test('an end in localStorage that cannot be read for the moment is left to a later page', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(20);
  await page.die(() => page.leave(), 0);
  const ends = () => [...world.storage.items.keys()].filter((name) => name.startsWith('videojs-learning-analytics-ended:'));
  expect(ends()).toHaveLength(1);
  const read = vi.spyOn(world.storage, 'getItem').mockImplementation(() => { throw new DOMException('busy', 'NS_ERROR_FILE_IS_LOCKED'); });
  const blind = trackedPage(world);
  await blind.play(2);
  blind.kill();
  read.mockRestore();
  expect(ends()).toHaveLength(1);
  const next = trackedPage(world);
  await next.play(2);
  expect(next.events[0]!.progress.segments).toEqual([[0, 20]]);
  expect(ends()).toEqual([]);
});

describe('a session whose page died', () => {
  test('is closed also where nothing is to be remembered, and joins no record', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: false });
    await page.play(20);
    await world.clock.advance(100);
    page.kill();
    await world.clock.advance(DEAD);
    const next = trackedPage(world);
    await next.play(3);
    expect(next.events.map(({ type }) => type).sort()).toEqual(['initialized', 'paused', 'progressed', 'started', 'terminated']);
    expect(next.events.find(({ type }) => type === 'initialized')!.progress.segments).toEqual([]);
    expect(await checkpoints(world)).toHaveLength(1);
  });

  test('is closed by a page that came so soon that it might still have lived', async () => {
    const world = new World();
    const page = trackedPage(world);
    await page.play(20);
    const session = page.analytics.session!;
    await world.clock.advance(100);
    page.kill();
    const next = trackedPage(world);
    next.tell('tick');
    await world.clock.advance(100_000);
    await next.play(2);
    const own = next.analytics.session!;
    expect(typesOf(world, session)).toEqual(['initialized', 'started', 'progressed']);
    await world.clock.advance(60_000);
    expect(typesOf(world, session)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
    // Its own goes on.
    expect(next.analytics.session).toBe(own);
    expect(typesOf(world, own)).not.toContain('terminated');
    next.leave();
    await world.clock.advance(30_000);
    expect(contradictions(world)).toEqual([]);
    const last = trackedPage(world);
    await last.play(1);
    // As far as it was last heard of, and what came after.
    expect(last.events[0]!.progress.segments).toEqual([[0, 16.5], [0, 2]]);
  });

  test('is left alone by a page that recovers none, for one that does', async () => {
    const world = new World();
    const page = trackedPage(world);
    await page.play(20);
    const session = page.analytics.session!;
    await world.clock.advance(100);
    page.kill();
    await world.clock.advance(DEAD);
    const before = await checkpoints(world);
    const next = trackedPage(world, { recoverSessions: false });
    await next.play(3);
    next.leave();
    await world.clock.advance(30_000);
    next.kill();
    expect(typesOf(world, session)).not.toContain('terminated');
    expect(await checkpoints(world)).toEqual(before);
    await trackedPage(world).play(2);
    await world.clock.advance(30_000);
    expect(typesOf(world, session)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
    expect(contradictions(world)).toEqual([]);
  });

  test('is closed in the context that it was in, and told once', async () => {
    const world = new World();
    const page = trackedPage(world, { context: { group: 'https://campus.example/courses/A' } });
    await page.play(20);
    await world.clock.advance(100);
    page.kill();
    await world.clock.advance(DEAD);
    const next = trackedPage(world, { context: { group: 'https://campus.example/courses/B' } });
    await next.play(2);
    const told = next.events.filter(({ session }) => session !== next.analytics.session);
    expect(told.map(({ type, context }) => [type, context!.group])).toEqual([
      ['paused', 'https://campus.example/courses/A'],
      ['terminated', 'https://campus.example/courses/A'],
    ]);
  });

  test('stays vetoed where its beginning was', async () => {
    const world = new World();
    const veto = { beforeRecord: (event: { type: string }) => (event.type === 'initialized' ? null : event) } as object;
    const page = trackedPage(world, veto);
    await page.play(20);
    await world.clock.advance(100);
    page.kill();
    await world.clock.advance(DEAD);
    const next = trackedPage(world, veto);
    await next.play(2);
    next.leave();
    await world.clock.advance(30_000);
    expect(recordedIn(world)).toEqual([]);
    expect(await checkpoints(world)).toEqual([]);
  });

  test('is closed by one of two pages that find it in the same moment, and neither loses its store', async () => {
    const world = new World();
    const dead = Array.from({ length: 3 }, () => trackedPage(world));
    for (const page of dead) await page.play(2);
    for (const page of dead) page.kill();
    await world.clock.advance(DEAD);
    const two = [trackedPage(world), trackedPage(world)];
    await Promise.all(two.map((page) => page.play(0)));
    await world.clock.advance(2_000);
    await Promise.all(two.map((page) => page.play(2)));
    await world.clock.advance(20_000);
    expect(recordedIn(world).filter(({ type }) => type === 'terminated')).toHaveLength(3);
    expect(new Set(recordedIn(world).map(({ registration }) => registration)).size).toBe(1);
    expect(contradictions(world)).toEqual([]);
    expect(world.warnings).toEqual([]);
  });

  test('and whose row has gone while it was being taken is nobody’s', async () => {
    const world = new World();
    const page = trackedPage(world);
    await page.play(2);
    page.kill();
    await world.clock.advance(DEAD);
    const tab = await world.open();
    const key = (await tab.store.keys(['s', ANNA], 9))[0]!;
    await tab.store.write([], [key]);
    await expect(tab.store.update(key, () => undefined as never)).resolves.toBeUndefined();
    expect(await tab.store.keys(['s'], 9)).toEqual([]);
  });
});

describe('two tabs of one registration', () => {
  const both = async (world: World) => {
    const tabs = [trackedPage(world), trackedPage(world)] as const;
    for (const tab of tabs) await tab.play(1);
    expect(new Set(tabs.flatMap(({ events }) => events.map(({ registration }) => registration))).size).toBe(1);
    return tabs;
  };

  test('tell of completion and milestones once, though another registration was begun meanwhile', async () => {
    const world = new World();
    const tabs = await both(world);
    const third = trackedPage(world);
    third.tell('tick', { duration: 100 });
    await world.clock.advance(100);
    third.analytics.newRegistration();
    await world.clock.advance(100);
    for (const tab of tabs) await tab.play(98, true);
    const told = tabs.flatMap(({ events }) => events.flatMap((event): unknown[] => (event.type === 'completed' ? [event.type] : event.type === 'progressed' ? [event.milestone] : [])));
    expect(told).toEqual([0, 25, 50, 75, 'completed']);
  });

  test('tell of completion once with a pause or an end, too', async () => {
    const world = new World();
    const [one, other] = await both(world);
    for (const tab of [one, other]) {
      await tab.play(98, true);
      tab.tell('tick', { paused: true });
      await world.clock.advance(1_000);
    }
    const told = [one, other].map(({ events }) => events.filter((event) => 'completed' in event && event.completed).map(({ type }) => type));
    expect(told).toEqual([['paused'], []]);
  });

  test('and where the page dies right after the claim was lost', async () => {
    const world = new World();
    const [one, other] = await both(world);
    await one.play(98, true);
    one.leave();
    await world.clock.advance(1_000);
    await other.play(94, true);
    await other.play(0.5, true);
    await rest();
    other.kill();
    await world.clock.advance(200_000);
    const next = trackedPage(world);
    await next.play(2);
    next.leave();
    await world.clock.advance(20_000);
    const told = recordedIn(world).filter((event) => 'completed' in event && event.completed);
    expect(told.map(({ type, session }) => [type, session])).toEqual([['paused', one.events[0]!.session]]);
  });

  test.each([98, 99])('and where the claim is lost as it pauses or goes after %d s', async (seconds) => {
    const world = new World();
    const [one, other] = await both(world);
    await one.play(98, true);
    one.tell('tick', { paused: true });
    await world.clock.advance(1_000);
    await other.play(seconds - 4, true);
    // It is over with the very signal that completes it.
    other.tell('tick', { position: seconds - 2.5 });
    for (let position = seconds - 2.5; position < seconds; position += 0.25) {
      world.clock.time += 250;
      other.tell('tick', { position });
    }
    other.tell('tick', { paused: true });
    await world.clock.advance(1_000);
    expect(other.events.filter((event) => event.type === 'completed' || ('completed' in event && event.completed))).toEqual([]);
    expect(other.events.at(-1)!.type).toBe('paused');
  });
});
