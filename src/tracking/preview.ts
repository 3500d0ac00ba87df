import type { Media, Progress, Seconds } from '../events.js';
import { within } from '../outbox/within.js';
import type { Page } from '../page.js';
import { clip, coverage, roundDown, union } from '../playback/segments.js';
import type { Adapter } from '../player/adapter.js';
import type { Known } from '../recorder.js';
import type { Recalled } from './recall.js';
import { nameOf } from './resumption.js';

/** What is loaded says how long it is within so many ms. */
const READ = 300;

/** What is remembered of the media that is loaded, until a session of it opens. */
export interface Preview {
  /** As far as it is known by now; `undefined` where it would be about something or somebody else. */
  readonly found: Partial<Recalled> | undefined;
  /** What it is of a session's progress; `fraction` is 0 until the length of the media is known. */
  readonly progress: (Partial<Progress> & { readonly position: Seconds }) | undefined;
  /** Finds out about what is loaded, as it was found last, and tells of it once the length is known, or will not be before it is played. */
  look(): Promise<void>;
  /** The length of the media is known, or nobody waits for it any longer. */
  measured(): void;
  /** It is found out anew. */
  forget(): void;
  /** Another source is loaded: it may be told of again. */
  renew(): void;
}

/**
 * @param loaded what is loaded and who is here
 * @param recall gives what is remembered of that
 * @param isLate whether nobody is to be told any more
 */
export function createPreview(
  adapter: Adapter,
  page: Page,
  loaded: () => readonly [media: Media | undefined, known: Known | null | undefined],
  recall: (about: Media, known: Known) => Promise<Recalled>,
  isLate: () => boolean,
  tell: () => void,
): Preview {
  let shown: ({ readonly of: readonly unknown[] } & Partial<Recalled>) | undefined;
  let measured: (() => void) | undefined;
  /** Of whom and what was told last. */
  let toldOf: string | undefined;

  const preview: Preview = {
    get found() {
      return shown?.of.every((one, n) => one === loaded()[n]) ? shown : undefined;
    },
    get progress() {
      const before = preview.found?.history;
      if (!before) return undefined;
      const { segments, secondsPlayed, position = 0 } = before;
      const { duration } = adapter.read();
      return { segments, secondsPlayed, position, fraction: duration > 0 ? Math.min(1, roundDown(coverage(union(clip(segments, duration))) / duration)) : 0 };
    },
    async look() {
      const [about, known] = loaded();
      if (!about || !known || preview.found) return;
      // Who plays on before it is found out asks about the same.
      const mine = (shown = { of: [about, known], registration: page.newId() });
      const found = await recall(about, known);
      Object.assign(mine, found);
      const of = nameOf(known, about, found.registration);
      // A short file may be there whole before its length is read off it.
      if (!isLate() && !(adapter.read().duration > 0)) await within(page, READ, new Promise<void>((resolve) => (measured = resolve))).catch(() => {});
      if (preview.found !== mine || isLate() || toldOf === of) return;
      toldOf = of;
      tell();
    },
    measured: () => measured?.(),
    forget() {
      shown = undefined;
    },
    renew() {
      toldOf = undefined;
    },
  };
  return preview;
}
