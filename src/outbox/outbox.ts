import type { Actor } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import { createBounds } from './bounds.js';
import { createCourier, type Courier } from './courier.js';
import type { Who } from './credential.js';
import type { Environment } from './environment.js';
import { createJournal } from './journal.js';
import { rejection, type Rejected, type Report } from './outbox-events.js';
import { perPage } from './per-page.js';
import { giveUpSoon, utf8Length } from './request.js';
import { AGES, isEvent, type NewRow, type RejectedRow, type Row, type RowKey } from './row.js';
import type { OutboxStore, Stored } from './store.js';

export type { OutboxEvents, Rejected, Report } from './outbox-events.js';

/** Bounds of the outbox. */
export interface QueueOptions {
  /**
   * Events kept for endpoints that cannot be reached, and those that were refused: one for two destinations is two.
   * @default 10000
   */
  readonly maxEvents?: number | undefined;
  /**
   * Their size together, in bytes of UTF-8.
   * @default 20_000_000
   */
  readonly maxBytes?: number | undefined;
  /** What is older is given up, in days. @default 30 */
  readonly maxAgeDays?: number | undefined;
  /** Events in one request: at most 1,000, and no more than 512 kB of them together. @default 50 */
  readonly batchSize?: number | undefined;
  /** An event waits at most so long for others to be sent with, in ms. @default 5000 */
  readonly flushInterval?: number | undefined;
}

export interface DeliveryReport {
  /** Rows (event × destination) that were delivered while it ran, whoever else asked for that. */
  readonly delivered: number;
  /** Rows that were refused for good while it ran. */
  readonly rejected: number;
  /** Rows that still wait. */
  readonly pending: number;
  /** Destinations that wait, and for what, in words. */
  readonly held: readonly { readonly destination: string; readonly why: string }[];
}

export type Consent = 'granted' | 'pending' | 'denied';

export interface OutboxInput {
  readonly destinations: readonly Destination[];
  readonly store: OutboxStore;
  readonly environment: Environment;
  readonly queue?: QueueOptions;
  /**
   * `pending`: memory only, and nothing is sent.
   * @default 'granted'
   */
  readonly consent?: Consent;
  readonly report?: Report;
}

export interface Outbox {
  /** All rows in one transaction, and `more` with them, that is begun before this returns. Never rejects; true: stored. */
  add(rows: readonly NewRow[], more?: readonly Stored[]): Promise<boolean>;
  /** Rows that wait to be sent, all tabs' and actors' included. */
  pending(): Promise<number>;
  rejected(): Promise<Rejected[]>;
  /** Why nothing goes out to the destination of that key; empty where nothing stands in the way. */
  why(key: string): string;
  /** Puts the rejected rows back into the queue; how many. */
  retryRejected(): Promise<number>;
  /** Empties the whole store and the journals, sessions and progress included. */
  clear(): Promise<void>;
  /** Sends now what can be sent, whatever the backoff says; and what endpoints asked for, unless `force` is less. */
  flush(force?: number): Promise<DeliveryReport>;
  /**
   * The page is hidden or goes: journal and keepalive requests, all begun before this returns. Idempotent.
   * @param going `false` where it is only hidden
   */
  leave(going?: boolean): void;
  /** Who is here now: whose rows a personal credential sends. */
  setActor(actor: Actor | null, key: string): void;
  setConsent(consent: Consent): Promise<void>;
  /**
   * Ends timers and listeners; settles when the request under way has been judged. The store stays open.
   * @returns whether what is in memory alone lies in the journal
   */
  dispose(): Promise<boolean>;
}

/** By page, how its outboxes forget what was cleared. */
const peersOf = perPage(() => new Set<() => void>());

