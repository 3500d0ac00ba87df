import type { HistoryStore } from '../history/history.js';
import type { Options } from '../options/options.js';
import type { Page } from '../page.js';
import type { Subject } from '../playback/subject.js';
import type { Media } from '../events.js';
import type { Known } from '../recorder.js';
import type { Remembered, Resumption } from './resumption.js';

/** What the next session is about, and what was watched of it before. */
export interface Recalled extends Subject {
  media: Media;
  registration: string;
  history: Remembered;
  /** Nobody could wait until it was known which registration it is. */
  guessed?: boolean;
}

/** The registration that somebody asked for. */
export interface Asked {
  /** By the context. */
  readonly registration: string | undefined;
  /** By `newRegistration()`, unless the context names one. */
  readonly wish: Wish | undefined;
}

/** Of `newRegistration()`: of which media, if that was known, and whether it has begun. */
export interface Wish {
  readonly of: string | undefined;
  readonly id: string;
  begun?: boolean;
}

/** Where nothing is remembered. */
export const NOTHING: Remembered = { segments: [], secondsPlayed: 0, completed: false, milestones: [] };

/**
 * What was watched before; `fresh` where nothing is known of that.
 * @param mine is given what this browser remembers before the portal's server is asked; without it, no trace is left of a media
 * that nobody has played
 */
export type Recall = (fresh: Recalled, known: Known, asked: Asked, mine?: Partial<Recalled>) => Promise<Recalled>;

/** Whether anything is remembered of them. */
export const remembers = (resume: Options['resume'], { actor }: Known): boolean => resume !== false && !actor.anonymous;

/** @param recover ends the sessions of pages that are dead */
export function createRecall(
  resume: Options['resume'],
  history: HistoryStore,
  resumption: Resumption,
  page: Page,
  recover: (known: Known) => Promise<void>,
): Recall {
  return async (fresh, known, { registration: of, wish }, mine) => {
    const { media } = fresh;
    const again = of ? undefined : wish;
    if (again && mine) again.begun = true;
    // Nobody could say that somebody anonymous is the same: nothing is kept of them.
    if (known.actor.anonymous) return fresh;
    const remembered = remembers(resume, known);
    try {
      // First of all: what ends meanwhile joins it.
      if (again && mine) {
        Object.assign(mine, fresh);
        if (remembered) await history.restart(known.key, media.id, again.id);
      }
      await recover(known);
      if (!remembered || (again && !mine)) return fresh;
      const record = await history.load(known.key, media.id, of, fresh.registration, !mine);
      // What the portal's server knows goes before what this browser remembers.
      const registration = of ?? record?.registration ?? fresh.registration;
      const found = { ...fresh, registration, history: { ...NOTHING, ...record } };
      if (mine) Object.assign(mine, found);
      return { ...found, history: { ...found.history, ...(await resumption.told(media, known, registration)) } };
    } catch (error) {
      page.warn('what was watched before could not be read', error);
      return fresh;
    }
  };
}
