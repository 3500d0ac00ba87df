import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdict } from '../../src/destinations/verdict.js';
import { destination, idsOf, reply, World } from './world.js';

// Which events are to blame, and when it is the endpoint: whatever it answers for a while, and whichever events it never takes.

interface Spell {
  /** A status; 0: as usual, -1: none at all. */
  readonly answer: number;
  readonly requests: number;
}

interface Trial {
  readonly count: number;
  /** Indexes, modulo `count`. */
  readonly poison: readonly number[];
  readonly status: number;
  readonly spells: readonly Spell[];
  readonly batchSize: number;
  readonly personal: boolean;
}

/** What becomes of so many events in two and a half hours, and after a few more. */
async function outcome({ count, poison, status, spells, batchSize, personal }: Trial) {
  const world = new World();
  const endpoint = world.endpoint();
  let tokens = 0;
  const auth = personal ? async () => `token-${++tokens}` : 'key';
  const tab = await world.open({ storage: 'memory', destinations: [destination({ judge: verdict, auth })], queue: { batchSize } });
  if (personal) tab.outbox.setActor({ id: tab.actor }, tab.actor);
  const answers = spells.flatMap(({ answer, requests }) => Array.from({ length: requests }, () => answer));
  const bad = new Set<string>();
  let recent: number[] = [];
  let most = 0;
  endpoint.behave = (seen) => {
    recent = [...recent.filter((time) => world.clock.time - time < 500), world.clock.time];
    most = Math.max(most, recent.length);
    const answer = answers.shift() || (idsOf(seen).some((id) => bad.has(id)) ? status : 200);
    return answer < 0 ? Promise.reject(new TypeError('Failed to fetch')) : reply(answer, answer === 200 ? '[]' : 'no');
  };
  const ids = tab.add(count);
  for (const n of poison) bad.add(ids[n % count]!);
  for (let i = 0; i < 30; i++) await world.clock.advance(300_000);
  for (const more of [3, 1]) {
    ids.push(...tab.add(more));
    await tab.flush();
    await world.clock.advance(300_000);
  }
  const rejected = (await tab.outbox.rejected()).map(({ id }) => id);
  return { ids, bad, rejected, held: [...endpoint.held], repeats: endpoint.repeats, pending: await tab.outbox.pending(), most };
}

const trial = (answers: readonly number[], statuses: readonly number[], spells: (drawn: readonly Spell[]) => readonly Spell[]) =>
  fc.record({
    count: fc.integer({ min: 2, max: 130 }),
    poison: fc.array(fc.nat(200), { maxLength: 8 }),
    status: fc.constantFrom(...statuses),
    spells: fc.array(fc.record({ answer: fc.constantFrom(...answers), requests: fc.integer({ min: 1, max: 12 }) }), { maxLength: 3 }).map(spells),
    batchSize: fc.constantFrom(5, 20, 50),
    personal: fc.boolean(),
  });

const RUNS = { numRuns: 30 };

describe('only what is at fault is rejected, nothing is lost or sent twice, and all else arrives, with few requests', () => {
  const holds = async (given: Trial, judged: boolean) => {
    const { ids, bad, rejected, held, repeats, pending, most } = await outcome(given);
    expect(held.sort()).toEqual(ids.filter((id) => !bad.has(id)));
    expect(repeats).toEqual([]);
    expect(rejected.sort()).toEqual(judged ? [...bad].sort() : []);
    expect(pending).toBe(judged ? 0 : bad.size);
    expect(most).toBeLessThan(300);
  };

  test('whatever goes wrong first that is about no event', async () => {
    await fc.assert(fc.asyncProperty(trial([-1, 0, 401, 403, 406, 500, 503], [400, 413, 422], (spells) => spells), (given) => holds(given, true)), RUNS);
  });

  test('where everything is refused at first', async () => {
    await fc.assert(fc.asyncProperty(trial([400, 413, 422], [400, 413, 422], (spells) => spells.slice(0, 1)), (given) => holds(given, true)), RUNS);
  });

  test('what is passed by stays, and holds up nobody', async () => {
    await fc.assert(fc.asyncProperty(trial([-1, 503], [403, 406, 500], (spells) => spells.slice(0, 1)), (given) => holds(given, false)), RUNS);
  });
});

test('an endpoint that refuses everything from some moment on costs no sound event', async () => {
  await fc.assert(
    fc.asyncProperty(
      trial([400], [400], ([one]) => (one ? [{ answer: 0, requests: one.requests % 6 }, { answer: 400, requests: 60 }] : [])),
      async (given) => {
        const { ids, rejected, held, pending } = await outcome({ ...given, poison: [] });
        expect(rejected).toEqual([]);
        expect(held.length + pending).toBe(ids.length);
      },
    ),
    RUNS,
  );
});
