import { describe, expect, test, vi } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import type { Actor, LearningEvent } from '../../src/events.js';
import type { Options } from '../../src/options/options.js';
import { recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, rest, World } from '../outbox/world.js';

// What a page gives in the course of time, and what it may not change by it.

const ANNA: Actor = { id: 'https://campus.example/users/1' };
const LRS = { endpoint: 'https://lrs.example/xapi', auth: false } as const;
const OTHER = { id: 'https://campus.example/videos/43' };

test('another media that is set before it is known who watches has its own session', async () => {
  const world = new World();
  let give!: (actor: Actor) => void;
  const page = trackedPage(world, { actor: new Promise<Actor>((resolve) => (give = resolve)) });
  await page.play(2);
  page.tell('tick', { paused: true });
  page.analytics.setMedia(OTHER);
  page.tell('seeking', { position: 0 });
  page.tell('seeked');
  await page.play(10);
  give(ANNA);
  await world.clock.advance(100);
  page.leave();
  const ends = page.events.filter(({ type }) => type === 'terminated').map(({ media, progress }) => [media.id, progress.segments.map((pair) => pair.map(Math.round))]);
  expect(ends).toEqual([['https://campus.example/videos/42', [[0, 2]]], [OTHER.id, [[0, 10]]]]);
});

describe('somebody who is nobody', () => {
  test.each([undefined, '', 0, false])('setActor(%j) throws, and nothing of it goes to the next one', async (nobody) => {
    const world = new World();
    const page = trackedPage(world);
    await page.play(2);
    expect(() => page.analytics.setActor(nobody as never)).toThrow(TypeError);
    expect(page.analytics.session).toBeDefined();
  });

  test.each<readonly [string, unknown]>([['undefined', undefined], ['a function once more', () => ANNA]])('given by a function as %s, is said, and nothing is recorded', async (_, nobody) => {
    const world = new World();
    const page = trackedPage(world, { actor: (async () => nobody) as never });
    await page.play(2);
    expect(page.events).toEqual([]);
    expect(world.warnings.join()).toContain('actor');
  });
});

test.each([
  { name: null, email: null, account: null },
  { name: 7, email: 'jörg@uni.example' },
])('an actor of whom a server knows less than of others is recorded: %j', async (more) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const world = new World();
  const page = trackedPage(world, { actor: (async () => ({ ...ANNA, ...more })) as never, media: (() => ({ ...OTHER, name: null, description: null, type: null })) as never, kind: { type: 'audio' }, destinations: [xapi(LRS)] });
  await page.play(2);
  expect(page.events[0]!.media).toMatchObject({ ...OTHER, type: 'audio' });
  page.leave();
  await world.clock.advance(10_000);
  const [statement] = world.endpoint('https://lrs.example/xapi/statements').requests[0]!.documents.map((document) => JSON.parse(document));
  expect(statement.actor).toEqual({ objectType: 'Agent', account: { homePage: 'https://campus.example/users/', name: '1' } });
  expect(warn.mock.calls.flat().filter((text) => /recorded without what is wrong: "(name|email)"/.test(text))).toHaveLength(more.name ? 2 : 0);
  warn.mockRestore();
});

