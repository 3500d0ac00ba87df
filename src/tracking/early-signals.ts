import type { Context, Media } from '../events.js';
import type { Signal } from '../playback/signal.js';
import type { Wish } from './recall.js';

/** What happened before it was known whose it is, or what was watched before: with media, context and wish of its moment. */
export interface EarlySignal {
  readonly signal: Signal;
  about: Media | undefined;
  readonly context: Context;
  readonly wished: Wish | undefined;
}

const essence = ({ signal: { type, state }, ...more }: EarlySignal): string => JSON.stringify([type, { ...state, position: 0, played: 0 }, more]);

/**
 * While nobody knows who watches, an hour's ticks tell more than need be kept: where the one before the last adds nothing, it goes.
 * One a second remains, since where a milestone was passed, they alone tell.
 */
export function thin(waiting: EarlySignal[]): void {
  const run = waiting.slice(-3);
  const [first, , last] = run;
  if (waiting[3] && last!.signal.type === 'tick' && last!.signal.mono - first!.signal.mono < 1000 && run.every((one) => essence(one) === essence(last!))) waiting.splice(-2, 1);
}
