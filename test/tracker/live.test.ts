import { expect, test } from 'vitest';
import { formerVisit, trackedPage } from '../known-bugs/tracked-page.js';
import { World } from '../outbox/world.js';

// The clock of a live stream begins with what a page was given first: its seconds are other ones on each page.

const LIVE = { duration: Infinity, position: 24 };

/** A page that has shown so many seconds of the lecture while it was given. */
const attended = async (world: World, seconds: number, options: Parameters<typeof trackedPage>[1] = {}) => {
  const page = trackedPage(world, options);
  page.tell('tick', LIVE);
  await page.play(seconds);
  return page;
};

test.each(['leaves', 'dies'])('who saw it live, on a page that %s, has seen nothing of the recording', async (how) => {
  const world = new World();
  const live = await attended(world, 60);
  if (how === 'leaves') live.leave();
  await world.clock.advance(10_000);
  live.kill();
  await world.clock.advance(600_000);
  const page = trackedPage(world, { completion: { threshold: 0.5 } });
  const told: unknown[] = [];
  page.analytics.listen('remembered', (progress) => told.push(progress));
  page.tell('tick');
  await world.clock.advance(1_000);
  expect(told).toMatchObject([{ segments: [], position: 0, fraction: 0 }]);
  await page.play(10);
  page.leave();
  // A session that was cut off is closed first.
  const own = page.events.filter(({ session }) => session === page.events.at(-1)!.session);
  expect(own.map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
  expect(page.events.at(-1)!.progress).toMatchObject({ segments: [[0, 10]], fraction: 0.1 });
  // Of one that was cut off, what was noted last.
  expect(page.events.at(-1)!.progress.secondsPlayed).toBeCloseTo(70, -1);
  expect(own.find(({ type }) => type === 'progressed')).toMatchObject({ milestone: 0 });
});

test('a page later it has its own seconds, and goes on to count those that were played', async () => {
  const world = new World();
  const milestones = { every: 10, unit: 'seconds' } as const;
  const first = await attended(world, 25, { milestones });
  first.leave();
  await world.clock.advance(10_000);
  first.kill();
  const page = await attended(world, 10, { milestones });
  page.leave();
  expect(page.events.at(-1)!.progress).toMatchObject({ segments: [[24, 34]], secondsPlayed: 35 });
  // Two were passed on the page before.
  expect(page.events.flatMap((event) => (event.type === 'progressed' ? event.milestone : []))).toEqual([30]);
});

test('the recording that was begun before it was given again is where it was left', async () => {
  const world = new World();
  await formerVisit(world, 30);
  const live = await attended(world, 20);
  expect(live.analytics.progress).toMatchObject({ segments: [[24, 44]], secondsPlayed: 50 });
  live.leave();
  await world.clock.advance(10_000);
  live.kill();
  const page = trackedPage(world);
  page.tell('tick');
  await world.clock.advance(1_000);
  expect(page.analytics.progress).toMatchObject({ segments: [[0, 30]], position: 30, fraction: 0.3, secondsPlayed: 50 });
});