describe('resume as an object', () => {
  test('is about what comes first, and about nothing else', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: { segments: [[0, 96]] } });
    await page.play(1);
    expect(page.events[0]!.progress.segments).toEqual([[0, 96]]);
    page.analytics.setMedia(OTHER);
    await page.play(2, true);
    const second = page.events.filter(({ media }) => media.id === OTHER.id);
    expect(second.at(-1)!.progress.fraction).toBeLessThan(0.05);
    expect(second.map(({ type }) => type)).not.toContain('completed');
  });

  test.each(['back out of the cache', 'loaded again', 'after another media'])('knows nothing of what this page has recorded since: %s', async (way) => {
    const world = new World();
    const page = trackedPage(world, { resume: { segments: [[0, 10]], position: 10 } });
    page.tell('tick', { position: 10 });
    await page.play(50);
    if (way.startsWith('back')) {
      page.leave();
      await world.clock.advance(5_000);
      page.comeBack();
    } else if (way.startsWith('loaded')) {
      page.tell('boundary', { position: 0, duration: NaN, paused: true });
      await world.clock.advance(500);
      page.tell('tick', { duration: 100, position: 60 });
    } else {
      page.analytics.setMedia(OTHER);
      await world.clock.advance(500);
      page.tell('tick', { paused: true });
      await world.clock.advance(500);
      page.analytics.setMedia({ id: 'https://campus.example/videos/42' });
    }
    await world.clock.advance(1_000);
    expect(page.analytics.progress).toMatchObject({ fraction: 0.6, position: 60 });
    await page.play(37, true);
    page.leave();
    await world.clock.advance(1_000);
    expect(page.events.at(-1)!.progress).toMatchObject({ segments: [[0, 10], [10, 60], [60, 97]], fraction: 0.97 });
    expect(page.events.filter(({ type }) => type === 'completed')).toHaveLength(1);
    expect(page.events.flatMap((event) => (event.type === 'progressed' ? event.milestone : []))).toEqual([25, 50, 75]);
  });

  test('as a function, adds nothing twice of which the server has heard by now', async () => {
    const world = new World();
    const page = trackedPage(world, { resume: async () => ({ segments: [[0, 20]] }) });
    await page.play(20);
    page.leave();
    await world.clock.advance(5_000);
    page.comeBack();
    await page.play(1, true);
    expect(page.events.at(-1)!.progress.segments).toEqual([[0, 20], [20, expect.any(Number)]]);
  });

  test.each(['clear', 'denyConsent'] as const)('nothing of what %s() has cleared comes back beside it', async (way) => {
    const world = new World();
    const page = trackedPage(world, { context: { registration: '11111111-1111-4111-8111-111111111111' }, resume: { segments: [[0, 10]] } });
    page.tell('tick', { position: 10 });
    await page.play(40);
    await page.analytics[way]();
    if (way === 'denyConsent') await page.analytics.grantConsent();
    await world.clock.advance(1_000);
    page.tell('seeking', { position: 60 });
    page.tell('seeked');
    await page.play(3, true);
    expect(page.events.at(-1)!.progress.segments[0]).toEqual([0, 10]);
    expect(page.events.at(-1)!.progress.fraction).toBeLessThan(0.2);
  });

  test.each(['setContext', 'newRegistration'] as const)('says nothing of another registration: %s', async (way) => {
    const world = new World();
    const registration = '22222222-2222-4222-8222-222222222222';
    const page = trackedPage(world, { context: { registration: '11111111-1111-4111-8111-111111111111' }, resume: { segments: [[0, 95]], completed: true } });
    await page.play(3);
    if (way === 'setContext') page.analytics.setContext({ registration });
    else page.analytics.newRegistration(registration);
    await world.clock.advance(1_000);
    await page.play(3, true);
    expect(page.events.at(-1)).toMatchObject({ registration, progress: { fraction: 0.005 } });
  });

  test.each([
    { segments: [['0', '10']], position: '5', completed: '0' },
    { segments: [[0, NaN], [-1, 3], [5, 5], 'all'], position: -1, completed: null },
  ])('as a function that gives what is no number, is as one that gives nothing: %j', async (given) => {
    const world = new World();
    const page = trackedPage(world, { resume: () => given as never });
    await page.play(97);
    page.leave();
    await world.clock.advance(10_000);
    expect(page.events.at(-1)!.progress.segments).toEqual([[0, 97]]);
    expect(world.warnings.join()).toContain('the option "resume" gave');
    expect(recordedIn(world).map(({ type }) => type)).toContain('completed');
  });

  test('as a function, what it said when the media was loaded holds where the page goes before it answers again', async () => {
    const world = new World();
    let asked = 0;
    const answer = { segments: [[0, 10] as const], completed: true };
    const page = trackedPage(world, { completion: { threshold: 0.1 }, resume: () => (++asked > 1 ? new Promise(() => {}) : answer) });
    page.tell('tick');
    await world.clock.advance(1_000);
    expect(page.analytics.progress.segments).toEqual([[0, 10]]);
    page.look({ position: 20 });
    await page.play(3);
    expect([asked, page.events]).toEqual([2, []]);
    page.leave();
    expect(page.events.map(({ type }) => type)).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(page.events.at(-1)!.progress.segments).toEqual([[0, 10], [20, 23]]);
  });

  test('as a function, it is told what it is about, and has its time', async () => {
    const world = new World();
    const asked: unknown[] = [];
    const page = trackedPage(world, {
      resume: (of) => {
        asked.push(of);
        return new Promise(() => {});
      },
    });
    await page.play(3);
    expect(page.events).toEqual([]);
    await world.clock.advance(30_000);
    expect(asked[0]).toMatchObject({ actor: ANNA, media: { id: 'https://campus.example/videos/42' }, registration: expect.stringMatching(/-/) });
    expect(page.events.map(({ type }) => type)).toContain('started');
  });
});

