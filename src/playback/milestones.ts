import type { Seconds } from '../events.js';
import { round, roundDown } from './segments.js';

interface Steps {
  /** From one to the next: percent 0–100, or seconds of media. */
  readonly every: number;
  /** Percent of the media's length, or seconds of media. */
  readonly unit: 'percent' | 'seconds';
}

/** When `progressed` is recorded. */
export type Milestones = readonly number[] | Steps | false;

/** The unit that milestones are given in. */
export const unitOf = (milestones: Milestones): Steps['unit'] => (milestones as Partial<Steps>).unit ?? 'percent';

/**
 * The milestones up to `reached`, in rising order, that were not `claimed` before. `since` is what was reached at the last
 * question: an hour in steps of a second is asked about four times a second, so what lies before it is not gone through again.
 */
export function due(milestones: Milestones, reached: number, claimed: readonly number[], since: number): number[] {
  const found: number[] = [];
  if (milestones && 'unit' in milestones) {
    const { every } = milestones;
    for (let n = Math.max(0, Math.floor(since / every)); round(n * every) <= reached; n++) found.push(round(n * every));
  } else if (milestones) found.push(...new Set(milestones));
  return found.filter((milestone) => milestone <= reached && !claimed.includes(milestone)).sort((a, b) => a - b);
}

/** The share of the media at which it counts as completed: fraction 0–1. */
export const threshold = ({ threshold: share = 0.95, secondsFromEnd = 0 }: Completion, length: Seconds): number =>
  roundDown(Math.max(0, Math.min(share, 1 - secondsFromEnd / (length || Infinity))));

/** When the media counts as completed; either suffices, both by what was watched. */
export interface Completion {
  /**
   * Share of the media that has to be played: fraction 0–1.
   * @default 0.95
   */
  readonly threshold?: number | undefined;
  /**
   * Everything but so many seconds has to be played: media that is no longer is completed as soon as it plays. The share above
   * suffices too.
   */
  readonly secondsFromEnd?: number | undefined;
}
