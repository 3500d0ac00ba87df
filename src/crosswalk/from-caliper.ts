import { EVENTS, type Actor, type Context, type Entity, type EventType, type Media } from '../events.js';
import { defined } from '../defined.js';
import type { CaliperEvent } from '../destinations/caliper/caliper-event.js';
import { PLACES } from '../destinations/caliper/to-caliper.js';
import { eventOf, type Extensions, isType, legible, mediaFields, ours, type Said, secondsOf, typeOfAction, video } from './read.js';

type Described = { readonly id: string; readonly [member: string]: any };

const ANONYMOUS = 'http://purl.imsglobal.org/caliper/Person';

const described = (entity: unknown): Described => (typeof entity === 'string' ? { id: entity } : (entity as Described));

const entityOf = (entity: unknown): Entity | undefined => {
  if (!entity || typeof entity === 'string') return entity as Entity | undefined;
  const { type: _, ...rest } = entity as Described;
  return Object.keys(rest).length > 1 ? (rest as Entity) : (rest['id'] as string);
};

const actorOf = (entity: unknown): Actor => {
  const { id, name } = described(entity);
  return id === ANONYMOUS ? { id, anonymous: true } : (defined({ id, name }) as Actor);
};

const mediaOf = (entity: unknown): Media => {
  const { type, id, name, description, mediaType, keywords = [], duration, isPartOf, extensions = {} } = described(entity) as Described & { readonly extensions?: Extensions };
  const words = [...keywords, ...(ours(extensions, 'keywords') ?? [])];
  return defined({
    id,
    name,
    description,
    type: type === 'AudioObject' ? ('audio' as const) : undefined,
    mediaType,
    keywords: words[0] ? words : undefined,
    language: ours(extensions, 'language'),
    live: ours(extensions, 'live'),
    duration: secondsOf(duration),
    collection: isPartOf && (typeof isPartOf === 'string' ? { id: isPartOf } : defined({ id: isPartOf.id, name: isPartOf.name })),
  }) as Media;
};

function read(event: CaliperEvent): Said | undefined {
  const { id, action, actor, object, target, generated, eventTime, extensions: said = {} } = event;
  const type: EventType | undefined = ours(said, 'event') ?? (action === 'ForwardedTo' ? 'seeked' : typeOfAction(action));
  if (!isType(type) || (EVENTS[type].length === 3 && !video(said, 'session-id'))) return undefined;
  const several = (iris: readonly string[] = []): Entity | readonly Entity[] | undefined => (iris[1] ? iris : iris[0]);
  const where = {
    ...Object.fromEntries(Object.keys(PLACES).map((place) => [place, entityOf(event[place as keyof typeof PLACES])])),
    platform: ours(said, 'platform'),
    language: ours(said, 'context-language'),
    ...(!video(said, 'session-id') && { registration: ours(said, 'registration') }),
    grouping: several(ours(said, 'grouping')),
    parent: several(ours(said, 'parent')),
    category: several(ours(said, 'category')),
  } as Context;
  const at = described(target ?? { id: '' });

  const whole = ((): object => {
    if (EVENTS[type].length === 3) {
      const { progress, player, ...fields } = mediaFields(type, said, mediaOf(object)) as { progress: object; player: object };
      const { volumeLevel, muted } = described(object);
      return {
        ...fields,
        registration: ours(said, 'registration'),
        position: type === 'seeked' ? video(said, 'time-to') : secondsOf(at['currentTime']),
        // An AudioObject says it of every event.
        player: { ...defined({ volume: volumeLevel === undefined ? undefined : Number(volumeLevel), muted }), ...player },
        progress,
      };
    }
    const subject = EVENTS[type][3]!;
    const made = described(generated ?? { id: '' });
    const used = event.type === 'ToolUseEvent';
    const agents = (made['withAgents'] as readonly unknown[] | undefined)?.map(actorOf);
    // What was made may be left out, and with it whom it is about.
    if (type === 'collaboratorAdded' && !agents?.[0]) throw new TypeError('Nobody was added.');
    const text = type === 'commented' ? (made['value'] as string | undefined) : undefined;
    return defined({
      [subject]: subject === 'media' ? mediaOf(object) : entityOf((used && target) || object),
      application: subject === 'application' ? entityOf(object) : used ? target && entityOf(object) : ours(said, 'application'),
      target: subject === 'application' ? entityOf(target) : undefined,
      position: at['type'] === 'Frame' ? Number(/(?:t|frame)=([\d.]+)$/.exec(at.id)?.[1]) : undefined,
      comment: type === 'commented' && !made.id.endsWith(`event=${id.slice(9)}`) ? made.id : undefined,
      text,
      includeText: text === undefined ? undefined : true,
      query: made['query']?.searchTerms,
      results: made['searchResultsItemCount'],
      role: ours(said, 'role'),
      collaborator: type === 'collaboratorAdded' ? agents?.[0] : undefined,
      with: type === 'shared' ? agents : undefined,
    });
  })();

  return { event: eventOf(id.slice(9), type, eventTime, where, whole), actor: actorOf(actor) };
}

/**
 * The event that a Caliper event of ours tells, of 1.1 or 1.2.
 * @returns `undefined` for events that are not ours
 */
export function fromCaliper(event: CaliperEvent): Said | undefined {
  return legible(() => read(event));
}
