import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/events.js';
import type { ResumeRecord } from '../../src/history/resume-record.js';
import type { Stored } from '../../src/outbox/store.js';
import { formerVisit, recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { rest, World } from '../outbox/world.js';

// What happens while it is being found out who watches, and what was watched before.

const ANNA: Actor = { id: 'https://campus.example/users/1' };
const ID = '11111111-1111-4111-8111-111111111111';

const later = <T>() => {
  let give!: (value: T) => void;
  return { promise: new Promise<T>((resolve) => (give = resolve)), give: (value: T) => give(value) };
};

test('another source before anything of the first was played is another media', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise, media: undefined as never });
  page.tell('tick', { paused: false });
  await world.clock.advance(500);
  page.tell('boundary', { paused: true, position: 0, duration: NaN }, 'https://campus.example/media/next.mp4');
  await world.clock.advance(100);
  page.tell('tick', { duration: 50 });
  await page.play(3);
  actor.give(ANNA);
  await world.clock.advance(100);
  await page.play(3, true);
  page.leave();
  expect(new Set(page.events.map(({ media }) => `${media.id} ${media.duration}`))).toEqual(new Set(['https://campus.example/media/next.mp4 50']));
  expect(page.events.at(-1)!.progress.segments).toEqual([[0, 6]]);
});

test('an actor who is known a minute late changes no segment and no milestone, also where it plays already', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise });
  const start = world.clock.time;
  await page.play(60, true);
  actor.give(ANNA);
  await world.clock.advance(100);
  await page.play(3, true);
  page.leave();
  expect(page.events.at(-1)!.progress.segments).toEqual([[expect.closeTo(0.25, 0), 63]]);
  const passed = page.events.flatMap((event) => (event.type === 'progressed' && event.milestone ? [[event.milestone, (event.time - start) / 1000]] : []));
  expect(passed).toEqual([[25, expect.closeTo(25, -0.5)], [50, expect.closeTo(50, -0.5)]]);
});

test('a context that is set later is not that of what happened before, though it was still unknown whose that is', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise, context: { platform: 'before' } });
  await page.play(2);
  page.analytics.setContext({ platform: 'after' });
  await page.play(30, true);
  actor.give(ANNA);
  await world.clock.advance(100);
  page.leave();
  expect(page.events.map(({ type, context }) => [type, context?.platform])).toEqual([
    ['initialized', 'before'],
    ['started', 'before'],
    ['progressed', 'before'],
    ['progressed', 'after'],
    ['paused', 'after'],
    ['terminated', 'after'],
  ]);
});

describe('while what was watched before is being read', () => {
  test('dispose() records what happened until then, whole, and nothing afterwards', async () => {
    const world = new World();
    const resume = later<object>();
    const page = trackedPage(world, { resume: () => resume.promise });
    await page.play(10);
    page.analytics.dispose();
    const types = page.events.map(({ type }) => type);
    expect(types).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
    resume.give({});
    await world.clock.advance(60_000);
    expect(recordedIn(world).map(({ type }) => type)).toEqual(types);
  });

  test('the page may go: the second of two sessions of it follows on the first', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: () => new Promise<never>(() => {}), completion: { threshold: 0.02 } });
    await page.play(3);
    page.tell('boundary', { position: 0, duration: NaN, paused: true });
    page.tell('tick', { duration: 100 });
    await page.play(3, true);
    page.leave();
    const once = page.events.flatMap((event): readonly unknown[] => (event.type === 'progressed' ? [event.milestone] : event.type === 'completed' ? [event.type] : []));
    expect(once).toEqual([0, 'completed']);
    const ends = page.events.filter(({ type }) => type === 'terminated');
    expect(new Set(ends.map(({ registration }) => registration)).size).toBe(1);
    expect(ends.map(({ progress }) => progress.segments)).toEqual([[[0, 3]], [[0, 3], [0, 3]]]);
  });

  test('setActor() leaves it to the one who was here', async () => {
    const world = new World();
    const asked: ((value: object) => void)[] = [];
    const page = trackedPage(world, { resume: () => new Promise<object>((resolve) => asked.push(resolve)) });
    await page.play(10);
    page.analytics.setActor({ id: 'https://campus.example/users/2' });
    await page.play(2, true);
    for (let i = 0; i < 2; i++) {
      asked.forEach((give) => give({}));
      await world.clock.advance(10);
    }
    await page.play(2, true);
    page.leave();
    const ends = page.events.filter(({ type }) => type === 'terminated').map(({ progress }) => progress.segments);
    expect(ends).toEqual([[[0, 10]], [[10, 14]]]);
  });
});

