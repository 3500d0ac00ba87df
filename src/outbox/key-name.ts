import type { Key } from './store.js';

/** A key as one string that sorts as the key does: nothing in a key sorts before a line break, and all times have 13 digits. */
export const keyName = (key: Key): string => key.join('\n');
