import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import type { Actor, Media } from '../../src/events.js';
import type { Page } from '../../src/page.js';
import { contradictions, formerVisit, recordedIn, sleepUntilTakenOver, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, reply, rest, World } from '../outbox/world.js';

// What changes in the middle: who watches, what is watched, in which registration, with whose consent; also amid an advertisement.

const ANNA: Actor = { id: 'https://campus.example/users/1' };
const BEN: Actor = { id: 'https://campus.example/users/2' };
const ID = '11111111-1111-4111-8111-111111111111';
const video = (n: number): Media => ({ id: `https://campus.example/videos/${n}` });

const real = IDBFactory.prototype.open;

type Tracked = ReturnType<typeof trackedPage>;

const later = <T>() => {
  let give!: (value: T) => void;
  return { promise: new Promise<T>((resolve) => (give = resolve)), give: (value: T) => give(value) };
};

/** Another source is loaded, and its length known. */
const load = async (world: World, page: Tracked, n: number) => {
  page.tell('boundary', { position: 0, duration: NaN, paused: true }, `https://campus.example/media/${n}.mp4`);
  await world.clock.advance(100);
  page.tell('tick', { duration: 100 });
  await world.clock.advance(100);
};

/** Which media the sessions were about, and what was watched in them. */
const watched = (page: Pick<Tracked, 'events'>) =>
  page.events.flatMap(({ type, media, progress }) => (type === 'terminated' ? [[media.id.slice(-2), progress.segments.map((pair) => pair.map(Math.round))]] : []));

describe('amid an advertisement', () => {
  test('another media that is set before it is known who watches has its own session', async () => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise });
    await page.play(5);
    page.tell('tick', { ad: true, paused: true });
    await world.clock.advance(2000);
    page.analytics.setMedia(video(43));
    await world.clock.advance(2000);
    page.tell('playing', { ad: false, paused: false });
    await page.play(3, true);
    actor.give(ANNA);
    await world.clock.advance(100);
    page.leave();
    expect(watched(page)).toEqual([['42', [[0, 5]]], ['43', [[5, 8]]]]);
  });

  test('who signs in watched nothing of what played before', async () => {
    const world = new World();
    const page = trackedPage(world, { actor: null as never });
    await page.play(30);
    page.tell('tick', { ad: true, paused: true });
    await world.clock.advance(2000);
    page.analytics.setActor(BEN);
    await world.clock.advance(2000);
    page.tell('playing', { ad: false, paused: false });
    await page.play(5, true);
    page.leave();
    expect(watched(page)).toEqual([['42', [[30, 35]]]]);
    expect(page.events.filter(({ type }) => type === 'progressed')).toHaveLength(1);
  });

  test('a page that slept, and whose session another has closed, does not close it again', async () => {
    const world = new World();
    const first = trackedPage(world);
    await first.play(20);
    const { session } = first.analytics;
    first.tell('tick', { ad: true, paused: true });
    await sleepUntilTakenOver(world, first);
    first.thaw();
    await world.clock.advance(3000);
    first.tell('playing', { ad: false, paused: false });
    await first.play(10, true);
    first.leave();
    await world.clock.advance(60_000);
    expect(contradictions(world)).toEqual([]);
    expect(recordedIn(world).filter((event) => event.session === session).map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
  });

  test('the same media under another name is still a sound recording', async () => {
    const world = new World();
    const page = trackedPage(world, { kind: { type: 'audio' } });
    await page.play(2);
    page.tell('tick', { ad: true, paused: true });
    page.analytics.setMedia({ ...video(42), name: 'Week 1' });
    await world.clock.advance(2000);
    page.tell('playing', { ad: false, paused: false });
    await page.play(2, true);
    page.leave();
    expect(page.events.at(-1)!.media).toMatchObject({ type: 'audio', name: 'Week 1' });
    expect(watched(page)).toHaveLength(1);
  });
});

