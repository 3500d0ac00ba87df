import type { EventType } from '../events.js';

/**
 * The events of Kaltura's xAPI module by their names there, and by ours those that it does not have. Started, resumed and
 * restarted are all `play`; what else a player does, Kaltura does not tell.
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
  loggedOut: 'loggedOut',
  mediaViewed: 'mediaViewed',
  unliked: 'unliked',
  searched: 'searched',
  downloaded: 'downloaded',
  shared: 'shared',
} as const satisfies { readonly [T in EventType]?: string };
