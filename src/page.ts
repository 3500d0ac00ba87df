import type { Environment } from './outbox/environment.js';
import { CLEARED } from './outbox/cleared.js';
import type { Moment } from './playback/signal.js';

/** The browser as tracker and courier see it: the only file besides the adapters that touches it. */
export interface Page extends Environment {
  moment(): Moment;
  /** A UUID v4. */
  newId(): string;
  /** The page's address, for what is relative to it. */
  readonly url: string;
  readonly origin: string;
  /** Global Privacy Control. */
  readonly gpc: boolean;
  /** Denies the consent of each that records on this page: it is one for the site. */
  readonly denials: Set<() => Promise<void>>;
  /** To the console. */
  log(message: string, detail: unknown): void;
  /** The page was hidden, goes, or is back out of the back/forward cache; `still`: nothing of it goes on behind this. Until `signal` aborts. */
  onLife(listener: (what: 'hide' | 'leave' | 'return', still?: boolean) => void, signal: AbortSignal): void;
}

const keepalive = { left: 60_000 };
/** Of all copies of the plugin: a page may have one by script tag, and one in a bundle. */
const denials: Page['denials'] = ((globalThis as { videojsLearningAnalyticsDenials?: Page['denials'] }).videojsLearningAnalyticsDenials ??= new Set());
const said = new Set<string>();

/** The page's address, for what is relative to it. */
export const urlOf = (): string => globalThis.document?.baseURI ?? globalThis.location?.href;

/** The page's origin as an IRI. That of a file, or of a frame without one, is none: what stands for it says nothing of a query, nor of the page itself, nor where on this computer it lies. */
export const originOf = (): string => (/^http/.test(globalThis.origin) ? origin : urlOf()?.replace(/^(https?:\/\/[^/?#]*|file:\/\/\/)[^]*|[?#,][^]*/, '$1'));

/** Pages of plain-http intranets have no `randomUUID`. Any digit for a 0, and for the 8 of the variant any from 8 to b. */
const newId = (): string =>
  '00000000-0000-4000-8000-000000000000'.replace(/[08]/g, (digit) => (+digit | (crypto.getRandomValues(new Uint8Array(1))[0]! & (digit === '8' ? 3 : 15))).toString(16));

/** Storage that the page may not touch throws when it is only looked at. */
const optional = <T>(get: () => T): T | undefined => {
  try {
    return get() ?? undefined;
  } catch {
    return undefined;
  }
};

/** @param warn says what a developer should know; each message is said once a page */
export function createPage(warn: (message: string, error?: unknown) => void): Page {
  return {
    now: Date.now,
    random: Math.random,
    moment: () => ({ wall: Date.now(), mono: performance.now() }),
    newId,
    url: urlOf(),
    origin: originOf(),
    gpc: !!optional(() => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl),
    fetch: (url, init) => fetch(url, init),
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as number),
    locks: optional(() => navigator.locks as Page['locks']),
    journal: optional(() => localStorage),
    indexedDB: optional(() => indexedDB),
    keepalive,
    denials,
    onWake(listener, signal) {
      const wake = (): unknown => document.visibilityState === 'visible' && listener();
      addEventListener('online', () => listener(), { signal });
      // A page that is shown for the first time has nothing to wake: it begins where the last one waits.
      addEventListener('pageshow', (event) => event.persisted && listener(event), { signal });
      addEventListener('storage', ({ key, newValue }) => key === CLEARED && newValue && listener({ cleared: true }), { signal });
      document.addEventListener('visibilitychange', wake, { signal });
    },
    onFreeze(listener, signal) {
      document.addEventListener('freeze', listener, { signal });
      addEventListener('pagehide', listener, { signal });
    },
    onLife(listener, signal) {
      // Never unload: it keeps a page out of the back/forward cache.
      addEventListener('pagehide', () => listener('leave', true), { signal });
      addEventListener('pageshow', ({ persisted }) => persisted && listener('return'), { signal });
      document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && listener('hide'), { signal });
      // Long after it was hidden: it may play on behind.
      document.addEventListener('freeze', () => listener('hide', true), { signal });
    },
    log: (message, detail) => console.log(message, detail),
    warn(message, error) {
      if (said.has(message)) return;
      said.add(message);
      warn(message, error);
    },
  };
}
