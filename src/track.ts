import type { Analytics } from './analytics.js';
import type { Destination } from './destinations/destination.js';
import { checkOptions } from './options/check-options.js';
import { expect } from './options/expect.js';
import type { Options } from './options/options.js';
import { createPage } from './page.js';
import { fromMediaElement, type MediaLike } from './player/media-element.js';
import { createTracker } from './tracker.js';

/** Options of `track()`: as those of the plugin, with the destinations spelled out. */
export type TrackOptions<Player = MediaLike> = Omit<Options<Player>, 'xapi' | 'caliper'> & { readonly destinations: readonly Destination[] };

/**
 * Tracks a plain media element, or what behaves like one.
 * @throws {TypeError} that names the option, or the element, what was expected and what came
 */
export function track<M extends MediaLike>(media: M, options: TrackOptions<M>): Analytics {
  // A custom element may not be defined yet.
  expect({ element: media }, { element: [(one: MediaLike & Partial<Element>) => 'addEventListener' in one && ('currentTime' in one || one.localName?.includes('-')), 'a media element such as <video>', true] }, '"');
  checkOptions(options, true);
  const page = createPage((message, error = '') => console.warn(`learningAnalytics: ${message}`, error));
  return createTracker(fromMediaElement(media), options, options.destinations, page, media);
}
