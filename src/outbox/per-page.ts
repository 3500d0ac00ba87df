/** What all on one page share, made when it is first asked for. The page stands for itself by an object that its outboxes have in common. */
export function perPage<T>(make: () => T): (page: object) => T {
  const all = new WeakMap<object, T>();
  return (page) => {
    const found = all.get(page) ?? make();
    all.set(page, found);
    return found;
  };
}
