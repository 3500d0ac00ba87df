import videojs from 'video.js';
import { register } from './plugin.js';

// The script tag: player, both standards, outbox. What is left out here is in the all-in-one script.
register(videojs);

export { caliper, custom, xapi } from './endpoints.js';
export { register } from './plugin.js';
export { track } from './track-to.js';
export { VERSION } from './version.js';
