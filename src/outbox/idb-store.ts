import { promisifyRequest, type UseStore } from 'idb-keyval';
import type { Environment } from './environment.js';
import { keyName } from './key-name.js';
import { isEvent, isSound } from './row.js';
import type { Key, Stored } from './store.js';
import { within } from './within.js';

const NAME = 'videojs-learning-analytics';
const TABLE = 'rows';

/** Whoever removes events writes another mark, or takes it away; but not for what was found whole by it. */
const MARK = ['g'];

/** From each version of the schema to the next; how many there are is the version. */
const MIGRATIONS: readonly ((db: IDBDatabase) => unknown)[] = [(db) => db.createObjectStore(TABLE)];

/** `open` may never settle, and a tab frozen within a transaction blocks all others' (both measured). */
const TIME_LIMIT = 5_000;

/** So many rows in a row that cannot be read are gone past. */
const DAMAGED = 1_000;

/** So many rows are put back where somebody deletes the database. */
const RESCUED = 10_000;

/** What is wrong with the data or the disk is wrong at the second attempt too. */
const isLasting = (error: any) => /^(Data|Quota)/.test(error?.name);

export type IdbStore = ReturnType<typeof createIdbStore>;

/**
 * The store's operations on IndexedDB; each rejects where the database does not do its part. `opened` is called whenever it opens,
 * however late, `deleted` with what was in it where somebody deletes it.
 */
