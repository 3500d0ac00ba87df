import type { Context, MediaLearningEvent } from '../events.js';
import { namesIn } from '../outbox/names-in.js';
import type { Key, Stored, Store } from '../outbox/store.js';
import type { Page } from '../page.js';
import type { Checkpoint } from '../playback/checkpoint.js';
import { type Claim, emptyRecord, holds, isRecord, joined, type ResumeRecord, withClaim, withSession } from './resume-record.js';

/** A checkpoint without a beat for so many ms is taken for a dead page's. */
const DEAD = 120_000;
/** Sessions that end are spelled out here until they have joined their record, since a page that goes cannot wait for a database. */
const ENDED = 'videojs-learning-analytics-ended:';

interface RecordRow extends Stored {
  readonly record: ResumeRecord;
}

/** An open session as it stands, where another page finds it. */
export interface SessionRow extends Stored {
  /** Which page it belongs to. */
  readonly owner: string;
  /** Epoch ms of the owner's last sign of life. */
  readonly beat: number;
  readonly checkpoint: Checkpoint;
  readonly context: Context;
  /** The record that it joins, which another page cannot tell from the checkpoint; `false` where it joins none. */
  readonly record?: Key | false;
  /** Its registration is its own alone, since nobody could wait for that of the record. */
  readonly guessed?: boolean | undefined;
  /** Its end is recorded: all that is left is to join the record. */
  readonly ended?: boolean;
}

/** What outlives a page: progress per actor, media and registration, and sessions that nobody has closed yet. */
export interface HistoryStore {
  /** What is known, in a registration that is `given` or else in the one that was begun: in `fresh`, where there is none, unless this only peeks. */
  load(actor: string, media: string, given: string | undefined, fresh: string, peek?: boolean): Promise<ResumeRecord | undefined>;
  /** Begins another registration, in which everything can be completed again; one that has begun goes on. */
  restart(actor: string, media: string, registration: string): Promise<void>;
  /** Claims what happens once per registration; `false` where another tab or session has it. */
  claim(actor: string, event: MediaLearningEvent, claim: Claim): Promise<boolean>;
  /** @param remembered whether it joins what is remembered */
  rowOf(actor: string, checkpoint: Checkpoint, context: Context, remembered: boolean, guessed?: boolean): SessionRow;
  /** Keeps an open session for whoever has to close it, before this returns. */
  keep(row: SessionRow): void;
  /** Nobody has to close it any more. */
  drop(actor: string, session: string): void;
  /** Whether this page still owns the open session, which it may not after a sleep. It lives on then. */
  owns(actor: string, session: string): Promise<boolean>;
  /**
   * A session whose end is being recorded joins its record. The journal is told first, for the page may be going: where it is, that
   * is left to the next.
   */
  close(row: SessionRow, going: boolean): Promise<void>;
  /** @param bury records the end of the actor's sessions whose pages are dead, each of them on one page only, and closes them; without, what has ended joins its record all the same */
  recover(actor: string, bury: false | ((row: SessionRow) => Promise<void>)): Promise<void>;
  /** Lets what pages wrote as they went join the records; what they could not store as well is to be recovered. */
  takeOver(): Promise<void>;
}

/** What is no record, as of another version or damaged, is as if it were not there. */
const recordIn = (row: RecordRow | undefined): ResumeRecord | undefined => (isRecord(row?.record) ? row.record : undefined);

/** Throws where it is damaged: amid a transaction that would count as the database's doing. */
const sound = (row: SessionRow): SessionRow => {
  if (!isRecord(withSession(emptyRecord(row.checkpoint.registration), row.checkpoint, 0))) throw new TypeError('it is damaged');
  return row;
};

/** For the store: of its rows, records alone are joined. */
export const joinRows = (stored: RecordRow | undefined, row: RecordRow): RecordRow | undefined => {
  if (row.k[0] !== 'p') return undefined;
  const kept = recordIn(stored);
  return kept && isRecord(row.record) ? { ...row, record: joined(kept, row.record) } : row;
};