/** Events go in, their documents come out at the endpoints: stored first, sent later, removed once acknowledged. */
export function createOutbox({ destinations, store, environment, queue = {}, consent = 'granted', report }: OutboxInput): Outbox {
  const life = new AbortController();
  const journal = createJournal(environment);
  const unsaved = new Set<Row>();
  let who: Who = { actor: null, key: '' };
  let era = {};

  const tell: Report = (name, detail) => {
    try {
      report?.(name, detail);
    } catch (error) {
      environment.warn(`A listener to ${name} failed.`, error);
    }
  };
  const { batchSize = 50, flushInterval = 5_000 } = queue;
  const bounds = createBounds(environment, store, queue, tell, (key) => destinations.some((one) => one.key === key), (key) => couriers.some((courier) => courier.holds(key)), (keys) => couriers.forEach((courier) => courier.forget(keys)));

  let journaled = false;
  let written = false;
  const keep = (leaving: boolean) => {
    const late = (leaving || journaled) && (store.volatile()?.filter(isEvent) as Row[] | undefined);
    if (!late) return;
    const rows = [...late, ...unsaved];
    journaled = !!rows[0];
    if (!journaled) journal.erase();
    else if (leaving || !rows.some(({ k }) => k[0] === 'q')) written = journal.write(rows);
  };

  const couriers: readonly Courier[] = destinations.map((destination) =>
    createCourier(destination, {
      environment,
      store,
      // More than a database gives at once is refused by it.
      batchSize: Math.min(batchSize, 1_000),
      flushInterval,
      report: tell,
      bounds,
      who: () => who,
      open: () => consent === 'granted' && !life.signal.aborted,
      era: () => era,
      gone(rows) {
        bounds.count(rows, -1);
        keep(false);
      },
    }),
  );
  const restart = () => couriers.forEach((courier) => courier.restart());

  const refused = async () => {
    const rows: RejectedRow[] = [];
    for (let page: RejectedRow[]; (page = await store.page<RejectedRow>(['r'], 100, rows[rows.length - 1]?.k)).length; ) rows.push(...page);
    return rows;
  };

  const drop = () => {
    era = {};
    couriers.forEach((courier) => courier.forget());
  };
  /** Somebody else has cleared all. */
  const forget = () => {
    unsaved.clear();
    drop();
    store.forget();
    restart();
  };
  const peers = peersOf(environment.keepalive).add(forget);

  const clear = async () => {
    unsaved.clear();
    journal.clear();
    drop();
    await store.clear();
    peers.forEach((peer) => peer !== forget && peer());
    journal.announce();
    await bounds.scan();
  };

  environment.onWake((event) => {
    if (event?.cleared) return forget();
    if (event?.persisted) {
      giveUpSoon(environment);
      store.resume();
    }
    couriers.forEach((courier) => courier.wake());
  }, life.signal);

  const setConsent = async (next: Consent) => {
    consent = next;
    const persisted = store.persist(next === 'granted');
    // At once: what is granted next is not to be cleared.
    if (next === 'denied') await clear();
    await persisted;
    if (next !== 'granted') return;
    // What keeps nothing leaves it to a page that does.
    if (store.volatile())
      await journal.takeOver(async (rows) => {
        await store.write(rows);
        bounds.count(rows, 1);
        keep(true);
      });
    restart();
  };
  setConsent(consent).catch((error) => environment.warn('What is kept cannot be looked at.', error));

  return {
    async add(events, more = []) {
      if (consent === 'denied') return false;
      const rows = events.map((event): Row => ({
        k: ['q', event.destination, event.actor, event.time < AGES ? event.time + AGES : event.time, event.id, event.worth, utf8Length(event.document), event.type],
        d: event.document,
      }));
      // Begun before anything else: while the page goes there is no later.
      const storing = store.write([...rows, ...more]);
      for (const row of rows) {
        unsaved.add(row);
        couriers.forEach((courier) => courier.added(row));
      }
      let stored = true;
      try {
        await storing;
      } catch (error) {
        environment.warn('An event cannot be stored.', error);
        stored = false;
      }
      for (const row of rows) unsaved.delete(row);
      keep(false);
      bounds.count(rows, 1);
      return stored;
    },
    pending: bounds.scan,
    why: (key) => couriers.find((_, i) => destinations[i]!.key === key)?.why ?? '',
    rejected: async () => (await refused()).map(rejection),
    async retryRejected() {
      const begun = era;
      const rows = await refused();
      if (era !== begun) return 0;
      await store.write(
        rows.map((row): Row => ({ k: ['q', ...row.k.slice(1)] as any as RowKey, d: row.o ?? row.d })),
        rows.map((row) => row.k),
      );
      restart();
      return rows.length;
    },
    clear,
    async flush(force) {
      const outcomes = await Promise.all(couriers.map((courier) => courier.flush(force)));
      return {
        delivered: outcomes.reduce((sum, { delivered }) => sum + delivered, 0),
        rejected: outcomes.reduce((sum, { rejected }) => sum + rejected, 0),
        pending: await bounds.scan(),
        held: outcomes.flatMap(({ why: reason }, i) => {
          const why = consent === 'pending' ? 'waits for consent' : reason;
          return why ? [{ destination: destinations[i]!.key, why }] : [];
        }),
      };
    },
    leave(going = true) {
      keep(true);
      couriers.forEach((courier, i) => courier.leave(environment.keepalive.left / (couriers.length - i), going));
    },
    setActor(actor, key) {
      who = { actor, key };
      restart();
    },
    setConsent,
    async dispose() {
      life.abort();
      await Promise.all(couriers.map((courier) => courier.stop()));
      // What was delivered since it was written is not left to anybody.
      if (journaled) keep(true);
      journal.release();
      peers.delete(forget);
      return written && journaled;
    },
  };
}
