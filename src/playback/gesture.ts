import type { Seconds } from '../events.js';
import type { Signal } from './signal.js';

/** How the media stands in the record; `idle`: nothing was recorded of it yet. */
export type Mode = 'idle' | 'playing' | 'paused' | 'ended';

/**
 * What cannot be judged before it rests: a seek, the way back from an advertisement, a pause so near the end that it may be
 * one. Then the state before is compared with the state after.
 */
export interface Gesture {
  readonly from: Seconds;
  readonly mode: Mode;
  to: Seconds;
  at: Signal;
  rests: boolean;
  /** Since when it stands paused, or was moved last while it did, where that was before it came to rest and nobody held the bar. */
  stands?: Signal | false | undefined;
  /** Since when it is paused; later than `stands` where that was after it had come to rest. */
  halted?: Signal | false | undefined;
  /** Seconds of real time that were played when it came to rest. */
  played: Seconds;
  /** Not the learner's. */
  engine: boolean;
  /** How many stretches were closed before the advertisement that began it. */
  ad?: number;
  nearEnd?: true;
  by?: Signal['by'];
}
