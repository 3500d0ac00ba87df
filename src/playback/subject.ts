import type { Media, Seconds, Segment } from '../events.js';

/** What was known of this actor, media and registration before. */
export interface History {
  readonly segments: readonly Segment[];
  readonly secondsPlayed: Seconds;
  readonly completed: boolean;
  /** Milestones that were recorded already. */
  readonly milestones: readonly number[];
}

/** Whose record it is: fixed while a session is open, but for what the media is called. */
export interface Subject {
  readonly media: Media;
  readonly registration: string;
  readonly history: History;
}