export function createIdbStore(environment: Environment, opened: () => void, deleted: (rows: Promise<unknown[]>) => Promise<unknown>, migrations = MIGRATIONS) {
  let opening: Promise<IDBDatabase> | undefined;
  let db: IDBDatabase | undefined;
  /** As it was last written here. */
  let mark = NaN;
  /** The names of events that were read since, and are there as long as it is the same. */
  const there = new Set<string>();

  const close = () => {
    db?.close();
    db = opening = undefined;
  };

  const open = () => {
    if (!opening) {
      const request = environment.indexedDB!.open(NAME, migrations.length);
      request.onupgradeneeded = ({ oldVersion }) => migrations.slice(oldVersion).forEach((migrate) => migrate(request.result));
      const mine: Promise<IDBDatabase> = promisifyRequest(request).then((connection) => {
        const end = () => {
          connection.close();
          if (opening === mine) db = opening = undefined;
        };
        // Nobody who wants to delete or upgrade it shall wait for this tab; the next use opens it again.
        connection.onclose = end;
        connection.onversionchange = ({ newVersion }) => {
          // Closing waits for what was begun, and the deletion for the closing.
          const rescue = async () => promisifyRequest(connection.transaction(TABLE).objectStore(TABLE).getAll(null, RESCUED));
          if (newVersion === null) deleted(rescue()).catch(() => {});
          end();
        };
        // Somebody may have deleted it meanwhile, and put back what was in it.
        mark = NaN;
        opened();
        return (db = connection);
      });
      opening = mine;
      mine.catch(close);
    }
    return opening;
  };

  /** Transactions that need this page to go on. */
  const busy = new Set<IDBTransaction>();
  const commit = (tx: IDBTransaction) => {
    tx.commit?.();
    busy.delete(tx);
  };

  // With an open connection the transaction has begun when this returns: in `pagehide` there is no later.
  const begin: UseStore = async (mode, run) => {
    const mine = db || (await open());
    let tx: IDBTransaction | undefined;
    try {
      tx = mine.transaction(TABLE, mode, { durability: 'relaxed' });
      busy.add(tx);
      return await run(tx.objectStore(TABLE));
    } catch (error) {
      // Connections are lost under many names (F26, F27, F29, F31); somebody else may have opened the next one already.
      if (mine === db && !isLasting(error)) close();
      throw error;
    } finally {
      busy.delete(tx!);
    }
  };

  /** What waits for an answer, an opening's too. */
  const waiting = new Set<() => void>();
  const attempt: UseStore = (mode, run) =>
    new Promise((resolve, reject) => {
      waiting.add(reject);
      begin(mode, run)
        .finally(() => waiting.delete(reject))
        .then(resolve, reject);
    });

  let begun = 0;
  let done = 0;
  /** Nobody needs it any more: it is closed whenever nothing is under way. */
  let over = false;
  /** How often all was cleared. */
  let clearings = 0;
  const rest = () => {
    if (over && begun === done) close();
  };
  const use: UseStore = (mode, run) => {
    let seen = done;
    const era = clearings;
    begun++;
    return within(
      environment,
      TIME_LIMIT,
      attempt(mode, run)
        .catch((error) => {
          // Nor must what was cleared meanwhile come back.
          if (isLasting(error) || era !== clearings) throw error;
          return attempt(mode, run);
        })
        .finally(() => {
          done++;
          rest();
        }),
      // Ten thousand events at once take a while.
      () => seen !== (seen = done),
    );
  };

  const put = (rows: IDBObjectStore, values: readonly Stored[]) => {
    for (const row of values) rows.put(row, row.k as any);
  };
  const erase = (rows: IDBObjectStore, keys: readonly (Key | IDBKeyRange)[]) => {
    for (const key of keys) rows.delete(key as any);
    commit(rows.transaction);
  };
  /** What it throws must not leave behind what went before. */
  const change = (run: (rows: IDBObjectStore, done: Promise<unknown>) => unknown) =>
    use('readwrite', (rows): any => {
      const tx = rows.transaction;
      const done = promisifyRequest(tx);
      try {
        return run(rows, done) || done;
      } catch (error) {
        done.catch(() => {});
        tx.abort();
        throw error;
      }
    });

  /** It may be done all the same, and later. */
  const unsure = (error: unknown): never => {
    mark = NaN;
    throw error;
  };

  const areThere = (names: readonly string[]) => names.every((name) => there.has(name));

  /** One range is many times cheaper than its keys, but nothing else may lie in it: where something does, nothing is changed. */
  const writeAlone = (values: readonly Stored[], names: readonly string[], span: IDBKeyRange): Promise<boolean> =>
    change((rows, done) => {
      let whole: boolean | undefined;
      const marked = rows.get(MARK);
      // One that cannot be read is none.
      marked.onerror = (event) => {
        event.preventDefault();
        event.stopPropagation();
      };
      const found = rows.count(span);
      found.onsuccess = () => {
        // As many as they are, and none of them is missing: no others. To have the names of all costs four times as much.
        whole = !marked.error && marked.result?.n === mark && found.result === names.length && areThere(names);
        if (whole) commit(rows.transaction);
        else rows.transaction.abort();
      };
      // To ask first would take as long again.
      rows.delete(span);
      put(rows, values);
      return done.then(
        () => true,
        (error) => (whole === false ? whole : unsure(error)),
      );
    });

  const write = async (values: readonly Stored[], remove: readonly Key[] = []): Promise<void> => {
    const those = new Map(remove.map((key) => [keyName(key), key]));
    const names = [...those.keys()].sort();
    const span = names[4] && IDBKeyRange.bound(those.get(names[0]!), those.get(names[names.length - 1]!));
    if (span && mark === mark && areThere(names) && (await writeAlone(values, names, span).catch(unsure))) {
      for (const name of names) there.delete(name);
      return;
    }
    const events = remove.some((k) => isEvent({ k }));
    // The first of a page makes one too: what is read behind it is known to be there.
    const marks = span || (!events && mark !== mark);
    const next = marks ? 1 + environment.random() : NaN;
    const run = (full: boolean) =>
      change((rows) => {
        put(rows, values);
        if (marks && !full) rows.put({ k: MARK, n: next }, MARK);
        else if (events) rows.delete(MARK);
        if (!span) return erase(rows, remove);
        const held = rows.getAllKeys(span, names.length + 1);
        held.onsuccess = () => erase(rows, held.result.every((key: any) => those.has(keyName(key))) ? [span] : remove);
      });
    try {
      await run(false).catch(unsure);
    } catch (error: any) {
      // What makes room must need none.
      // Some say why only once the transaction is over.
      if (values[0] || !span || (error && error.name !== 'QuotaExceededError')) throw error;
      await run(true);
    }
    if (!marks && !events) return;
    // In the order of the transactions: what is read behind this one answers behind it.
    mark = next;
    there.clear();
  };

  /** Done as soon as it is answered: to wait for this page to have heard of it keeps the next write waiting. */
  const look = <T>(ask: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    use('readonly', (rows) => {
      const found = ask(rows);
      commit(rows.transaction);
      return promisifyRequest(found);
    });
  const get = (key: Key): Promise<any> => look((rows) => rows.get(key as any));

  const read = (what: 'getAll' | 'getAllKeys', prefix: Key, limit: number, after: Key): Promise<any[]> =>
    look<any[]>((rows) => rows[what](IDBKeyRange.bound(after, [...prefix, []], true, true), limit));

  return {
    /** The page is about to stand still: what it would have to go on with would keep all other pages waiting (WebKit). */
    suspend() {
      for (const tx of busy) {
        try {
          tx.abort();
        } catch {
          // It is over already.
        }
      }
    },
    /** The page goes on. Of what was answered meanwhile Firefox tells it nothing (measured): it is begun again, ahead of all that comes now. */
    resume() {
      const { setTimer } = environment;
      const those = [...waiting];
      // Others tell it by then.
      setTimer(() => setTimer(() => {
        if (!db) opening = undefined;
        for (const lose of those) {
          waiting.delete(lose);
          lose();
        }
      }, 0), 0);
    },
    close() {
      over = true;
      rest();
    },
    write,
    async list(what: 'getAll' | 'getAllKeys', prefix: Key, limit: number, after: Key): Promise<any[]> {
      if (what === 'getAllKeys') return read(what, prefix, limit, after);
      try {
        const found = await read(what, prefix, limit, after);
        const names = found.map((row) => (isSound(row) ? keyName(row.k) : ''));
        // Where each stands under a key of its own, they ascend.
        if (names.every((name, i) => name > (i ? names[i - 1]! : keyName(after)))) {
          names.forEach((name, i) => isEvent(found[i]) && there.add(name));
          return found;
        }
      } catch (error) {
        // Chromium fails for all where it cannot read one.
        if (!(await read('getAllKeys', prefix, 1, after))[0]) throw error;
      }
      environment.warn('A stored event is damaged: it is set aside.');
      const sound: Stored[] = [];
      for (const key of await read('getAllKeys', prefix, limit + DAMAGED, after)) {
        if (sound.length === limit) break;
        const row = await get(key).catch(() => 0);
        if (isSound(row) && keyName(row.k) === keyName(key)) sound.push(row);
        // What cannot be read now may be read later.
        else if (row !== 0) await write(row ? [{ k: ['x', ...key], row } as Stored] : [], [key]);
      }
      return sound;
    },
    get,
    update: (key: Key, next: (old: any) => any) =>
      use('readwrite', async (rows) => {
        const changed = next(await promisifyRequest(rows.get(key as any)));
        if (changed) put(rows, [changed]);
        commit(rows.transaction);
        await promisifyRequest(rows.transaction);
        return changed;
      }),
    clear() {
      clearings++;
      return change((rows) => erase(rows, [IDBKeyRange.lowerBound([])]));
    },
  };
}
