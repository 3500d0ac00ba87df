import { type Expectations, isObject } from './expect.js';

/** Says of each option that there is none of its name: a misspelt one would be heeded by nobody. */
export function warnOfOthers(options: unknown, known: Expectations, where: string, more: readonly string[] = []): void {
  if (isObject(options)) for (const name of Object.keys(options)) if (!(name in known) && !more.includes(name)) console.warn(`learningAnalytics: ${where}${name}" is not known and does nothing`);
}
