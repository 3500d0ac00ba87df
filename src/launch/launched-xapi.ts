import type { LearningEvent } from '../events.js';
import { clean } from '../destinations/clean.js';
import type { Destination } from '../destinations/destination.js';
import type { Statement } from '../destinations/xapi/statement.js';
import type { Named } from '../destinations/xapi/actor-of-agent.js';
import type { XapiOptions } from '../destinations/xapi/xapi.js';
import { xapi } from '../endpoints.js';
import { givenBy } from '../given-by.js';
import { expect, isObject } from '../options/expect.js';
import { FUNCTION } from '../options/expectations.js';
import { plain } from '../plain.js';

/** Options for the destination of a launch, besides what the launch itself says. */
export type LaunchOptions = Partial<Omit<XapiOptions, 'endpoint' | 'auth'>>;

/** The parameters of a launch. */
export function parametersOf(location: string | { readonly search: string }): URLSearchParams {
  const search = typeof location === 'string' ? location.replace(/^[^?]*\??|#.*/g, '') : location?.search;
  expect({ location }, { location: [() => typeof search === 'string', 'the address of the page, or its location', true] }, '"');
  return new URLSearchParams(search);
}

/** Basic, unless it says its scheme. */
export const headerOf = (token: string): string => (/\s/.test(token) ? token : `Basic ${token}`);

/**
 * The record store of a launch. What the launch lets in is this learner: their statements name the very agent of the launch, and
 * its credential, which `header` gives, sends no other learner's. `changed` makes of a statement what the LMS wants it to be, before
 * `beforeSend` has the last word; where it gives nothing, nothing is said.
 */
export function launchedXapi(options: LaunchOptions, endpoint: string, header: (() => string) | undefined, launched: Named, changed: (statement: Statement, event: LearningEvent) => Statement | undefined): Destination {
  expect({ options }, { options: [isObject, 'an object'] }, '"');
  const { beforeSend, ...more } = options;
  expect(options, { beforeSend: FUNCTION }, 'option "xapi.');
  const destination = xapi({
    ...more,
    endpoint,
    auth: header
      ? (actor) => {
          if (actor.id !== launched.actor.id) throw new Error('the launch lets in another learner');
          return header();
        }
      : false,
  });
  const { map } = destination;
  return Object.assign(destination, {
    map(...[event, actor]: Parameters<Destination['map']>) {
      const statement = map(event, actor) as Statement | undefined;
      if (!statement) return undefined;
      const { contextActivities: activities, ...context } = statement.context ?? {};
      // Nothing is its own parent: the media may be what was launched.
      const parent = activities?.parent?.filter(({ id }) => id !== statement.object.id);
      const own = clean({ ...statement, context: { ...context, contextActivities: { ...activities, parent } } }) as Statement;
      const said = changed({ ...own, ...(actor.id === launched.actor.id && { actor: launched.agent }) }, event);
      return beforeSend && said ? givenBy('beforeSend', beforeSend(plain(said), plain(event))) : said;
    },
  });
}