describe('hooks and listeners', () => {
  test.each([
    ['a promise', async (event: LearningEvent) => event],
    ['a promise that fails', async () => { throw new Error('no'); }],
    ['true', () => true],
    ['nothing, since a return was forgotten', () => undefined],
    ['a list', (event: LearningEvent) => [event]],
    ['nothing of an event', () => ({})],
    ['a registration that is none', (event: LearningEvent) => ({ ...event, context: { registration: 'nope' } })],
    ['a media that no endpoint would take', (event: LearningEvent) => ({ ...event, media: { id: 'https://campus.example/videos/42', name: 5 } })],
    ['no media', ({ media: _, ...event }: LearningEvent & { media?: unknown }) => event],
    ['what JSON has no word for', (event: LearningEvent) => ({ ...event, note: 1n })],
  ])('beforeRecord that gives %s drops and counts the event', async (_, beforeRecord) => {
    const world = new World();
    const page = trackedPage(world, { beforeRecord: beforeRecord as never });
    const dropped: unknown[] = [];
    page.analytics.listen('dropped', (detail) => dropped.push(detail));
    await page.play(2);
    await world.clock.advance(10_000);
    expect(recordedIn(world)).toEqual([]);
    expect(dropped.length).toBeGreaterThan(0);
    expect(world.warnings[0]).toContain('beforeRecord gave no event: it was dropped');
    expect(world.warnings).toEqual([...new Set(world.warnings)].filter((said) => said.startsWith('beforeRecord gave no event: it was dropped')));
  });

  test('an actor function that gives null says that nobody is here', async () => {
    const world = new World();
    const page = trackedPage(world, { actor: (() => null) as never });
    await page.play(2);
    expect(page.events).toEqual([]);
    expect(world.warnings.map((said) => said.trim())).toEqual(['the option "actor" gave null: nobody is here, and nothing is recorded until setActor()']);
    page.analytics.setActor(ANNA);
    await page.play(2, true);
    expect(page.events[0]).toMatchObject({ type: 'initialized' });
  });

  test('a media function that goes by an address is not blamed for what it cannot know yet', async () => {
    const world = new World();
    let source = '';
    const page = trackedPage(world, { source, media: (() => (source ? { id: source } : undefined)) as never });
    page.tell('tick', { duration: 100 });
    source = 'https://campus.example/media/44.mp4';
    page.tell('tick', {}, source);
    await page.play(2);
    expect(page.events[0]).toMatchObject({ media: { id: source } });
    expect(world.warnings).toEqual([]);
  });

  test.each(['player', 'progress', 'position', 'registration'])('beforeRecord that takes %s away leaves an event of what plays, for who needs no more', async (name) => {
    const world = new World();
    const page = trackedPage(world, { beforeRecord: (event) => ({ ...event, [name]: null }) as never });
    await page.play(2);
    await world.clock.advance(10_000);
    expect(recordedIn(world).map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed']);
  });

  test('what a standard cannot tell without what beforeRecord took away is told as nothing else, and counted', async () => {
    const world = new World();
    const both = [xapi({ endpoint: 'https://lrs.example/', auth: false }), caliper({ endpoint: 'https://caliper.example/', auth: false, sensor: 'https://campus.example/' })];
    const page = trackedPage(world, { destinations: both, beforeRecord: (event) => ({ ...event, player: null }) as never });
    const dropped: unknown[] = [];
    page.analytics.listen('dropped', ({ types }) => dropped.push(types));
    await page.play(2);
    await world.clock.advance(10_000);
    expect(dropped).toEqual([{ initialized: 1 }, { started: 1 }, { started: 1 }, { progressed: 1 }, { progressed: 1 }]);
    expect(await page.analytics.pending()).toBe(0);
  });

  test('beforeRecord that redacts the context by null loses no event', async () => {
    const world = new World();
    const page = trackedPage(world, { context: { platform: 'x' }, beforeRecord: (event) => ({ ...event, context: null }) as never });
    await page.play(2);
    await world.clock.advance(10_000);
    expect(recordedIn(world).slice(0, 2).map(({ type }) => type)).toEqual(['initialized', 'started']);
  });

  test('beforeRecord that changes nothing changes nothing, whatever the source is called', async () => {
    const world = new World();
    const page = trackedPage(world, { media: undefined, beforeRecord: (event) => event });
    page.tell('boundary', {}, 'https://campus.example/media/lecture|hd.mp4');
    await page.play(2);
    await world.clock.advance(10_000);
    expect(recordedIn(world).map(({ type }) => type)).toContain('started');
  });

  test.each([{ id: 'videos/42' }, { id: 'https://campus.example/videos/42', name: 7 }, 'https://campus.example/videos/42'])('a function that gives the wrong media %j is as one that gives none', async (media) => {
    const world = new World();
    const page = trackedPage(world, { media: () => media as never });
    await page.play(2);
    await world.clock.advance(10_000);
    expect(page.events).toEqual([]);
    expect(world.warnings.join('\n')).toContain('nothing is recorded until setMedia()');
  });

  test.each<readonly [string, (event: LearningEvent) => unknown]>([
    ['comes later', async (event) => ({ id: event.id })],
    ['comes later and fails', () => Promise.reject(new Error('no'))],
    ['is a function', () => () => ({})],
    ['is text', () => '{}'],
    ['JSON has no word for', () => ({ toJSON: () => undefined })],
  ])('a mapping whose document %s is counted, and nothing of it is kept or sent', async (_, map) => {
    const world = new World();
    const other = destination({ url: 'https://other.example/in' });
    const page = trackedPage(world, { destinations: [destination({ map: map as never }), other] });
    const dropped: unknown[] = [];
    page.analytics.listen('dropped', (detail) => void dropped.push(detail));
    await page.play(2);
    page.leave();
    await world.clock.advance(10_000);
    expect(world.endpoint().requests).toEqual([]);
    expect(world.endpoint(other.url).held).toHaveLength(page.events.length);
    expect(dropped.length).toBe(page.events.length);
    expect(dropped[0]).toEqual({ count: 1, types: { initialized: 1 }, why: 'hook' });
  });

  test('a mapping that passes over events, in whatever way, or makes lists of them, is neither counted nor said', async () => {
    const world = new World();
    const maps = [(event: LearningEvent) => event.type === 'started' && { id: event.id }, (event: LearningEvent) => [event.type]];
    const page = trackedPage(world, { destinations: maps.map((map, n) => destination({ key: `${n}`, map: map as never, wrap: () => '[]' })) });
    const dropped: unknown[] = [];
    page.analytics.listen('dropped', (detail) => void dropped.push(detail));
    let delivered = 0;
    page.analytics.listen('delivered', ({ ids }) => void (delivered += ids.length));
    await page.play(2);
    await world.clock.advance(10_000);
    expect(dropped).toEqual([]);
    expect(world.warnings).toEqual([]);
    expect(delivered).toBe(page.events.length + 1);
  });

  test('check() waits for no actor whose place another has taken', async () => {
    const world = new World();
    const page = trackedPage(world, { actor: new Promise<Actor>(() => {}), destinations: [destination({ auth: () => 'key' })] });
    page.analytics.setActor(ANNA);
    let isDone = false;
    void page.analytics.check().then(() => (isDone = true));
    await rest();
    expect(isDone).toBe(true);
  });

  test('what beforeSend or a mapping of one destination throws on is counted, and the others get it', async () => {
    const world = new World();
    const broken = (): never => { throw new Error('mine'); };
    const page = trackedPage(world, { destinations: [xapi({ ...LRS, beforeSend: broken }), destination()] });
    const dropped: { count: number; types: object; why: string }[] = [];
    page.analytics.listen('dropped', (detail) => dropped.push(detail));
    await page.play(2);
    await world.clock.advance(10_000);
    expect(recordedIn(world).map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed']);
    expect(dropped).toEqual(['initialized', 'started', 'progressed'].map((type) => ({ count: 1, types: { [type]: 1 }, why: 'hook' })));
  });

  test.each<readonly [string, Partial<Options>, RegExp, { recorded: boolean; sent: boolean }]>([
    ['beforeRecord', { beforeRecord: (async () => { throw new Error('mine'); }) as never }, /beforeRecord gave no event.*at once/, { recorded: false, sent: false }],
    ['beforeSend', { destinations: [xapi({ ...LRS, beforeSend: (async () => { throw new Error('mine'); }) as never })] }, /could not map.*beforeSend.*at once/, { recorded: true, sent: false }],
    ['a listener', {}, /listener of "record" threw mine/, { recorded: true, sent: true }],
  ])('%s that is asynchronous and fails throws nothing into the page, and is reported', async (name, options, words, { recorded, sent }) => {
    const rejections = vi.fn();
    process.on('unhandledRejection', rejections);
    const world = new World();
    const page = trackedPage(world, { destinations: [xapi(LRS)], ...options });
    if (name === 'a listener') page.analytics.listen('record', async () => { throw new Error('mine'); });
    await page.play(5);
    page.leave();
    await world.clock.advance(10_000);
    process.off('unhandledRejection', rejections);
    expect(rejections).not.toHaveBeenCalled();
    expect(page.events.length > 0).toBe(recorded);
    expect(world.endpoint(`${LRS.endpoint}/statements`).held.length > 0).toBe(sent);
    expect(world.warnings.join('\n')).toMatch(words);
  });

  test('change what they are given, and nothing else', async () => {
    const world = new World();
    const context = { edApp: { id: 'https://campus.example/portal', name: 'Portal' } };
    const spoil = (event: LearningEvent): LearningEvent => {
      if (event.type === 'started') {
        delete (event as { context?: { edApp?: unknown } }).context!.edApp;
        for (const segment of (event as unknown as { progress: { segments: [number, number][] } }).progress.segments) segment[1] = 99;
      }
      return event;
    };
    const page = trackedPage(world, { context, beforeRecord: spoil });
    page.analytics.listen('record', (event) => void ((event as unknown as { progress: { fraction: number; segments: number[][] } }).progress.segments.forEach((segment) => (segment[1] = 99))));
    await page.play(5);
    page.tell('seeking', { position: 50 });
    page.tell('seeked');
    await world.clock.advance(300);
    await page.play(2, true);
    expect(context).toEqual({ edApp: { id: 'https://campus.example/portal', name: 'Portal' } });
    expect(page.analytics.progress.segments.map((pair) => pair.map(Math.round))).toEqual([[0, 5], [50, 52]]);
    page.leave();
    await world.clock.advance(10_000);
    const last = recordedIn(world).at(-1)!;
    expect(last.context).toEqual(context);
    expect(last.progress.segments.map((pair) => pair.map(Math.round))).toEqual([[0, 5], [50, 52]]);
  });

  test('that are told twice of the same are told once less when one ends', async () => {
    const world = new World();
    const page = trackedPage(world);
    const listener = vi.fn();
    page.analytics.listen('record', listener);
    page.analytics.listen('record', listener)();
    await page.play(1);
    expect(listener.mock.calls.length).toBe(page.events.length);
  });
});

test('what was vetoed claims nothing: who watches later completes', async () => {
  const world = new World();
  let may = false;
  const page = trackedPage(world, { beforeRecord: (event) => (event.type === 'initialized' && !may ? null : event) });
  await page.play(99);
  page.leave();
  await world.clock.advance(10_000);
  page.kill();
  may = true;
  const next = trackedPage(world);
  await next.play(99);
  expect(next.events.map(({ type }) => type)).toContain('completed');
});

test('clear() also clears what waits until it is known who watches', async () => {
  const world = new World();
  let give!: (actor: Actor) => void;
  const page = trackedPage(world, { actor: new Promise<Actor>((resolve) => (give = resolve)) });
  await page.play(5);
  await page.analytics.clear();
  page.tell('tick', { paused: true });
  give(ANNA);
  await world.clock.advance(100);
  expect(page.events).toEqual([]);
});

// The record of the session was joined before the claims of its last events, which were lost then.
test('what is completed in the last moment before the source goes is completed', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: [0, 25, 50, 75, 90, 100] });
  await page.play(89);
  // All in one task: the database has had no time to answer.
  await world.clock.advance(0);
  world.clock.time += 11_000;
  page.tell('tick', { position: 100 });
  page.tell('ended', { paused: true, ended: true, position: 100 });
  page.tell('boundary', { position: 0, duration: NaN, ended: false }, 'https://campus.example/media/next.mp4');
  await world.clock.advance(1_000);
  const types = page.events.map(({ type }) => type);
  expect(types.slice(-2)).toEqual(['ended', 'terminated']);
  expect(types).toContain('completed');
  expect(page.events.flatMap((event) => (event.type === 'progressed' ? event.milestone : []))).toEqual([0, 25, 50, 75, 90, 100]);
});

