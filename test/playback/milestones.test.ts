import { describe, expect, test } from 'vitest';
import { due, threshold, unitOf } from '../../src/playback/milestones.ts';
import { covered } from './invariants.ts';
import { type Settings, SimulatedPlayer } from './simulated-player.ts';

const passed = (player: SimulatedPlayer): number[] => player.of('progressed').map(({ milestone }) => milestone);
const watch = (settings: Settings, ms: number): SimulatedPlayer => new SimulatedPlayer(settings).play().run(ms);

describe('due', () => {
  test('gives what was reached since, in rising order, but for what was claimed', () => {
    expect(due([75, 0, 25], 30, [], -1)).toEqual([0, 25]);
    expect(due([0, 25, 75], 80, [25], 30)).toEqual([0, 75]);
    expect(due(false, 100, [], -1)).toEqual([]);
    expect(due([50, 25, 50], 60, [], -1)).toEqual([25, 50]);
  });

  test('counts steps, without the dust of fractions', () => {
    expect(due({ every: 10, unit: 'percent' }, 30, [0], -1)).toEqual([10, 20, 30]);
    expect(due({ every: 0.1, unit: 'seconds' }, 0.3, [], -1)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(due({ every: 1, unit: 'seconds' }, 3600, [], 3599.5)).toEqual([3599, 3600]);
  });

  test('knows the unit', () => {
    expect([unitOf([0]), unitOf(false), unitOf({ every: 5, unit: 'seconds' })]).toEqual(['percent', 'percent', 'seconds']);
  });
});

describe('threshold', () => {
  test('is the lower of share and seconds from the end, within 0 and 1, rounded down', () => {
    expect(threshold({}, 100)).toBe(0.95);
    expect(threshold({ secondsFromEnd: 30 }, 100)).toBe(0.7);
    expect(threshold({ threshold: 0.5, secondsFromEnd: 30 }, 100)).toBe(0.5);
    expect(threshold({ secondsFromEnd: 30 }, 20)).toBe(0);
    expect(threshold({ threshold: 1, secondsFromEnd: 1 }, 3)).toBe(0.666);
    expect(threshold({ secondsFromEnd: 30 }, 0)).toBe(0.95);
  });
});

describe('milestones', () => {
  test('come with the share that was watched, 0 at the first play', () => {
    const player = watch({ duration: 20 }, 21_000);
    expect(passed(player)).toEqual([0, 25, 50, 75, 100]);
    for (const { milestone, progress, unit, basis } of player.of('progressed')) {
      expect({ unit, basis }).toEqual({ unit: 'percent', basis: 'watched' });
      expect(progress.fraction).toBeGreaterThanOrEqual(milestone / 100);
      expect(progress.fraction).toBeLessThan(milestone / 100 + 0.02);
    }
  });

  // T49, V3: a seek to 80 % fired 25 and 50 too; 99.5 % fired 100.
  test('are fired by no seek', () => {
    const player = watch({ duration: 100 }, 2000).seek(80).run(1000);
    expect(passed(player)).toEqual([0]);
    player.seek(0.5).run(99_000);
    expect(passed(player)).toEqual([0, 25, 50, 75]);
  });

  // V4, Caliper 15: 100 % was never sent, since the pause came before the end.
  test('reach 100 at the natural end, once', () => {
    for (const dialect of ['chromium', 'firefox', 'youtube'] as const) {
      expect(passed(watch({ dialect, duration: 30.0061 }, 32_000))).toEqual([0, 25, 50, 75, 100]);
    }
  });

  // V7
  test('all come in a clip of three seconds', () => {
    expect(passed(watch({ duration: 3 }, 4000))).toEqual([0, 25, 50, 75, 100]);
  });

  // V6
  test('do not come again where the duration changes', () => {
    const player = watch({ duration: 40 }, 22_000).grow(60).run(3000).grow(40.004).run(20_000);
    expect(passed(player)).toEqual([0, 25, 50, 75, 100]);
  });

  // N8
  test('do not come again in another pass', () => {
    const player = watch({ duration: 6 }, 7000).play().run(7000);
    player.loop = true;
    player.play().run(20_000);
    expect(passed(player)).toEqual([0, 25, 50, 75, 100]);
    expect(player.of('completed')).toHaveLength(1);
  });

  test('go on where an earlier session left off', () => {
    const history = { segments: [[0, 45]] as const, milestones: [0, 25], secondsPlayed: 45 };
    const player = new SimulatedPlayer({ duration: 100, history }).seek(45).run(500).play().run(6000);
    expect(passed(player)).toEqual([50]);
    expect(player.of('progressed')[0]!.progress.secondsPlayed).toBeCloseTo(50, 0);
  });

  test('may be steps of seconds', () => {
    expect(passed(watch({ duration: 100, rules: { milestones: { every: 10, unit: 'seconds' } } }, 35_000))).toEqual([0, 10, 20, 30]);
  });

  test('may be none', () => {
    expect(passed(watch({ duration: 6, rules: { milestones: false } }, 8000))).toEqual([]);
  });

  // Kaltura: no matter if by seeking or regular playback.
  test('may tell the furthest position, which a seek moves', () => {
    const player = watch({ duration: 100, rules: { milestoneBasis: 'reached' } }, 2000).seek(80).run(1000);
    expect(passed(player)).toEqual([0, 25, 50, 75]);
    expect(player.of('progressed').map(({ basis }) => basis)).toEqual(['reached', 'reached', 'reached', 'reached']);
    expect(player.of('completed')).toHaveLength(0);
    player.seek(10).run(3000).seek(99).run(2000);
    expect(passed(player)).toEqual([0, 25, 50, 75, 100]);
  });
});

test('a seek tells how far was reached, also while it is paused', () => {
  const player = watch({ duration: 100, rules: { milestoneBasis: 'reached' } }, 2000).pause().run(500).seek(80).run(1000);
  expect(passed(player)).toEqual([0, 25, 50, 75]);
  player.seek(10).run(1000);
  expect(passed(player)).toEqual([0, 25, 50, 75]);
});

describe('completed', () => {
  // T08, T21: only at a pause, so never with loop or without one; with a made-up progress of 1.
  test('comes in mid-play as the threshold is crossed, with the true progress', () => {
    const player = watch({ duration: 100 }, 96_000);
    const [completed] = player.of('completed');
    expect(completed!.progress.fraction).toBeGreaterThanOrEqual(0.95);
    expect(completed!.progress.fraction).toBeLessThan(0.96);
    expect(completed!.progress.threshold).toBe(0.95);
    expect(completed!.position).toBeCloseTo(95, 0);
  });

  // T07: 99.5 % was rounded to a whole.
  test('does not come before all is watched where all is asked for', () => {
    const player = watch({ duration: 200, rules: { completion: { threshold: 1 } } }, 199_700);
    expect(player.of('completed')).toHaveLength(0);
    player.run(2000);
    expect(player.of('completed')).toHaveLength(1);
  });

  test('does not come by position', () => {
    const player = watch({ duration: 100 }, 2000).seek(97).run(5000);
    expect(player.types).toContain('ended');
    expect(player.of('completed')).toHaveLength(0);
  });

  test('comes so many seconds from the end', () => {
    const player = watch({ duration: 100, rules: { completion: { threshold: 1, secondsFromEnd: 20 } } }, 81_000);
    expect(player.of('completed')[0]!.progress).toMatchObject({ threshold: 0.8, fraction: expect.closeTo(0.8, 1) as number });
  });

  // T08
  test('comes in a loop, where nothing is ever paused', () => {
    const player = new SimulatedPlayer({ duration: 6 });
    player.loop = true;
    player.seek(3).run(500).play().run(8000);
    expect(player.of('completed')).toHaveLength(1);
  });

  test('comes where the last seconds that were missing are watched out of order', () => {
    const player = new SimulatedPlayer({ duration: 20 }).seek(9).run(500).play().run(12_000).play().run(9500);
    expect(player.of('completed')).toHaveLength(1);
  });

  // T30, T39: sent again on resume and replay.
  test('comes once per registration', () => {
    const again = watch({ duration: 20, history: { segments: [[0, 20]], completed: true, milestones: [0, 25, 50, 75, 100] } }, 25_000);
    expect(again.of('completed')).toHaveLength(0);
    expect(passed(again)).toEqual([]);
  });

  test('comes over several sessions', () => {
    const player = new SimulatedPlayer({ duration: 100, history: { segments: [[0, 60]] } }).seek(58).run(500).play().run(38_000);
    expect(player.of('completed')).toHaveLength(1);
    expect(covered(player.segments)).toBeGreaterThan(95);
  });

  test('is not lost where the last of it was played in the moment before a drag, a source change or the end of the page', () => {
    const begun = (): SimulatedPlayer => watch({ duration: 100, rules: { completion: { threshold: 0.5 } } }, 49_900);
    for (const go of [
      (player: SimulatedPlayer) => player.run(200).drag([3, 5]),
      (player: SimulatedPlayer) => player.run(200).changeSource(10),
      (player: SimulatedPlayer) => player.run(200).leave(),
      (player: SimulatedPlayer) => player.run(200).pause().run(10),
    ]) {
      const player = go(begun());
      const completed = player.of('completed');
      expect(completed).toHaveLength(1);
      expect(completed[0]!.position).toBeCloseTo(50, 0);
    }
  });

  test('stands in the checkpoint, as the milestones do', () => {
    const player = watch({ duration: 20 }, 19_500);
    expect(player.session.checkpoint()).toMatchObject({ completed: true, milestones: [0, 25, 50, 75] });
  });
});

test('the next pause or end after completion says so, and no other', () => {
  const player = new SimulatedPlayer({ duration: 20 }).play().run(19_500).pause().run(500).play().run(200).pause().run(500).leave();
  const told = player.events.flatMap((event) => ('completed' in event ? [event.type] : []));
  expect(player.of('completed')).toHaveLength(1);
  expect(told).toEqual(['paused']);
  expect(player.of('paused').map(({ completed }) => completed)).toEqual([true, undefined]);
});

test('what is passed in the first moment after a pause is told after that has ended', () => {
  const player = watch({ duration: 100, rules: { milestones: { every: 1, unit: 'percent' } } }, 4_990).pause().run(1_000);
  const before = passed(player).length;
  player.paused = false;
  // A page that hears late.
  Object.assign(player, { position: player.now.position + 0.6 });
  player.fire('timeupdate').run(10);
  player.fire('playing').run(2_000);
  const types = player.events.slice(-player.events.length).map(({ type }) => type);
  expect(passed(player).length).toBeGreaterThan(before);
  expect(types.indexOf('resumed')).toBeGreaterThan(0);
  expect(types.slice(types.lastIndexOf('paused') + 1)[0]).toBe('resumed');
});

describe('of media of which something was watched before', () => {
  const history = { segments: [[0, 5]] as const, secondsPlayed: 5, milestones: [0] };

  test('milestones that are passed before the length is known are recorded with it', () => {
    const player = new SimulatedPlayer({ duration: 60, known: false, history }).play().run(40_000).grow(60).run(1_000);
    expect(passed(player)).toEqual([25, 50]);
  });

  test('the stretch that opens a session passes its own', () => {
    const player = new SimulatedPlayer({ duration: 60, known: false, history, rules: { milestones: { every: 5, unit: 'seconds' }, milestoneBasis: 'reached' } }).play().run(12_000).grow(60).run(1_000);
    expect(passed(player)).toEqual([10]);
  });

  test('so do all stretches before it', () => {
    const player = new SimulatedPlayer({ duration: 40, known: false, history }).play().run(12_000).seek(20).run(3_000).grow(40).run(1_000);
    expect(passed(player)).toEqual([25]);
  });
});
