import type { Media, PlayerState } from '../../events.js';
import { duration } from '../duration.js';
import { knownLength } from '../media-extensions.js';
import { round } from '../round.js';
import { entity, sorted } from './entity.js';

/** What is watched, as a VideoObject or AudioObject (Caliper 1.2 §Entities). */
export function mediaObject(media: Media, { volume, muted }: Partial<PlayerState> = {}): object {
  // A portal's own members have no place here.
  const { id, name, description, mediaType, language, live, collection } = media;
  const { keywords, others } = sorted(media.keywords);
  const audio = media.type === 'audio';
  return {
    id,
    name,
    description,
    mediaType,
    type: audio ? 'AudioObject' : 'VideoObject',
    keywords,
    duration: duration(knownLength(media)),
    isPartOf: entity(collection, 'DigitalResourceCollection'),
    // Strings, and on audio alone.
    ...(audio && volume! >= 0 && { volumeLevel: `${round(volume!)}`, volumeMin: '0', volumeMax: '1', muted }),
    extensions: { keywords: others, language, live },
  };
}