describe('resume', () => {
  test('that fails leaves what this browser remembers', async () => {
    const world = new World();
    const first = trackedPage(world);
    await first.play(60);
    first.leave();
    await world.clock.advance(10_000);
    first.kill();
    const page = trackedPage(world, { resume: async () => { throw new TypeError('Failed to fetch'); } });
    await page.play(3);
    expect(page.events[0]).toMatchObject({ registration: first.events[0]!.registration, progress: { segments: [[0, 60]] } });
    expect(page.events.map(({ type }) => type)).toEqual(['initialized', 'started']);
    expect(world.warnings.join()).toContain('"resume"');
  });

  test('is believed as far as it can be true', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: async () => ({ segments: [[30, 10], [-5, 3], [NaN, 4], [1, Infinity], [50, 60]], position: NaN }) as never });
    await page.play(2);
    page.leave();
    expect(page.events.at(-1)!.progress.segments).toEqual([[50, 60], [0, 2]]);
  });

  test('passes no milestone again that it has passed', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: async () => ({ segments: [[0, 60]] }), milestones: { every: 5, unit: 'percent' } });
    await page.play(0);
    page.tell('seeking', { position: 60 });
    page.tell('seeked');
    await world.clock.advance(300);
    await page.play(6, true);
    expect(page.events.flatMap((event) => (event.type === 'progressed' ? event.milestone : []))).toEqual([65]);
  });
});

describe('newRegistration()', () => {
  test.each([
    ['where nothing is remembered', { resume: false }],
    ['where it is remembered', {}],
  ])('is heeded %s', async (_, options) => {
    const world = new World();
    const page = trackedPage(world, options);
    await page.play(2);
    page.analytics.newRegistration(ID);
    await page.play(2, true);
    expect(page.events.at(-1)!.registration).toBe(ID);
    expect(page.events[0]!.registration).not.toBe(ID);
  });

  test('is heeded before it is known who watches, and outlives the page', async () => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise });
    page.analytics.newRegistration(ID);
    actor.give(ANNA);
    await page.play(2);
    expect(page.events[0]!.registration).toBe(ID);
    page.leave();
    await world.clock.advance(10_000);
    page.kill();
    const next = trackedPage(world);
    await next.play(2);
    expect(next.events[0]).toMatchObject({ registration: ID, progress: { segments: [[0, 2]] } });
  });

  test('of a registration that the context gives, which gives another later', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    const world = new World();
    const page = trackedPage(world, { context: { registration: '33333333-3333-4333-8333-333333333333' } });
    page.analytics.newRegistration(ID);
    await page.play(2);
    expect(page.events[0]!.registration).toBe(ID);
    page.analytics.setContext({ registration: other });
    page.analytics.setMedia({ id: 'https://campus.example/videos/43' });
    await page.play(2, true);
    expect(page.events.at(-1)!.registration).toBe(other);
  });
});

test('another name of the same learner goes on in the same session', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  const { session } = page.analytics;
  page.analytics.setActor({ ...ANNA, name: 'Anna' });
  await page.play(5, true);
  expect(page.analytics.session).toBe(session);
  page.leave();
  expect(page.events.map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
});

