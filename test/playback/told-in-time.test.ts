import { describe, expect, test } from 'vitest';
import { covered } from './invariants.ts';
import { type Dialect, SimulatedPlayer } from './simulated-player.ts';

// What happens while something else is not over yet.

describe.each<Dialect>(['chromium', 'firefox'])('a click on the seek bar, which tells of the place before it tells of a seek, is a seek (%s)', (dialect) => {
  const start = () => new SimulatedPlayer({ dialect, duration: 60, rules: { milestones: false, completion: { threshold: 1 } } }).play().run(5000);

  test('after a look at another tab while a slow seek loads', () => {
    const player = start().seek(30, 8000).run(500).hide().run(1000).hide(false).run(800).click(40, 80).run(4000);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'seeked']);
    expect(player.of('seeked')[1]).toMatchObject({ from: 30, to: 40 });
  });

  test('after a pause and a play while a slow seek loads', () => {
    const player = start().seek(30, 8000).run(500).pause().run(1000).play().run(800).click(40, 80).run(4000);
    expect(player.of('seeked')).toMatchObject([{ to: 30 }, { from: 30, to: 40 }]);
  });

  test('right after the streaming engine has skipped a gap, and right after an advertisement', () => {
    for (const player of [start().skipGap(6), start().advertise(3000)]) {
      player.run(100).click(40, 80).run(3000);
      expect(player.of('seeked')).toMatchObject([{ to: 40 }]);
    }
  });

  test('right after a loop went round', () => {
    const player = new SimulatedPlayer({ dialect, duration: 10 });
    player.loop = true;
    player.play().run(10_120).click(5, 80).run(2000);
    expect(player.of('seeked')).toMatchObject([{ to: 5 }]);
  });
});

describe('a value that is changed', () => {
  test.each([
    ['volumeChanged', (player: SimulatedPlayer) => player.setVolume(0.5)],
    ['rateChanged', (player: SimulatedPlayer) => player.setRate(2)],
    ['muted', (player: SimulatedPlayer) => player.setMuted(true)],
  ] as const)('while a seek loads is where that began (%s)', (type, change) => {
    const player = new SimulatedPlayer({ duration: 100 }).play().run(5000).seek(40, 3000).run(1000);
    change(player).run(5000);
    const [at, moved] = [type, 'seeked'].map((name) => player.events.findIndex((event) => event.type === name));
    expect(at).toBeLessThan(moved!);
    expect(player.events[at!]!.position).toBeCloseTo(5, 0);
  });

  test('while it plays tells of nothing that was played after it', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(5000).setRate(2).run(1000);
    const [{ position, progress }] = player.of('rateChanged') as [any];
    expect(progress.segments.at(-1)[1]).toBeLessThanOrEqual(position + 0.05);
    expect(progress.secondsPlayed).toBeLessThanOrEqual(position + 0.05);
  });

  test('tells of no more than what comes after it', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).setVolume(0.5).run(57).seek(30, 5).run(110).setMuted(true).run(2000);
    let most = 0;
    for (const { type, progress } of player.events) {
      expect(covered(progress.segments), type).toBeGreaterThanOrEqual(most - 0.002);
      most = covered(progress.segments);
    }
  });
});

test('milestones of live media are of what was played, whatever their basis: where a window begins is no measure', () => {
  const player = new SimulatedPlayer({ duration: Infinity, rules: { milestones: { every: 10, unit: 'seconds' }, milestoneBasis: 'reached' } });
  player.seek(3600).run(500).play().run(15_000);
  expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0, 10]);
});
