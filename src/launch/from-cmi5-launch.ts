import { defined } from '../defined.js';
import type { MediaLearningEvent } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import type { Activity, Statement } from '../destinations/xapi/statement.js';
import { clean, named } from '../destinations/clean.js';
import { iri } from '../destinations/iri.js';
import { actorOfAgent } from '../destinations/xapi/actor-of-agent.js';
import { secure } from '../options/check-endpoint.js';
import { expect, isIri, isObject, isUuid } from '../options/expect.js';
import { BRIEF } from '../outbox/row.js';
import { urlOf } from '../page.js';
import type { XapiLaunch } from './from-xapi-launch.js';
import { headerOf, launchedXapi, type LaunchOptions, parametersOf } from './launched-xapi.js';

/** The LMS's state document `LMS.LaunchData` (cmi5 §10.2). */
export interface LaunchData {
  readonly contextTemplate: NonNullable<Statement['context']>;
  readonly launchMode: 'Normal' | 'Browse' | 'Review';
  readonly launchParameters?: string;
  readonly masteryScore?: number;
  readonly moveOn?: string;
  readonly returnURL?: string;
  readonly entitlementKey?: unknown;
}

/** The learner's agent profile document `cmi5LearnerPreferences` (cmi5 §11). */
export interface LearnerPreferences {
  /** RFC 5646 tags with commas between, the preferred one first. */
  readonly languagePreference?: string;
  readonly audioPreference?: 'on' | 'off';
}

/** What a cmi5 launch says. */
export interface Cmi5Launch extends XapiLaunch {
  readonly launchData: LaunchData;
  /** What the learner would rather have, to be heeded by the page; empty where the LMS does not say. */
  readonly learnerPreferences: LearnerPreferences;
  /** The Authorization header of the session: the page needs it for its own cmi5 defined statements. Keep it in memory. */
  readonly authorization: string;
}

const CMI5 = 'https://w3id.org/xapi/cmi5/';
const PROGRESS = `${CMI5}result/extensions/progress`;
const SESSION_ID = `${CMI5}context/extensions/sessionid`;
const NAMES = ['endpoint', 'fetch', 'actor', 'registration', 'activityId'] as const;

/** By fetch URL: it gives its token once, and this page may ask more than once. */
const sessions = new Map<string, Promise<string>>();

/** The LMS has so many ms for an answer. */
const PATIENCE = 20_000;

async function ask(url: string, init: RequestInit): Promise<{ readonly ok: boolean; readonly status: number; readonly said: { readonly [name: string]: unknown } }> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`learningAnalytics: the LMS did not answer at ${url.split('?')[0]}`)), PATIENCE);
  try {
    const answer = await fetch(url, { ...init, signal: limit.signal });
    const said = await answer.json().catch(() => null);
    return { ok: answer.ok, status: answer.status, said: said ?? {} };
  } finally {
    clearTimeout(timer);
  }
}

async function authorize(url: string): Promise<string> {
  const { status, said } = await ask(url, { method: 'POST' });
  const token = said['auth-token'];
  if (token && typeof token === 'string') return headerOf(token);
  throw new Error(`learningAnalytics: the LMS gave no cmi5 token: ${said['error-text'] ?? status}${`${said['error-code']}` === '1' ? ' (a fetch URL works once: launch again from the LMS)' : ''}`);
}

/** What an LMS gave, but for what would be refused in any statement: `null` outside of extensions, and keys of those that are no IRIs. */
const sound = (value: any): any =>
  Array.isArray(value)
    ? value.filter((one) => one !== null).map(sound)
    : isObject(value)
      ? Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, name === 'extensions' ? named(member) : sound(member)]])))
      : value;

/** What of the launch data each statement goes by; the template is sound. */
interface Template extends Pick<LaunchData, 'launchMode'> {
  readonly contextTemplate: LaunchData['contextTemplate'] & { readonly revision?: string };
}

/** Without members in which nothing stands. */
const filled = (members: { readonly [name: string]: object }): object => Object.fromEntries(Object.entries(members).filter(([, value]) => Object.keys(value)[0]));

/**
 * The statement as cmi5 allows it (§7.1.3): with all of the template, without the category of those that cmi5 defines. Nothing
 * where it would say of what was launched that it is completed, and the learner only looks at it (§10.2.2).
 */
