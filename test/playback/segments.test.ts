import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Segment } from '../../src/events.ts';
import { clip, coverage, round, roundDown, union } from '../../src/playback/segments.ts';
import { covered, difference, total } from './invariants.ts';
import { SimulatedPlayer } from './simulated-player.ts';

const segments = fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 99 })).map(([from, run]): Segment => [from / 10, (from + run) / 10]));

describe('union', () => {
  test('holds the same seconds, in order, apart from each other', () => {
    fc.assert(
      fc.property(segments, (list) => {
        const joined = union(list);
        for (const [index, [from, to]] of joined.entries()) {
          expect(to).toBeGreaterThan(from);
          if (index) expect(from).toBeGreaterThan(joined[index - 1]![1]);
        }
        for (let at = 0.05; at < 110; at += 0.1) {
          const inside = ([from, to]: Segment): boolean => from < at && at < to;
          expect(joined.some(inside)).toBe(list.some(inside));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('leaves what it was given alone', () => {
    const list: Segment[] = [[5, 6], [0, 5.5]];
    union(list);
    expect(list).toEqual([[5, 6], [0, 5.5]]);
  });
});

describe('coverage', () => {
  test('counts a second once, the growing stretch included', () => {
    fc.assert(
      fc.property(segments, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 90 }), (list, from, run) => {
        const open: Segment = [from / 10, (from + run) / 10];
        expect(coverage(union(list), open)).toBeCloseTo(coverage(union([...list, open])), 6);
      }),
      { numRuns: 200 },
    );
  });
});

test('clip keeps what lies inside the media', () => {
  expect(clip([[0, 5], [8, 12], [11, 20], [10, 11]], 10)).toEqual([[0, 5], [8, 10]]);
});

// T07: two decimals made 99.5 % a whole.
test('a fraction is rounded down, and the dust of binary fractions forgiven', () => {
  expect(roundDown(0.9996)).toBe(0.999);
  expect(roundDown(0.95 - 1e-9)).toBe(0.95);
  expect(roundDown(1)).toBe(1);
  expect(round(0.1 + 0.2)).toBe(0.3);
});

describe('what was watched', () => {
  test('is in the order watched, with its repeats', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(5000).seek(1).run(3000).seek(0).run(2000).pause().run(500);
    expect(player.segments).toHaveLength(3);
    expect(player.segments.map(([from]) => from)).toEqual([0, 1, 0]);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
    expect(total(player.segments)).toBeGreaterThan(covered(player.segments) + 4);
  });

  // The duration that was known fell short by 0.03 s, and who watched all of it had watched 99.8 %.
  test('reaches the end also where the player finds out only afterwards how long the media is', () => {
    const player = new SimulatedPlayer({ duration: 8 }).play().run(8500).grow(8.035).run(500);
    expect(player.types).toEqual(['initialized', 'started', 'ended']);
    expect(player.segments).toEqual([[0, 8.035]]);
    expect(player.session.progress.fraction).toBe(1);
  });

  test('is not made longer by what is added to the media after its end', () => {
    const player = new SimulatedPlayer({ duration: 8 }).play().run(8500).grow(20).run(500);
    expect(player.segments).toEqual([[0, 8]]);
  });

  test('is one stretch over pauses and stalls', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).pause().run(60_000).play().run(2000).stall(3000).run(2000).pause().run(500);
    expect(player.segments).toHaveLength(1);
    expect(Math.abs(player.segments[0]![1] - player.truth.segments[0]![1])).toBeLessThan(0.05);
  });

  // T06, T20: `null[.]12`, and a lone start at the end while it plays.
  test('holds the stretch that is open, and no half of one', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000);
    expect(player.segments).toEqual([[0, expect.closeTo(1.97, 0)]]);
    player.seek(30).pause().run(500);
    for (const segment of player.segments) expect(segment[1]).toBeGreaterThan(segment[0]);
  });

  // V1, T34: back and forth inside what was seen; forward over what was not.
  test('grows by no seek', () => {
    const player = new SimulatedPlayer({ duration: 3600 }).play().run(10_000);
    for (const to of [3, 8, 1, 9, 2, 1800, 5, 3500, 4]) player.seek(to).run(700);
    player.pause().run(500);
    expect(covered(player.segments)).toBeLessThan(13);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
  });

  test('reaches the end where it ended, also where the duration grows at the end', () => {
    for (const dialect of ['chromium', 'firefox', 'youtube'] as const) {
      const player = new SimulatedPlayer({ dialect, duration: 6.0033 }).play().run(8000);
      const [ended] = player.of('ended');
      expect(ended!.progress.segments).toEqual([[0, ended!.media.duration]]);
      expect(ended!.progress.fraction).toBe(1);
      expect(ended!.position).toBe(ended!.media.duration);
    }
  });

  test('does not reach the end by a seek to it', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000).seek(60).run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'ended']);
    expect(covered(player.segments)).toBeLessThan(3.1);
    expect(player.of('ended')[0]!.position).toBe(60);
  });

  // Caliper 12: ended at 2986 of 3298 s.
  test('does not reach an end that the media did not play to, and the ended says where it was', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(20_000);
    player.ended = player.paused = true;
    player.fire('pause', 'ended').run(500);
    expect(player.of('ended')[0]!.position).toBeLessThan(20.1);
    expect(covered(player.segments)).toBeLessThan(20.1);
  });

  test('of older sessions gives up its order where 4 kB would not hold it, and loses nothing', () => {
    const old: Segment[] = [];
    for (let i = 0; i < 200; i++) old.push([(i * 37) % 500, ((i * 37) % 500) + 2]);
    const player = new SimulatedPlayer({ duration: 9999, history: { segments: old } }).play().run(2000).seek(600).run(3000).pause().run(500);
    expect(player.segments.length).toBeLessThanOrEqual(170);
    expect(player.segments.slice(-2).map(([from]) => from)).toEqual([0, 600]);
    expect(covered(player.segments)).toBeCloseTo(covered([...old, ...player.truth.segments]), 0);
  });

  test('of one restless session gives up the order of its older half', () => {
    const player = new SimulatedPlayer({ duration: 9999 }).play().run(500);
    for (let i = 0; i < 200; i++) player.seek((i * 37) % 60).run(600);
    player.pause().run(500);
    expect(player.segments.length).toBeLessThanOrEqual(170);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(1);
    expect(player.segments[player.segments.length - 1]![0]).toBeCloseTo((199 * 37) % 60, 1);
    const written = player.segments.map((segment) => segment.join('[.]')).join('[,]');
    expect(written.length).toBeLessThan(4096);
  });

  test('of older sessions that fill them by far is told once each, before what is watched now', () => {
    const old: Segment[] = Array.from({ length: 300 }, (_, i): Segment => [(i % 30) * 10, (i % 30) * 10 + 4]);
    const player = new SimulatedPlayer({ duration: 9999, history: { segments: old } }).play().run(2000).seek(5).run(3000).pause().run(500);
    expect(player.segments).toHaveLength(32);
    expect(player.segments.slice(0, 30)).toEqual(old.slice(0, 30));
    expect(player.segments.slice(-2).map(([from]) => from)).toEqual([0, 5]);
  });

  test('does not shrink where the clock steps back a little while it is paused', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(5000).pause().run(500);
    const to = player.segments[0]![1];
    const { secondsPlayed } = player.session.progress;
    player.hand(100, 'tick', { position: to - 0.2 });
    player.hand(600, 'playing', { paused: false, position: to - 0.2 });
    player.hand(700, 'tick', { paused: false, position: to - 0.1 });
    expect(player.session.progress).toMatchObject({ segments: [[0, to]], secondsPlayed });
  });

  test('of media that was cut shorter since stays inside of it', () => {
    const player = new SimulatedPlayer({ duration: 50, history: { segments: [[0, 10], [45, 60], [70, 80]] } }).play().run(1000).pause().run(500);
    expect(player.segments.slice(0, 2)).toEqual([[0, 10], [45, 50]]);
    expect(player.session.progress.fraction).toBe(0.3);
  });
});
