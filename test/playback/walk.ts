import fc from 'fast-check';
import { type Dialect, type Settings, SimulatedPlayer } from './simulated-player.ts';

/** One thing that a learner, the player or the page does; `a` and `b` from 0 to 1. */
export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly a: number;
  readonly b: number;
  /** Ms until the next; long enough for a gesture to rest. */
  readonly wait: number;
}

const KINDS = [
  ...['play', 'play', 'play', 'pause', 'seek', 'seek', 'nudge', 'chain', 'drag', 'click', 'rate', 'volume', 'mute'],
  ...['stall', 'sleep', 'hidden', 'loop', 'ad', 'source', 'same', 'reset', 'leave', 'wait', 'end'],
] as const;

const RATES = [0.25, 0.5, 1, 1.25, 1.5, 2, 4, 8, 16];

const unit = fc.double({ min: 0, max: 1, noNaN: true });

export const step = fc.record<Step>({
  kind: fc.constantFrom(...KINDS),
  a: unit,
  b: unit,
  wait: fc.integer({ min: 600, max: 4000 }),
});

export const settings = (dialect: Dialect): fc.Arbitrary<Settings> =>
  fc.record({
    dialect: fc.constant(dialect),
    duration: fc.double({ min: 6, max: 400, noNaN: true }).map((seconds) => Math.round(seconds * 1000) / 1000),
    seed: fc.integer({ min: 1, max: 1e6 }),
    // A milestone that is passed between two seeks of a chain settles the first.
    rules: fc.constantFrom({}, { milestones: false as const, completion: { threshold: 1 } }),
  });

/** Whether no loop is about to go round or just went. */
export function calm(player: SimulatedPlayer): boolean {
  const { duration, position } = player.now;
  return !player.loop || (position < duration - 9 && position > 1);
}

export function perform(player: SimulatedPlayer, { kind, a, b, wait }: Step, { dialect, rules }: Settings): void {
  const rates = RATES.filter((rate) => dialect !== 'youtube' || rate <= 2);
  // Whatever the last moment brought is heard before the learner acts.
  while (player.pressed || player.isEnding) player.run(1);
  const { duration, position } = player.now;
  const most = duration - 0.11;
  // Nobody could tell whether a loop went round in the moment that it was left, or whether the learner went to the start.
  if (!calm(player) && /leave|source|same|reset|ad|loop/.test(kind)) return;
  // Nor whether the media was played to its end between a page that went and the first look of the next.
  if (kind === 'leave' && !player.paused && duration - position < 0.3 * Math.max(1, player.rate)) return;
  const chain = [a * 0.9 * most, b * 0.9 * most, Math.min(position, 0.9 * most) + (a - 0.5)];
  const drag = [a * most, (a + b) * 0.5 * most, b * most];
  const targets: Partial<Record<Step['kind'], number>> = { seek: a * duration, nudge: position + (a - 0.5) * 2, chain: chain[2]!, drag: drag[2]!, click: a * most, end: duration - a * 0.3 };
  const target = targets[kind] ?? 0;
  // An iframe does not tell where it was exactly enough for the smallest, nor whether who goes from the end to the start plays on.
  const tells = Math.abs(Math.max(0, target) - position) > 0.5 && (target > 0.5 || position < duration - 1);
  // What is a seek and what is too little for one is not for the last decimal to say.
  const clear = Math.abs(Math.abs(Math.max(0, target) - position) - 0.05) > 0.005;
  const moves = calm(player) && clear && (dialect !== 'youtube' || tells);
  switch (kind) {
    case 'play': player.play(); break;
    case 'pause': player.pause(); break;
    case 'seek': if (moves) player.seek(target, 3 + b * 300); break;
    case 'nudge': if (moves) player.seek(target); break;
    case 'chain': if (moves && player.rate <= 2 && rules?.milestones === false) player.chain(chain, 30 + b * 150); break;
    case 'drag': if (moves) player.drag(drag, { hold: 40 + a * 140, pace: 40 + b * 600 }); break;
    case 'click': if (moves) player.click(target, b * 150); break;
    case 'rate': player.setRate(rates[Math.floor(a * 0.999 * rates.length)]!); break;
    case 'volume': player.setVolume(Math.round(a * 10) / 10); break;
    case 'mute': player.setMuted(a > 0.5); break;
    case 'stall': if (!player.paused) player.stall(b * 5000); break;
    case 'sleep': player.sleep(5000 + a * 3e7); break;
    case 'hidden': player.hide().run(3000 + a * 3000).hide(false); break;
    case 'loop': player.loop = !player.loop; break;
    case 'ad': if (!player.paused) player.advertise(1000 + a * 3000); break;
    case 'source': player.changeSource(6 + Math.round(a * 100_000) / 1000); break;
    case 'same': player.changeSource(duration, { same: dialect !== 'youtube' }); break;
    case 'reset': player.reset().run(100).changeSource(6 + Math.round(a * 100_000) / 1000); break;
    case 'leave': player.leave(); break;
    case 'end': if (moves) player.seek(target); break;
    case 'wait': break;
  }
  player.run(wait);
}
