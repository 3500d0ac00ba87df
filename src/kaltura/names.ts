import { EVENTS, type EventType, type PortalLearningEvent } from '../events.js';

/**
 * The events of Kaltura's xAPI module by their names there. Started, resumed and restarted are all `play`; what else a
 * player does, Kaltura does not tell. What it does not have of the portal keeps our name.
 */
export const NAMES = {
  progressed: 'playProgress',
  started: 'play',
  resumed: 'play',
  restarted: 'play',
  paused: 'pause',
  seeked: 'seek',
  rateChanged: 'playbackRateChange',
  categoryViewed: 'categoryView',
  loggedIn: 'login',
  liked: 'entryLike',
  commented: 'entryComment',
  uploaded: 'entryUpload',
  unlisted: 'entryUnlisted',
  published: 'entryPublish',
  collaboratorAdded: 'entryCollaborator',
  captureLaunched: 'captureSpaceLaunch',
} as const satisfies { readonly [T in EventType]?: string };

/** An event by its name in Kaltura's xAPI module, or by ours where that has none. */
export type Name = (typeof NAMES)[keyof typeof NAMES] | Exclude<PortalLearningEvent['type'], keyof typeof NAMES>;

/** The name of an event; `undefined` where Kaltura does not tell it. */
export const nameOf = (type: EventType): Name | undefined => (NAMES as { readonly [T in EventType]?: Name })[type] ?? (EVENTS[type][3] && (type as Name));
