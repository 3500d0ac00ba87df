import type { EventType, Seconds, Segment } from '../events.js';
import type { Signal } from './signal.js';

/** Values of the player, and what it is called when they change, go on and go off. */
export const CHANGES = {
  rate: 'rateChanged',
  volume: 'volumeChanged',
  muted: ' muted unmuted',
  fullscreen: ' fullscreenEntered fullscreenExited',
  captions: 'captionsLanguageChanged captionsEnabled captionsDisabled',
  popout: ' popoutOpened popoutClosed',
  size: 'sizeChanged',
  quality: 'resolutionChanged',
};
export type Value = keyof typeof CHANGES;

/** A value of the player that may change again before it rests. */
export interface Change {
  readonly value: Value;
  readonly from: unknown;
  readonly at: Signal;
  readonly where: Seconds;
  readonly watched: Watched;
  readonly rests: true;
  readonly stands?: never;
}

/** What this session had watched at a time. */
export interface Watched {
  readonly open: [Seconds, Seconds] | undefined;
  readonly closed: readonly Segment[];
  /** Seconds of real time, with those before it. */
  readonly played: Seconds;
}

/** What a change is called, and its own fields; `undefined` where nothing has changed in the end. */
export function toldOf({ value, from, at: { state } }: Change): [EventType, object | false] | undefined {
  const to = state[value];
  const [changed, on, off] = CHANGES[value].split(' ') as EventType[];
  if (String(from) === String(to)) return undefined;
  if (on && !(changed && from && to)) return [to ? on : off!, value === 'captions' && { language: to ?? from }];
  // A size or quality that only becomes known is no change.
  if (from === undefined || to === undefined) return undefined;
  return [changed!, { from, to, ...(value === 'quality' && { by: state.adaptive ? 'bitrate' : 'learner' }) }];
}