test('what plays while consent is denied, or while nobody is here, is nobody’s afterwards', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  await page.analytics.denyConsent();
  await page.play(1, true);
  await page.analytics.grantConsent();
  await page.play(3, true);
  page.analytics.setActor(null);
  await page.play(1, true);
  page.analytics.setActor({ id: 'https://campus.example/users/2' });
  await page.play(3, true);
  page.leave();
  const ends = page.events.filter(({ type }) => type === 'terminated').map(({ progress }) => progress.segments);
  for (const segments of ends) for (const [from, to] of segments) expect(to - from, JSON.stringify(ends)).toBeLessThan(5.1);
  const starts = page.events.filter(({ type }) => type === 'initialized').map(({ position }) => position);
  expect(starts[1]).toBeGreaterThanOrEqual(6);
  expect(starts[2]).toBeGreaterThanOrEqual(10);
});

test('a grant that follows a denial at once waits until all is cleared', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  const [first] = page.events;
  const done = [page.analytics.denyConsent(), page.analytics.grantConsent()];
  await world.clock.advance(100);
  await Promise.all(done);
  await page.play(3, true);
  page.leave();
  const last = page.events.at(-1)!;
  expect(last.type).toBe('terminated');
  expect(last.registration).not.toBe(first!.registration);
  expect(last.progress.segments).toEqual([[expect.closeTo(5, 0), expect.closeTo(8, 0)]]);
});

