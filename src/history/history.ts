import type { Context, MediaLearningEvent } from '../events.js';
import { namesIn } from '../outbox/names-in.js';
import type { Key, Stored, Store } from '../outbox/store.js';
import type { Page } from '../page.js';
import type { Checkpoint } from '../playback/session.js';
import { type Claim, emptyRecord, holds, joined, type ResumeRecord, withClaim, withSession } from './resume-record.js';

/** A checkpoint without a beat for so many ms is taken for a dead page's. */
const DEAD = 120_000;
/** Sessions that ended while their page went are spelled out here, since a page that goes cannot wait for a database. */
const ENDED = 'videojs-learning-analytics-ended:';

interface RecordRow extends Stored {
  readonly record: ResumeRecord;
}

interface CheckpointRow extends Stored {
  /** Which page it belongs to. */
  readonly owner: string;
  /** Epoch ms of the owner's last sign of life. */
  readonly beat: number;
  readonly checkpoint: Checkpoint;
  readonly context: Context;
  /** The record that it joins, which another page cannot tell from the checkpoint; absent where it joins none. */
  readonly record?: Key | undefined;
  /** Its end is recorded: all that is left is to join the record. */
  readonly ended?: boolean;
}

/** An open session as it stands, and where. */
export interface Open {
  readonly actor: string;
  readonly checkpoint: Checkpoint;
  readonly context: Context;
  /** Whether it joins what is remembered. */
  readonly remembered: boolean;
}

/** What outlives a page: progress per actor, media and registration, and sessions that nobody has closed yet. */
export interface HistoryStore {
  /** What is known; a registration is minted where there is none, unless this only peeks. */
  load(actor: string, media: string, registration: string | undefined, peek?: boolean): Promise<ResumeRecord | undefined>;
  /** Begins another registration, in which everything can be completed again. */
  restart(actor: string, media: string, registration: string): Promise<void>;
  /** Claims what happens once per registration; `false` where another tab or session has it. */
  claim(actor: string, event: MediaLearningEvent, claim: Claim): Promise<boolean>;
  /** Keeps an open session for whoever has to close it, before this returns. */
  keep(open: Open): void;
  /** Nobody has to close it any more. */
  drop(actor: string, session: string): void;
  /** Whether this page still owns the open session, which it may not after a sleep. It lives on then. */
  owns(actor: string, session: string): Promise<boolean>;
  /**
   * An ended session joins its record. That it has ended is written before this returns, behind the rows of its last events;
   * where the page is `going`, in the journal too.
   */
  close(open: Open, going: boolean): Promise<void>;
  /** The actor's sessions whose pages are dead, each given to one caller only. */
  recover(actor: string): Promise<Pick<Open, 'checkpoint' | 'context'>[]>;
  /** Lets what pages wrote as they went join the records. */
  takeOver(): Promise<void>;
  clear(): void;
}

/** For the store: of its rows, records alone are joined. */
export const joinRows = (stored: RecordRow | undefined, row: RecordRow): RecordRow | undefined =>
  row.k[0] === 'p' ? (stored ? { ...row, record: joined(stored.record, row.record) } : row) : undefined;

/** @param journalOf gives none while nothing may outlive the page */
export function createHistory(store: Store, page: Page, journalOf: () => Page['journal']): HistoryStore {
  const owner = page.newId();
  // A given registration has a record of its own; the minted one stands under the empty name.
  const given = new Map<string, string>();
  const keyOf = (actor: string, media: string): Key => ['p', actor, media, given.get(media) ?? ''];
  const sessionKey = (actor: string, session: string): Key => ['s', actor, session];

  const update = async (k: Key, registration: string, change: (record: ResumeRecord) => ResumeRecord): Promise<ResumeRecord> => {
    const { record } = await store.update<RecordRow>(k, (old) => ({ k, record: change(old?.record ?? emptyRecord(registration, page.now())) }));
    return record;
  };

  const join = async (actor: string, checkpoint: Checkpoint, k: Key | undefined): Promise<void> => {
    if (k) await update(k, checkpoint.registration, (record) => withSession(record, checkpoint));
    await store.write([], [sessionKey(actor, checkpoint.session)]);
  };

  const rowOf = ({ actor, checkpoint, context, remembered }: Open): CheckpointRow => ({
    k: sessionKey(actor, checkpoint.session),
    owner,
    beat: page.now(),
    checkpoint,
    context,
    record: remembered ? keyOf(actor, checkpoint.media.id) : undefined,
  });

  const forget = (name: string): void => {
    try {
      journalOf()?.removeItem(name);
    } catch {
      // It is read again by the next page, and joins no record twice.
    }
  };

  const names = (): string[] => {
    const journal = journalOf();
    return journal ? namesIn(journal, ENDED) : [];
  };

  return {
    async load(actor, media, registration, peek) {
      if (registration) given.set(media, registration);
      else given.delete(media);
      if (peek) return (await store.get<RecordRow>(keyOf(actor, media)))?.record;
      return update(keyOf(actor, media), registration ?? page.newId(), (record) => record);
    },
    async restart(actor, media, registration) {
      await update(keyOf(actor, media), registration, () => emptyRecord(registration, page.now()));
    },
    async claim(actor, { media, registration }, claim) {
      let mine = true;
      await update(keyOf(actor, media.id), registration, (record) => {
        mine = record.registration !== registration || !holds(record, claim);
        return mine && record.registration === registration ? withClaim(record, claim) : record;
      });
      return mine;
    },
    keep(open) {
      store.write([rowOf(open)]).catch(() => undefined);
    },
    drop(actor, session) {
      store.write([], [sessionKey(actor, session)]).catch(() => undefined);
    },
    async owns(actor, session) {
      const mine = (row?: CheckpointRow): CheckpointRow | undefined => (row?.owner === owner ? { ...row, beat: page.now() } : undefined);
      return !!(await store.update(sessionKey(actor, session), mine));
    },
    async close(open, going) {
      const { actor, checkpoint } = open;
      const row = rowOf(open);
      const { record } = row;
      const name = ENDED + checkpoint.session;
      const written = store.write([{ ...row, ended: true } as CheckpointRow]);
      try {
        if (going) journalOf()?.setItem(name, JSON.stringify({ actor, checkpoint, record }));
      } catch {
        // A full or forbidden journal: the checkpoint is recovered later.
      }
      // All of it is begun at once, so that what is cleared next is cleared behind it.
      await Promise.all([written, join(actor, checkpoint, record)]);
      if (going) forget(name);
    },
    async recover(actor) {
      const found: CheckpointRow[] = [];
      for (const { k, beat, ended } of await store.page<CheckpointRow>(['s', actor], 100)) {
        if (page.now() - beat < DEAD && !ended) continue;
        let mine = false;
        const taken = await store.update<CheckpointRow, CheckpointRow | undefined>(k, (row) => {
          mine = row?.beat === beat;
          return mine ? { ...row!, owner, beat: page.now() } : undefined;
        });
        if (!mine || !taken) continue;
        await join(actor, taken.checkpoint, taken.record);
        if (!taken.ended) found.push(taken);
      }
      return found;
    },
    async takeOver() {
      for (const name of names()) {
        try {
          const { actor, checkpoint, record } = JSON.parse(journalOf()!.getItem(name)!) as { actor: string; checkpoint: Checkpoint; record: Key };
          await join(actor, checkpoint, record);
        } catch (error) {
          page.warn('what a former page left behind could not be read', error);
        }
        forget(name);
      }
    },
    clear: () => names().forEach(forget),
  };
}
