import type { Environment } from './environment.js';
import { plain } from '../plain.js';
import { createIdbStore, type IdbStore } from './idb-store.js';
import { keyName } from './key-name.js';
import { perPage } from './per-page.js';
import { isEvent, isSound } from './row.js';
import type { Key, OutboxStore, Stored } from './store.js';

export interface StoreOptions {
  /**
   * `memory`: nothing outlives the page, not even by the journal.
   * @default 'indexeddb'
   */
  readonly storage?: 'indexeddb' | 'memory' | undefined;
  /** What to keep of a row that was changed in memory while one of the same key was stored that could not be read yet. */
  readonly join?: ((stored: any, row: any) => any) | undefined;
}

/** How long a database that failed is left alone, at most: each failure in a row doubles it from a second. */
const PAUSE = 30_000;

/** So many writes may be under way. What comes then waits and shares a transaction: one each would take far longer. */
const MOST_WRITES = 20;

/** So many rows that waited go in one transaction, which has to be done in time. */
const MOST_TAKEN = 100;

/** Of what memory has, so much before the oldest of what was removed is forgotten. */
const MOST_LATE = 10_000;

interface Attempts {
  failed?: number | undefined;
  times: number;
}

/** By page: events that stores had in memory alone when they were closed, for those that come after, each kind apart. */
const legaciesOn = perPage((): Map<string, Stored>[] => [new Map(), new Map()]);

const isRow = (value: Stored | Key): value is Stored => 'k' in value;
const isKey = (value: Stored | Key): value is Key => !isRow(value);

/**
 * IndexedDB, and over it in memory what IndexedDB would not take. Reading sees both, and the next write that succeeds takes
 * it along. Reading and writing fail apart: a full disk refuses puts only, and sending what is stored makes room again.
 */
