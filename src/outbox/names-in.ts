/** The names of a storage that begin so. It throws where the storage does, as a damaged one at everything. */
export const namesIn = (storage: Pick<Storage, 'length' | 'key'>, prefix: string): string[] =>
  Array.from(storage, (_, i) => storage.key(i)!).filter((name) => name?.startsWith(prefix));
