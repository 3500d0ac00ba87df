import type { Options } from './options/options.js';
import type { MediaLike } from './player/media-element.js';
import { spelledOut } from './spelled-out.js';
import { track as trackOf } from './track.js';
import type { Analytics } from './analytics.js';

/**
 * Tracks a plain media element, or what behaves like one; endpoints are named by `xapi` and `caliper`, as for a player.
 * @throws {TypeError} that names the option, or the element, what was expected and what came
 */
export const track = <M extends MediaLike>(media: M, options: Options<M>): Analytics => trackOf(media, spelledOut(options));
