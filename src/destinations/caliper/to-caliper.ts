import { EVENTS, type Actor, type Entity, type LearningEvent } from '../../events.js';
import { idOf } from '../iri.js';
import { timestamp } from '../timestamp.js';
import { entities } from './entity.js';
import { mediaEvent } from './media-event.js';
import { person } from './person.js';
import { portalEvent } from './portal-event.js';

/** Context by where it stands in an event, with the type that it has unless it says otherwise. */
export const PLACES = {
  edApp: 'SoftwareApplication',
  group: 'CourseSection',
  membership: 'Membership',
  session: 'Session',
  federatedSession: 'LtiSession',
  referrer: 'WebPage',
};

/** The Caliper event, less what differs between versions; `undefined` where Caliper has none. */
export function toCaliper(
  event: LearningEvent,
  actor: Actor,
  seekTarget: 'origin' | 'destination' | undefined,
  messageParameters: readonly string[] | undefined,
): object | undefined {
  const [action, type = 'MediaEvent'] = EVENTS[event.type][0].split(' ').reverse();
  if (!action) return undefined;
  const who = person(actor);
  const context = event.context ?? {};
  const { platform, language, registration, grouping, parent, category } = context;
  const iris = (several: Entity | readonly Entity[] = []): unknown[] => ([several].flat() as Entity[]).map(idOf);
  const { extensions, ...said } = 'session' in event ? mediaEvent(event, seekTarget) : portalEvent(event, who);
  return {
    id: `urn:uuid:${event.id}`,
    type,
    actor: who,
    action,
    ...said,
    eventTime: timestamp(event.time),
    ...entities(context, PLACES, messageParameters),
    // What Caliper has no place for.
    extensions: { platform, 'context-language': language, registration, grouping: iris(grouping), parent: iris(parent), category: iris(category), ...extensions },
  };
}
