import type { Media, PlayerState, Progress, Seconds, Segment } from '../events.js';

/** What somebody else needs to close a session honestly, should its page die. */
export interface Checkpoint {
  readonly session: string;
  /** The ids of the `paused` and `terminated` that will close it, whoever writes them. */
  readonly closing: readonly [paused: string, terminated: string];
  readonly playing: boolean;
  /** Epoch ms, after the last event: when the end would be recorded that came with the last signal. */
  readonly time: number;
  readonly position: Seconds;
  readonly media: Media;
  readonly registration: string;
  readonly player: PlayerState;
  readonly progress: Progress;
  /** What this session alone adds to the registration: of a live stream nothing, whose clock begins anew with each page. */
  readonly watched: readonly Segment[];
  /** Seconds of real time that this session alone played. */
  readonly secondsPlayed: Seconds;
  /** What the registration has recorded by now. */
  readonly completed: boolean;
  readonly milestones: readonly number[];
  /** No pause and no end has told yet that it is completed. */
  readonly untold: boolean;
}
