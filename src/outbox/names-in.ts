/** The names of a storage that begin so. */
export function namesIn(storage: Pick<Storage, 'length' | 'key'>, prefix: string): string[] {
  const found: string[] = [];
  for (let i = 0; i < storage.length; i++) {
    const name = storage.key(i);
    if (name?.startsWith(prefix)) found.push(name);
  }
  return found;
}
