import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { formerVisit, recordedIn, sleepUntilTakenOver, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, rest, World } from '../outbox/world.js';

// Whose it is, of which registration, and what was remembered when.

const ANNA = 'https://campus.example/users/1';
const BEN = { id: 'https://campus.example/users/2' };
const VIDEO = { id: 'https://campus.example/videos/42' };
const NEXT = { id: 'https://campus.example/videos/43' };
const ID = '11111111-1111-4111-8111-111111111111';
type TrackedPage = ReturnType<typeof trackedPage>;

const go = async (world: World, page: TrackedPage) => {
  page.leave();
  await world.clock.advance(10_000);
  page.kill();
};
const toldOn = (page: TrackedPage) => {
  const positions: number[] = [];
  page.analytics.listen('remembered', ({ position }) => void positions.push(position));
  return positions;
};

test.each([
  ['with its name', { ...NEXT, name: 'Week 2' }],
  ['as another one', { id: 'https://campus.example/videos/44' }],
])('the next media that is named twice, %s, has nothing of the one before', async (_, again) => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(5);
  page.analytics.setMedia(NEXT);
  page.analytics.setMedia(again);
  await world.clock.advance(20);
  page.tell('tick', { position: 5.2 });
  page.tell('boundary', { position: 0, duration: NaN, paused: true }, 'https://campus.example/media/b.mp4');
  await world.clock.advance(100);
  page.tell('tick', { duration: 50 });
  await page.play(2);
  page.leave();
  const next = page.events.filter(({ media }) => media.id !== VIDEO.id);
  expect(next.filter(({ type }) => type === 'initialized').map(({ position, media }) => [position, media.duration])).toEqual([[0, 50]]);
  expect(next.at(-1)!.progress.segments).toEqual([[0, 2]]);
});

test('clear() by who is told of something amid a session leaves nothing of it', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: false });
  page.analytics.listen('record', ({ type }) => type === 'completed' && void page.analytics.clear());
  await page.play(95);
  page.tell('tick', { paused: true });
  await world.clock.advance(1000);
  await rest(200);
  const { store } = await world.open({ destinations: [] });
  expect(await store.page(['p'], 9)).toEqual([]);
});

describe('`remembered`', () => {
  test('waits for nothing once its player is disposed of', async () => {
    const world = new World();
    await formerVisit(world, 5);
    const before = [...world.clock.timers.keys()];
    const page = trackedPage(world);
    const told = toldOn(page);
    page.tell('tick', { duration: NaN, empty: true, unloaded: true });
    await world.clock.advance(50);
    page.analytics.dispose();
    await rest();
    expect(told).toEqual([]);
    expect([...world.clock.timers.keys()].filter((timer) => !before.includes(timer))).toEqual([]);
  });

  test.each([
    ['as soon as the length is there, where that was read late off what is loaded', 40, 0.05],
    ['without it, where nothing is loaded before it is played', undefined, 0],
  ])('is told %s', async (_, after, fraction) => {
    const world = new World();
    await formerVisit(world, 5);
    const page = trackedPage(world);
    const told: { at: number; fraction: number }[] = [];
    const began = world.clock.time;
    page.analytics.listen('remembered', (detail) => void told.push({ at: world.clock.time - began, fraction: detail.fraction }));
    page.tell('tick', { duration: NaN, empty: true, unloaded: true });
    await world.clock.advance(after ?? 200);
    expect(told).toEqual([]);
    if (after) page.tell('tick', { duration: 100, empty: false, unloaded: false });
    await world.clock.advance(1_000);
    expect(told).toEqual([{ at: after ?? expect.closeTo(300, -1), fraction }]);
  });

  test('is told where nothing is heard of a source but that it is another one', async () => {
    const world = new World();
    await formerVisit(world, 5);
    const page = trackedPage(world);
    const told = toldOn(page);
    page.tell('boundary', { duration: NaN, empty: true, unloaded: true }, 'https://campus.example/media/lecture.m3u8');
    await world.clock.advance(1_000);
    expect(told).toEqual([5]);
  });

  test('is told of the learner who comes next, and has not been watching', async () => {
    const world = new World();
    const former = trackedPage(world, { actor: BEN });
    await former.play(50);
    await go(world, former);
    const page = trackedPage(world);
    await page.play(30);
    page.tell('tick', { paused: true });
    await world.clock.advance(1000);
    const told = toldOn(page);
    page.analytics.setActor(null);
    await world.clock.advance(1000);
    page.analytics.setActor(BEN);
    await world.clock.advance(1000);
    expect([page.analytics.progress.position, ...told]).toEqual([50, 50]);
  });

  test.each([
    ['setContext', { platform: 'x' }],
    ['setMedia', { ...VIDEO, name: 'Week 1' }],
    ['setActor', { id: ANNA, name: 'Anna' }],
  ] as const)('is not told again by %s to who has moved the bar since', async (how, what) => {
    const world = new World();
    await formerVisit(world, 60);
    const page = trackedPage(world);
    const told = toldOn(page);
    await world.clock.advance(100);
    page.tell('seeking', { position: 10, seeking: true });
    page.tell('seeked', { seeking: false });
    await world.clock.advance(1000);
    page.analytics[how](what as never);
    await world.clock.advance(1000);
    expect(told).toEqual([60]);
  });
});

