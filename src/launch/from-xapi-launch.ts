import type { Actor, Context } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import { isIri, isLanguage, isUuid } from '../options/expect.js';
import { actorOfAgent } from '../destinations/xapi/actor-of-agent.js';
import type { LaunchData, LearnerPreferences } from './from-cmi5-launch.js';
import { headerOf, launchedXapi, type LaunchOptions, parametersOf } from './launched-xapi.js';

/** What an xAPI launch says, as `learningAnalytics()`, `track()` and `createPortal()` take it. */
export interface XapiLaunch {
  readonly actor: Actor;
  readonly destinations: readonly Destination[];
  readonly context: Context;
  /** What was launched: take it for `media.id` where that is the media itself. Else it is its parent, which the context says. */
  readonly activityId: string | undefined;
  /** Of a cmi5 launch alone, as are the next two. */
  readonly launchData?: LaunchData | undefined;
  readonly learnerPreferences?: LearnerPreferences | undefined;
  readonly authorization?: string | undefined;
}

/** The one that is liked most (RFC 9110 §12.5.4). */
const preferred = (languages = ''): string | undefined =>
  languages
    .split(/,|\s+(?=[a-z]{2})/i)
    .map((part) => ({ tag: part.split(';')[0]!.trim(), weight: Number(/;\s*q=([\d.]+)/i.exec(part)?.[1] ?? 1) }))
    .filter(({ tag, weight }) => isLanguage(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)[0]?.tag;

/**
 * Reads the address that an LMS launched this page with (Rustici's launch for Tin Can and xAPI: `endpoint`, `auth`, `actor`,
 * `registration`, `activity_id`, `activity_platform`, `Accept-Language`, `grouping`).
 * @param location of the page
 * @param options for the destination, such as a vocabulary
 * @returns `undefined` where it was not launched so
 * @throws {TypeError} where the launch cannot be used, with the reason
 */
export function fromXapiLaunch(location: string | { readonly search: string }, options: LaunchOptions = {}): XapiLaunch | undefined {
  const parameters = parametersOf(location);
  const get = (name: string): string | undefined => parameters.get(name)?.trim() || undefined;
  const endpoint = get('endpoint');
  // With a fetch URL it is cmi5's.
  if (!endpoint || get('fetch')) return undefined;
  const launched = actorOfAgent(parameters.get('actor'));
  const [auth, registration, activityId, platform, language, grouping] = ['auth', 'registration', 'activity_id', 'activity_platform', 'Accept-Language', 'grouping'].map(get);
  return {
    actor: launched.actor,
    destinations: [launchedXapi(options, endpoint, auth ? () => headerOf(auth) : undefined, launched, (statement) => statement)],
    // What is no UUID, no IRI or no language would have every statement refused.
    context: {
      registration: isUuid(registration) ? registration : undefined,
      platform,
      language: preferred(language),
      grouping: isIri(grouping) ? grouping : undefined,
      parent: isIri(activityId) ? activityId : undefined,
    } as Context,
    activityId,
  };
}
