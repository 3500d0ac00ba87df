import type { Media } from '../events.js';
import type { Options } from '../options/options.js';
import type { Page } from '../page.js';
import type { Adapter } from '../player/adapter.js';
import { mediaOf } from './media-of.js';

/** Which media the player has loaded. */
export interface LoadedMedia {
  /** As it was found last. */
  readonly found: Media | undefined;
  /** Asked once per source, and again where its address was not known yet; `undefined`: what is loaded has no identity, or none yet. */
  resolve(): Media | undefined;
  /** Takes the place of the option `media`. */
  name(media: Media): void;
  /** The source goes: it is asked about anew. */
  forget(): void;
}

/**
 * @param isFixed whether a session is open, whose media stays what it is
 * @param onFound is told what was found, and in whose place; `late` where what plays has had no identity until now
 */
export function createLoadedMedia<Player>(
  given: Options<Player>['media'],
  player: Player,
  adapter: Adapter,
  page: Page,
  isFixed: () => boolean,
  onFound: (found: Media | undefined, former: Media | undefined, late: boolean) => void,
): LoadedMedia {
  let media: Media | undefined;
  let nameless = false;
  /** The address that the player had when its media was asked for. */
  let named = '';
  return {
    get found() {
      return media;
    },
    resolve() {
      // Video.js may learn the address of what an element has loaded later than its length.
      if (media && (named || typeof given !== 'function' || isFixed() || !adapter.source())) return media;
      const { ad, duration, paused } = adapter.read();
      // What is loaded now is the advertisement.
      if (ad) return typeof given === 'object' ? given : undefined;
      const url = adapter.source();
      // Before the player knows what it has, whoever is asked what that is knows nothing either. A stream has no address.
      if (typeof given === 'function' && !url && paused && !(duration > 0)) return undefined;
      const former = media;
      named = url;
      media = mediaOf(given, player, adapter, page, !paused);
      onFound(media, former, !!media && nameless);
      nameless = !media;
      return media;
    },
    name(to) {
      given = to;
      media = undefined;
    },
    forget() {
      media = undefined;
    },
  };
}