test('of grants and denials in a row the last one holds', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(2);
  const { analytics } = page;
  const done = [analytics.denyConsent(), analytics.grantConsent(), analytics.denyConsent()];
  await world.clock.advance(100);
  await Promise.all(done);
  const { length } = page.events;
  await page.play(3, true);
  expect(page.events).toHaveLength(length);
  await analytics.grantConsent();
  await page.play(3, true);
  expect(page.events.length).toBeGreaterThan(length);
});

test('`progress` says no position of the media before, once that is gone', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(20);
  expect(page.analytics.progress.position).toBeCloseTo(20, 0);
  page.tell('boundary', { position: 0, duration: NaN, paused: true, empty: true });
  expect(page.analytics.progress).toMatchObject({ segments: [], position: 0 });
  await world.clock.advance(2_000);
  expect(page.analytics.progress).toMatchObject({ segments: [], position: 0 });
});

test('where the media was left is remembered, though the record of it was lost meanwhile', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(20);
  const { store } = await world.open();
  await store.write([], await store.keys(['p'], 9));
  page.leave();
  await world.clock.advance(10_000);
  page.kill();
  const next = trackedPage(world);
  next.tell('tick');
  await world.clock.advance(1_000);
  expect(next.analytics.progress.position).toBeCloseTo(20, 0);
});