test('clear() in mid-play leaves nothing of what was watched', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  await page.analytics.clear();
  await world.clock.advance(1_000);
  const tab = await world.open();
  for (const prefix of ['s', 'q']) expect(await tab.store.keys([prefix], 9)).toEqual([]);
  expect((await tab.store.page<Stored & { record: ResumeRecord }>(['p'], 9)).map(({ record }) => [record.segments, record.sessions, record.secondsPlayed])).toEqual([[[], [], 0]]);
});

describe('what plays before the media has an identity is not recorded', () => {
  test('until setMedia() gives it one', async () => {
    const page = trackedPage(new World(), { media: undefined as never });
    page.tell('boundary', { position: 0 }, 'blob:https://campus.example/1');
    await page.play(2);
    page.tell('seeking', { position: 10, seeking: true });
    page.tell('seeked', { seeking: false });
    await page.play(2, true);
    expect(page.events).toEqual([]);
    page.analytics.setMedia({ id: 'https://campus.example/videos/7' });
    await page.play(3, true);
    page.leave();
    expect(page.events.filter(({ type }) => type !== 'progressed').map(({ type, position }) => [type, position])).toEqual([['initialized', 12], ['started', 12], ['paused', 15], ['terminated', 15]]);
    expect(page.events.at(-1)!.progress).toMatchObject({ segments: [[12, 15]], secondsPlayed: expect.closeTo(3, 1) });
  });

  test('until the function gives one', async () => {
    let media: { id: string } | undefined;
    const page = trackedPage(new World(), { media: (() => media) as never });
    await page.play(4);
    media = { id: 'https://campus.example/videos/7' };
    await page.play(3, true);
    page.leave();
    expect(page.events.at(-1)!.progress.segments).toEqual([[4.5, 7]]);
    expect(page.events.map(({ position }) => position)).toEqual([4.5, 4.5, 5, 7, 7]);
  });
});

/** It plays half a second, in no time for a database to answer. */
const glance = (world: World, page: ReturnType<typeof trackedPage>) => {
  page.tell('playing', { paused: false });
  for (const position of [0.25, 0.5]) {
    world.clock.time += 250;
    page.tell('tick', { position });
  }
  page.analytics.dispose();
  return new Set(page.events.map(({ registration }) => registration));
};

describe('a visit that ends before it is known what was watched before', () => {
  /** What is remembered afterwards. */
  const after = async (world: World) => {
    await world.clock.advance(10_000);
    const page = trackedPage(world);
    page.tell('tick', { duration: 100 });
    await world.clock.advance(100);
    return page.analytics.progress.segments;
  };

  test.each<readonly [string, (page: ReturnType<typeof trackedPage>) => void]>([
    ['the player is disposed of', (page) => page.analytics.dispose()],
    ['the page goes', (page) => page.leave()],
  ])('since the portal’s server takes its time is one of the registration, and remembered: %s', async (_, go) => {
    const world = new World();
    const registration = await formerVisit(world, 10);
    const page = trackedPage(world, { resume: () => new Promise<undefined>(() => {}) });
    page.tell('tick', { duration: 100 });
    await page.play(5);
    go(page);
    await world.clock.advance(10_000);
    expect(new Set(page.events.map((event) => event.registration))).toEqual(new Set([registration]));
    expect(page.events.at(-1)).toMatchObject({ type: 'terminated', progress: { segments: [[0, 10], [0, 5]] } });
    page.kill();
    expect(await after(world)).toEqual([[0, 10], [0, 5]]);
  });

  test('since it was over at once is remembered all the same', async () => {
    const world = new World();
    await formerVisit(world, 10);
    const page = trackedPage(world);
    glance(world, page);
    expect(page.events.map(({ type }) => type)).toContain('terminated');
    expect([...(await after(world))].sort(([, one], [, other]) => other - one)).toEqual([[0, 10], [0, 0.5]]);
  });

  test.each([3, 4, 5, 6, 8, 12, 40])('in a registration that was begun before is one of that (%d microtasks)', async (turns) => {
    const world = new World();
    await formerVisit(world, 10);
    const id = '11111111-1111-4111-8111-111111111111';
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise });
    page.analytics.newRegistration(id);
    await page.play(2);
    actor.give({ id: 'https://campus.example/users/1' });
    for (let turn = 0; turn < turns; turn++) await undefined;
    page.analytics.dispose();
    await rest();
    expect(new Set(page.events.map((event) => event.registration))).toEqual(new Set([id]));
    expect(await after(world)).toEqual([[0, 2]]);
  });
});

