/** The names of a storage that begin so. A damaged one throws, whatever it is asked. */
export const namesIn = (storage: Pick<Storage, 'length' | 'key'>, prefix: string): string[] =>
  Array.from(storage, (_, i) => storage.key(i)!).filter((name) => name?.startsWith(prefix));
