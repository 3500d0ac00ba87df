import { describe, expect, test } from 'vitest';
import { recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, rest, World } from '../outbox/world.js';

// What hooks and listeners do while they are asked or told, and pages while something is being found out.

const MEDIA = { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' };
const next = (page: ReturnType<typeof trackedPage>) => page.tell('boundary', { position: 0, duration: NaN, paused: true }, 'https://campus.example/media/2.mp4');

describe('a name that is set', () => {
  test('while the actor is being found out is that of what is recorded', async () => {
    const world = new World();
    let give: (actor: { id: string }) => void = () => undefined;
    const page = trackedPage(world, { actor: new Promise<{ id: string }>((resolve) => (give = resolve)) });
    await page.play(2);
    page.analytics.setMedia(MEDIA);
    await page.play(2, true);
    give({ id: 'https://campus.example/users/1' });
    await world.clock.advance(100);
    await page.play(10, true);
    page.leave();
    expect(page.events.at(-1)!.media.name).toBe(MEDIA.name);
  });

  test('while what was watched before is being read is that of what is recorded', async () => {
    const world = new World();
    const page = trackedPage(world);
    page.tell('playing', { paused: false });
    page.analytics.setMedia(MEDIA);
    await page.play(10, true);
    page.leave();
    expect(page.events.at(-1)!.media.name).toBe(MEDIA.name);
  });
});

test.each(['paused', 'terminated'])('clear() by who is told of the %s that ends a session leaves nothing of it', async (type) => {
  const world = new World();
  const page = trackedPage(world);
  let done = false;
  page.analytics.listen('record', (event) => {
    if (done || event.type !== type) return;
    done = true;
    void page.analytics.clear();
  });
  await page.play(30);
  next(page);
  await world.clock.advance(1000);
  await rest(200);
  const { store } = await world.open({ destinations: [] });
  expect(await store.page(['p'], 9)).toEqual([]);
});

describe.each(['setActor', 'dispose'] as const)('%s in beforeRecord', (act) => {
  test.each(['initialized', 'started', 'seeked', 'paused'])('of its %s ends the session in order', async (type) => {
    const world = new World();
    let done = false;
    const page: ReturnType<typeof trackedPage> = trackedPage(world, {
      milestones: false,
      beforeRecord(event) {
        if (!done && event.type === type) {
          done = true;
          page.analytics[act](null as never);
        }
        return event;
      },
    });
    await page.play(3);
    page.tell('seeking', { position: 10, seeking: true });
    await world.clock.advance(50);
    page.tell('seeked', { seeking: false });
    await world.clock.advance(400);
    page.tell('tick', { paused: true });
    await world.clock.advance(20_000);
    const heard = page.events.map((event) => event.type);
    expect(done).toBe(true);
    expect(heard.at(-1)).toBe('terminated');
    expect(page.events).toEqual([...page.events].sort((a, b) => a.time - b.time));
    const again = await world.open();
    again.outbox.setActor({ id: 'https://campus.example/users/1' }, 'https://campus.example/users/1');
    await again.outbox.flush();
    expect(recordedIn(world).map((event) => event.type)).toEqual(heard);
  });
});

test('whoever is told disposes of the player: its end leaves at once', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: false });
  page.analytics.listen('record', ({ type }) => type === 'paused' && page.analytics.dispose());
  await page.play(3);
  await world.clock.advance(10_000);
  page.tell('tick', { paused: true });
  await world.clock.advance(1_000);
  expect(recordedIn(world).map(({ type }) => type).slice(-2)).toEqual(['paused', 'terminated']);
});

test('whoever is told lets the learner go: the end leaves with that learner’s credentials', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: false, destinations: [destination({ auth: async ({ id }) => `Bearer ${id}` })] });
  page.analytics.listen('record', ({ type }) => type === 'paused' && page.analytics.setActor(null));
  await page.play(3);
  await world.clock.advance(10_000);
  page.tell('tick', { paused: true });
  await world.clock.advance(1_000);
  expect(recordedIn(world).map(({ type }) => type).slice(-2)).toEqual(['paused', 'terminated']);
});

test('who listens second hears of events in order, where the first ends the session', async () => {
  const world = new World();
  const page = trackedPage(world, { milestones: false });
  const heard: string[] = [];
  page.analytics.listen('record', (event) => event.type === 'initialized' && page.analytics.setActor(null));
  page.analytics.listen('record', (event) => void heard.push(event.type));
  await page.play(2);
  expect(heard).toEqual(['initialized', 'started', 'paused', 'terminated']);
});

test('what was watched in a vetoed session is in no later one, also where the portal’s server says what was watched', async () => {
  const world = new World();
  let veto = true;
  const page = trackedPage(world, { resume: () => ({ segments: [] }), beforeRecord: (event) => (veto && event.type === 'initialized' ? null : event) });
  await page.play(30);
  veto = false;
  next(page);
  await world.clock.advance(100);
  page.tell('tick', { duration: 100 });
  await world.clock.advance(100);
  await page.play(3);
  page.leave();
  expect(page.events.at(-1)!.progress.segments).toEqual([[0, 3]]);
});

test('what record() is told of comes behind what the learner did before it, in order and in time', async () => {
  const world = new World();
  const page = trackedPage(world);
  const all: any[] = [];
  page.analytics.listen('record', (event) => void all.push(event));
  await page.play(10);
  page.tell('seeking', { position: 40, seeking: true });
  page.tell('seeked', { seeking: false });
  await world.clock.advance(20);
  page.tell('tick', { volume: 0.5 });
  await world.clock.advance(20);
  page.analytics.record({ type: 'liked', media: MEDIA });
  expect(all.slice(-3).map(({ type }) => type)).toEqual(['seeked', 'volumeChanged', 'liked']);
  expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort((a, b) => a - b));
  // A seek that is still under way is told where it lands.
  page.tell('seeking', { position: 60, seeking: true });
  page.analytics.record({ type: 'shared', media: MEDIA });
  expect(all.at(-1).type).toBe('shared');
  page.tell('seeked', { seeking: false });
  await world.clock.advance(1000);
  expect(all.at(-1)).toMatchObject({ type: 'seeked', from: 40, to: 60 });
  page.leave();
});

test.each<[string, object]>([
  ['the volume bar is held', { held: true, volume: 0.4 }],
  ['the seek bar is held', { scrubbing: true, paused: true, seeking: true, position: 40 }],
  ['a click on the bar pauses and seeks', { paused: true, seeking: true, position: 40 }],
])('what record() is told of while %s breaks nothing off', async (_, state) => {
  const world = new World();
  const page = trackedPage(world);
  await page.play(10);
  const moves = 'position' in state;
  for (const more of [0, 1]) {
    page.tell(moves ? 'seeking' : 'tick', { ...state, ...(moves ? { position: 40 + more } : { volume: 0.4 + more / 10 }) });
    page.analytics.record({ type: 'liked', media: MEDIA });
    await world.clock.advance(50);
  }
  page.tell(moves ? 'seeked' : 'tick', { held: false, scrubbing: false, paused: false, seeking: false });
  await page.play(2, true);
  page.leave();
  expect(page.events.map(({ type }) => type as string).filter((type) => !/progressed|liked/.test(type))).toEqual(['initialized', 'started', moves ? 'seeked' : 'volumeChanged', 'paused', 'terminated']);
});
