import type { Answer, Destination } from '../destinations/destination.js';
import type { Desk } from './courier.js';
import { rejection } from './outbox-events.js';
import type { Pace } from './pace.js';
import type { RecentRows } from './recent-rows.js';
import type { RejectedRow, Row } from './row.js';
import type { Stored } from './store.js';

/** What became of the rows of one destination: removes what has arrived, keeps what was refused, counts both. */
export interface Ledger {
  readonly delivered: number;
  readonly rejected: number;
  /** Ids of events of which it is not known whether they are there, in the version that they were sent in. */
  readonly unanswered: Set<string>;
  /** Whether it has arrived and is not removed from the store yet. */
  has(id: string): boolean;
  /** They are removed while the next request is under way, unless so many of them are left. */
  acknowledge(rows: readonly Row[]): Promise<unknown>;
  /** Removes what has arrived; settles once all of it is. */
  tidy(): Promise<void> | undefined;
  /** Keeps it as refused. @param era that of the run: what was cleared since leaves nothing behind */
  reject(row: Row, answer: Pick<Answer, 'status' | 'body'>, era: unknown): Promise<void>;
  /** Removing has failed: it is tried again. */
  recover(): void;
}

export function createLedger({ key }: Destination, { environment, store, batchSize, report, era, gone }: Desk, recent: RecentRows, pace: Pace): Ledger {
  /** By id; `removing` settles once all of it is removed. */
  const arrived = new Map<string, Row>();
  let removing: Promise<void> | undefined;

  const remove = async (rows: readonly Row[], put: readonly Stored[] = []) => {
    await store.write(
      put,
      rows.map(({ k }) => k),
    );
    for (const { k } of rows) {
      ledger.unanswered.delete(k[4]);
      arrived.delete(k[4]);
    }
    gone(rows);
  };

  const ledger: { -readonly [name in keyof Ledger]: Ledger[name] } = {
    delivered: 0,
    rejected: 0,
    unanswered: new Set(),
    has: (id) => arrived.has(id),
    async acknowledge(rows) {
      for (const row of rows) arrived.set(row.k[4], row);
      recent.remove(rows.map(({ k }) => k[4]));
      await pace.succeeded();
      if (arrived.size > 2 * batchSize) await ledger.tidy();
    },
    tidy() {
      if (!removing && arrived.size) {
        removing = (async () => {
          while (arrived.size) {
            const some = [...arrived.values()];
            await remove(some);
            ledger.delivered += some.length;
            report('delivered', { destination: key, ids: some.map(({ k }) => k[4]) });
          }
          removing = undefined;
        })();
        // Whoever waits for it is told.
        removing.catch(() => {});
      }
      return removing;
    },
    async reject(row, { status, body }, begun) {
      const kept = { ...row, k: ['r', ...row.k.slice(1)], s: status, e: body.slice(0, 2_000), a: environment.now() } as any as RejectedRow;
      // Another tab may have cleared all.
      const found = await store.get(row.k);
      const waits = era() === begun && (found || store.blind());
      await remove([row], waits ? [kept] : []);
      recent.remove([row.k[4]]);
      if (!waits) return;
      ledger.rejected++;
      report('rejected', rejection(kept));
    },
    recover() {
      removing = undefined;
    },
  };
  return ledger;
}