describe('what comes after a denial', () => {
  test.each(['granted', 'denied'] as const)('is the source that is loaded by then, where it was %s', async (consent) => {
    const world = new World();
    let n = 42;
    const page = trackedPage(world, { consent, media: (() => video(n)) as never });
    if (consent === 'granted') {
      await page.play(5);
      const denied = page.analytics.denyConsent();
      await world.clock.advance(50);
      await denied;
      page.events.length = 0;
    } else page.analytics.record({ type: 'liked' });
    n = 43;
    await load(world, page, n);
    const granted = page.analytics.grantConsent();
    await world.clock.advance(50);
    await granted;
    await page.play(5);
    page.leave();
    expect(watched(page)).toEqual([['43', [[0, 5]]]]);
  });

  test('on one player is one on all of the page', async () => {
    const world = new World();
    const denials: Page['denials'] = new Set();
    const one = trackedPage(world, { denials });
    const two = trackedPage(world, { denials, media: video(43) });
    await one.play(3);
    await two.play(3);
    const denied = one.analytics.denyConsent();
    await world.clock.advance(50);
    await denied;
    const before = two.events.length;
    const sent = recordedIn(world).length;
    await two.play(60, true);
    two.leave();
    await world.clock.advance(20_000);
    expect(two.events).toHaveLength(before);
    expect(recordedIn(world)).toHaveLength(sent);
    const granted = two.analytics.grantConsent();
    await world.clock.advance(50);
    await granted;
    expect(await one.analytics.pending()).toBe(0);
  });
});

test('while the next actor is being found out, nothing of the one before goes out in another name', async () => {
  const world = new World();
  const asked: unknown[] = [];
  const page = trackedPage(world, {
    destinations: [
      destination({ auth: (actor: Actor | null) => (asked.push(actor), 'token') }),
      destination({ url: 'https://lrs.example/cookie', key: 'cookie', credentials: 'include' }),
    ],
  });
  world.online = false;
  await page.play(20);
  page.tell('tick', { paused: true });
  await world.clock.advance(1000);
  page.analytics.setActor(new Promise<Actor>(() => undefined));
  await world.clock.advance(0);
  asked.length = 0;
  world.online = true;
  await world.clock.advance(1_000_000);
  expect(asked).toEqual([]);
  expect(world.endpoint('https://lrs.example/cookie').held).toEqual([]);
  page.analytics.setActor(ANNA);
  await world.clock.advance(10_000);
  expect(world.endpoint('https://lrs.example/cookie').held.length).toBeGreaterThan(3);
});

describe('newRegistration()', () => {
  test('is of the media that is loaded, and leaves the next one as it is remembered', async () => {
    const world = new World();
    let n = 43;
    const media = (() => video(n)) as never;
    const former = trackedPage(world, { media });
    await former.play(50);
    former.leave();
    await world.clock.advance(10_000);
    former.kill();
    n = 42;
    const page = trackedPage(world, { media });
    await page.play(10);
    page.tell('tick', { paused: true });
    await world.clock.advance(500);
    page.analytics.newRegistration(ID);
    await world.clock.advance(500);
    n = 43;
    await load(world, page, n);
    expect(page.analytics.progress).toMatchObject({ segments: [[0, 50]], position: 50 });
    await page.play(1);
    page.leave();
    expect(page.events.at(-1)!.registration).toBe(former.events.at(-1)!.registration);
  });

  test.each([{ actor: 'anonymous' }, { resume: false }] as const)('of whom nothing is remembered (%j) is of one session', async (options) => {
    const world = new World();
    let n = 42;
    const page = trackedPage(world, { ...options, media: (() => video(n)) as never });
    page.analytics.newRegistration(ID);
    for (n of [42, 43, 44]) {
      await load(world, page, n);
      await page.play(3);
    }
    page.leave();
    const registrations = page.events.filter(({ type }) => type === 'initialized').map(({ registration }) => registration);
    expect(registrations[0]).toBe(ID);
    expect(new Set(registrations).size).toBe(3);
  });

  test('while what was watched before is being read is that of the session that opens', async () => {
    const world = new World();
    const known = later<object>();
    const page = trackedPage(world, { resume: () => known.promise });
    page.tell('tick', { paused: false });
    await world.clock.advance(100);
    page.analytics.newRegistration(ID);
    known.give({});
    await page.play(3);
    page.leave();
    expect(page.events[0]!.registration).toBe(ID);
  });
});

test('a registration that the context gives while the first play buffers is that of the session', async () => {
  const world = new World();
  const page = trackedPage(world);
  page.tell('tick', { paused: false });
  await world.clock.advance(500);
  page.analytics.setContext({ registration: ID });
  await world.clock.advance(500);
  await page.play(3);
  page.leave();
  expect(new Set(page.events.map(({ registration }) => registration))).toEqual(new Set([ID]));
});

