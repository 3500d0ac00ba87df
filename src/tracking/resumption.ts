import type { Media, Seconds, Segment } from '../events.js';
import type { Options, Resume } from '../options/options.js';
import { within } from '../outbox/within.js';
import type { Page } from '../page.js';
import { coverage, union } from '../playback/segments.js';
import type { Checkpoint } from '../playback/checkpoint.js';
import type { History } from '../playback/subject.js';
import type { Known } from '../recorder.js';

/** What was watched before, and where the media was left. */
export type Remembered = History & { readonly position?: Seconds };

/** What the option `resume` says of what was watched before, and what this page has seen since. */
export interface Resumption {
  /** As far as it can be true; nothing where it says nothing. */
  told(about: Media, known: Known, registration: string): Promise<Partial<Remembered> | undefined>;
  /** A session has ended: what was watched in it may be newer than what `resume` says. */
  note(ended: Checkpoint, known: Known): void;
  /** Another registration was asked for: an object in `resume` is about none of what comes. */
  renew(): void;
  /** Forgets what this page has seen. */
  clear(): void;
}

/** A server that says what was watched has so many ms for it. */
const PATIENCE = 20_000;

/** Names whose, of what and in which registration. */
export const nameOf = ({ key }: Known, { id }: Media, registration: string): string => `${key} ${registration} ${id}`;

/** What servers give may be text. */
const isSeconds = (value: unknown): value is Seconds => Number.isFinite(value) && (value as number) >= 0;

export function createResumption(resume: Options['resume'], page: Page): Resumption {
  /** Whom and what an object is about: who and what came first. */
  let resumed: string | undefined;
  const seen = new Map<string, readonly Segment[]>();
  return {
    async told(about, known, registration) {
      const mine = `${known.key} ${about.id}`;
      resumed ??= mine;
      if (typeof resume !== 'function' && resumed !== mine) return undefined;
      try {
        const given = typeof resume === 'function' ? await within(page, PATIENCE, Promise.resolve(resume({ actor: known.actor, media: about, registration }))) : resume;
        const { segments, position, completed } = Object(given ?? {}) as Resume;
        const here = seen.get(nameOf(known, about, registration));
        const sound = segments?.filter(([from, to]) => isSeconds(from) && isSeconds(to) && to > from);
        const adds = (one: Segment): boolean => coverage(union([...sound!, one])) > coverage(union(sound!));
        if (sound?.length !== segments?.length || !isSeconds(position ?? 0) || typeof (completed ?? false) !== 'boolean')
          page.warn('the option "resume" gave some of what is no number of seconds, no pair of them or no boolean: the rest serves', given);
        return {
          ...(typeof completed === 'boolean' && { completed }),
          ...(sound && { segments: [...sound, ...(here ?? []).filter(adds)] }),
          ...(isSeconds(position) && !here && { position }),
        };
      } catch (error) {
        page.warn('the option "resume" gave nothing: what this browser remembers serves', error);
        return undefined;
      }
    },
    note({ media, registration, watched }, known) {
      const name = nameOf(known, media, registration);
      seen.set(name, [...(seen.get(name) ?? []), ...watched]);
    },
    renew() {
      resumed = '';
    },
    clear: () => seen.clear(),
  };
}
