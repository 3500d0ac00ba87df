/**
 * What a hook gave; `undefined` where it drops what it was asked about by giving `null`.
 * @param has a member without which it is none of ours
 * @throws {TypeError} where it is neither, as where a `return` was forgotten, or comes later: what a promise does to it would be too late
 */
export function givenBy<T extends object>(hook: string, given: T | null | undefined, has?: string): T | undefined {
  if (given === null) return undefined;
  if (typeof given === 'object' && !Array.isArray(given) && !('then' in given) && (!has || has in given)) return given;
  Promise.resolve(given).catch(() => undefined);
  throw new TypeError(`${hook} should give the object to go on with, or null, and at once`);
}
