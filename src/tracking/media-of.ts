import { defined } from '../defined.js';
import { iri } from '../destinations/iri.js';
import type { Media } from '../events.js';
import { checkMedia } from '../options/check-options.js';
import type { Options } from '../options/options.js';
import type { Page } from '../page.js';
import { plain } from '../plain.js';
import type { Adapter } from '../player/adapter.js';

/**
 * What plays, as the option `media` has it, with the kind that the adapter knows; without the option, the URL of the source says
 * which media it is. `undefined`, with a warning, where neither does.
 * @param given the option
 * @param playing whether something plays: as long as nothing does, it is asked again
 */
export function mediaOf<Player>(given: Options<Player>['media'], player: Player, adapter: Adapter, page: Pick<Page, 'warn'>, playing: boolean): Media | undefined {
  const url = adapter.source();
  // Whoever is asked before goes by what is not known yet.
  const isThere = url || playing;
  let found: Media | undefined;
  try {
    found = typeof given === 'function' ? given(player) : given;
    if (found) checkMedia(found, false, found === given);
    else if (given && isThere) page.warn('the option "media" gave none: nothing is recorded until it does, or until setMedia()');
  } catch (error) {
    found = undefined;
    if (isThere) page.warn('the option "media" gave none: nothing is recorded until setMedia()', error);
  }
  if (!given && url) {
    const [id] = url.split(/[?#]/) as [string];
    if (/^https?:/.test(id)) found = { id: iri(id) };
    if (found) page.warn('no option "media": the URL of the source is taken for the identity of what is watched; another file of the same lecture would count as another one:', id);
    else page.warn('no option "media", and a source without an identity of its own: nothing is recorded until setMedia()', id.slice(0, 20));
  }
  return found && plain({ ...adapter.kind(), ...defined(found) });
}
