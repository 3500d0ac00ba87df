import type { Environment } from './environment.js';
import { worth } from './bounds.js';
import { CLEARED } from './cleared.js';
import { namesIn } from './names-in.js';
import { perPage } from './per-page.js';
import { isEvent, isSound, type Row } from './row.js';

/** All that the plugin keeps there begins so. */
const NAME = 'videojs-learning-analytics';
const PREFIX = `${NAME}:`;

/** The host's own use of localStorage comes first: a tenth of what browsers allow, for all pages together. */
const MAX_LENGTH = 500_000;

/** What a page that goes has not stored yet, where the next page finds it: no other store is synchronous. */
export interface Journal {
  /** Whether it worked. */
  write(rows: readonly Row[]): boolean;
  erase(): void;
  /** Whoever comes may take it over. */
  release(): void;
  /** Hands over what other pages left, then removes it. */
  takeOver(take: (rows: readonly Row[]) => Promise<unknown>): Promise<void>;
  /** Removes everything, what is kept of ended sessions too. */
  clear(): void;
  /** Other pages hear that all was cleared. */
  announce(): void;
}

/** By page, the names of those whose outboxes live: what is in them is no legacy. */
const livingOf = perPage(() => new Set<string>());

export function createJournal({ journal, keepalive, random, warn }: Environment): Journal {
  const own = PREFIX + random().toString(36).slice(2);
  const mine = livingOf(keepalive).add(own);

  const attempt = <T>(run: (storage: NonNullable<typeof journal>) => T) => {
    try {
      return journal && run(journal);
    } catch (error) {
      warn('localStorage does not work here: what is not stored when the page goes may be lost.', error);
      return undefined;
    }
  };
  const remove = (name: string) => attempt((storage) => storage.removeItem(name));
  const names = (prefix: string) => attempt((storage) => namesIn(storage, prefix)) ?? [];

  return {
    write(rows) {
      let length = 0;
      for (const name of names(PREFIX)) if (name !== own) length += attempt((storage) => storage.getItem(name))?.length ?? 0;
      // Where it is too much, what an outbox that is full would keep.
      const kept = [...rows].sort((a, b) => worth(b.k) - worth(a.k)).filter((row) => (length += JSON.stringify(row).length + 1) < MAX_LENGTH);
      if (kept.length < rows.length) warn('Not all that is not stored yet fits into localStorage: the rest is lost with this page.');
      return !!attempt((storage) => (storage.setItem(own, JSON.stringify(kept)), true));
    },
    erase: () => remove(own),
    release: () => void mine.delete(own),
    async takeOver(take) {
      for (const name of names(PREFIX))
        if (!mine.has(name)) {
          const text = attempt((storage) => storage.getItem(name));
          // What cannot be read now may be read later.
          if (text === undefined) continue;
          try {
            await take(((JSON.parse(text!) ?? []) as Row[]).filter((row) => isSound(row) && isEvent(row)));
          } catch (error) {
            warn('An exit journal is damaged: it is removed.', error);
          }
          // Its page may live, and have written more meanwhile.
          if (attempt((storage) => storage.getItem(name)) === text) remove(name);
        }
    },
    clear: () => names(NAME).forEach(remove),
    announce() {
      attempt((storage) => storage.setItem(CLEARED, `${random()}`));
      remove(CLEARED);
    },
  };
}
