import type { MediaLearningEvent } from '../events.js';
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
  /** The record that it joins, which another page cannot tell from the checkpoint. */
  readonly record: Key;
}

/** What outlives a page: progress per actor, media and registration, and sessions that nobody has closed yet. */
export interface HistoryStore {
  /** What is known; a registration is minted where there is none, unless this only peeks. */
  load(actor: string, media: string, registration: string | undefined, peek?: boolean): Promise<ResumeRecord | undefined>;
  /** Begins another registration, in which everything can be completed again. */
  restart(actor: string, media: string, registration: string): Promise<void>;
  /** Claims what happens once per registration; `false` where another tab or session has it. */
  claim(actor: string, event: MediaLearningEvent, claim: Claim): Promise<boolean>;
  /** Keeps an open session for whoever has to close it. */
  keep(actor: string, checkpoint: Checkpoint): void;
  /** Whether this page still owns the open session, which it may not after a sleep. */
  owns(actor: string, session: string): Promise<boolean>;
  /** An ended session joins its record. `going`: by way of the journal too, since the page goes. */
  close(actor: string, checkpoint: Checkpoint, going: boolean): Promise<void>;
  /** The actor's sessions whose pages are dead, each given to one caller only. */
  recover(actor: string): Promise<Checkpoint[]>;
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

  const join = async (actor: string, checkpoint: Checkpoint, k: Key): Promise<void> => {
    await update(k, checkpoint.registration, (record) => withSession(record, checkpoint));
    await store.write([], [sessionKey(actor, checkpoint.session)]);
  };

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
    keep(actor, checkpoint) {
      const row: CheckpointRow = { k: sessionKey(actor, checkpoint.session), owner, beat: page.now(), checkpoint, record: keyOf(actor, checkpoint.media.id) };
      store.write([row]).catch(() => undefined);
    },
    async owns(actor, session) {
      const row = await store.get<CheckpointRow>(sessionKey(actor, session));
      return row?.owner === owner;
    },
    async close(actor, checkpoint, going) {
      const name = ENDED + checkpoint.session;
      const record = keyOf(actor, checkpoint.media.id);
      try {
        if (going) journalOf()?.setItem(name, JSON.stringify({ actor, checkpoint, record }));
      } catch {
        // A full or forbidden journal: the checkpoint is recovered later.
      }
      await join(actor, checkpoint, record);
      if (going) forget(name);
    },
    async recover(actor) {
      const found: Checkpoint[] = [];
      for (const { k, beat } of await store.page<CheckpointRow>(['s', actor], 100)) {
        if (page.now() - beat < DEAD) continue;
        const taken = await store.update<CheckpointRow>(k, (row) => (row && row.beat === beat ? { ...row, owner, beat: page.now() } : row!));
        if (taken?.owner !== owner) continue;
        await join(actor, taken.checkpoint, taken.record);
        found.push(taken.checkpoint);
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
