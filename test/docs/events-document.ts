import { EVENTS, EXTENSIONS, KEPT, type EventType, type LearningEvent } from '../../src/events.js';
import { caliperToStatement, statementToCaliper } from '../../src/crosswalk/crosswalk.js';
import { nameOf } from '../../src/kaltura/names.js';
import { portalEvent, portalEvents } from '../destinations/portal-events.js';
import { ACTOR, syntheticSession } from '../destinations/synthetic-session.js';
import { DESTINATIONS, TYPES } from './destinations.js';

const COMMON = new Set(['id', 'type', 'time', 'context', 'session', 'registration', 'media', 'position', 'player', 'progress']);
const OF_THE_PORTAL = new Set(['id', 'type', 'time', 'context']);

const isOfThePortal = (type: EventType): boolean => EVENTS[type].length === 4;

const all = (): LearningEvent[] => [...syntheticSession(), ...portalEvents()].map(({ event }) => event);
const of = (type: EventType): LearningEvent[] => all().filter((event) => event.type === type);
const documentOf = (name: string, event: LearningEvent): any => DESTINATIONS[name]!.map(event, ACTOR);

const code = (text: string): string => `\`${text}\``;
const dash = (text: string): string => text || '–';
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const fieldsOf = (type: EventType): string =>
  // That of the synthetic session leaves before it is completed.
  [...new Set([...of(type).flatMap(Object.keys), ...(type === 'paused' ? ['completed'] : [])])]
    .filter((name) => !(isOfThePortal(type) ? OF_THE_PORTAL : COMMON).has(name))
    .map(code)
    .join(', ');

const shapeOf = ({ object, target, generated }: any): string =>
  [object.type, target && `target ${target.type}`, generated && `generated ${generated.type}`].filter(Boolean).join(' · ');

const caliperOf = (event: LearningEvent): string[] => {
  const document = documentOf('caliper-1.2', event);
  if (!document) return ['–', '–', '–'];
  const [, extension] = /v1p1\/(.+)$/.exec(documentOf('caliper-1.1', event)['@context']) ?? [];
  return [`${document.type} ${code(document.action)}`, `${document.profile} · ${shapeOf(document)}`, extension ? code(extension) : 'base'];
};

/** The longest says most: with every field there is. */
const fullest = (type: EventType): LearningEvent => of(type).reduce((a, b) => (Object.keys(b).length > Object.keys(a).length ? b : a));

const verbOf = (name: string, event: LearningEvent): string => {
  const { verb } = documentOf(name, event) ?? {};
  return verb ? `[${Object.values(verb.display)[0]}](${verb.id})` : '–';
};

const typeOf = (name: string, event: LearningEvent): string => {
  const { object } = documentOf(name, event) ?? {};
  return object ? (object.objectType === 'Agent' ? 'Agent' : code(object.definition.type)) : '–';
};