test('after fifty sessions a disk that is full for a moment counts nothing twice', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: false });
  const next = async () => {
    page.tell('boundary', { position: 0, duration: NaN, paused: true });
    await world.clock.advance(10);
    page.tell('tick', { duration: 100 });
    await world.clock.advance(10);
  };
  for (let n = 0; n < 52; n++) {
    await page.play(2);
    await next();
  }
  await page.play(2);
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await next();
  await world.clock.advance(3000);
  full.mockRestore();
  await world.clock.advance(60_000);
  await page.play(2);
  page.leave();
  expect(page.events.at(-1)!.progress.secondsPlayed).toBeCloseTo(54 * 2, 0);
});

test.each([true, false])('a registration that was minted or begun is the same one where it is given later (begun: %s)', async (begun) => {
  const world = new World();
  const first = trackedPage(world);
  if (begun) first.analytics.newRegistration(ID);
  await first.play(98);
  await go(world, first);
  const { registration } = first.events[0]!;
  const second = trackedPage(world, { context: { registration } });
  await second.play(98);
  await go(world, second);
  const once = recordedIn(world).flatMap((event) => (/progressed|completed/.test(event.type) ? [`${event.registration} ${event.type} ${(event as any).milestone}`] : []));
  expect(once.filter((one, n) => once.indexOf(one) !== n)).toEqual([]);
  expect(second.events[0]!.progress.segments).toEqual([[0, 98]]);
});

test('where a clock that was ahead was set right, the media is resumed where it was left since', async () => {
  const world = new World();
  world.clock.skew = 365 * 86_400_000;
  await formerVisit(world, 60);
  world.clock.skew = 0;
  await formerVisit(world, 20);
  const page = trackedPage(world);
  await world.clock.advance(100);
  expect(page.analytics.progress.position).toBe(20);
});

test('what was watched in a visit that ended is remembered with `recoverSessions: false` and a full localStorage too', async () => {
  const world = new World();
  world.storage.quota = 0;
  const first = trackedPage(world, { recoverSessions: false });
  await first.play(60);
  await go(world, first);
  const page = trackedPage(world, { recoverSessions: false });
  await world.clock.advance(100);
  expect(page.analytics.progress.segments).toEqual([[0, 60]]);
});

test('what was watched in a session that another page has closed is not lost to a `resume` that says less', async () => {
  const world = new World();
  const page = trackedPage(world, { resume: { segments: [[50, 60]] }, milestones: false });
  await page.play(10);
  await sleepUntilTakenOver(world, page);
  page.thaw();
  await world.clock.advance(1000);
  await page.play(3, true);
  page.leave();
  expect(page.events.at(-1)!.progress.segments.some(([from, to]) => from === 0 && to >= 9)).toBe(true);
});

test('somebody anonymous is another one in each session, also where a listener makes the next begin', async () => {
  const world = new World();
  const page = trackedPage(world, { actor: 'anonymous', startOn: 'metadata', destinations: [destination({ map: (event, { id }) => ({ ...event, actor: id }) })] });
  let done = false;
  page.analytics.listen('record', ({ type }) => {
    if (type !== 'terminated' || done) return;
    done = true;
    page.analytics.setContext({ platform: 'x' });
  });
  await page.play(5);
  page.tell('boundary', { position: 0, duration: NaN, paused: true });
  await world.clock.advance(100);
  page.tell('tick', { duration: 100 });
  await page.play(5);
  page.leave();
  await world.clock.advance(20_000);
  expect(new Set((recordedIn(world) as any[]).map(({ actor }) => actor)).size).toBe(2);
});
