import { EVENTS, EXTENSIONS, type Actor, type Context, type Entity, type EventType, type Media } from '../events.js';
import { defined } from '../defined.js';
import { isIri } from '../destinations/iri.js';
import { VIDEO } from '../destinations/media-extensions.js';
import type { Activity, Statement } from '../destinations/xapi/statement.js';
import { actorOfAgent } from '../destinations/xapi/actor-of-agent.js';
import { entityOf, eventOf, type Extensions, isType, legible, mediaFields, ours, type Said, secondsOf, video } from './read.js';

const TARGET = 'http://id.tincanapi.com/extension/target';

const nameOf = (map: { readonly [language: string]: string } | undefined): string | undefined => Object.values(map ?? {})[0];

const entityOfActivity = ({ id, definition }: Activity) => entityOf(id, nameOf(definition?.name), nameOf(definition?.description));

/** None, one, or several. */
const several = (list: readonly Activity[] = []): Entity | readonly Entity[] | undefined => (list[1] ? list.map(entityOfActivity) : list[0] && entityOfActivity(list[0]));

const mediaOf = ({ id, definition }: Activity, length: number | undefined): Media =>
  defined({
    id,
    name: nameOf(definition?.name),
    description: nameOf(definition?.description),
    type: definition?.type?.endsWith('/audio') ? ('audio' as const) : undefined,
    live: definition?.type?.endsWith('/webinar') || undefined,
    mediaType: ours(definition?.extensions ?? {}, 'mediaType'),
    keywords: ours(definition?.extensions ?? {}, 'keywords'),
    duration: length,
  }) as Media;

const actorOf = (agent: object): Actor => {
  const actor = defined(actorOfAgent(JSON.stringify(agent)).actor);
  const { account, ...rest } = actor;
  if (!account) return actor;
  // An account that was made of the id is that no more.
  const { homePage, name } = account;
  const id = homePage === name ? name : /[/#=:]$/.test(homePage) ? homePage + name : '';
  return isIri(id) ? { ...rest, id } : actor;
};

type SaidIn = Said & { /** RFC 5646 tag of the language that names are in. */ readonly language: string };

function read(statement: Statement): SaidIn | undefined {
  const { id, actor, object, timestamp } = statement;
  const result = statement.result ?? {};
  const context = statement.context ?? {};
  const place = context.extensions ?? ({} as Extensions);
  const happened: Extensions = result.extensions ?? {};
  const said: Extensions = { ...place, ...happened };
  const type = ours(place, 'event') as EventType;
  // Ours have one actor each.
  if (!isType(type) || (actor as { objectType?: string }).objectType === 'Group') return undefined;
  const { category, grouping, parent, other } = context.contextActivities ?? {};
  const length = video(place, 'length') as number | undefined;

  const where = defined({
    session: ours(place, 'session'),
    federatedSession: ours(place, 'federatedSession'),
    membership: ours(place, 'membership'),
    referrer: ours(place, 'referrer'),
    platform: context.platform,
    language: context.language,
    grouping: several(grouping),
    parent: several(parent),
    category: several([category ?? []].flat().filter(({ id: iri }) => !iri.startsWith(VIDEO) && !iri.startsWith(EXTENSIONS))),
  });

  const whole = ((): object => {
    if (EVENTS[type].length === 3) {
      const fields = mediaFields(type, said, mediaOf(object, length)) as { progress: object };
      return {
        ...fields,
        registration: context.registration,
        position: video(happened, type === 'seeked' ? 'time-to' : 'time'),
        progress: { ...fields.progress, ...defined({ threshold: video(place, 'completion-threshold'), secondsPlayed: secondsOf(result.duration) }) },
      };
    }
    const subject = EVENTS[type][3]!;
    const added = type === 'collaboratorAdded' ? (actorOf(object) as Actor) : undefined;
    const target = place[TARGET] as string | undefined;
    return {
      [subject]: subject === 'media' ? mediaOf((added ? other?.[0] : object) ?? { id: target! }, length) : entityOfActivity(object),
      ...(added ? { collaborator: defined({ ...added, id: (ours(place, 'collaborator') as string) ?? added.id }) } : defined({ target })),
      ...defined({
        position: video(happened, 'time'),
        application: subject === 'tool' ? ours(place, 'application') : undefined,
        comment: ours(happened, 'comment'),
        text: result.response,
        includeText: result.response === undefined ? undefined : true,
        query: ours(happened, 'query'),
        results: ours(happened, 'results'),
        role: ours(place, 'role'),
        with: ours(place, 'with'),
      }),
      ...(subject === 'application' && { application: entityOfActivity(object) }),
    };
  })();

  const registration = EVENTS[type].length === 4 ? context.registration : undefined;
  return {
    event: eventOf(id, type, timestamp, { ...where, registration } as Context, whole),
    actor: actorOf(actor),
    language: Object.keys((object.definition?.name ?? object.definition?.description ?? {}) as object)[0] ?? 'en-US',
  };
}

/**
 * The event that a statement of ours tells, in the Video Profile's vocabulary.
 * @returns `undefined` for statements that are not ours
 */
export function fromStatement(statement: Statement): SaidIn | undefined {
  return legible(() => read(statement));
}
