import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedRuns } from '../support/fixed-runs.ts';
import { checkRecord, difference, total } from './invariants.ts';
import { type Dialect, SimulatedPlayer } from './simulated-player.ts';
import { calm, perform, settings, step } from './walk.ts';

describe.each(['chromium', 'firefox', 'youtube'] as const)('random learners in %s', (dialect: Dialect) => {
  test('lead to a record that is the truth', () => {
    fc.assert(
      fc.property(settings(dialect), fc.array(step, { minLength: 3, maxLength: 25 }), (given, steps) => {
        const player = new SimulatedPlayer(given);
        for (const one of steps) perform(player, one, given);
        for (let i = 0; i < 50 && !calm(player); i++) player.run(300);
        fc.pre(calm(player));
        player.leave();
        checkRecord(player.events, true);
        const sessions = player.of('terminated');
        const truth = player.truths.flatMap(({ types }) => types);
        // An iframe tells late that it plays again; what else happened meanwhile stands before it.
        const parts = dialect === 'youtube' ? [/^(volume|rate|(un)?mute)/, /^(?!volume|rate|(un)?mute)/] : [/./];
        for (const part of parts) expect(player.types.filter((type) => part.test(type))).toEqual(truth.filter((type) => part.test(type)));
        const seeks = player.of('seeked');
        for (const [index, { from, to }] of player.truths.flatMap((truth) => truth.seeks).entries()) {
          expect(Math.abs(seeks[index]!.to - to), 'to').toBeLessThan(0.1);
          expect(Math.abs(seeks[index]!.from - from), 'from').toBeLessThan(0.3);
        }
        for (const [index, { segments }] of player.truths.entries()) {
          const found = sessions[index]!.progress.segments;
          expect(difference(found, segments), JSON.stringify([found, segments])).toBeLessThan(0.3);
          expect(Math.abs(total(found) - total(segments))).toBeLessThan(0.3);
        }
      }),
      fixedRuns(60),
    );
  }, 600_000);
});
