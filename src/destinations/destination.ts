import type { Actor, LearningEvent } from '../events.js';

/** An answer, as a destination needs to see it to judge it. */
export interface Answer {
  /** HTTP status; 0 where no answer came (network, CORS, time-out), or one that leads elsewhere, which is not followed. */
  readonly status: number;
  /** The first kilobytes of the body; `redirects` where it leads elsewhere. */
  readonly body: string;
  /** Response header by lower-case name; absent where missing or not exposed by CORS. */
  header(name: string): string | null;
}

/**
 * What an answer means for the rows that were sent:
 * - `stored`: delete them
 * - `refused`: the endpoint says that something in them is wrong: halve the batch; alone: keep it as rejected
 * - `settle`: some of them are there already: send each by itself; alone: it is stored
 * - `unauthorized`: ask for another credential once, then hold
 * - `version`: nothing was stored, the endpoint speaks another version: see `negotiate`
 * - `later`: try again after the backoff
 */
export type Verdict = 'stored' | 'refused' | 'settle' | 'unauthorized' | 'version' | 'later';

/** Why a credential is asked for: `start` of sending, or the last one was `refused`. */
export type AuthReason = 'start' | 'refused';

/** Gives a credential when it is asked for; `false`: none is needed, a cookie authorises. */
export type AuthFunction = (actor: Actor, reason: AuthReason) => string | false | Promise<string | false>;

/** Authorization of a destination. Never stored, never logged. */
export type Auth = false | string | { readonly key: string; readonly secret: string } | AuthFunction;

/** What is asked, and where; without a body nothing is sent. */
export interface Probe {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
}

/** The port through which every endpoint is fed. Mapping is pure; the outbox does the sending. */
export interface Destination {
  /** Stable across pages: names the rows of this destination in the store. */
  readonly key: string;
  /** For messages, such as `xapi https://lrs.example/xapi`. */
  readonly label: string;
  /** Where batches are POSTed, absolute. */
  readonly url: string;
  readonly auth: Auth;
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** The document of one event, to be serialised once and sent as it is; `undefined` where this destination has no place for it. */
  map(event: LearningEvent, actor: Actor): object | undefined;
  /** The body around serialised documents, in order. `sendTime` is when this attempt is made, epoch ms. */
  wrap(documents: readonly string[], sendTime: number): string;
  /** Request headers besides Authorization. */
  headers(): Record<string, string>;
  /** The Authorization header's value from what `auth` gave as a string. */
  authorization(credential: string): string;
  /** What an answer means. `count` is how many documents were sent, `sent` the body they went in. */
  judge(answer: Answer, count: number, sent?: string): Verdict;
  /** The endpoint's own limit of one request's body, in bytes, where it said so. */
  readonly maxBytes?: number | undefined;
  /**
   * After `version`: picks the next version to speak from the answer, and says whether there is one.
   * The rewritten document comes from `asVersion`, applied once to each stored row.
   */
  negotiate?(answer: Answer): boolean;
  /** The same document in the version spoken now; the same string where nothing differs. */
  asVersion?(document: string): string;
  /**
   * How `check()` asks without storing anything.
   * @default a batch of nothing, so that key, path, CORS and version are tried just as with events
   */
  readonly probe?: Probe | undefined;
  /** Where the endpoint may describe itself in JSON: asked by GET before the first batch, where it is said. */
  readonly about?: string | undefined;
  /** Heeds what `about` answered with 200, parsed: the versions it speaks, where that is left to it, and `maxBytes`. */
  applyConfiguration?(configuration: unknown): void;
}