describe('a registration in setContext()', () => {
  const OTHER = '22222222-2222-4222-8222-222222222222';

  test('that is another than the open session’s ends it, and all that an event says of it agrees', async () => {
    const page = trackedPage(new World(), { context: { registration: ID, platform: 'A' } });
    await page.play(3);
    page.analytics.setContext({ registration: OTHER, platform: 'B' });
    await page.play(3, true);
    page.leave();
    const told = page.events.filter(({ type }) => type !== 'progressed').map(({ type, registration, context }) => [type, registration, context?.registration, context?.platform]);
    const session = (first: string, ...of: string[]) => [[first, ...of], ['started', ...of], ['paused', ...of], ['terminated', ...of]];
    expect(told).toEqual([...session('initialized', ID, ID, 'A'), ...session('initialized', OTHER, OTHER, 'B')]);
  });

  test('that is the open session’s goes on in it', async () => {
    const page = trackedPage(new World());
    await page.play(3);
    page.analytics.setContext({ registration: page.events[0]!.registration, platform: 'B' });
    await page.play(3, true);
    page.leave();
    expect(new Set(page.events.map(({ session }) => session)).size).toBe(1);
  });

  test('holds until another is named', async () => {
    const page = trackedPage(new World(), { context: { registration: ID, platform: 'A' } });
    page.analytics.setContext({ platform: 'B' });
    await page.play(3);
    page.leave();
    expect(page.events[0]).toMatchObject({ registration: ID, context: { registration: ID, platform: 'B' } });
  });

  test('gives way to newRegistration(), for what is recorded by hand too', async () => {
    const page = trackedPage(new World(), { context: { registration: ID, platform: 'A' } });
    page.analytics.newRegistration(OTHER);
    page.analytics.record({ type: 'liked' });
    page.analytics.setContext({ platform: 'B' });
    await page.play(3);
    page.leave();
    expect(page.events.map(({ context }) => context?.registration)).toEqual(page.events.map(() => OTHER));
  });
});

test.each([
  ['newRegistration()', (page: ReturnType<typeof trackedPage>) => page.analytics.newRegistration()],
  ['clear()', (page: ReturnType<typeof trackedPage>) => page.analytics.clear()],
  ['a context with another registration', (page: ReturnType<typeof trackedPage>) => page.analytics.setContext({ registration: ID })],
])('where sessions open at the metadata, one opens after %s', async (_, change) => {
  const world = new World();
  const page = trackedPage(world, { startOn: 'metadata' });
  page.tell('tick', { duration: 100 });
  await world.clock.advance(100);
  const { session } = page.analytics;
  expect(session).toBeDefined();
  await change(page);
  await world.clock.advance(100);
  expect(page.analytics.session).toBeDefined();
  expect(page.analytics.session).not.toBe(session);
});

describe('several media that wait until it is known who watches', () => {
  const prepare = async (world: World) => {
    let n = 41;
    const actor = later<Actor>();
    const mine = destination({ map: (event, { id }) => ({ ...event, actor: id }) });
    const page = trackedPage(world, { destinations: [mine], actor: actor.promise, media: (() => video(n)) as never, resume: () => new Promise((resolve) => world.clock.set(() => resolve({}), 1000)) });
    await page.play(10);
    n = 42;
    await load(world, page, n);
    await page.play(20);
    actor.give(ANNA);
    await world.clock.advance(500);
    return page;
  };

  test('are all of who came, where somebody else comes next', async () => {
    const world = new World();
    const page = await prepare(world);
    page.analytics.setActor(BEN);
    await world.clock.advance(5000);
    page.leave();
    await world.clock.advance(60_000);
    expect(watched(page)).toEqual([['41', [[0, 10]]], ['42', [[0, 20]]]]);
    expect(new Set(recordedIn(world).map((event) => (event as unknown as { actor: string }).actor))).toEqual(new Set([ANNA.id]));
  });

  test('are all recorded where the player is disposed of', async () => {
    const world = new World();
    const page = await prepare(world);
    page.analytics.dispose();
    await world.clock.advance(5000);
    expect(watched(page)).toEqual([['41', [[0, 10]]], ['42', [[0, 20]]]]);
  });
});

