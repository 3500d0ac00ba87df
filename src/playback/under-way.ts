import type { Change } from './change.js';
import type { Gesture } from './gesture.js';
import type { Signal } from './signal.js';

/** What cannot be told yet, since it may still become something else. */
export type UnderWay = Change | Gesture;

/** When it came to rest, or was paused before that, or moved last. */
export const momentOf = ({ stands, at }: UnderWay): Signal => stands || at;

export const isStill = ({ rests, stands }: UnderWay): boolean => rests || !!stands;

/** Since when it is paused where it was, so far. */
export const pauseIn = (one: UnderWay): Signal | false | undefined => 'mode' in one && one.mode === 'playing' && one.ad === undefined && Math.abs(one.to - one.from) < 0.05 && one.halted;

const orderOf = (one: UnderWay): number => (pauseIn(one) || momentOf(one)).mono;

/** In the order in which they came to rest; of one moment the gesture first: what is seen to have changed as a seek lands lies behind it. */
export const inOrder = (gesture: Gesture | undefined, changes: Iterable<Change>): UnderWay[] =>
  [...(gesture ? [gesture] : []), ...changes].sort((a, b) => orderOf(a) - orderOf(b));

/** Whether the learner still holds what moves it. */
export const isHeld = (one: UnderWay, { state: { held } }: Signal): boolean => !!held && !('value' in one && !/volume|muted/.test(one.value));
