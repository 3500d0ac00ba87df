import { isEmail } from '../destinations/iri.js';
import { EVENTS, type EventType, type PortalLearningEvent } from '../events.js';
import { PORT } from './check-endpoint.js';
import { CONTEXT, ENTITY, isDescribed, WITHIN } from './entity-expectations.js';
import { expect, type Expectations, isIri, isObject, oneOf } from './expect.js';
import { type Expectation, FLAG, FUNCTION, IRI, isData, isFunction, isText, LANGUAGE, NUMBER, object, orNull, POSITIVE, TEXT, TEXTS, within } from './expectations.js';
import type { Options } from './options.js';
import { warnOfOthers } from './warn-of-others.js';

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
 * @param given it, before what was not said was added to it
 * @throws {TypeError} that names the field, what was expected and what came
 */
export function checkEvent(event: PortalLearningEvent, given: unknown = event): void {
  expect({ event: given }, { event: [isObject, 'an object with a type', true] }, '"');
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
