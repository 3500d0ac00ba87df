/** Sorts as IndexedDB sorts: element by element, numbers before strings. */
export type Key = readonly (string | number)[];

/** What is kept: plain JSON that carries its own key. */
export interface Stored {
  readonly k: Key;
}

/** Rows under array keys. The first element says whose they are: `q` queue, `r` rejected, `s` sessions, `p` progress… */
export interface Store {
  /** Puts and removes in one transaction that is begun at once; all of it happens or nothing. */
  write(put: readonly Stored[], remove?: readonly Key[]): Promise<void>;
  /** The first rows under a prefix, in order; `after` leaves out that key and what comes before it. */
  page<T extends Stored>(prefix: Key, limit: number, after?: Key): Promise<T[]>;
  /** The same without the values. */
  keys(prefix: Key, limit: number, after?: Key): Promise<Key[]>;
  get<T extends Stored>(key: Key): Promise<T | undefined>;
  /**
   * Reads, changes and writes in one transaction; gives what was written. `change` is pure: it may run twice. Where it gives
   * nothing, nothing is written.
   */
  update<T extends Stored, R extends T | undefined = T>(key: Key, change: (old: T | undefined) => R): Promise<R>;
  /** Removes everything. */
  clear(): Promise<void>;
  /** Whether there may be rows that cannot be read for now. */
  blind(): boolean;
}

/** The store as the plugin uses it: IndexedDB, and memory for as long as that does not work. */
export interface OutboxStore extends Store {
  /** Rows that are in memory against their will; `undefined` where nothing may outlive the page. */
  volatile(): readonly Stored[] | undefined;
  /** Whether rows may be kept beyond the page: memory only until it is called with `true`, which moves over what was gathered. The outbox calls it. */
  persist(allowed: boolean): Promise<void>;
  /** Drops what is in memory, and what is on its way to the database: all was cleared. */
  forget(): void;
  /** Breaks off what needs the page to go on, since it goes. */
  suspend(): void;
  /** It goes on: what was not answered until then is begun again. */
  resume(): void;
  /**
   * Closes the connection; a later call opens it again. What is in memory alone is left to the next store of the page.
   * @param kept it lies in the journal, for the next page
   */
  close(kept?: boolean): void;
}
