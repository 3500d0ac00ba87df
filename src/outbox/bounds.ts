import { KEPT } from '../events.js';
import type { QueueOptions } from './outbox.js';
import type { OutboxEvents, Report } from './outbox-events.js';
import type { Environment } from './environment.js';
import { exclusively } from './exclusively.js';
import { BRIEF, isRowKey, type Row, type RowKey } from './row.js';
import type { OutboxStore } from './store.js';

/** Keeps the rows within their limits: counters in memory, and now and then a scan of the keys, since other tabs add and remove too. */
export interface Bounds {
  /** So many rows have come in (1) or left (-1). */
  count(rows: readonly Row[], sign: 1 | -1): void;
  /** Drops what is too much, and gives how many rows wait to be sent. */
  scan(): Promise<number>;
  /** Whether it has waited for too long: the next scan drops it. */
  isOld(key: RowKey): boolean;
}

const DAY = 86_400_000;
/** There were no events before (2025). */
const FIRST = 1.735e12;
const PAGE = 1_000;

/** Rejected rows had their chance: they go before all others. */
export const worth = (key: RowKey) => (key[0] === 'r' ? -1 : key[5]);

/**
 * @param isOurs whether rows of that destination are sent here
 * @param isHeld whether a row is on its way, or has arrived and is not removed yet
 * @param forget is told of what is dropped
 */
export function createBounds(environment: Environment, store: OutboxStore, { maxEvents = 10_000, maxBytes = 20_000_000, maxAgeDays = 30 }: QueueOptions, report: Report, isOurs: (destination: string) => boolean, isHeld: (key: RowKey) => boolean, forget: (keys: readonly RowKey[]) => void): Bounds {
  const { now } = environment;
  let events = 0;
  let bytes = 0;
  // Of this tab, since the last scan; the first event asks for the first, so that a page which records nothing reads nothing.
  let fresh = Infinity;
  let scanning: Promise<number> | undefined;

  const each = async (visit: (key: RowKey) => void) => {
    for (let page: readonly any[] | undefined; !page || page[PAGE - 1]; page.filter(isRowKey).forEach(visit)) page = await store.keys([], PAGE, page?.[PAGE - 1]);
  };

  const drop = async (those: readonly RowKey[], why: OutboxEvents['dropped']['why']) => {
    // Some may be on their way by now.
    const keys = those.filter((key) => !isHeld(key));
    if (!keys[0]) return;
    const types: Record<string, number> = {};
    for (const key of keys) types[key[7]] = (types[key[7]] || 0) + 1;
    // Before: what is read from now on is read behind this.
    forget(keys);
    await store.write([], keys);
    report('dropped', { count: keys.length, types, why });
  };

  /** Nobody else can send it either, or hardly anybody: it does not wait, and is given up soon. */
  const isNobodys = ([, destination]: RowKey) => destination.startsWith(BRIEF) && !isOurs(destination);

  // A clock that stands before there was any event says nothing of how long one has waited.
  const isOld = (key: RowKey) => key[3] > FIRST && key[3] < now() - (isNobodys(key) ? maxAgeDays / 30 : maxAgeDays) * DAY;

  const waits = (key: RowKey) => key[0] === 'q' && !isNobodys(key);

  const sweep = async () => {
    events = bytes = fresh = 0;
    let old!: RowKey[];
    let waiting!: number;
    let count!: number;
    let size!: number;
    /** Counts anew. Says whether it is too much. */
    const survey = async () => {
      old = [];
      waiting = count = size = 0;
      await each((key) => {
        if (isOld(key) && !isHeld(key)) old.push(key);
        else {
          count++;
          size += key[6];
          if (waits(key)) waiting++;
        }
      });
      return count > maxEvents || size > maxBytes;
    };
    // One tab drops, and tells of it: what another has dropped meanwhile is not there any more.
    if ((await survey()) || old[0])
      await exclusively(environment, store, ['bounds'], async () => {
        if (await survey()) {
          // In a second round: where all fits, as it nearly always does, none of it is held in memory.
          const spare: RowKey[] = [];
          await each((key) => !isOld(key) && worth(key) < KEPT && !isHeld(key) && spare.push(key));
          // What can never fit makes no room by others' going.
          spare.sort((a, b) => +(b[6] > maxBytes) - +(a[6] > maxBytes) || worth(a) - worth(b) || a[3] - b[3]);
          // A little more than must be, so that a full outbox is not scanned at every event.
          const room = count > maxEvents ? maxEvents - Math.floor(maxEvents / 200) : count;
          const full = spare.filter((key) => {
            if (count <= room && size <= maxBytes) return false;
            count--;
            size -= key[6];
            if (waits(key)) waiting--;
            return true;
          });
          await drop(full, 'full');
        }
        await drop(old, 'age');
      });
    events += count;
    bytes += size;
    return waiting;
  };

  const scan = async () => {
    await scanning;
    return (scanning ||= sweep().finally(() => {
      scanning = undefined;
    }));
  };

  return {
    scan,
    isOld,
    count(rows, sign) {
      for (const { k } of rows) {
        events += sign;
        bytes += sign * k[6];
      }
      if (sign < 0) return;
      fresh += rows.length;
      if (!scanning && (fresh > maxEvents / 10 || ((events > maxEvents || bytes > maxBytes) && fresh >= maxEvents / 200))) void scan();
    },
  };
}
