/** The part of `navigator.locks` that is used. */
export interface Locks {
  request<T>(name: string, options: { readonly ifAvailable: true }, run: (lock: unknown) => T | PromiseLike<T>): Promise<T>;
}

/** What the outbox sees of the page, so that tests and workers can be one. Its functions are called without it as `this`. */
export interface Environment {
  /** Epoch milliseconds by the wall clock; may jump. */
  now(): number;
  /** 0 ≤ random < 1 */
  random(): number;
  /** May be patched by the host, and throw at once. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  /** Of the page: cookies go along to it by themselves. */
  readonly origin?: string;
  /** Absent where the browser has none: a lease in the store takes its place. */
  readonly locks?: Locks | undefined;
  /** `localStorage`; absent where the page may not touch it. */
  readonly journal?: Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'> | undefined;
  /** Absent where the browser has none. */
  readonly indexedDB?: IDBFactory | undefined;
  /** Bytes that `keepalive` requests of this document may still occupy: one object for all, 60,000 at the beginning. */
  readonly keepalive: { left: number };
  /** Back online, visible or shown again (`persisted`: out of the back/forward cache), or another page has cleared all; until `signal` aborts. */
  onWake(listener: (event?: { readonly persisted?: boolean; readonly cleared?: boolean }) => unknown, signal: AbortSignal): void;
  /** The page is about to stand still or goes, and goes on one day or never; until `signal` aborts. */
  onFreeze?(listener: (event?: unknown) => void, signal: AbortSignal): void;
  /** Says the same message once, however often it is called with it. */
  warn(message: string, error?: unknown): void;
}
