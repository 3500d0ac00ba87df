import type { MediaLearningEvent } from '../../events.js';
import { duration } from '../duration.js';
import { iri } from '../iri.js';
import { mediaExtensions } from '../media-extensions.js';
import { mediaObject } from './media-object.js';
import { placeIn } from './place-in.js';
import type { Said } from './said.js';

/** What an event of the Media Profile says; milestones are views, since no media action stands for progress. */
export function mediaEvent(event: MediaLearningEvent, seekTarget: 'origin' | 'destination' | undefined): Said {
  const { type, media } = event;
  const at = type === 'seeked' && seekTarget !== 'destination' ? event.from : event.position;
  return {
    ...(type === 'seeked' && event.by === 'skip-forward' && { action: 'ForwardedTo' }),
    object: mediaObject(media, event.player),
    // It may have been redacted.
    target: at >= 0 ? { id: placeIn(media.id, at), type: 'MediaLocation', currentTime: duration(at), isPartOf: iri(media.id) } : undefined,
    extensions: {
      ...Object.assign({}, ...mediaExtensions(event)),
      registration: event.registration,
    },
  };
}
