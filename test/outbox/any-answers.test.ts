import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST, SHORTEST } from '../../src/outbox/backoff.js';
import { verdict } from '../../src/destinations/verdict.js';
import { destination, reply, rest as settled, World, type Endpoint, type Seen } from './world.js';

/** What may go wrong with one request, and what its answer asks for, in ms. */
const FAULTS: Readonly<Record<string, readonly [retryAfter: number, (endpoint: Endpoint, seen: Seen) => Response | Promise<Response>]>> = {
  '404': [0, () => reply(404)],
  '500': [0, () => reply(500, '<html>')],
  '503': [0, () => reply(503)],
  '429 with Retry-After': [7_000, () => reply(429, '', { 'retry-after': '7' })],
  'a page with 200': [0, () => reply(200, '<!doctype html>')],
  'an error object with 200': [0, () => reply(200, '{"error":"log in"}')],
  'no answer': [0, () => Promise.reject(new TypeError('Failed to fetch'))],
  'no answer after the commit': [
    0,
    (endpoint, seen) => {
      endpoint.store(seen);
      return Promise.reject(new TypeError('Failed to fetch'));
    },
  ],
  '503 after the commit': [
    0,
    (endpoint, seen) => {
      endpoint.store(seen);
      return reply(503);
    },
  ],
};

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('whatever is answered, in whatever order: nothing is lost, all arrives in order, unchanged, and no pause is shorter or longer than it should be', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(FAULTS)), random), { maxLength: 14 }),
      fc.integer({ min: 1, max: 120 }),
      async (faults, count) => {
        const world = new World();
        const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict })] });
        const endpoint = world.endpoint();
        let left = [...faults];
        world.random = () => left[0]?.[1] ?? 0.5;
        let failures = 0;
        let counted: unknown;
        let earliest = -Infinity;
        let latest = Infinity;
        endpoint.behave = (seen) => {
          const now = world.clock.time;
          expect(now).toBeGreaterThanOrEqual(earliest);
          expect(now).toBeLessThanOrEqual(latest);
          const [first, ...rest] = left;
          if (!first) {
            earliest = -Infinity;
            latest = Infinity;
            return reply(200);
          }
          const [asked, answer] = FAULTS[first[0]]!;
          // A random number is drawn after the answer: this fault's own.
          // Each half of a batch that is isolated meets it, and all of them are one failure.
          if (first !== counted) failures++;
          counted = first;
          const delay = first[1] * Math.min(LONGEST, SHORTEST * 2 ** (failures - 1));
          earliest = now + asked + Math.floor(delay);
          latest = now + asked + Math.ceil(delay);
          // Behind that, and before the clock goes on.
          void settled(20).then(() => (left = rest));
          return answer(endpoint, seen);
        };
        const ids = tab.add(count);
        await world.clock.advance(15 * (LONGEST + 8_000));
        expect(left).toEqual([]);
        expect(endpoint.held).toEqual(ids);
        expect(await tab.outbox.pending()).toBe(0);
        expect([...endpoint.bytes.values()].every(({ size }) => size === 1)).toBe(true);
        expect(tab.heard('retry').map(({ delay }) => delay >= 0)).toEqual(faults.map(() => true));
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
