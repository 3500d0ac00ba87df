import type { Actor } from '../events.js';
import type { AuthFunction, AuthReason, Destination } from '../destinations/destination.js';
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
  /** What is cached, or what the function gives. */
  ask(who: Who): Promise<string>;
  /** The endpoint refused it; whether there may be another. */
  refuse(): boolean;
}

export function createCredential(environment: Environment, destination: Destination): Credential {
  const { auth, credentials = 'same-origin' } = destination;
  const asks = typeof auth === 'function';
  let reason: AuthReason = 'start';
  /** What the function gave, and for whom. */
  let given: string | undefined;
  let holder: Who | undefined;
  /** The function has not answered yet: whoever asks meanwhile waits for the same answer. */
  let asking: { readonly who: Who; readonly answer: Promise<string> } | undefined;
  const cached = (who: Who) => {
    if (asks) return holder === who ? given : undefined;
    if (typeof auth === 'string') return destination.authorization(auth);
    return auth ? `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${auth.key}:${auth.secret}`)))}` : '';
  };
  return {
    // By cookie, which is somebody's, where nothing else says who it is.
    personal: asks || (!auth && (credentials === 'include' || (credentials === 'same-origin' && destination.url.startsWith(`${environment.origin}/`)))),
    cached,
    async ask(who) {
      const known = cached(who);
      if (known !== undefined) return known;
      if (asking?.who === who) return asking.answer;
      const find = async (): Promise<string> => {
        try {
          // Async, so that what it throws at once is a rejection too.
          const answer = await within(environment, TIME_LIMIT, (async () => (auth as AuthFunction)(who.actor!, reason))());
          // `false`, as in the options: a cookie authorises.
          const token = answer === false || answer.trim();
          if (!token) throw new TypeError();
          // A log-in page in its place fits into no header: that throws, and is not kept.
          const found = new Headers({ given: token === true ? '' : destination.authorization(token) }).get('given')!;
          if (asking === mine) {
            given = found;
            holder = who;
            reason = 'start';
          }
          return found;
        } finally {
          if (asking === mine) asking = undefined;
        }
      };
      const mine = (asking = { who, answer: find() });
      return mine.answer;
    },
    refuse() {
      holder = asking = undefined;
      reason = 'refused';
      return asks;
    },
  };
}
