/** What was worked out last is kept for as long as it is asked about the same. */
export function keptFor<Given extends readonly unknown[], Found>(work: (...given: Given) => Found): (...given: Given) => Found {
  let last: Given | undefined;
  let found: Found;
  return (...given) => {
    if (!last || given.some((one, i) => one !== last![i])) found = work(...(last = given));
    return found;
  };
}
