import { createRandom } from './random.mjs';

// What a learner does, told by a seed alone, whatever the player makes of it.

const RATES = [0.5, 0.75, 1, 1, 1.25, 1.5, 2, 3, 4];
const FAST = [8, 16];
const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowRight', 'Home', 'End', '3', '7'];

/** @returns {{ source: string, steps: { kind: string, hasty?: boolean }[] }} */
export const planOf = (seed) => {
  const random = createRandom(seed);
  const { between, whole, chance, pick, weighted } = random;
  const several = (from, to, make) => Array.from({ length: whole(from, to) }, make);
  // The fastest stand alone: within the milliseconds between two clicks nobody could tell what ran.
  const rates = () => (chance(0.15) ? [pick(FAST)] : several(1, chance(0.3) ? 4 : 1, () => pick(RATES)));
  const drag = () => {
    const shares = several(2, 6, () => between(0, 1));
    return { shares, waits: shares.map(() => pick([false, true])) };
  };

  const KINDS = [
    [5, () => ({ kind: 'watch', seconds: between(0.2, 1.5) })],
    [1, () => ({ kind: 'toggle' })],
    [1, () => ({ kind: 'button' })],
    [1, () => ({ kind: 'key' })],
    [0.7, () => ({ kind: 'blink' })],
    [2, () => ({ kind: 'click', share: between(0, 1) })],
    [0.7, () => ({ kind: 'click', share: between(0, 1), hold: whole(100, 600) })],
    [2, () => ({ kind: 'drag', ...drag() })],
    [2, () => ({ kind: 'keys', key: pick(KEYS), times: whole(1, 3) })],
    [2, () => ({ kind: 'seek', share: between(0, 0.98) })],
    [2, () => ({ kind: 'nudge', by: between(0.1, 0.9) * pick([-1, 1]) })],
    [1.5, () => {
      const shares = several(2, 5, () => between(0, 0.95));
      return { kind: 'chain', shares, pauses: shares.map(() => whole(0, 140)) };
    }],
    [2, () => ({ kind: 'rate', rates: rates() })],
    [0.8, () => ({ kind: 'loop' })],
    [1.3, () => ({ kind: 'finish', seconds: between(0.4, 1) })],
    [0.3, () => ({ kind: 'end' })],
    [0.8, () => ({ kind: 'source', name: pick(['lecture', 'short', 'short', 'webm', 'same', 'same']) })],
  ];

  const SEEKS = /^(click|drag|keys|seek|nudge|chain)$/;
  const steps = [...(chance(0.15) ? [{ kind: 'seek', share: between(0.1, 0.9) }] : []), { kind: 'toggle' }, { kind: 'watch', seconds: between(0.3, 1) }];
  for (const _ of Array(whole(9, 14))) {
    const step = weighted(KINDS)();
    // Who acts before the seek has settled.
    if (SEEKS.test(steps.at(-1).kind) && /^(toggle|button|key|rate)$/.test(step.kind)) step.hasty = chance(0.4);
    steps.push(step);
    if (step.kind === 'source') steps.push({ kind: 'toggle' }, { kind: 'watch', seconds: between(0.3, 1) });
  }
  return { source: pick(['lecture', 'lecture', 'short', 'webm']), steps };
};
