import type { EventType, LearningEvent } from '../events.js';

/** Whether an event goes to a destination that wants `events`; by default all but what the learner has no part in. */
export const isWanted = (event: LearningEvent, events?: readonly EventType[]): boolean =>
  events?.includes(event.type) ?? !/sizeChanged|bitrate/.test(event.type + (event as { readonly by?: string }).by);
