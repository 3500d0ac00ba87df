import type { Actor } from '../events.js';
import type { AuthReason, Destination } from '../destinations/destination.js';
import type { Environment } from './environment.js';
import { within } from './within.js';

const TIME_LIMIT = 30_000;

/** Who is here; another object after each change. */
export interface Who {
  readonly actor: Actor | null;
  readonly key: string;
}

/** The Authorization header of one destination, kept in memory only. */
export interface Credential {
  /** It belongs to a person, not to the site: it must not carry others' rows. */
  readonly personal: boolean;
  /** Empty where none is sent, `undefined` where it must be asked for. */
  cached(who: Who): string | undefined;
  ask(who: Who): Promise<string>;
  /** The endpoint refused it; whether there may be another. */
  refuse(): boolean;
}

export function createCredential(environment: Environment, destination: Destination): Credential {
  const { auth, credentials = 'same-origin' } = destination;
  let reason: AuthReason = 'start';
  let held: { readonly who: Who; readonly value: string } | undefined;
  const cached = (who: Who) => {
    if (typeof auth === 'function') return held?.who === who ? held.value : undefined;
    if (typeof auth === 'string') return destination.authorization(auth);
    return auth ? `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${auth.key}:${auth.secret}`)))}` : '';
  };
  return {
    // By cookie, which is somebody's, where nothing else says who it is.
    personal: typeof auth === 'function' || (!auth && (credentials === 'include' || (credentials === 'same-origin' && destination.url.startsWith(`${environment.origin}/`)))),
    cached,
    async ask(who) {
      // Async, so that what it throws at once is a rejection too.
      const given: unknown = await within(environment, TIME_LIMIT, (async () => (auth as Function)(who.actor, reason))());
      // `false`, as in the options: a cookie authorises.
      const token = given === false || (given as string).trim();
      if (!token) throw new TypeError();
      reason = 'start';
      held = { who, value: token === true ? '' : destination.authorization(token) };
      return held.value;
    },
    refuse() {
      held = undefined;
      reason = 'refused';
      return typeof auth === 'function';
    },
  };
}
