import type { Destination } from './destination.js';
import type { EndpointOptions } from './endpoint-options.js';
import { givenBy } from '../given-by.js';
import { plain } from '../plain.js';
import { isWanted } from './is-wanted.js';
import { plainly } from './plainly.js';

/** Where events go that are for neither standard: an endpoint, and whatever of the port differs from the default. */
export type CustomOptions = Partial<Destination> &
  Pick<EndpointOptions<never, object>, 'events' | 'allowInsecure' | 'beforeSend'> & {
    /** The URL that batches are POSTed to; may be relative to the page. */
    readonly endpoint: string;
  };

/**
 * A destination of your own. By default it is sent the neutral events, in batches that are JSON arrays; any 2xx acknowledges.
 * `map` makes other documents of them, `wrap` another body, `judge` heeds other answers.
 */
export const custom = ({ endpoint, events, beforeSend, map = (event, actor) => ({ ...event, actor }), ...own }: CustomOptions): Destination => ({
  ...plainly(`custom ${endpoint}`, endpoint),
  auth: false,
  ...own,
  // By the names of ours a service worker knows what it may send.
  ...(/^(xapi|caliper|session) /.test(own.key!) && { key: `custom ${own.key}` }),
  map(event, actor) {
    // What it is given is its own to change: other destinations are given the same event.
    const document = isWanted(event, events) ? map(plain(event), plain(actor)) : undefined;
    return document && beforeSend ? givenBy('beforeSend', beforeSend(document, plain(event))) : document;
  },
});
