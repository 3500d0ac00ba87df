import { EVENTS, type EventType, type PortalLearningEvent } from '../events.js';
import { isEmail } from '../destinations/iri.js';
import { urlOf } from '../page.js';
import { expect, type Expectations, isIri, isLanguage, isObject, isUuid, oneOf } from './expect.js';
import type { Options } from './options.js';

type Expectation = Expectations[string];

const isFunction = (value: unknown): boolean => typeof value === 'function';
const within = (least: number, most = Infinity) => (value: unknown): boolean => typeof value === 'number' && value >= least && value <= most;

/** What is sent and kept has to be JSON; what that has no word for, such as a circle, would take each event along. */
const isData = (value: unknown): boolean => isObject(value) && !!JSON.stringify(value);
const isText = (value: unknown): value is string => typeof value === 'string';
/** What a header can hold (RFC 9110 §5.5); a blank key is a variable that nobody set. */
const isKey = (value: unknown): boolean => isText(value) && /^[!-~\x80-\xff][\t -~\x80-\xff]*$/.test(value.trim());
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** What is relative to a page may be named where that is rendered before it is one. */
const SERVER = 'https://server.invalid';

/** Whether it never leaves this computer: browsers trust it without TLS. */
export const isLoopback = (url: string): boolean => /^((.*\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** Nobody on the way shall read what is sent there, unless that is allowed. */
export const secure = (allowInsecure: unknown): readonly [holds: (url: URL) => boolean, expected: string] => [
  (url) => allowInsecure === true || url.protocol === 'https:' || isLoopback(url.href),
  'an https URL (or set allowInsecure: true)',
];

const FUNCTION: Expectation = [isFunction, 'a function'];
const object = (members: Expectations): Expectation => [isData, 'an object of plain data', false, members];
/** In JSON of a server `null` is nothing, and in a page so is an empty text. */
export const orNull = (members: Expectations, nothing: readonly unknown[] = [null]): Expectations =>
  Object.fromEntries(Object.entries(members).map(([name, [holds, ...rest]]) => [name, [(value: unknown) => (nothing.includes(value) ? !rest[1] : holds(value as never)), ...rest]]));
export const TEXT: Expectation = [isText, 'text'];
export const TEXTS: Expectation = [(value: unknown) => Array.isArray(value) && value.every(isText), 'an array of texts'];
const LANGUAGE: Expectation = [isLanguage, 'a language tag such as "en-US"'];
export const FLAG: Expectation = [(value: unknown) => typeof value === 'boolean', 'true or false'];
const POSITIVE: Expectation = [within(1), 'a number, 1 or more'];
const NUMBER: Expectation = [within(0), 'a number, 0 or more'];
const IRI = 'an absolute IRI such as "https://campus.example/…"';
const NAMES = ['name', 'description'];
/** An xAPI Activity Definition (Data §2.4.4.1), as far as one that is otherwise would be refused with all that it stands in. */
const isDefinition = (value: unknown): boolean =>
  isData(value) && ['type', 'moreInfo'].every((name) => isIri((value as any)[name] || SERVER)) && isObject((value as any).extensions ?? {}) && NAMES.every((name) => Object.entries((value as any)[name] ?? {}).every(([language, text]) => isLanguage(language) && isText(text ?? '')));
/** An object that is an entity; names that are no text would be refused with all that they stand in. */
const isDescribed = (value: unknown): boolean => isObject(value) && isIri(value['id']) && NAMES.every((name) => isText(value[name] ?? '')) && isDefinition(value['definition'] ?? {});
/** What stands within entities, in the terms of Caliper 1.2 (§Entities): what is otherwise would be refused with all events. */
const WITHIN: Expectations = {};
const ENTITY: Expectation = [(value: unknown) => isDescribed(value) || isIri(value), `${IRI}, or an object with one as id, and names that are text`, false, WITHIN];
const ENTITIES: Expectation = [(value: unknown) => [value].flat().every(ENTITY[0] as (one: unknown) => unknown), `${ENTITY[1]}, or several`, false, WITHIN];
/** One with members of its own. */
const entity = (members: Expectations): Expectation => [ENTITY[0], ENTITY[1], false, { ...WITHIN, ...orNull(members) }];
/** What it is in Caliper, or as an IRI in xAPI. */
const typed = (...terms: readonly string[]): Expectations => ({ type: [(value: unknown) => terms.includes(value as string) || isIri(value), `"${terms.join('", "')}" or an IRI`] });
/** Caliper has these alone (1.2 §Role). */
const ROLE =
  /^(Administrator(#(Administrator|(External)?(Developer|Support|SystemAdministrator)))?|ContentDeveloper(#(ContentDeveloper|(External)?ContentExpert|Librarian))?|Instructor(#((External|Guest|Primary|Secondary)?Instructor|Grader|Lecturer|TeachingAssistant(Group|Offering|Section|Template)?))?|Learner(#(External|Guest|NonCredit)?Learner)?|Manager(#(AreaManager|CourseCoordinator|(External)?Observer))?|Member(#Member)?|Mentor(#(External)?(Advisor|Auditor|LearningFacilitator|Mentor|Reviewer|Tutor))?|Officer(#(Chair|Secretary|Treasurer|Vice-Chair))?)$/;
/** As far as XML Schema knows it too, which is what validators look for. */
const DURATION: Expectation = [(value: unknown) => isText(value) && /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value), 'an ISO 8601 duration such as "PT1H"'];
const PERIOD: Expectations = { duration: DURATION };
const WORD: Expectation = [(value: unknown) => /string|number/.test(typeof value), 'text'];
const SOME = `a list of ${IRI} or objects with one as id`;
/** Names of people and the like are left out of a list. */
const LIST: Expectation = [(value: unknown) => [value].flat().every((one) => isText(one) || isDescribed(one)), SOME, false, WITHIN];
Object.assign(
  WITHIN,
  orNull({
    ...Object.fromEntries(['user', 'client', 'member', 'organization', 'subOrganizationOf', 'isPartOf'].map((name) => [name, ENTITY])),
    ...Object.fromEntries(['members', 'creators', 'items', 'learningObjectives'].map((name) => [name, LIST])),
    ...Object.fromEntries(['version', 'host', 'ipAddress', 'userAgent', 'courseNumber', 'academicSession', 'mediaType', 'storageName'].map((name) => [name, WORD])),
    otherIdentifiers: [(list: unknown) => [list].flat().every((one: any) => isText(one?.identifier) && isText(one.identifierType)), 'a list of objects with an identifier and an identifierType'],
    duration: [(value: unknown) => within(0)(value) || (DURATION[0] as (value: unknown) => unknown)(value), DURATION[1]],
  }),
);

const CONTEXT: Expectations = {
  context: object(orNull({
    edApp: entity(typed('SoftwareApplication')),
    group: entity(typed('CourseSection', 'CourseOffering', 'Group', 'Organization')),
    membership: entity({
      ...typed('Membership'),
      roles: [(list: unknown) => Array.isArray(list) && list.every((role) => ROLE.test(role)), 'an array of roles such as "Learner"'],
      status: oneOf('Active', 'Inactive'),
      member: ENTITY,
      organization: ENTITY,
    }),
    session: entity({ ...typed('Session', 'LtiSession'), ...PERIOD }),
    federatedSession: entity({ ...typed('LtiSession'), ...PERIOD }),
    referrer: ENTITY,
    parent: ENTITIES,
    grouping: ENTITIES,
    category: ENTITIES,
    platform: TEXT,
    language: LANGUAGE,
    registration: [isUuid, 'a UUID'],
  }, [null, ''])),
};

const COMPLETION: Expectations = {
  threshold: [within(0, 1), 'a fraction 0–1'],
  secondsFromEnd: NUMBER,
};

const QUEUE: Expectations = {
  maxEvents: POSITIVE,
  maxBytes: POSITIVE,
  maxAgeDays: POSITIVE,
  batchSize: POSITIVE,
  flushInterval: NUMBER,
  storage: oneOf('indexeddb', 'memory'),
};

const RESUME: Expectations = {
  segments: [(list: unknown) => Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(within(0)) && pair[0] <= pair[1] && pair[1] < Infinity), 'a list of pairs [from, to] of seconds'],
  position: NUMBER,
  completed: FLAG,
};

const OPTIONS: Expectations = {
  startOn: oneOf('play', 'metadata'),
  milestones: [
    (value: unknown) =>
      value === false || (Array.isArray(value) ? value.every(within(0, 100)) : isObject(value) && within(0.1)(value['every']) && /^(percent|seconds)$/.test(value['unit'] as string)),
    'a list of percents 0–100, { every: a number, 0.1 or more, unit: "percent" or "seconds" }, or false',
  ],
  milestoneBasis: oneOf('watched', 'reached'),
  completion: object(COMPLETION),
  queue: object(QUEUE),
  resume: [
    (value: unknown) => isObject(value) || isFunction(value) || typeof value === 'boolean',
    'true, false, an object or a function',
    false,
    RESUME,
  ],
  consent: oneOf('granted', 'pending', 'denied'),
  beforeRecord: FUNCTION,
  respectGpc: FLAG,
  skipAds: FLAG,
  recoverSessions: FLAG,
  debug: FLAG,
};

const ACTOR: Expectations = orNull({
  id: [isIri, IRI, true],
  name: TEXT,
  account: [
    (value: unknown) => isObject(value) && isIri(value['homePage']) && value['name'] && isText(value['name']),
    'an object with a homePage, an absolute IRI, and a name',
  ],
  email: [(value: unknown) => value === '' || isEmail(value), 'an e-mail address'],
  anonymous: FLAG,
});

/**
 * Throws unless it is an actor: option `actor`, or what its promise gave.
 * @returns it as it can be recorded
 * @param found it is of one learner alone: what others may have right is left out and said, for it must not cost the record
 */
export function checkActor<A>(actor: A, found?: boolean): A {
  if (found && isObject(actor))
    for (const name of ['name', 'email'])
      try {
        expect(actor, { [name]: ACTOR[name]! }, 'the actor is recorded without what is wrong: "');
      } catch (error) {
        console.warn((error as Error).message);
        actor = { ...actor, [name]: null };
      }
  if (actor === 'anonymous' || isFunction(actor) || isFunction((actor as PromiseLike<unknown> | undefined)?.then)) return actor;
  expect({ actor }, { actor: [isObject, 'an object with an id, a function or promise of one, or "anonymous"', true, ACTOR] });
  return actor;
}

const MEDIA: Expectations = orNull({
  id: [isIri, IRI, true],
  name: TEXT,
  description: TEXT,
  type: oneOf('video', 'audio'),
  live: FLAG,
  mediaType: TEXT,
  language: LANGUAGE,
  keywords: TEXTS,
  collection: ENTITY,
  duration: NUMBER,
});

/**
 * Throws unless it is a media: option `media`, or what its function gave; `mayAsk`: or a function of it.
 * @param again it was named before: what is not known in it has been said
 */
export function checkMedia(media: unknown, mayAsk = true, again?: boolean): void {
  if (mayAsk && isFunction(media)) return;
  expect({ media }, {
    media: [isData, 'an object of plain data with an id, or a function that gives one', true, MEDIA],
  });
  if (!again) warnOfOthers(media, MEDIA, 'option "media.');
}

/** Throws unless it is a context: option `context`, or one that takes its place; `again`: as above. */
export function checkContext(context: unknown, again?: boolean): void {
  expect({ context }, CONTEXT);
  if (!again) warnOfOthers(context, CONTEXT['context']![3]!, 'option "context.');
}

/** What a destination does. */
const PORT = ['map', 'wrap', 'headers', 'authorization', 'judge'];

/** Throws unless all are destinations, no two with one key; they may be left out unless `required`. */
function checkDestinations(list: unknown, required = false): void {
  expect({ destinations: list }, { destinations: [Array.isArray, 'an array of destinations such as [xapi({ … })]', required] });
  // They are named by their keys, since all else of them may hold a credential.
  const destinations = (list as readonly any[] | undefined)?.map((one) => {
    expect({ 'destinations[]': one }, { 'destinations[]': [() => isText(one.key) && isText(one.url) && PORT.every((port) => isFunction(one[port])), 'a destination such as xapi({ … })', true] });
    return one.key;
  });
  // Those with one key would share their rows.
  expect({ destinations }, { destinations: [(keys: readonly string[]) => new Set(keys).size === keys.length, 'different in endpoint or vocabulary'] });
}

/** Says of each option that there is none of its name: a misspelt one would be heeded by nobody. */
function warnOfOthers(options: unknown, known: Expectations, where: string, more: readonly string[] = []): void {
  if (isObject(options)) for (const name of Object.keys(options)) if (!(name in known) && !more.includes(name)) console.warn(`learningAnalytics: ${where}${name}" is not known and does nothing`);
}

/** Options that are checked elsewhere, and what a launch says besides them. */
const SEEN_TO = ['actor', 'media', 'context', 'destinations', 'activityId', 'launchData', 'learnerPreferences', 'authorization'];

/**
 * Throws unless all options are as documented; endpoints see to their own.
 * @param required destinations are, since there are no options that stand for them
 * @throws {TypeError} that names the option, what was expected and what came
 */
export function checkOptions(options: Options<never>, required = false): void {
  expect({ options }, { options: [isObject, 'an object with at least an actor', true] });
  checkActor(options.actor);
  if (options.media !== undefined) checkMedia(options.media);
  checkContext(options.context);
  expect(options, OPTIONS);
  checkDestinations(options.destinations, required);
  warnOfOthers(options, OPTIONS, 'option "', SEEN_TO);
  for (const name of ['completion', 'resume', 'queue'] as const) warnOfOthers(options[name], OPTIONS[name]![3]!, `option "${name}.`);
  warnOfOthers(options.actor, ACTOR, 'option "actor.');
}

const DESCRIBED: Expectation = [isDescribed, `an object with an id, ${IRI}`];
const WORDS: Expectation = [(value: unknown) => value && isText(value), 'text that is not empty'];
const needed = ([holds, expected]: Expectation, required = true, members: Expectations = {}): Expectation => [holds, expected, required, members];

/**
 * Throws unless it is an event that `record()` takes.
 * @throws {TypeError} that names the field, what was expected and what came
 */
export function checkEvent(event: PortalLearningEvent): void {
  expect({ event }, { event: object({ type: needed(oneOf(...Object.keys(EVENTS).filter((type) => EVENTS[type as EventType][3]))) }) }, '"');
  const { type } = event;
  const subject = EVENTS[type][3]!;
  expect(event, orNull({
    [subject]: subject === 'media' ? needed(DESCRIBED, true, MEDIA) : needed(ENTITY, true, WITHIN),
    application: ENTITY,
    target: ENTITY,
    ...CONTEXT,
    position: NUMBER,
    results: [(value: number) => within(0)(value) && !(value % 1), 'a whole number, 0 or more'],
    comment: [isIri, IRI],
    text: WORDS,
    includeText: FLAG,
    role: WORDS,
    query: needed(WORDS, type === 'searched'),
    collaborator: needed(DESCRIBED, type === 'collaboratorAdded', ACTOR),
    with: [Array.isArray, 'an array of objects with ids', false, ACTOR],
  }), `event "${type}": "`);
}

/** Throws unless the options of an endpoint are as documented; gives them with URL and credential in order. */
export function checkEndpoint<T>(option: 'xapi' | 'caliper' | 'custom', given: T, versions: readonly string[]): T {
  const trim = (value: unknown, name: string): unknown => {
    const trimmed = isText(value) ? value.trim() : value;
    if (trimmed !== value) console.warn(`learningAnalytics: option "${option}.${name}" has spaces around it, which were taken away`);
    return trimmed;
  };
  expect({ [option]: given }, { [option]: [isObject, 'an object with an endpoint and auth', true] });
  const { auth, allowInsecure, endpoint } = given as Record<string, unknown>;

  const pair = option !== 'caliper' && isObject(auth) && [auth['key'], auth['secret']].every((part) => isText(part) && part.trim());
  const where = `option "${option}.`;
  const urlFrom = (text: string): URL => new URL(text.trim(), urlOf() ?? SERVER);
  const addresses = (holds: (url: URL) => unknown, expected: string): Expectations =>
    Object.fromEntries((option === 'custom' ? ['endpoint', 'url', 'about'] : ['endpoint']).map((name) => [name, [(text: unknown) => isText(text) && text.trim() && holds(urlFrom(text)), expected, name === 'endpoint']]));
  const expectations: Expectations = {
    ...addresses((url) => url.protocol.startsWith('http'), 'a URL'),
    auth: [
      (value: unknown) => value === false || isFunction(value) || pair || isKey(value),
      option === 'caliper' ? 'false, a key or a function' : 'false, { key, secret }, a header value or a function',
      option !== 'custom',
    ],
    version: oneOf(...versions, 'auto'),
    events: [(list: unknown) => Array.isArray(list) && list.every((type) => Object.keys(EVENTS).includes(type)), `an array of event types (${Object.keys(EVENTS).join(', ')})`],
    beforeSend: FUNCTION,
    headers: [(value: unknown) => isObject(value) && Object.entries(value).every(([name, text]) => TOKEN.test(name) && isKey(text)), 'an object of header values by name'],
    credentials: oneOf('omit', 'same-origin', 'include'),
    allowInsecure: FLAG,
    ...(option === 'caliper'
      ? {
          thin: FLAG,
          scheme: [(value: unknown) => isText(value) && TOKEN.test(value), 'a word such as "Bearer"'],
          seekTarget: oneOf('origin', 'destination'),
          messageParameters: TEXTS,
          sensor: [isIri, IRI],
        }
      : {
          language: LANGUAGE,
          vocabulary: [(value: unknown) => value === 'video-profile' || (isObject(value) && isText(value['name']) && isFunction(value['statement'])), '"video-profile" or a vocabulary such as kaltura({ … })'],
        }),
    ...(option === 'custom' && {
      ...Object.fromEntries(PORT.map((name) => [name, FUNCTION])),
      key: TEXT,
      label: TEXT,
      maxBytes: POSITIVE,
      probe: [isObject, 'an object with method and url'],
    }),
  };
  expect(given, expectations, where);
  warnOfOthers(given as object, expectations, where, ['negotiate', 'asVersion', 'applyConfiguration']);
  expect(given, addresses((url) => !url.username && !url.password, 'a URL without a user name and password, which belong in "auth"'), where);
  expect(given, addresses(...secure(allowInsecure)), where);
  return {
    ...given,
    endpoint: urlFrom(trim(endpoint, 'endpoint') as string).href,
    ...(auth !== undefined && { auth: pair ? { key: trim(auth['key'], 'auth.key'), secret: trim(auth['secret'], 'auth.secret') } : trim(auth, 'auth') }),
  };
}