// Whoever is told may do anything: an end of its own was taken for that of another page.
describe.each(['initialized', 'started'] as const)('a session that is ended by who is told of its %s', (type) => {
  test.each<[string, (page: Tracked) => unknown]>([
    ['dispose()', ({ analytics }) => analytics.dispose()],
    ['setActor(null)', ({ analytics }) => analytics.setActor(null)],
    ['setActor() with another', ({ analytics }) => analytics.setActor(BEN)],
    ['setMedia() with another', ({ analytics }) => analytics.setMedia(video(43))],
    ['newRegistration()', ({ analytics }) => analytics.newRegistration()],
    ['setContext() with another registration', ({ analytics }) => analytics.setContext({ registration: ID })],
  ])('ends as others do, in order (%s)', async (_, act) => {
    const world = new World();
    const page = trackedPage(world, { milestones: false });
    let session: string | undefined;
    page.analytics.listen('record', (event) => {
      if (session || event.type !== type) return;
      session = (event as { session: string }).session;
      act(page);
    });
    await page.play(3);
    await world.clock.advance(1000);
    page.leave();
    await world.clock.advance(10_000);
    const told = page.events.filter((event) => event.session === session).map((event) => event.type);
    expect(told).toEqual(['initialized', 'started', 'paused', 'terminated']);
    const other = await world.open();
    await other.flush();
    expect(recordedIn(world).filter((event) => event.session === session).map((event) => event.type)).toEqual(told);
  });
});

test('a session that follows at once knows what the one before watched and passed', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise, milestones: { every: 1, unit: 'seconds' } });
  await page.play(10);
  await load(world, page, 42);
  await page.play(3);
  actor.give(ANNA);
  await world.clock.advance(100);
  await rest(400);
  page.leave();
  expect(watched(page)).toEqual([['42', [[0, 10]]], ['42', [[0, 10], [0, 3]]]]);
  const milestones = page.events.flatMap((event) => (event.type === 'progressed' ? [event.milestone] : []));
  expect(milestones).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('another media that is set before the first one moved is the only one', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise });
  page.tell('tick', { paused: false });
  await world.clock.advance(500);
  page.analytics.setMedia(video(43));
  await world.clock.advance(500);
  await page.play(10);
  actor.give(ANNA);
  await world.clock.advance(100);
  page.leave();
  expect(watched(page)).toEqual([['43', [[0, 10]]]]);
});

test('what one learner watched before the media had an identity is not the next one’s', async () => {
  const world = new World();
  const page = trackedPage(world, { media: (() => undefined) as never });
  await page.play(30);
  page.analytics.setActor(BEN);
  page.analytics.setMedia(video(43));
  await page.play(5, true);
  page.leave();
  expect(watched(page)).toEqual([['43', [[30, 35]]]]);
});

test('what is cleared before it is known who watches is nobody’s', async () => {
  const world = new World();
  const page = trackedPage(world);
  const actor = later<Actor>();
  page.analytics.setActor(actor.promise);
  await page.play(1.5);
  const cleared = page.analytics.clear();
  await world.clock.advance(50);
  await cleared;
  await page.play(5, true);
  actor.give(ANNA);
  await world.clock.advance(100);
  page.leave();
  expect(watched(page)).toEqual([['42', [[2, 7]]]]);
});

describe('progress shows what is remembered', () => {
  const remembering = async (world: World) => {
    await formerVisit(world, 30);
    const page = trackedPage(world);
    page.tell('tick', { duration: 100 });
    await world.clock.advance(100);
    expect(page.analytics.progress).toMatchObject({ segments: [[0, 30]], position: 30 });
    return page;
  };

  test.each([
    ['nobody is here', ({ analytics }: Tracked) => analytics.setActor(null)],
    ['it is not known who is here', ({ analytics }: Tracked) => analytics.setActor(new Promise<Actor>(() => undefined))],
    ['all is cleared', ({ analytics }: Tracked) => void analytics.clear()],
    ['it is denied', ({ analytics }: Tracked) => void analytics.denyConsent()],
    ['another registration is begun', ({ analytics }: Tracked) => analytics.newRegistration()],
  ])('and no longer where %s', async (_, change) => {
    const world = new World();
    const page = await remembering(world);
    change(page);
    expect(page.analytics.progress).toMatchObject({ segments: [], fraction: 0 });
    page.tell('tick');
    await world.clock.advance(100);
    expect(page.analytics.progress).toMatchObject({ segments: [], fraction: 0 });
  });
});