/** The members that travel in the extension `rest`, without the names of the containers. */
const restOf = (extensions: { readonly [iri: string]: unknown } | undefined): string[] => {
  const paths = (value: unknown, at: readonly string[]): string[] =>
    value && typeof value === 'object' && !Array.isArray(value) && at.length < 2
      ? Object.entries(value).flatMap(([name, member]) => (member === null ? [] : paths(member, /^(extensions|contextActivities|definition)$/.test(name) ? at : [...at, name.replace(/.*\//, '')])))
      : [at.join('.')];
  const text = extensions?.[`${EXTENSIONS}rest`] as string | undefined;
  return [...new Set(text ? paths(JSON.parse(text), []) : [])];
};

const crossings = () =>
  TYPES.map((type) => {
    const event = { ...(isOfThePortal(type) ? fullest(type) : of(type)[0]), context: {} } as LearningEvent;
    const [statement, told] = [documentOf('xapi-1.0.3', event), documentOf('caliper-1.2', event)];
    return {
      cells: [code(type), `${Object.values(statement.verb.display)[0]}`, told ? code(told.action) : '–'],
      lost: told && [restOf(statementToCaliper(statement)!.extensions), restOf(caliperToStatement(told)!.context!.extensions)],
    };
  });

const list = (names: readonly string[]): string => names.map(code).join(', ');

/** What is lost of most events is said once, above the table. */
const crosswalk = (): { readonly usual: readonly string[]; readonly rows: string } => {
  const all = crossings();
  const told = all.flatMap(({ lost }) => (lost ? [lost] : []));
  const usual = [0, 1].map((side) => {
    const names = told.flatMap((lost) => lost[side]!);
    return [...new Set(names)].filter((name) => names.filter((each) => each === name).length > told.length / 2);
  });
  return {
    usual: usual.map(list),
    rows: table(
      ['event', 'verb', 'action', 'what else Caliper cannot say', 'what else xAPI cannot say'],
      all.map(({ cells, lost }) => [...cells, ...(lost ? lost.map((names: string[], side: number) => dash(list(names.filter((name) => !usual[side]!.includes(name))))) : ['all of it', '–'])]),
    ),
  };
};

const worth = (type: EventType): string => (EVENTS[type][2] === KEPT ? 'never' : `${EVENTS[type][2]}`);

const player = TYPES.filter((type) => !isOfThePortal(type));
const portal = TYPES.filter(isOfThePortal);

const CROSSED = crosswalk();

/** `docs/EVENTS.md`, from the table and the mapping that the code uses. */
export const eventsDocument = (): string => `# Events

Generated by \`node test/docs.mjs --write\` from the table in \`src/events.ts\` and from what the destinations make of an event of
each type; a test fails while it is out of date. Whole documents are in [\`samples/\`](samples), of every row in \`test/golden/\`.

Every event has an \`id\` (UUID v4: the statement's id in xAPI, \`urn:uuid:\` and it in Caliper), a \`type\`, a \`time\` (epoch
milliseconds) and the \`context\`. What a standard has no place for travels in extensions; ours begin with
\`${EXTENSIONS}\`.

## What a learner does with a player

Of each: \`session\` (id of its \`initialized\`), \`registration\`, \`media\`, \`position\` (seconds), \`player\` (\`rate\`, \`volume\` 0–1,
\`muted\`, \`fullscreen\`, \`popout\`, \`captions\`, \`size\`, \`screen\`, \`quality\`) and \`progress\` (\`segments\` and \`secondsPlayed\` in seconds,
\`fraction\` and \`threshold\` 0–1). All of Caliper's are in its Media Profile, with the media as VideoObject or AudioObject and
the position as MediaLocation; xAPI's are those of the Video Profile v1.0.3. "Evicted" says what goes first when the outbox is full:
the lowest.

${table(
  ['type', 'own fields', 'Caliper', 'xAPI', 'Kaltura', 'evicted'],
  player.map((type) => [
    code(type),
    dash(fieldsOf(type)),
    caliperOf(of(type)[0]!)[0]!,
    verbOf('xapi-1.0.3', of(type)[0]!),
    nameOf(type) ? `${code(nameOf(type)!)} ${verbOf('kaltura-1.0.3', of(type)[0]!)}` : '–',
    worth(type),
  ]),
)}

- \`seeked\` is \`ForwardedTo\` in Caliper where a skip-forward control made it.
- \`progressed\` is in the category \`${EXTENSIONS}milestones\`: in the Video Profile's it would break the profile's pattern.
- \`completed\` is said in Caliper by the next \`Paused\` or \`Ended\`, in an extension: \`paused\` and \`ended\` are \`completed: true\` then.
- \`sizeChanged\`, and \`resolutionChanged\` made by the bitrate, are sent where the option \`events\` of a destination names them.
- \`Resumed\` and \`Restarted\` are at the place where playing goes on, whatever was sought since it stopped.
- The two actions about captions are spelled as in Caliper's text and schemas; its JSON-LD contexts have them without a d
  (\`EnabledCloseCaptioning\`), and make no IRI of them.
- Audio and live media have the same verbs, outside the Video Profile's category.

## What a learner does in the portal

Recorded with \`record()\`, on a player or on what \`createPortal()\` gives. In Caliper 1.1 some need the context of an extension
profile; all else is the same. The extension \`event\` holds the type, since several are one event or verb.

${table(
  ['type', 'own fields', 'Caliper', 'profile · object', 'context in 1.1', 'evicted'],
  portal.map((type) => [code(type), fieldsOf(type), ...caliperOf(fullest(type)), worth(type)]),
)}
${row(code('captureLaunched'), 'without a `federatedSession`', ...caliperOf(portalEvent('captureLaunched', { context: {} })), worth('captureLaunched'))}

${table(
  ['type', 'xAPI verb', 'object', 'Kaltura', 'Kaltura\'s verb', 'object'],
  portal.map((type) => {
    const event = fullest(type);
    const name = nameOf(type)!;
    return [code(type), verbOf('xapi-1.0.3', event), typeOf('xapi-1.0.3', event), name === type ? '–' : code(name), verbOf('kaltura-1.0.3', event), typeOf('kaltura-1.0.3', event)];
  }),
)}

- Of Kaltura's verbs, that of \`playProgress\` alone is published; the others are registered ones that fit, and each can be
  another (\`kaltura({ site, verbs })\`). \`kalturaCaptureLaunch\` is another name of \`captureSpaceLaunch\` there.
- The text of a comment is dropped by \`record()\` before anything sees it, unless \`includeText\` is true.
- Caliper knows no taking back of a like: \`Disliked\` is the nearest, and the extension says \`unliked\`.
- \`unlisted\` is no \`Unpublished\`, which means that nobody can reach it any more; the extension \`visibility\` says what changed.
- \`Launched\` has to name a federated session: without one, the capture tool is used.
- \`collaboratorAdded\`, in xAPI, adds the collaborator (object) to the media (extension target, and context activity).

## From one standard to the other

\`fromStatement()\` and \`fromCaliper()\` of the entry \`/crosswalk\` read a document of ours (not in Kaltura's vocabulary) back into \`{ event, actor }\`: type, id, time,
position and the event's own fields. \`statementToCaliper()\` and \`caliperToStatement()\` make of it the document of the other standard.
What that has no place for travels in one extension there, \`${EXTENSIONS}rest\`, as JSON
text, so that the way back (of Caliper 1.1 by \`statementToCaliper(statement, '1.1')\`) gives the same document, but for how people are named: xAPI names them by account or address, Caliper by
IRI, and an address never goes into Caliper. Several events are one verb; the extension \`event\` tells them apart.

Where a document has them, Caliper has no place for a statement's ${CROSSED.usual[0]}, nor
xAPI for a Caliper event's ${CROSSED.usual[1]}.

${CROSSED.rows}

Of the context, Caliper keeps platform, language, registration, and the IRIs of grouping, parent and category in extensions; xAPI tells
\`edApp\` and \`group\` as groupings and cannot tell them apart, and keeps but the IRIs of the others.
`;
