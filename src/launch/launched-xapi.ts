import type { Actor, LearningEvent } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import type { Statement } from '../destinations/xapi/statement.js';
import type { Named } from '../destinations/xapi/actor-of-agent.js';
import { iri } from '../destinations/iri.js';
import { VERSIONS, vocabularyOf, xapi, type XapiOptions } from '../destinations/xapi/xapi.js';
import { checkEndpoint } from '../options/check-endpoint.js';
import { expect, isObject } from '../options/expect.js';
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
  const auth: XapiOptions['auth'] = header
    ? (actor) => {
        if (actor.id !== launched.actor.id) throw new Error('the launch lets in another learner');
        return header();
      }
    : false;
  const checked = checkEndpoint('xapi', { ...options, endpoint, auth }, VERSIONS);
  const vocabulary = vocabularyOf(checked);
  const { beforeSend } = checked;
  /** Whose the event is that is being said. */
  let learner: Actor;
  return xapi({
    ...checked,
    vocabulary: {
      ...vocabulary,
      statement(event, actor, language) {
        learner = actor;
        const said = vocabulary.statement(event, actor, language) as Statement | undefined;
        const { parent, ...activities } = said?.context?.contextActivities ?? {};
        // Nothing is its own parent: the media may be what was launched. An agent has no id.
        return said && { ...said, context: { ...said.context, contextActivities: { ...activities, parent: parent?.filter(({ id }) => iri(id) !== iri(`${said.object.id}`)) } } };
      },
    },
    // What the LMS gave stands as it is, which it may compare member by member: it comes when all else is tidy.
    beforeSend(statement, event) {
      const said = changed({ ...statement, ...(learner.id === launched.actor.id && { actor: launched.agent }) }, event) ?? null;
      return said && beforeSend ? beforeSend(plain(said), event) : said;
    },
  });
}