test.each([0, 100])('a resume function is told the registration that the session will have, though it plays %d ms after it was loaded', async (ms) => {
  const world = new World();
  const asked: string[] = [];
  const page = trackedPage(world, { resume: ({ registration }) => (asked.push(registration), new Promise((resolve) => world.clock.set(() => resolve({}), 500))) });
  page.tell('tick', { duration: 100 });
  await world.clock.advance(ms);
  await page.play(3);
  page.leave();
  expect(asked).toHaveLength(2);
  expect(new Set(asked)).toEqual(new Set([page.events[0]!.registration]));
});

test('what had to wait for long is no sign that the page slept', async () => {
  const world = new World();
  const known = later<object>();
  const page = trackedPage(world, { resume: () => known.promise });
  await page.play(10);
  page.freeze();
  await world.clock.advance(200_000);
  known.give({});
  await world.clock.advance(0);
  page.leave();
  expect(page.events.at(-1)!.type).toBe('terminated');
});

test('the same media under one name after the other, and under the same once more, is watched in one session', async () => {
  const page = trackedPage(new World());
  await page.play(2);
  for (const name of ['Week 1', 'Week 1', 'Week 1: Sorting']) {
    page.analytics.setMedia({ ...video(42), name });
    await page.play(1, true);
  }
  page.leave();
  expect(page.events.filter(({ type }) => type === 'initialized')).toHaveLength(1);
  expect(page.events.at(-1)!.media.name).toBe('Week 1: Sorting');
});

test.each([
  [{ type: 'audio' }, { type: 'video' }],
  [{ type: 'audio' }, {}],
  [{}, { type: 'audio' }],
  [{}, { live: true }],
  [{ live: true }, {}],
] as const)('the same media as another kind of it, %j and then %j, is that from the next session on', async (first, then) => {
  const page = trackedPage(new World(), { media: { ...video(42), ...first } });
  const kinds = () => {
    const all = page.events.splice(0).map(({ media: { type = 'video', live = false, duration } }) => JSON.stringify([type, live, !!duration]));
    return [...new Set(all)];
  };
  await page.play(2);
  const [before] = kinds();
  page.analytics.setMedia({ ...video(42), name: 'Week 1', ...then });
  await page.play(2, true);
  page.analytics.newRegistration();
  expect(kinds()).toEqual([before]);
  await page.play(2, true);
  page.leave();
  const { type, live } = { type: 'video', live: false, ...then };
  // A session is told apart as live by its length too.
  expect(kinds()).toEqual([JSON.stringify([type, live, !live])]);
});

test('a localStorage that throws, whatever it is asked, is no reason to forget what the database knows', async () => {
  const world = new World();
  const first = trackedPage(world);
  await first.play(30);
  first.leave();
  await world.clock.advance(10_000);
  first.kill();
  Object.defineProperty(world.storage, 'length', { get: () => { throw new DOMException('corrupted', 'NS_ERROR_FILE_CORRUPTED'); } });
  const page = trackedPage(world);
  await page.play(2);
  expect(page.events[0]!.registration).toBe(first.events[0]!.registration);
  expect(page.events[0]!.progress.segments).toEqual([[0, 30]]);
});