function allowed(statement: Statement, { progress }: Partial<MediaLearningEvent>, { contextTemplate, launchMode }: Template, registration: string, activityId: string): Statement | undefined {
  const isLaunched = statement.object.id === iri(activityId);
  if (isLaunched && statement.result?.completion && /Browse|Review/.test(launchMode)) return undefined;
  const { context: { contextActivities: ours, extensions: own, ...place } = {}, result, ...said } = statement;
  const { platform, revision, contextActivities, extensions, ...rest } = contextTemplate;
  const activities: { [kind: string]: Activity[] } = {};
  for (const from of [contextActivities, ours]) {
    for (const [kind, list] of Object.entries(from ?? {})) {
      const those = activities[kind] ?? [];
      // The data model allows one activity for a list of one.
      for (const activity of [list].flat()) if (!activity.id.startsWith(`${CMI5}context/categories/`) && !those.some(({ id }) => iri(id) === iri(activity.id))) those.push(activity);
      if (those[0]) activities[kind] = those;
    }
  }
  // cmi5's progress is that of what was launched, until that is completed (§9.5.5.1).
  const { [PROGRESS]: share, ...others } = result?.extensions ?? {};
  const isUnderWay = isLaunched && !(progress && progress.fraction >= progress.threshold);
  return {
    ...said,
    ...clean({ result: { ...result, extensions: { ...others, ...(isUnderWay && { [PROGRESS]: share }) } } }),
    context: {
      ...place,
      ...defined(rest),
      // Only where the object is an activity (xAPI 1.0.3 Data §2.4.6).
      ...((statement.object as { objectType?: string }).objectType !== 'Agent' && defined({ platform, revision })),
      registration,
      ...filled({ contextActivities: activities, extensions: { ...own, ...extensions } }),
    },
  };
}

/**
 * Reads the address that an LMS launched this page with by cmi5, fetches the token of the session, once per page load, the
 * launch data and the learner's preferences. Its destination sends "cmi5 allowed" statements alone, each with the LMS's
 * `contextTemplate`. Those that cmi5 defines are the page's own: `initialized` before playing begins, `completed`, `passed` or
 * `failed`, and `terminated` after `dispose()` of the player and what `flush()` then gives, so that nothing of it comes later (§7.1, §9.3).
 * @param location of the page
 * @param options for the destination
 * @returns `undefined` where it was not launched by cmi5
 * @throws {TypeError} where the launch cannot be used; {Error} where the LMS gives no token or no launch data
 */
export async function fromCmi5Launch(location: string | { readonly search: string }, options: LaunchOptions = {}): Promise<Cmi5Launch | undefined> {
  const parameters = parametersOf(location);
  if (!parameters.get('fetch')) return undefined;
  const [endpoint, url, json, registration, activityId] = NAMES.map((name) => {
    const value = parameters.get(name)?.trim();
    if (!value) throw new TypeError(`learningAnalytics: the cmi5 launch lacks "${name}" (cmi5 §8.1)`);
    return value;
  }) as [string, string, string, string, string];
  const launched = actorOfAgent(json);
  // What is wrong is found out before anything is sent, and before the fetch URL is used up.
  let authorization = '';
  let template: Template;
  const destination = launchedXapi(options, endpoint, () => authorization, launched, (statement, event) => allowed(statement, event as Partial<MediaLearningEvent>, template, registration, activityId));
  const [isSecure, expected] = secure(options.allowInsecure);
  expect({ fetch: url.split('?')[0], registration, activityId }, {
    fetch: [(value: string) => isSecure(new URL(value, urlOf())), expected],
    registration: [isUuid, 'a UUID'],
    activityId: [isIri, 'an absolute IRI'],
  }, 'the cmi5 launch\'s "');

  const session = sessions.get(url) ?? authorize(url);
  sessions.set(url, session);
  // What never reached the LMS has used nothing up.
  session.catch(() => sessions.delete(url));
  authorization = await session;

  const [base, more] = endpoint.split('?') as [string, string?];
  const read = (resource: string, query: { [name: string]: string }) =>
    ask(`${base.replace(/\/*$/, '/')}${resource}?${more ? `${more}&` : ''}${new URLSearchParams(query)}`, { headers: { Authorization: authorization, 'X-Experience-API-Version': '1.0.3' } });
  const [{ ok, status, said }, preferences] = await Promise.all([
    read('activities/state', { stateId: 'LMS.LaunchData', activityId, agent: json, registration }),
    // An LMS may refuse all statements of a page that has not asked (§11); whether it has any is another matter.
    read('agents/profile', { profileId: 'cmi5LearnerPreferences', agent: json }).catch(() => undefined),
  ]);
  if (!ok || !isObject(said['contextTemplate'])) throw new Error(`learningAnalytics: the LMS has no cmi5 launch data for this launch (${status})`);
  const launchData = said as unknown as LaunchData;
  template = { ...launchData, contextTemplate: sound(launchData.contextTemplate) };

  // A token is its session's alone: what another one has left may not be told in this one, nor its statements by another's token
  // (§8.2.1, §9.3.6). Nor may what a page before had still to say.
  const { key, map } = destination;
  const begun = new Set<string>();
  Object.assign(destination, {
    key: `${BRIEF}${encodeURIComponent(`${launchData.contextTemplate.extensions?.[SESSION_ID] ?? Math.random()}`)} ${key}`,
    map(...[event, actor]: Parameters<Destination['map']>) {
      const { session: of } = event as Partial<MediaLearningEvent>;
      if (of && event.type === 'initialized') begun.add(of);
      return of && !begun.has(of) ? undefined : map(event, actor);
    },
  });

  return {
    actor: launched.actor,
    destinations: [destination],
    context: { registration, parent: activityId },
    activityId,
    launchData,
    learnerPreferences: preferences?.ok ? preferences.said : {},
    authorization,
  };
}