test('and that of the media which is still there, whatever is cleared or denied', async () => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(20);
  void page.analytics.clear();
  expect(page.analytics.progress.position).toBeCloseTo(20, 0);
  void page.analytics.denyConsent();
  expect(page.analytics.progress.position).toBeCloseTo(20, 0);
});

test('an actor who is said to be anonymous is nobody that could be known', async () => {
  const world = new World();
  const page = trackedPage(world, { actor: { id: 'https://campus.example/users/secret', anonymous: true } });
  await page.play(2);
  page.leave();
  await world.clock.advance(10_000);
  expect(recordedIn(world).length).toBeGreaterThan(3);
  expect(JSON.stringify([...world.endpoint().bytes.values()].map((set) => [...set]))).not.toContain('secret');
  expect(await (await world.open()).store.keys(['p'], 9)).toEqual([]);
});

test('what somebody anonymous leaves goes with the credential of that one, and the next one comes with the next session', async () => {
  const world = new World();
  const asked = vi.fn(({ id }: Actor) => id);
  const mine = destination({ auth: asked, map: (event, { id }) => ({ ...event, actor: id }) });
  const page = trackedPage(world, { actor: 'anonymous', destinations: [mine] });
  for (let visit = 1; visit <= 2; visit++) {
    await page.play(20);
    const { length } = world.endpoint().requests;
    page.leave();
    await world.clock.advance(0);
    const last = world.endpoint().requests.slice(length);
    expect(last.map(({ documents, init }) => [documents.map((document) => JSON.parse(document).type), init.keepalive])).toEqual([[['paused', 'terminated'], true]]);
    await world.clock.advance(60_000);
    page.comeBack();
    await world.clock.advance(60_000);
    // Nobody is made up for a page where nothing plays.
    expect(asked).toHaveBeenCalledTimes(visit);
  }
  const who = new Map<string, Set<string>>();
  for (const { documents, headers } of world.endpoint().requests)
    for (const { session, actor } of documents.map((document) => JSON.parse(document))) {
      expect(headers.Authorization).toBe(`Bearer ${actor}`);
      who.set(session, (who.get(session) ?? new Set()).add(actor));
    }
  expect([...who.values()].map(({ size }) => size)).toEqual([1, 1]);
  expect(new Set([...who.values()].flatMap((actors) => [...actors])).size).toBe(2);
});
