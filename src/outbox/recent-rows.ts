import { perPage } from './per-page.js';
import type { Row } from './row.js';

/** More than an exit can send need not be remembered. */
const REMEMBERED = 60_000;

/**
 * What the exit may send: rows of this page in the order of events and without a hole, so that it overtakes nothing. All that
 * send to one destination from one page share it, so that none sends what another has under way; each sends its own.
 */
export interface RecentRows {
  /** What exits have under way. */
  leaving?: Promise<unknown>;
  /** @param may says whether an exit may send it */
  add(row: Row, may: () => boolean): void;
  remove(ids: Iterable<string>): void;
  /** @param may what they were added with, as whose they are; of all, where it is left out */
  ids(may?: () => boolean): readonly string[];
  /** Those that were added with it, are not on their way, and may be. */
  idle(may: () => boolean): Row[];
  /** Whether any is on its way. */
  busy(): boolean;
  isFlying(row: Pick<Row, 'k'>): boolean;
  /** These are on their way until the work is done. */
  fly<T>(rows: readonly Row[], work: () => Promise<T>): Promise<T>;
  /** What came before is sent or forgotten: rows may be remembered again. */
  mend(): void;
}

const sharedOn = perPage((): Record<string, RecentRows> => ({}));

/** @param page something that its outboxes have in common */
export function recentRowsOf(page: object, destination: string): RecentRows {
  return (sharedOn(page)[destination] ??= createRecentRows());
}

export function createRecentRows(): RecentRows {
  const known = new Map<string, { readonly row: Row; readonly may: () => boolean }>();
  const flying = new Set<string>();
  let hole = false;
  const isFlying = (row: Pick<Row, 'k'>) => flying.has(row.k[4]);
  return {
    add(row, may) {
      let size = row.k[6];
      for (const one of known.values()) size += one.row.k[6];
      hole ||= size > REMEMBERED;
      if (!hole) known.set(row.k[4], { row, may });
    },
    remove(ids) {
      for (const id of ids) known.delete(id);
    },
    ids: (mine) => [...known].flatMap(([id, { may }]) => (!mine || may === mine ? id : [])),
    idle: (mine) => [...known.values()].flatMap(({ row, may }) => (may === mine && may() && !isFlying(row) ? row : [])),
    busy: () => flying.size > 0,
    isFlying,
    async fly(rows, work) {
      for (const { k } of rows) flying.add(k[4]);
      try {
        return await work();
      } finally {
        for (const { k } of rows) flying.delete(k[4]);
      }
    },
    mend() {
      hole = false;
    },
  };
}
