// Ahead of the player, since a bundle in this order compresses better.
export * from './core.js';

import videojs from 'video.js';
import { register } from './plugin.js';

register(videojs);

// Here endpoints can be named as they are for a player.
export { createPortal } from './portal/create-portal-to.js';
export { track } from './track-to.js';
