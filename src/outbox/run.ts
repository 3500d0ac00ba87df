import type { Answer } from '../destinations/destination.js';
import type { Batches } from './batches.js';
import type { Credential, Who } from './credential.js';
import type { Desk } from './courier.js';
import type { Ledger } from './ledger.js';
import type { Pace } from './pace.js';
import type { RecentRows } from './recent-rows.js';
import type { Key } from './store.js';
import type { Row } from './row.js';

/** What a courier works with. */
export interface Tools extends Desk {
  readonly credential: Credential;
  readonly recent: RecentRows;
  readonly pace: Pace;
  readonly ledger: Ledger;
  readonly batches: Batches;
}

/** An event that was refused, alone. */
export interface Doubt {
  readonly row: Row;
  readonly answer: Answer;
  /** Another was accepted since. */
  answered?: true;
}

/** The page behind a full one, read while that is under way; of no use where an exit has sent of it meanwhile. */
export interface Ahead {
  readonly after: Key;
  readonly leaving: unknown;
  readonly page: Promise<Row[]>;
}

/** What a run through the rows of one destination has found out so far. */
export interface Run extends ReturnType<typeof begin> {
  // What the next one goes on with.
  /** A whole batch was refused: it is asked with the first event and some others, each alone. */
  suspect: boolean;
  /** Whether another version is spoken than at first, and nothing was accepted in it yet. */
  away: boolean;
  /** Whether there is nothing to ask the endpoint about itself, or it has answered. */
  described: boolean;
  /** Whether an answer that is hardly about anything but an event was looked into on this page. */
  lookedInto: boolean;
}

/** What each run begins with. */
export const begin = (actor: Who, era: unknown) => ({
  actor,
  era,
  /** Versions were changed so often. */
  negotiated: 0,
  /** Another credential was asked for, and nothing accepted since. */
  asked: false,
  /** Whether it has accepted any of what was sent last, and any at all. */
  accepted: false,
  worked: false,
  doubts: [] as Doubt[],
  ahead: undefined as Ahead | undefined,
  /** What is answered with an error goes by halves, until the event that is to blame is passed by. */
  isolating: false,
  /** An event is asked about alone, to find out whether any is taken. */
  probing: false,
  /** Status of the event that was passed by last, 0 for none; and how many were since another was accepted. */
  passedBy: 0,
  passed: 0,
  /** Behind what it goes on, where so many in a row were passed by that it was asked about another first. */
  beyond: undefined as Key | undefined,
});