describe('a record that is none, as of another version or damaged, is as if it were not there', () => {
  const sound = { registration: ID, segments: [[0, 1]], secondsPlayed: 1, completed: false, milestones: [0], position: 1, sessions: [], time: 1 };
  const prepare = async (record: unknown) => {
    const world = new World();
    const tab = await world.open({ destinations: [] });
    await tab.store.write([{ k: ['p', ANNA.id!, video(42).id!, ''], record } as never]);
    tab.kill();
    return world;
  };
  const TYPES = ['initialized', 'started', 'progressed', 'paused', 'terminated'];

  test.each([
    ['whose milestones are no list', { ...sound, milestones: 5 }],
    ['whose sessions are no list', { ...sound, sessions: {} }],
    ['whose segments are none', { ...sound, segments: [7, null] }],
    ['that is none at all', 'nonsense'],
  ])('%s', async (_, record) => {
    const world = await prepare(record);
    const pages: Tracked[] = [];
    for (let visit = 0; visit < 2; visit++) {
      const page = trackedPage(world);
      pages.push(page);
      await page.play(20);
      page.leave();
      await world.clock.advance(10_000);
      await expect(page.analytics.flush()).resolves.toMatchObject({ pending: 0, held: [] });
      page.kill();
    }
    const [first, second] = pages.map(({ events }) => events);
    expect(first!.map(({ type }) => type)).toEqual(TYPES);
    expect(first![0]!.registration).not.toBe(ID);
    expect(second![0]).toMatchObject({ type: 'initialized', registration: first![0]!.registration, progress: { segments: [[0, 20]] } });
    expect(second!.at(-1)).toMatchObject({ type: 'terminated' });
    expect(recordedIn(world)).toHaveLength(first!.length + second!.length);
  });

  test.each([['that is missing', undefined], ['whose sessions are no list', { ...sound, sessions: {} }]])('%s, also where what was gathered in memory is to join it', async (_, record) => {
    const world = await prepare(record);
    const page = trackedPage(world, { consent: 'pending' });
    await page.play(20);
    page.analytics.grantConsent();
    await page.play(1, true);
    page.leave();
    await world.clock.advance(10_000);
    await expect(page.analytics.flush()).resolves.toMatchObject({ pending: 0, held: [] });
    expect(recordedIn(world).map(({ type }) => type)).toEqual(TYPES);
  });
});

describe('a session of a former page that is none, as of another version or damaged, takes nothing along', () => {
  test.each([
    ['that has ended, and nobody knows how', { ended: true }],
    ['that has ended, of which nobody knows what was watched', { ended: true, checkpoint: { session: 'a', registration: ID, media: video(42), time: 1, position: 1, secondsPlayed: 1, completed: false, milestones: [] } }],
    ['in which no seconds were watched', { ended: true, checkpoint: { session: 'a', registration: ID, media: video(42), time: 1, position: 1, secondsPlayed: 1, completed: false, milestones: [], watched: 'all' } }],
    ['that nobody has closed', { checkpoint: { session: 'a' } }],
  ])('one %s', async (_, row) => {
    const world = new World();
    const registration = await formerVisit(world, 30);
    const dead = trackedPage(world, { media: video(43) });
    await dead.play(10);
    dead.kill();
    await world.clock.advance(600_000);
    const tab = await world.open({ destinations: [] });
    const k = ['s', ANNA.id!, ''];
    await tab.store.write([{ k, owner: 'x', beat: 1, record: ['p', ANNA.id!, video(42).id!, ''], ...row } as never]);
    world.warnings.length = 0;
    const page = trackedPage(world);
    await page.play(2);
    expect(page.events.find(({ type }) => type === 'initialized')).toMatchObject({ registration, progress: { segments: [[0, 30]] } });
    page.leave();
    await world.clock.advance(10_000);
    // What lies behind it is closed.
    expect(recordedIn(world).filter(({ session, type }) => session === dead.events[0]!.session && type === 'terminated')).toHaveLength(1);
    expect(world.warnings).toEqual([expect.stringContaining('a session that a former page left behind could not be closed')]);
    expect(await tab.store.get(k as never)).toBeUndefined();
  });
});

test('a session that a former page left in localStorage and that is damaged takes nothing along either', async () => {
  const world = new World();
  const registration = await formerVisit(world, 30);
  const name = 'videojs-learning-analytics-ended:a';
  const checkpoint = { session: 'a', registration, media: video(42), time: 1, position: 1, secondsPlayed: 1, completed: false, milestones: [], watched: 'all' };
  world.storage.setItem(name, JSON.stringify({ k: ['s', ANNA.id, 'a'], record: ['p', ANNA.id, video(42).id, ''], checkpoint, ended: true }));
  for (let visit = 0; visit < 2; visit++) {
    const page = trackedPage(world);
    await page.play(2);
    expect(page.events[0]).toMatchObject({ registration });
    page.leave();
    await world.clock.advance(10_000);
    page.kill();
  }
  expect(world.warnings).toEqual(['what a former page left behind could not be read it is damaged']);
  expect(world.storage.getItem(name)).toBeNull();
});

