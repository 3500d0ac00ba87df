import type { LearningEvent } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import type { Statement } from '../destinations/xapi/statement.js';
import type { Named } from '../destinations/xapi/actor-of-agent.js';
import { videoProfile } from '../destinations/xapi/video-profile.js';
import type { XapiOptions } from '../destinations/xapi/xapi.js';
import { xapi } from '../endpoints.js';
import { expect, isObject } from '../options/expect.js';

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
 * its credential, which `header` gives, sends no other learner's. `changed` has its say before `beforeSend` has the last one;
 * where it gives nothing, nothing is said.
 */
export function launchedXapi(options: LaunchOptions, endpoint: string, header: (() => string) | undefined, launched: Named, changed: (statement: Statement, event: LearningEvent) => Statement | undefined): Destination {
  expect({ options }, { options: [isObject, 'an object'] }, '"');
  const vocabulary = typeof options.vocabulary === 'object' ? options.vocabulary : videoProfile;
  return xapi({
    ...options,
    endpoint,
    auth: header
      ? (actor) => {
          if (actor.id !== launched.actor.id) throw new Error('the launch lets in another learner');
          return header();
        }
      : false,
    vocabulary: {
      ...vocabulary,
      statement(event, actor, language) {
        const statement = vocabulary.statement(event, actor, language) as Statement | undefined;
        if (!statement) return undefined;
        const { parent, ...activities } = statement.context?.contextActivities ?? {};
        const named: Statement = {
          ...statement,
          ...(actor.id === launched.actor.id && { actor: launched.agent }),
          // Nothing is its own parent: the media may be what was launched.
          context: { ...statement.context, contextActivities: { ...activities, parent: (parent ?? []).filter(({ id }) => id !== statement.object.id) } },
        };
        return changed(named, event);
      },
    },
  });
}