describe('a visit that is over at once', () => {
  const R = '11111111-1111-4111-8111-111111111111';
  const records = async (world: World) => {
    await world.clock.advance(10_000);
    const rows = await (await world.open()).store.page<Stored & { record: ResumeRecord }>(['p'], 99);
    return Object.fromEntries(rows.map(({ k, record }) => [k[3], [record.registration, record.segments]]));
  };

  test('after another registration was given than the one that was shown, is of that', async () => {
    const world = new World();
    await formerVisit(world, 10);
    const page = trackedPage(world);
    page.tell('tick', { duration: 100 });
    await world.clock.advance(100);
    page.analytics.setContext({ registration: R });
    expect(glance(world, page)).toEqual(new Set([R]));
  });

  test('in a registration that is given joins the record of that one alone', async () => {
    const world = new World();
    await formerVisit(world, 10);
    expect(glance(world, trackedPage(world, { context: { registration: R } }))).toEqual(new Set([R]));
    // What the former visit left is joined by the next one.
    expect((await records(world))[R]).toEqual([R, [[0, 0.5]]]);
    await formerVisit(world, 10);
    expect((await records(world))['']![1]).toEqual([[0, 10]]);
  });

  test('while another tab made the record is remembered', async () => {
    const world = new World();
    const [one, other] = [trackedPage(world), trackedPage(world)];
    for (const tab of [one, other]) tab.tell('tick', { duration: 100 });
    await world.clock.advance(100);
    await one.play(5);
    glance(world, other);
    one.leave();
    await world.clock.advance(10_000);
    one.kill();
    trackedPage(world).tell('tick', { duration: 100 });
    expect((await records(world))['']![1]).toContainEqual([0, 0.5]);
  });

  test.each([true, false])('after newRegistration() is of that one, remembered: %s', async (resume) => {
    const world = new World();
    await formerVisit(world, 10);
    const page = trackedPage(world, { resume });
    page.analytics.newRegistration(R);
    expect(glance(world, page)).toEqual(new Set([R]));
    if (resume) expect((await records(world))['']).toEqual([R, [[0, 0.5]]]);
  });

  test.each([0, 1, 2, 3, 5, 8, 20])('is not needed for a registration that is given while the past is being read to be that of its record (%d microtasks)', async (turns) => {
    const world = new World();
    const page = trackedPage(world);
    page.tell('playing', { paused: false });
    for (let turn = 0; turn < turns; turn++) await undefined;
    page.analytics.setContext({ registration: R });
    await page.play(3, true);
    page.leave();
    await world.clock.advance(10_000);
    page.kill();
    const next = trackedPage(world, { context: { registration: R } });
    await next.play(3);
    next.leave();
    expect(new Set([...page.events, ...next.events].map(({ registration }) => registration))).toEqual(new Set([R]));
  });
});

test('a page that goes before it is known who watches, and comes back, has two sessions', async () => {
  const world = new World();
  const actor = later<Actor>();
  const page = trackedPage(world, { actor: actor.promise });
  await page.play(3);
  const left = world.clock.time;
  page.leave();
  await world.clock.advance(20_000);
  page.comeBack();
  await page.play(2, true);
  actor.give({ id: 'https://campus.example/users/1' });
  await world.clock.advance(1_000);
  page.leave();
  const ends = page.events.filter(({ type }) => /paused|terminated/.test(type));
  expect(ends).toMatchObject([
    { type: 'paused', reason: 'leaving', position: 3 },
    { type: 'terminated', progress: { segments: [[0, 3]] } },
    { type: 'paused', reason: 'leaving', position: 5 },
    { type: 'terminated', progress: { segments: [[0, 3], [3, 5]] } },
  ]);
  expect(ends[0]!.time - left).toBeLessThan(10);
  expect(new Set(page.events.map(({ registration }) => registration)).size).toBe(1);
  expect(new Set(page.events.map(({ session }) => session)).size).toBe(2);
});

