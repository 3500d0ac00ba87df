import { caliper, type CaliperOptions } from '../destinations/caliper/caliper.js';
import type { AuthReason, Destination } from '../destinations/destination.js';
import { xapi } from '../destinations/xapi/xapi.js';
import type { Environment } from '../outbox/environment.js';
import { createOutbox } from '../outbox/outbox.js';
import { createStore } from '../outbox/resilient-store.js';
import { BACKOFF } from '../outbox/pace.js';
import type { Row } from '../outbox/row.js';
import type { Key } from '../outbox/store.js';

/** Whose events are to be sent, and where. */
export interface Asked {
  readonly standard: 'xapi' | 'caliper';
  /** As the page's options name it; of xAPI without `/statements`. */
  readonly endpoint: string;
  /** The learner's id, or `'anonymous'`. */
  readonly actor: string;
  /** Of sending, or because the last one was refused. */
  readonly reason: AuthReason;
}

export interface DrainOptions extends Pick<CaliperOptions, 'headers' | 'credentials' | 'thin'> {
  /**
   * Gives a credential for the events of one learner: for xAPI a whole header value, for Caliper the key. What it throws
   * leaves those events where they are, as for a learner who is not signed in any more. `false`: a cookie authorises.
   */
  readonly auth: (asked: Asked) => string | false | Promise<string | false>;
  /** As in the page's `caliper` options. @default 'Bearer' */
  readonly scheme?: CaliperOptions['scheme'];
  /** As in the page's `caliper` options. @default the origin */
  readonly sensor?: string;
  /** The version of xAPI, as in the page's `xapi` options; that of Caliper events is their own. @default '1.0.3' */
  readonly version?: '1.0.3' | '2.0.0' | 'auto';
}

/** What became of what lay in the outbox, in rows (event × destination). */
export interface Drained {
  readonly delivered: number;
  readonly rejected: number;
  /** What is left, for whatever reason. */
  readonly pending: number;
}

/** A worker's; made when it is used, since what bundles or renders on a server may import this too. */
const createEnvironment = (): Environment => ({
  now: () => Date.now(),
  random: () => Math.random(),
  fetch: (url, init) => fetch(url, init),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as number),
  locks: navigator.locks as Environment['locks'],
  indexedDB,
  // A worker does not leave.
  keepalive: { left: 0 },
  onWake() {},
  warn: (message, error = '') => console.warn(`learningAnalytics: ${message}`, error),
});

/** What is too much or too old is for pages to say, whose options name the bounds. */
const queue = { maxEvents: Infinity, maxBytes: Infinity, maxAgeDays: Infinity };

/**
 * Sends what pages left in the outbox, in the portal's own service worker, but for what endpoints asked to wait with (`Retry-After`).
 * Rejects where IndexedDB cannot be read.
 */
export async function drain({ auth, version = '1.0.3', scheme = 'Bearer', sensor = location.origin, ...more }: DrainOptions): Promise<Drained> {
  const environment = createEnvironment();
  const store = createStore(environment);
  await store.persist(true);

  /** The destination as it stood in the page, as far as its rows tell. */
  const destinationOf = (key: string, document: string): Destination | undefined => {
    const [, standard, endpoint] = /^(xapi|caliper)(?: .+)? (\S+)$/.exec(key) ?? [];
    if (!endpoint) return undefined;
    const own = (actor: { readonly id: string }, reason: AuthReason) =>
      auth({ standard: standard as Asked['standard'], endpoint, actor: actor.id, reason });
    const common = { endpoint, auth: own, ...more };
    // What speaks 1.2 may not be what the endpoint speaks: pages find that out, and so does this.
    const spoken = document.includes('/caliper/v1p1') && ({ version: '1.1' } as const);
    const destination = standard === 'xapi' ? xapi({ ...common, version }) : caliper({ ...common, ...spoken, scheme, sensor });
    return { ...destination, key };
  };

  const total = { delivered: 0, rejected: 0 };
  for (let after: Key | undefined, next: readonly Row[]; (next = await store.page<Row>(['q'], 1, after)).length; ) {
    const [{ k: [, key, actor], d: document }] = next as readonly [Row];
    // Behind all rows of that learner.
    after = ['q', key, actor, Infinity];
    const destination = destinationOf(key, document);
    if (!destination) continue;
    const outbox = createOutbox({ destinations: [destination], store, environment, queue });
    outbox.setActor({ id: actor }, actor);
    const { delivered, rejected } = await outbox.flush(BACKOFF);
    total.delivered += delivered;
    total.rejected += rejected;
    await outbox.dispose();
  }
  // With Background Sync the browser tries again then.
  if (store.blind()) throw new Error('IndexedDB cannot be read now.');
  const pending = await createOutbox({ destinations: [], store, environment, queue }).pending();
  store.close();
  return { ...total, pending };
}
