import type { PlayerState, Segment, Seconds } from '../events.js';

/** What an adapter read off the player at one moment. */
export interface Snapshot extends PlayerState {
  readonly position: Seconds;
  /** `NaN` while unknown, `Infinity` for live media. */
  readonly duration: Seconds;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  /** What the element counts as played; only where the position has moved on by more than between two `timeupdate`s. */
  readonly played?: readonly Segment[];
  /** The seek under way is the streaming engine's own, which told the first of several alone. */
  readonly corrected?: boolean;
  /** The learner holds the seek bar. */
  readonly scrubbing: boolean;
  /** The learner holds a control of the player, or the browser's own. */
  readonly held?: boolean | undefined;
  readonly loop: boolean;
  /** An advertisement plays in place of the media. */
  readonly ad: boolean;
  /** The source has gone, though no event has said so yet: nothing else in here is to be trusted. */
  readonly gone?: boolean;
  /** Nothing of the media is there yet. */
  readonly empty?: boolean;
  /** Nor is it loaded before it is played. */
  readonly unloaded?: boolean;
  /** The bitrate logic chooses the rendition, not the learner. */
  readonly adaptive: boolean;
}

/**
 * What an adapter may say. Only what a snapshot cannot tell has a name of its own:
 * - `tick`: anything else that was heard from the player, or a timer that the session asked for
 * - `playing`: the media moves now
 * - `waiting`: the media stands still for lack of data
 * - `seeking`, `seeked`: a seek begins, ends
 * - `skipped`: the seek under way is the streaming engine's own
 * - `ended`: the media was played to its end
 * - `aside`: something else is about to be recorded
 * - `boundary`: the source goes or is gone; the snapshot is not to be trusted
 * - `leave`: the page or the player goes; the snapshot still holds
 * - `hide`: the page was hidden
 */
export type SignalType = 'tick' | 'playing' | 'waiting' | 'seeking' | 'seeked' | 'skipped' | 'ended' | 'aside' | 'boundary' | 'leave' | 'hide';

/** A moment on two clocks: the wall's, which can be set, and the monotonic one, which cannot. Milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly mono: number;
}

export interface Signal extends Moment {
  readonly type: SignalType;
  readonly state: Snapshot;
  /** The element's own record of what was played, read where more than time has passed. */
  readonly played?: readonly Segment[];
  /** The control that asked for the seek. */
  readonly by?: 'skip-forward' | 'skip-backward' | undefined;
}
