// Ahead of the player, since a bundle in this order compresses better.
export { caliper, custom, xapi } from './endpoints.js';

import videojs from 'video.js';
import { register } from './plugin.js';

// The script tag: player, both standards, outbox. What is left out here is in the all-in-one script.
register(videojs);

export { register } from './plugin.js';
export { track } from './track-to.js';
export { VERSION } from './version.js';