/** @param journalOf gives none while nothing may outlive the page */
export function createHistory(store: Store, page: Page, journalOf: () => Page['journal']): HistoryStore {
  const owner = page.newId();
  // A given registration has a record of its own; the minted one stands under the empty name.
  const given = new Map<string, string>();
  const keyOf = (actor: string, media: string, registration = given.get(media) ?? ''): Key => ['p', actor, media, registration];
  const sessionKey = (actor: string, session: string): Key => ['s', actor, session];

  const update = async (k: Key, registration: string, change: (record: ResumeRecord) => ResumeRecord): Promise<ResumeRecord> => {
    const { record } = await store.update<RecordRow>(k, (old) => ({ k, record: change(recordIn(old) ?? emptyRecord(registration)) }));
    return record;
  };

  const join = async ({ k, checkpoint, record, guessed }: SessionRow): Promise<void> => {
    if (record) await update(record, checkpoint.registration, (old) => withSession(old, guessed ? { ...checkpoint, registration: old.registration } : checkpoint, page.now()));
    await store.write([], [k]);
  };

  /** Where it does not work, as where it is full, forbidden or damaged, what the database has goes on: the row of a session stands there too. */
  const attempt = <T>(run: (journal: NonNullable<Page['journal']>) => T): T | undefined => {
    try {
      const journal = journalOf();
      return journal && run(journal);
    } catch {
      return undefined;
    }
  };

  // What stays is read again by the next page, and joins no record twice.
  const forget = (name: string): void => attempt((journal) => journal.removeItem(name));

  return {
    async load(actor, media, registration, fresh, peek) {
      given.set(media, registration || '');
      const k = keyOf(actor, media);
      const read = async (key: Key) => recordIn(await store.get<RecordRow>(key));
      const own = (peek || registration) && (await read(k));
      // One that was minted, or begun, may be given later.
      const minted = registration && !own && (await read(keyOf(actor, media, '')));
      const same = minted && minted.registration === registration ? minted : undefined;
      if (peek) return own || same;
      return update(k, fresh, (record) => (same && !record.sessions[0] ? same : record));
    },
    async restart(actor, media, registration) {
      await update(keyOf(actor, media), registration, (record) => (record.registration === registration ? record : emptyRecord(registration)));
    },
    async claim(actor, { media, registration }, claim) {
      let mine: boolean | undefined;
      const make = (k: Key): Promise<ResumeRecord> =>
        update(k, registration, (record) => {
          if (record.registration !== registration) return record;
          // It may have been done and not been answered: then this is the second time, and its own claim stands there.
          mine ??= !holds(record, claim);
          return mine ? withClaim(record, claim) : record;
        });
      await make(keyOf(actor, media.id));
      // Another was begun meanwhile: what is left of this one has a record of its own.
      if (mine === undefined) await make(keyOf(actor, media.id, registration));
      return mine!;
    },
    rowOf: (actor, checkpoint, context, remembered, guessed) => ({
      k: sessionKey(actor, checkpoint.session),
      owner,
      beat: page.now(),
      checkpoint,
      context,
      record: remembered && keyOf(actor, checkpoint.media.id, context.registration === checkpoint.registration ? checkpoint.registration : undefined),
      guessed,
    }),
    keep(row) {
      store.write([row]).catch(() => undefined);
    },
    drop(actor, session) {
      store.write([], [sessionKey(actor, session)]).catch(() => undefined);
    },
    async owns(actor, session) {
      const mine = (row?: SessionRow): SessionRow | undefined => (row?.owner === owner ? { ...row, beat: page.now() } : undefined);
      return !!(await store.update(sessionKey(actor, session), mine));
    },
    async close(row, going) {
      const name = ENDED + row.checkpoint.session;
      attempt((journal) => journal.setItem(name, JSON.stringify(row)));
      // It takes a page that is there when the database answers.
      if (going && row.record) return;
      await join(row);
      forget(name);
    },
    async recover(actor, bury) {
      for (const { k, beat, ended } of await store.page<SessionRow>(['s', actor], 100)) {
        // One that lies ahead is from before the clock was set right.
        if (!ended && (!bury || Math.abs(page.now() - beat) < DEAD)) continue;
        const taken = await store.update<SessionRow, SessionRow | undefined>(k, (row) => (row?.beat === beat ? { ...row, owner, beat: page.now() } : undefined));
        try {
          if (taken) await (taken.ended || !bury ? join : bury)(sound(taken));
        } catch (error) {
          page.warn('a session that a former page left behind could not be closed', error);
          // What is damaged stays so.
          if (error instanceof TypeError) await store.write([], [k]);
        }
      }
    },
    async takeOver() {
      for (const name of attempt((journal) => namesIn(journal, ENDED)) ?? []) {
        const text = attempt((journal) => journal.getItem(name));
        // What cannot be read now may be read later.
        if (text === undefined) continue;
        try {
          const row = JSON.parse(text!) as SessionRow | null;
          // Another page was first.
          if (!row) continue;
          sound(row);
          // Where its end is not stored, it is recovered as it was then, and at once.
          const open = await store.update<SessionRow, SessionRow | undefined>(row.k, (old) => (old && !old.ended ? { ...row, beat: 0 } : undefined));
          if (!open) await join(row);
        } catch (error) {
          page.warn('what a former page left behind could not be read', error);
        }
        forget(name);
      }
    },
  };
}