export function createStore(environment: Environment, { storage, join }: StoreOptions = {}): OutboxStore {
  const durable = storage !== 'memory';
  // After a crash, on a slow disk, it may open later than anybody waits for.
  // What keeps nothing there can clear it all the same.
  const idb =
    environment.indexedDB &&
    createIdbStore(
      environment,
      () => (reading.failed = writing.failed = undefined),
      async (reads) => {
        const era = clearings;
        const rows = await reads;
        // What is known here is the newer; one transaction, ahead of whatever is removed later.
        if (allowed && era === clearings) await write(rows.filter((row) => isSound(row) && !lateOf((row as Stored).k)) as Stored[]);
      },
    );
  /** Rows that could not be put, and keys that could not be removed. */
  const late = new Map<string, Stored | Key>();
  /** When each failed last, where it has not worked since, and how often in a row. */
  const reading: Attempts = { times: 0 };
  const writing: Attempts = { times: 0 };
  let allowed = false;
  /** How often all was cleared. */
  let clearings = 0;
  /** Whether what is here may be anybody's who comes after on this page. */
  let granted = false;
  /** And is: what comes back from the database now is theirs too. */
  let left = false;
  let writes = 0;
  let last: Promise<void> | undefined;
  /** What came when too many were under way, and came behind it, in the order in which it came; and when all of it is stored. */
  const chunks: Map<string, Stored | Key>[] = [];
  let queue: Promise<void> | undefined;
  /** While what memory has is on its way: settles once it has arrived, or not. */
  let taking: Promise<unknown> | undefined;

  const rows = () => [...late.values()].filter(isRow);

  /** Where there is nothing to compare it with, none needs a name: a drain would make many. */
  const lateOf = (key: Key) => (late.size ? late.get(keyName(key)) : undefined);

  const joined = (row: Stored | Key, stored?: Stored) => isRow(row) && join?.(stored, row);

  const legacy = (): Map<string, Stored> => legaciesOn(environment.keepalive)[+durable]!;

  const adopt = () => {
    if (!granted) return;
    // What is known here is the newer.
    for (const [name, row] of legacy()) late.set(name, late.get(name) ?? row);
    legacy().clear();
  };

  const broken = (error?: unknown) =>
    environment.warn('IndexedDB does not work here: events stay in memory until it does or they are delivered.', error);

  /** What could not be cleared is cleared before anything else is done. */
  let uncleared: object | undefined;
  let clearing: Promise<void> | undefined;
  /** Once for all that wait for it: a second time would take what the first has let pass. */
  const cleared = async (idb: IdbStore) => {
    while (uncleared) {
      const what = uncleared;
      clearing ??= idb.clear().finally(() => {
        clearing = undefined;
      });
      await clearing;
      if (what === uncleared) uncleared = undefined;
    }
  };

  const attempt = async <T>(kind: Attempts, run: (idb: IdbStore) => Promise<T>, spare?: () => T | Promise<T>): Promise<T> => {
    const since = environment.now() - kind.failed!;
    if (idb && allowed && !(since >= 0 && since < Math.min(PAUSE, 500 * 2 ** kind.times))) {
      try {
        if (uncleared) await cleared(idb);
        const result = await run(idb);
        kind.failed = undefined;
        kind.times = 0;
        return result;
      } catch (error) {
        kind.failed = environment.now();
        kind.times++;
        broken(error);
      }
    }
    return spare?.() as T;
  };

  const direct = (put: readonly Stored[], remove: readonly Key[]): Promise<void> => {
    // What is on its way may arrive at the second attempt only, and must not do so behind its own removal.
    if (taking && !put[0] && remove.some(lateOf)) return taking.then(() => direct(put, remove));
    for (const { k } of put) late.delete(keyName(k));
    // Nor shall a write that begins meanwhile take it along.
    for (const key of remove) if (isRow(lateOf(key) ?? [])) late.delete(keyName(key));
    const era = clearings;
    writes++;
    last = attempt(
      put[0] ? writing : reading,
      async (idb) => {
        if (era !== clearings) return;
        const taken = taking ? [] : [...late].filter(([, value]) => (put[0] || !isRow(value)) && !joined(value)).slice(0, MOST_TAKEN);
        const values = taken.map(([, value]) => value);
        let done: () => void = () => {};
        if (taken[0]) taking = new Promise<void>((resolve) => (done = resolve)).then(() => (taking = undefined));
        try {
          await idb.write([...values.filter(isRow), ...put], [...values.filter(isKey), ...remove]);
        } finally {
          done();
        }
        for (const [name, value] of taken) if (late.get(name) === value) late.delete(name);
        for (const key of remove) if (lateOf(key)) late.delete(keyName(key));
      },
      () => {
        // What was cleared meanwhile must not come back.
        if (era !== clearings) return;
        for (const row of put) (left && isEvent(row) ? legacy() : late).set(keyName(row.k), row);
        for (const key of remove)
          if (durable && idb) late.set(keyName(key), key);
          else late.delete(keyName(key));
        // Where it never works again, what was removed need not be remembered for ever.
        if (late.size > MOST_LATE) for (const [name, value] of [...late].slice(0, late.size / 2)) if (!isRow(value)) late.delete(name);
      },
    ).finally(() => writes--);
    return last;
  };

  const write = async (put: readonly Stored[], remove: readonly Key[] = []) => {
    put = plain(put);
    // JSON's word for what is no number: as a key it would fail in the database, and for ever.
    if (put.some(({ k }) => k.includes(null as any))) throw new TypeError('A key consists of strings and finite numbers.');
    if (!queue && writes < MOST_WRITES) return direct(put, remove);
    let chunk = chunks[chunks.length - 1];
    if (!chunk || chunk.size >= MOST_TAKEN) {
      chunks.push((chunk = new Map()));
      const turn: Promise<void> = (queue ?? last!).then(async () => {
        const values = [...chunks.shift()!.values()];
        await direct(values.filter(isRow), values.filter(isKey));
        if (queue === turn) queue = undefined;
      });
      queue = turn;
    }
    for (const row of put) chunk.set(keyName(row.k), row);
    for (const key of remove) chunk.set(keyName(key), key);
    return queue;
  };

  // A database that has completed a write keeps those made while the page goes (measured: 80 of 80, else 185 of 190).
  const settle = async () => {
    for (const row of rows()) if (joined(row)) await store.update(row.k, (whole) => whole!);
    let size;
    do {
      size = late.size;
      await write([{ k: ['m'] }]);
    } while (late.size && late.size < size);
  };

  const list = (what: 'getAll' | 'getAllKeys') => async (prefix: Key, limit: number, after = prefix): Promise<any[]> => {
    if (queue) await queue;
    adopt();
    if (late.size) await settle();
    const stored =
      (await attempt<any[] | undefined>(reading, (idb) => idb.list(what, prefix, limit + late.size - rows().length, after))) ??
      // What is being written then is in memory as soon as that has failed too.
      (await last, []);
    if (!late.size) return stored;
    const start = keyName([...prefix, '']);
    const found = new Map(stored.map((item) => [keyName(item.k || item), item]));
    for (const [name, value] of late)
      if (!isRow(value)) found.delete(name);
      else if (name.startsWith(start) && name > keyName(after)) found.set(name, what === 'getAll' ? value : value.k);
    const sorted = [...found.keys()].sort();
    return sorted.slice(0, limit).map((name) => found.get(name));
  };

  const lateOr = (key: Key, value: any) => {
    const known = lateOf(key);
    return known ? (isRow(known) ? joined(known, value) || known : undefined) : value;
  };

  const stored = (key: Key): Promise<any> => attempt(reading, (idb) => idb.get(key));

  const get = async (key: Key): Promise<any> => {
    await queue;
    return lateOr(key, await stored(key));
  };

  if (durable && !idb) broken();

  const store: OutboxStore = {
    write,
    page: list('getAll'),
    keys: list('getAllKeys'),
    get,
    async update(key, change) {
      if (queue) await queue;
      const era = clearings;
      const next = (old: any) => plain(change(lateOr(key, old)));
      return attempt<any>(
        writing,
        async (idb) => {
          if (era !== clearings) return next(undefined);
          const row = await idb.update(key, next);
          late.delete(keyName(key));
          return row;
        },
        async () => {
          // What memory has of it is looked at once the database has answered: other updates may have come first.
          const row = next(await stored(key));
          if (row && era === clearings) late.set(keyName(key), row);
          return row;
        },
      );
    },
    forget() {
      late.clear();
      clearings++;
      for (const chunk of chunks) chunk.clear();
    },
    async clear() {
      store.forget();
      for (const legacy of legaciesOn(environment.keepalive)) legacy.clear();
      uncleared = {};
      if (idb) await cleared(idb).catch(broken);
    },
    volatile: () => (allowed ? [...rows(), ...chunks.flatMap((chunk) => [...chunk.values()].filter(isRow))] : undefined),
    async persist(yes) {
      granted = yes;
      allowed = yes && durable;
      adopt();
      if (allowed) await settle();
    },
    blind: () => reading.failed !== undefined,
    suspend: () => idb && idb.suspend(),
    resume: () => idb && idb.resume(),
    close(kept) {
      if (idb) idb.close();
      left = granted;
      if (left && !kept) {
        for (const row of rows()) if (isEvent(row)) legacy().set(keyName(row.k), row);
        late.clear();
      }
      granted = false;
    },
  };
  return store;
}
