/** The names of a storage that begin so. It throws where the storage does, as a damaged one at everything. */
export function namesIn(storage: Pick<Storage, 'length' | 'key'>, prefix: string): string[] {
  const names = [];
  for (let i = 0; i < storage.length; i++) names.push(storage.key(i)!);
  return names.filter((name) => name?.startsWith(prefix));
}
