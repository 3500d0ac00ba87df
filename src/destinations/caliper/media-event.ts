import { EVENTS, type Actor, type LearningEvent } from '../../events.js';
import { duration } from '../duration.js';
import { iri } from '../iri.js';
import { knownLength, mediaExtensions } from '../media-extensions.js';
import { timestamp } from '../timestamp.js';
import { entity } from './entity.js';
import { mediaObject } from './media-object.js';

/** Context by where it stands in an event, with the type that it has unless it says otherwise. */
export const PLACES = {
  edApp: 'SoftwareApplication',
  group: 'CourseSection',
  membership: 'Membership',
  session: 'Session',
  federatedSession: 'LtiSession',
  referrer: 'WebPage',
} as const;

type Place = keyof typeof PLACES;

/** An event of the Media Profile; milestones are views, since no media action stands for progress. */
export function mediaEvent(
  event: LearningEvent,
  actor: Actor,
  seekTarget: 'origin' | 'destination' | undefined,
  messageParameters: readonly string[] | undefined,
): object | undefined {
  const { media, progress, context } = event;
  const [action, verb] = EVENTS[event.type];
  if (!action) return undefined;
  const at = event.type === 'seeked' && seekTarget !== 'destination' ? event.from : event.position;
  const places: { [place: string]: unknown } = {};
  for (const place in PLACES) {
    places[place] = entity(context?.[place as Place], PLACES[place as Place], messageParameters);
  }

  return {
    id: `urn:uuid:${event.id}`,
    type: `${action === 'Viewed' ? 'View' : 'Media'}Event`,
    actor: {
      // Caliper's own way to say that nobody may know who: the IRI of the type (1.2 §Anonymous entities).
      ...(actor.anonymous ? { id: 'http://purl.imsglobal.org/caliper/Person' } : { id: actor.id, name: actor.name }),
      type: 'Person',
    },
    action: event.type === 'seeked' && event.by === 'skip-forward' ? 'ForwardedTo' : action,
    object: mediaObject(event),
    target: {
      // A media fragment, joined to one that the id has already.
      id: `${media.id}${media.id.includes('#') ? '&' : '#'}t=${at}`,
      type: 'MediaLocation',
      currentTime: duration(at),
      isPartOf: iri(media.id),
    },
    eventTime: timestamp(event.time),
    ...places,
    extensions: {
      ...Object.assign({}, ...mediaExtensions(event)),
      registration: event.registration,
      // The Media Profile has no event of its own for it.
      completed: (verb === 'paused' && knownLength(media) && progress.fraction >= progress.threshold) || undefined,
    },
  };
}