test('a page that comes back shows what is remembered, before anything plays', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  page.tell('tick', { paused: true });
  page.leave();
  await world.clock.advance(10_000);
  page.comeBack();
  await world.clock.advance(100);
  expect(page.analytics.progress).toMatchObject({ segments: [[0, 5]], position: 5 });
});

test('an actor who is found out while it plays begins where the media was, and when', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(3);
  const actor = later<Actor>();
  page.analytics.setActor(actor.promise);
  const since = world.clock.time;
  for (let position = 3.25; position < 7; position += 0.25) {
    await world.clock.advance(250);
    page.tell('tick', { position });
  }
  actor.give({ id: 'https://campus.example/users/2' });
  await world.clock.advance(100);
  const started = page.events.filter(({ type }) => type === 'started')[1]!;
  expect(started.position).toBe(3);
  expect(started.time - since).toBeLessThan(20);
});

describe('while it is being found out who watches', () => {
  const OTHER = '22222222-2222-4222-8222-222222222222';

  test.each(['setContext', 'newRegistration'] as const)('another registration that %s() names is of what comes then, in a session of its own', async (how) => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise, context: { registration: ID } });
    await page.play(4);
    page.analytics.setContext({ platform: 'after' });
    await page.play(1, true);
    if (how === 'setContext') page.analytics.setContext({ registration: OTHER });
    else page.analytics.newRegistration(OTHER);
    await page.play(5, true);
    actor.give(ANNA);
    await world.clock.advance(100);
    await page.play(2, true);
    page.leave();
    expect(page.events.every(({ registration, context }) => context?.registration === registration)).toBe(true);
    expect(page.events.filter(({ type }) => type === 'terminated').map(({ registration, context, progress }) => [registration, context!.platform, progress.segments])).toEqual([
      [ID, 'after', [[0, expect.closeTo(5, 0)]]],
      [OTHER, how === 'setContext' ? undefined : 'after', [[expect.closeTo(5, 0), 12]]],
    ]);
  });

  test.each([[0, ID], [100, ID], [0, undefined], [100, undefined]])('so it is where the page goes %i ms after it is known, and a server has yet to say what was watched (before: %s)', async (ms, registration) => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise, context: { registration }, resume: () => new Promise<never>(() => {}) } as never);
    await page.play(5);
    if (registration) page.analytics.setContext({ registration: OTHER });
    else page.analytics.newRegistration(OTHER);
    await page.play(5, true);
    page.analytics.setActor(ANNA);
    if (ms) await world.clock.advance(ms);
    page.leave();
    await world.clock.advance(10_000);
    expect(page.events.filter(({ type }) => type === 'terminated').map(({ registration }) => registration)).toEqual([registration ?? expect.any(String), OTHER]);
  });

  /** Plays by quarters of a second, as browsers tell it, and changes something in between. */
  const cut = async (options: object, stretches: readonly (readonly [seconds: number, change?: (page: ReturnType<typeof trackedPage>) => void])[]) => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise, ...options });
    let position = 0;
    const play = async (seconds: number) => {
      for (let step = 0; step < seconds * 4; step++) {
        await world.clock.advance(250);
        page.tell('tick', { paused: false, position: (position += 0.25) });
      }
    };
    page.tell('playing', { paused: false });
    for (const [seconds, change] of stretches) {
      await play(seconds);
      change?.(page);
    }
    actor.give(ANNA);
    await world.clock.advance(100);
    await play(1);
    page.leave();
    return page.events.flatMap(({ type, registration, media, progress }) => (type === 'terminated' ? [[registration, media.id.slice(-2), progress.segments]] : []));
  };
  const to = (registration: string) => (page: ReturnType<typeof trackedPage>) => page.analytics.setContext({ registration });

  test.each([4, 4.25, 4.5, 4.75])('what is watched from second %d on, in another registration, is of that, and all before is not', async (at) => {
    expect(await cut({ context: { registration: ID } }, [[at, to(OTHER)], [5]])).toEqual([[ID, '42', [[0, at]]], [OTHER, '42', [[at, at + 6]]]]);
    expect(await cut({ context: { registration: ID } }, [[at, to(OTHER)], [1.5, to(ID)], [3]])).toEqual([
      [ID, '42', [[0, at]]],
      [OTHER, '42', [[at, at + 1.5]]],
      // What was watched in it before is of it too.
      [ID, '42', [[0, at], [at + 1.5, at + 5.5]]],
    ]);
  });

  test.each([4, 4.25, 4.5, 4.75])('so it is with newRegistration() at second %d, where the context names none', async (at) => {
    expect(await cut({}, [[at, (page) => page.analytics.newRegistration(OTHER)], [5]])).toEqual([[expect.stringMatching(/^(?!2222)/), '42', [[0, at]]], [OTHER, '42', [[at, at + 6]]]]);
    expect(await cut({}, [[at, (page) => page.analytics.newRegistration(OTHER)], [2, (page) => page.analytics.newRegistration(ID)], [2]])).toEqual([
      [expect.stringMatching(/^(?![12]{8})/), '42', [[0, at]]],
      [OTHER, '42', [[at, at + 2]]],
      [ID, '42', [[at + 2, at + 5]]],
    ]);
  });

  test.each([4, 4.25, 4.5, 4.75])('and with another media at second %d', async (at) => {
    const sessions = await cut({}, [[at, (page) => page.analytics.setMedia({ id: 'https://campus.example/videos/43' })], [5]]);
    // What plays while one is handed over to the next is the former's.
    expect(sessions.map(([, media, segments]) => [media, segments])).toEqual([['42', [[0, expect.closeTo(at, 1)]]], ['43', [[expect.closeTo(at, 0), at + 6]]]]);
  });

  test.each([{ actor: 'anonymous' }, { actor: ANNA }])('a registration that is begun is that of one session, and of no more than those that follow it (%j)', async ({ actor }) => {
    const world = new World();
    const who = later<never>();
    const page = trackedPage(world, { actor: who.promise });
    page.analytics.newRegistration(OTHER);
    await page.play(2);
    page.tell('boundary', { paused: true, position: 0 });
    page.tell('tick', { duration: 100 });
    await page.play(2);
    who.give(actor as never);
    await world.clock.advance(1_000);
    page.leave();
    const all = page.events.filter(({ type }) => type === 'terminated').map(({ registration }) => registration);
    // Nobody could say that somebody anonymous is the same.
    expect(all).toEqual([OTHER, actor === 'anonymous' ? expect.stringMatching(/^(?!2222)/) : OTHER]);
  });

  test.each([0, 20, 49, 51])('another media that is set %i ms before it is known has its own session', async (ms) => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise });
    await page.play(3);
    page.analytics.setMedia({ id: 'https://campus.example/videos/43' });
    await world.clock.advance(ms);
    actor.give(ANNA);
    await world.clock.advance(100);
    await page.play(5, true);
    page.analytics.setMedia({ id: 'https://campus.example/videos/43', name: 'Week 2' });
    await page.play(2, true);
    page.leave();
    const ends = page.events.filter(({ type }) => type === 'terminated');
    expect(ends.map(({ media, progress }) => [media.id.slice(-2), progress.segments])).toEqual([['42', [[0, expect.closeTo(3, 0)]]], ['43', [[expect.closeTo(3, 0), 10]]]]);
    for (const { session, media } of ends) expect(page.events.every((one) => one.session !== session || one.media.id === media.id)).toBe(true);
  });

  test('whoever ends the session amid what waited ends it in its own context', async () => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise, startOn: 'metadata', milestones: false, context: { registration: ID } });
    page.tell('tick', { duration: 100 });
    page.analytics.newRegistration(OTHER);
    await page.play(2, true);
    page.analytics.listen('record', ({ type }) => type === 'initialized' && page.analytics.setActor(null));
    actor.give(ANNA);
    await world.clock.advance(1_000);
    expect(page.events.length).toBeGreaterThan(0);
    expect(page.events.every(({ registration, context }) => context!.registration === registration)).toBe(true);
  });

  test('two registrations and another media, one at once after the other while the past is being read, are three sessions at most', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: () => new Promise<never>(() => {}) });
    await page.play(2);
    page.analytics.newRegistration(ID);
    page.analytics.setContext({ registration: OTHER });
    page.analytics.setMedia({ id: 'https://campus.example/videos/43' });
    await page.play(2, true);
    page.leave();
    const ends = page.events.filter(({ type }) => type === 'terminated').map(({ registration, media }) => [registration, media.id.slice(-2)]);
    expect(ends.length).toBeLessThan(4);
    expect(ends.at(-1)).toEqual([OTHER, '43']);
  });

  test('whoever names the next learner as the player is disposed of begins no session', async () => {
    const world = new World();
    const page = trackedPage(world, { startOn: 'metadata' });
    const actor = later<Actor>();
    page.analytics.listen('record', ({ type }) => type === 'terminated' && page.analytics.setActor(actor.promise));
    page.tell('playing', { paused: false });
    page.analytics.dispose();
    actor.give(ANNA);
    await world.clock.advance(60_000);
    expect(page.events.filter(({ type }) => type === 'initialized')).toHaveLength(1);
  });

  test('what was watched before the player is disposed of is recorded as soon as it is known', async () => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise });
    await page.play(5);
    page.analytics.record({ type: 'liked' });
    page.analytics.dispose();
    await world.clock.advance(1_000);
    actor.give(ANNA);
    await world.clock.advance(1_000);
    expect(recordedIn(world).map(({ type }) => type).sort()).toEqual(['initialized', 'liked', 'paused', 'progressed', 'started', 'terminated']);
    expect(recordedIn(world).find(({ type }) => type === 'terminated')!.progress.segments).toEqual([[0, 5]]);
    expect(world.clock.timers.size).toBe(0);
    expect(world.warnings).toEqual([]);
  });

  test('what was recorded by hand while consent was denied is nobody’s once it is granted', async () => {
    const world = new World();
    const actor = later<Actor>();
    const page = trackedPage(world, { actor: actor.promise, consent: 'denied' });
    page.analytics.record({ type: 'liked' });
    await page.analytics.grantConsent();
    actor.give(ANNA);
    await world.clock.advance(10_000);
    expect(recordedIn(world)).toEqual([]);
  });
});

test('a record that says another registration than it stands under is searched for once', async () => {
  const world = new World();
  await formerVisit(world, 3, { context: { registration: ID } });
  const { store } = await world.open();
  const rows = await store.page<Stored & { record: ResumeRecord }>(['p'], 99);
  expect(rows).toHaveLength(1);
  for (const row of rows) await store.write([{ ...row, record: { ...row.record, registration: '22222222-2222-4222-8222-222222222222' } } as Stored]);
  let asked = 0;
  const page = trackedPage(world, { context: { registration: ID }, resume: async () => (asked++ > 20 ? new Promise<never>(() => {}) : {}) });
  await page.play(3);
  page.leave();
  expect(asked).toBeLessThan(5);
  expect(page.events.filter(({ type }) => type === 'terminated').map(({ registration }) => registration)).toEqual([ID]);
});