describe('a player that is disposed of leaves no open database', () => {
  test.each<readonly [string, (page: Tracked, world: World) => unknown]>([
    ['after it was played', async (page) => page.play(2)],
    ['at once', () => undefined],
    ['while it opens', (_, world) => world.clock.advance(0)],
    ['also where it is asked something afterwards', async (page) => {
      await page.play(2);
      page.analytics.dispose();
      await page.analytics.pending();
      await page.analytics.flush();
    }],
  ])('%s', async (_, live) => {
    const world = new World();
    let open = 0;
    const opening = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, ...args) {
      const request = real.apply(this, args);
      request.addEventListener('success', () => {
        open++;
        const { close } = request.result;
        let closed = false;
        request.result.close = function () {
          open -= +!closed;
          closed = true;
          close.call(this);
        };
      });
      return request;
    });
    for (const destinations of [[], [destination()]]) {
      const page = trackedPage(world, { destinations });
      await live(page, world);
      page.analytics.dispose();
      await world.clock.advance(60_000);
    }
    expect(opening).toHaveBeenCalled();
    opening.mockRestore();
    expect(open).toBe(0);
  });
});

test.each<[string, (page: Tracked) => void]>([
  ['another media is set', (page) => page.analytics.setMedia(video(43))],
  ['another registration begins', (page) => void page.analytics.newRegistration(ID)],
  ['somebody else signs in', (page) => page.analytics.setActor(BEN)],
])('where %s while it plays on, the next session begins when and where the one before ended', async (_, change) => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(4);
  change(page);
  await page.play(4, true);
  page.leave();
  const ended = page.events.find(({ type }) => type === 'terminated')!;
  const [first, begun] = page.events.slice(page.events.indexOf(ended) + 1);
  expect([first!.type, begun!.type, begun!.position]).toEqual(['initialized', 'started', ended.position]);
  // It was looked at after so long, and had not moved.
  expect(begun!.time - ended.time).toBeLessThan(60);
  expect(watched(page).at(-1)![1]).toEqual([[4, 8]]);
});

test.each<[string, (page: Tracked) => unknown]>([
  ['its player goes', (page) => page.tell('boundary', { played: [[0, 4.72]] })],
  ['nobody observes it any more', (page) => page.analytics.dispose()],
  ['somebody else comes', (page) => page.analytics.setActor({ id: 'https://campus.example/users/3' })],
  ['another media is named', (page) => page.analytics.setMedia(video(43))],
])('who came while it played watched what played until %s, though nobody looked at it in between', async (_, go) => {
  const world = new World();
  const page = trackedPage(world, { actor: ANNA });
  page.tell('tick', { rate: 4 });
  await page.play(4);
  page.analytics.setActor(BEN);
  await world.clock.advance(180);
  page.look({ position: 4.72 });
  go(page);
  await world.clock.advance(1000);
  const ben = page.events.slice(page.events.findIndex(({ type }) => type === 'terminated') + 1);
  const end = ben.findIndex(({ type }) => type === 'terminated');
  expect(ben.slice(0, end + 1).flatMap(({ type }) => (type === 'progressed' ? [] : [type]))).toEqual(['initialized', 'started', 'paused', 'terminated']);
  expect(ben[end]!.progress.segments).toEqual([[4, expect.closeTo(4.72, 2)]]);
  expect(new Set(ben.slice(0, end + 1).map(({ session }) => session)).size).toBe(1);
  await world.clock.advance(10_000);
  page.kill();
  // It is remembered too.
  const later = trackedPage(world, { actor: BEN });
  await later.play(2);
  expect(later.events[0]).toMatchObject({ registration: ben[end]!.registration, progress: { segments: ben[end]!.progress.segments } });
});

test('what had played unnoticed when another registration was named is of that', async () => {
  const world = new World();
  const page = trackedPage(world, { actor: ANNA });
  await page.play(4);
  page.analytics.setActor(BEN);
  await world.clock.advance(180);
  page.look({ position: 4.18 });
  page.analytics.newRegistration(ID);
  await page.play(1, true);
  page.leave();
  const ben = page.events.slice(page.events.findIndex(({ type }) => type === 'terminated') + 1);
  expect(new Set(ben.map(({ registration }) => registration))).toEqual(new Set([ID]));
  expect(ben.at(-1)!.progress.segments).toEqual([[4, expect.closeTo(5.18, 2)]]);
});

