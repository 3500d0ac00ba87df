import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LearningEvent } from '../src/events.js';
import { ACTOR, uuid } from './destinations/synthetic-session.js';
import { DESTINATIONS } from './docs/destinations.js';
import { SimulatedPlayer } from './playback/simulated-player.js';
import { perform, settings, step } from './playback/walk.js';

// What a session records of random learners, in both standards, to the independent checkers.
// By its address, since it is JavaScript without types.
const oracle = await (await import(new URL('./support/oracle.mjs', import.meta.url).href)).findOracle({ log: () => {} });
const why = oracle.reason ? ` (${oracle.reason})` : '';
const runs = Number(process.env['RUNS'] ?? 25);

/** With ids as pages make them. */
const identified = (events: readonly LearningEvent[]): LearningEvent[] => {
  const ids = new Map<string, string>();
  const of = (id: string) => ids.get(id) ?? ids.set(id, uuid(ids.size + 1)).get(id)!;
  return events.map((event) => ({ ...event, id: of(event.id), ...('session' in event && { session: of(event.session), registration: '09166f6b-113d-478d-ac0f-d3901ff239a1' }) }));
};

const documents = (name: string, events: readonly LearningEvent[]) => events.flatMap((event) => JSON.parse(JSON.stringify(DESTINATIONS[name]!.map(event, ACTOR) ?? [])));

describe.skipIf(!!oracle.reason)(`whatever a learner does${why}`, () => {
  const walk = settings('chromium').chain((given) => fc.tuple(fc.constant(given), fc.array(step, { minLength: 3, maxLength: 25 })));
  const record = ([given, steps]: [Parameters<typeof perform>[2], readonly Parameters<typeof perform>[1][]]): LearningEvent[] => {
    const player = new SimulatedPlayer(given);
    for (const one of steps) perform(player, one, given);
    player.leave();
    return identified(player.events);
  };

  test('its statements match the templates of the Video Profile, and each session its pattern', () => {
    fc.assert(
      fc.property(walk, (given) => {
        const statements = documents('xapi-1.0.3', record(given));
        expect(oracle.checkStatements(statements)).toEqual([]);
      }),
      { numRuns: runs },
    );
  }, 300_000);

  test('its Caliper events are legal', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async (given) => {
        const data = documents('caliper-1.2', record(given));
        if (!data[0]) return;
        expect(await oracle.checkCaliper(JSON.parse(DESTINATIONS['caliper-1.2']!.wrap(data.map((each) => JSON.stringify(each)), Date.UTC(2026, 10, 15))), 'v1p2')).toEqual([]);
      }),
      { numRuns: Math.ceil(runs / 5) },
    );
  }, 300_000);
});
