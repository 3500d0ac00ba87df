import videojs from 'video.js';
import { register } from './plugin.js';

register(videojs);

export * from './core.js';
