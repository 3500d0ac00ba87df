import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration } from '../../src/destinations/duration.js';
import { round } from '../../src/destinations/round.js';

describe('duration', () => {
  test('start is PT0S, not nothing', () => {
    // Bug 1 of caliper.md §6: a falsy zero dropped the current time at the start.
    expect(duration(0)).toBe('PT0S');
    expect(duration(-0)).toBe('PT0S');
  });

  test.each([
    [321.5, 'PT321.5S'],
    [1180, 'PT1180S'],
    [0.1 + 0.2, 'PT0.3S'],
    [1e-7, 'PT0S'],
    [4540.137, 'PT4540.137S'],
    [86_400.0006, 'PT86400.001S'],
  ])('%d s is %s', (seconds, text) => {
    // Bug 10 and 13: PT1e-7S, PT0.30000000000000004S, and 1180 s written as minutes that are not its own.
    expect(duration(seconds)).toBe(text);
  });

  test.each([Number.NaN, Infinity, -Infinity, -1, -0.5, 1e21, undefined])('%s is no length of time', (seconds) => {
    // Bug 10: "Invalid date", PTInfinityH, PT1e+21S.
    expect(duration(seconds)).toBeUndefined();
  });

  test('of any time in media: ISO 8601, at most three decimals, never more than half a millisecond off', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (seconds) => {
        const text = duration(seconds)!;
        expect(text).toMatch(/^PT\d+(\.\d{1,3})?S$/);
        expect(Math.abs(Number(text.slice(2, -1)) - seconds)).toBeLessThanOrEqual(0.0005 + 1e-6);
      }),
    );
  });

  test('of whole milliseconds: exact, and the same when rounded before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        expect(Number(duration(ms / 1000)!.slice(2, -1)) * 1000).toBeCloseTo(ms, 3);
        expect(duration(round(ms / 1000))).toBe(duration(ms / 1000));
      }),
    );
  });

  test('of anything at all: a duration or nothing', () => {
    fc.assert(
      fc.property(fc.double(), (seconds) => {
        expect(duration(seconds) ?? 'PT0S').toMatch(/^PT\d+(\.\d{1,3})?S$/);
      }),
    );
  });
});

describe('round', () => {
  test('has at most three decimals, is near, and has nothing more to round', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        expect(String(Math.abs(round(value))).split('.')[1]?.length ?? 0).toBeLessThanOrEqual(3);
        expect(round(round(value)) === round(value)).toBe(true);
        expect(Math.abs(round(value) - value)).toBeLessThanOrEqual(0.0005 + 1e-6);
      }),
    );
  });
});
