import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recover, type Recovery } from './recovery.js';
import { CASES, CLIENTS, figuresIn, LASTS, REQUESTS, scaleDocument } from './scale-document.js';

const file = new URL('../../docs/SCALE.md', import.meta.url);
const isWritten = process.env['UPDATE_SCALE'] === '1';

/** So many that a test can wait for them; what is told of all of them is in proportion. */
const SAMPLE = 1_500;
const shareOf = (clients: number) => clients / CLIENTS;

const simulate = (name: string, clients: number, lasts: number): Promise<Recovery> => {
  const { capacity, ...more } = CASES[name]!;
  return recover({ clients, lasts, requests: REQUESTS, ...more, ...(capacity && { capacity: capacity * shareOf(clients) }) });
};

// Only one of the two exists in a run, so that none counts as skipped.
const write = () => test('writes docs/SCALE.md', async () => {
  const found: Record<string, Recovery> = {};
  for (const name of Object.keys(CASES)) found[name] = await simulate(name, CLIENTS, LASTS);
  writeFileSync(file, scaleDocument(found));
}, 3_600_000);

const compare = () => describe('docs/SCALE.md (UPDATE_SCALE=1 npx vitest run test/scale)', () => {
  const text = readFileSync(file, 'utf8');
  const told = figuresIn(text);

  test('is what its figures make of it', () => {
    expect(Object.keys(told)).toEqual(Object.keys(CASES));
    expect(text).toBe(scaleDocument(told));
  });

  test.each(Object.keys(CASES).filter((name) => !CASES[name]!.network))('%s: at most three times the mean', (name) => {
    const { peak, mean } = told[name]!;
    expect(peak / mean).toBeLessThanOrEqual(3);
  });

  // After half an hour all have long been at the longest backoff: two hours change nothing.
  test.each(Object.keys(CASES))('%s: so it is with the backoff as it is now', async (name) => {
    const seen = await simulate(name, SAMPLE, 1_800_000);
    const share = shareOf(SAMPLE);
    const near = (what: string, actual: number, expected: number, tolerance: number) =>
      expect(Math.abs(actual / expected - 1), `${what}: ${actual} instead of ${expected}`).toBeLessThanOrEqual(tolerance);
    near('seconds until half have delivered', seen.half, told[name]!.half, 0.15);
    // Where all come at once, the last hundredth are those who were refused most often, and a sample has few of them.
    near('seconds until 99 % have delivered', seen.most, told[name]!.most, CASES[name]!.network ? 0.6 : 0.2);
    near('requests', seen.requests, told[name]!.requests * share, CASES[name]!.network ? 0.2 : 0.1);
    near('requests in a second of the outage', seen.during, told[name]!.during * share, 0.3);
    // Few clients come less evenly.
    expect(seen.peak).toBeLessThanOrEqual(told[name]!.peak * share + 5 * Math.sqrt(told[name]!.peak * share) + 3);
  }, 60_000);
});

if (isWritten) write();
else compare();
