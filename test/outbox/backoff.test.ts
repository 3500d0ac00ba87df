import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoff, LONGEST, retryAfter, SHORTEST } from '../../src/outbox/backoff.js';

const now = Date.UTC(2026, 10, 15, 10);

describe('backoff', () => {
  test('stays between nothing and a bound that doubles up to five minutes', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const delay = backoff(failures, random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(LONGEST, SHORTEST * 2 ** failures));
      }),
    );
  });

  test('is full jitter: proportional to the random number', () => {
    fc.assert(fc.property(fc.nat(40), (failures) => backoff(failures, 0.5) === Math.min(LONGEST, SHORTEST * 2 ** failures) / 2));
  });
});

// F17
describe('retryAfter', () => {
  test.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['0', 0],
    ['Sun, 15 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 15 Nov 2026 09:00:00 GMT', 0],
    ['86400', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['Infinity', 0],
    ['', 0],
    [null, 0],
    [undefined, 0],
  ])('%s asks for %i ms', (header, ms) => expect(retryAfter(header, now)).toBe(ms));

  test('is never negative, never more than an hour, whatever a header says', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const wait = retryAfter(header, now);
        expect(wait >= 0 && wait <= 3_600_000).toBe(true);
      }),
    );
  });
});
