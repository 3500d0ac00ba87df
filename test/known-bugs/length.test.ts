import { expect, test } from 'vitest';
import { SimulatedPlayer } from '../playback/simulated-player.js';

// Fact 7: the length is not constant; what was computed once from the first was wrong from then on.
test('a length that grows or shrinks is the length from then on: of share, milestones and completion', () => {
  const player = new SimulatedPlayer({ duration: 40 }).play().run(10_400).grow(80).run(25_000);
  const passed = () => player.of('progressed').map(({ milestone, progress, media }) => [milestone, Math.round(progress.fraction * 100), media.duration]);
  expect(passed()).toEqual([[0, 0, 40], [25, 25, 40]]);
  player.grow(60).run(1_000);
  expect(passed().slice(2)).toEqual([[50, expect.any(Number), 60]]);
  player.run(20_200);
  expect(player.of('completed')).toHaveLength(0);
  player.run(1_500).leave();
  expect(player.of('completed')[0]).toMatchObject({ media: { duration: 60 }, position: expect.closeTo(57, 0) });
});

// V4, Caliper 15 (FEC-8606): the last timeupdate is short of the end, the pause comes first, and 100 % was never sent, or at 99 %.
test('media that ends a moment short of its length was watched to its end, which is told once', () => {
  const player = new SimulatedPlayer({ duration: 10, rules: { completion: { threshold: 1 } } }).play().run(9_800);
  const passed = () => player.of('progressed').map(({ milestone }) => milestone);
  expect(passed()).toEqual([0, 25, 50, 75]);
  player.paused = player.ended = true;
  player.fire('timeupdate', 'pause', 'ended').run(1_000);
  expect(passed()).toEqual([0, 25, 50, 75, 100]);
  expect(player.of('completed')).toHaveLength(1);
  expect(player.types).toEqual(['initialized', 'started', 'ended']);
  expect(player.of('ended')[0]!.progress).toMatchObject({ segments: [[0, 10]], fraction: 1 });
});

test('media that is over long before its length, as without a seek table, was watched to its end, and nobody sought', () => {
  const player = new SimulatedPlayer({ duration: 26 });
  for (const visit of [1, 2]) {
    player.play().run(18_000);
    // Both engines (measured): the position becomes the length, in one piece with what was played.
    Object.assign(player, { position: 26, played: [[0, 26]], paused: true, ended: true });
    player.fire('timeupdate', 'pause', 'ended').run(1_000);
    expect(player.types.slice(-2)).toEqual([visit === 1 ? 'started' : 'restarted', 'ended']);
  }
  expect(player.of('completed')).toHaveLength(1);
  expect(player.of('ended')[0]).toMatchObject({ position: 26, progress: { segments: [[0, 26]], fraction: 1, secondsPlayed: expect.closeTo(18, 0) } });
});

test('a length that shrinks is the length, though somebody sought beyond it', () => {
  const player = new SimulatedPlayer({ duration: 70 }).play().run(5_000).pause().run(1_000).seek(69).run(1_000);
  player.grow(60).run(1_000).seek(0).run(1_000);
  player.play().run(62_000);
  expect(player.of('ended').at(-1)).toMatchObject({ media: { duration: 60 }, progress: { fraction: 1 } });
  expect(player.of('completed')).toHaveLength(1);
});
