import { expect, test } from 'vitest';
import { World } from '../outbox/world.js';
import { recordedIn, trackedPage } from './tracked-page.js';

const DEAD = 130_000;

// T54, T40, T41: hardly any terminated was ever seen, since no page that dies can send it.
test('a session whose page died without a word is closed by the next page, where it was last heard of, and once', async () => {
  const world = new World();
  const first = trackedPage(world);
  await first.play(20);
  first.kill();
  const died = world.clock.time;
  await world.clock.advance(DEAD);
  for (let i = 0; i < 2; i++) {
    const next = trackedPage(world);
    await next.play(2);
    next.leave();
    await world.clock.advance(10_000);
    next.kill();
  }
  const events = recordedIn(world);
  const sessions = [...new Set(events.map(({ session }) => session))];
  expect(sessions).toHaveLength(3);
  const ends = events.filter(({ type }) => type === 'terminated');
  expect(ends.map(({ session }) => session).sort()).toEqual([...sessions].sort());
  const own = events.filter(({ session }) => session === sessions[0]).sort((a, b) => a.time - b.time);
  const [paused, terminated] = own.slice(-2);
  expect([paused, terminated]).toMatchObject([{ type: 'paused', reason: 'leaving' }, { type: 'terminated' }]);
  // A beat a quarter of a minute.
  for (const { position, time } of [paused!, terminated!]) {
    expect(Math.abs(position - 20)).toBeLessThan(15.1);
    expect(time).toBeGreaterThan(died - 15_100);
    expect(time).toBeLessThanOrEqual(died + 2);
  }
});

// RudderStack: timers of a background tab come once a minute, and its live queue was taken for a dead one's.
test('a session in a tab that is only slow is nobody else\'s to close', async () => {
  const world = new World();
  const slow = trackedPage(world, { throttled: true });
  await slow.play(5);
  await world.clock.advance(DEAD * 2);
  const other = trackedPage(world);
  await other.play(2);
  other.leave();
  await world.clock.advance(30_000);
  await slow.play(5);
  slow.leave();
  await world.clock.advance(120_000);
  const events = recordedIn(world);
  const [first] = events;
  const own = events.filter(({ session }) => session === first!.session).sort((a, b) => a.time - b.time);
  expect(own.filter(({ type }) => type === 'terminated')).toHaveLength(1);
  expect(own.at(-1)).toMatchObject({ type: 'terminated', position: 10 });
});

// PostHog: memory only, so that a reload without a network lost everything.
test('what was recorded without a network is there after a reload with one', async () => {
  const world = new World();
  world.online = false;
  const first = trackedPage(world);
  await first.play(3);
  first.leave();
  await world.clock.advance(1_000);
  first.kill();
  world.online = true;
  trackedPage(world);
  await world.clock.advance(600_000);
  expect(recordedIn(world).map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
});
