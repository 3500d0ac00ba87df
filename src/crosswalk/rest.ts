type Json = { readonly [name: string]: unknown };

const isMap = (value: unknown): value is Json => !!value && typeof value === 'object' && !Array.isArray(value);

/** What `whole` says that `part` does not, or otherwise; `null` for what `part` alone says; `undefined` where they are the same. */
export function restOf(whole: unknown, part: unknown): unknown {
  if (!isMap(whole) || !isMap(part)) return JSON.stringify(whole) === JSON.stringify(part) ? undefined : (whole ?? null);
  const differing = [...new Set([...Object.keys(whole), ...Object.keys(part)])].map((name) => [name, restOf(whole[name], part[name])] as const).filter(([, rest]) => rest !== undefined);
  return differing[0] ? Object.fromEntries(differing) : undefined;
}

/** `part` with its rest: the whole again. */
export function withRest(part: unknown, rest: unknown): unknown {
  if (!isMap(part) || !isMap(rest)) return rest;
  const names = [...new Set([...Object.keys(part), ...Object.keys(rest)])];
  return Object.fromEntries(
    names.flatMap((name) => (rest[name] === null ? [] : [[name, !(name in rest) ? part[name] : name in part ? withRest(part[name], rest[name]) : rest[name]]])),
  );
}