describe('what plays before its length is known is kept until it is', () => {
  test.each<[string, (page: Tracked) => unknown]>([
    ['the page goes, and is back', (page) => (page.leave(), page.comeBack())],
    ['another registration is named', (page) => page.analytics.newRegistration()],
    ['it is found out that the same learner is here', (page) => page.analytics.setActor(Promise.resolve(ANNA))],
    ['another media is named', (page) => page.analytics.setMedia(video(43))],
  ])('%s', async (_, act) => {
    const world = new World();
    const page = trackedPage(world, { actor: ANNA });
    page.tell('boundary', { duration: NaN, position: 0, paused: true }, 'https://campus.example/media/x.mp4');
    await page.play(5);
    act(page);
    await world.clock.advance(100);
    page.tell('tick', { duration: 100 });
    await page.play(5, true);
    page.leave();
    expect(watched(page).map(([, segments]) => segments)).toEqual([[[0, 10]]]);
  });
});

test('a media function is asked again once the player knows its address; a stream has none', async () => {
  const world = new World();
  let source = '';
  const asked: string[] = [];
  const page = trackedPage(world, {
    source,
    media: (() => {
      asked.push(source);
      return video(source ? Number(source.match(/\d+/)![0]) : 1);
    }) as never,
  });
  page.tell('tick');
  await world.clock.advance(1000);
  source = 'https://campus.example/media/44.mp4';
  page.tell('tick', {}, source);
  await page.play(3);
  page.leave();
  expect([asked, watched(page)]).toEqual([['', source], [['44', [[0, 3]]]]]);

  const stream = trackedPage(world, { source: '', media: (() => video(45)) as never });
  stream.tell('tick', { duration: Infinity });
  await stream.play(30);
  stream.leave();
  expect(stream.events.map(({ type }) => type).filter((type) => type !== 'progressed')).toEqual(['initialized', 'started', 'paused', 'terminated']);
  expect(stream.events.at(-1)!.progress.segments).toEqual([[0, 30]]);
});

describe('consent', () => {
  test.each<[string, (page: Tracked) => unknown]>([
    ['was denied by option', () => undefined],
    ['was denied', (page) => page.analytics.denyConsent()],
    ['was denied twice', (page) => (page.analytics.denyConsent(), page.analytics.denyConsent())],
  ])('that %s and is granted at once keeps what comes then', async (_, deny) => {
    const world = new World();
    const page = trackedPage(world, { consent: 'denied' });
    void deny(page);
    void page.analytics.grantConsent();
    if (deny(page) !== undefined) await page.analytics.grantConsent();
    page.analytics.record({ type: 'liked' });
    await world.clock.advance(20_000);
    expect(recordedIn(world).map(({ type }) => type)).toEqual(['liked']);
  });

  test('that is pending is what a flush waits for', async () => {
    const world = new World();
    const page = trackedPage(world, { consent: 'pending' });
    await page.play(1);
    expect(await page.analytics.flush()).toMatchObject({ delivered: 0, pending: 3, held: [{ why: 'waits for consent' }] });
  });
});

test.each(['', null])('newRegistration(%j) names none: it is a new one', async (id) => {
  const page = trackedPage(new World());
  await page.play(5);
  page.analytics.newRegistration(id as never);
  await page.play(3, true);
  page.leave();
  const all = [...new Set(page.events.map(({ registration }) => registration))];
  expect(all).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), expect.stringMatching(/^[\da-f-]{36}$/)]);
});

test('nothing of who was here is asked for, nor sent, while the next one is being found out', async () => {
  const world = new World();
  const asked: unknown[] = [];
  const personal = destination({ auth: (who) => (asked.push(who?.id), `key of ${who?.id}`) });
  world.endpoint().behave = () => reply(503);
  const page = trackedPage(world, { destinations: [personal] });
  await page.play(3);
  page.analytics.setActor(new Promise<never>(() => {}));
  await world.clock.advance(10_000);
  asked.length = 0;
  world.endpoint().behave = () => reply(200);
  await world.clock.advance(100_000);
  const flushing = page.analytics.flush();
  await world.clock.advance(1_000);
  expect(await flushing).toMatchObject({ delivered: 0, held: [{ why: 'waits until somebody is signed in' }] });
  expect(asked).toEqual([]);
  expect(recordedIn(world)).toEqual([]);
});
