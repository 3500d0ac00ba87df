/** Milliseconds. */
export const SHORTEST = 1_000;
export const LONGEST = 300_000;
const MAX_RETRY_AFTER = 3_600_000;

/** Full jitter: anything from nothing to a bound that doubles with every failure, so that clients which failed together come back apart. */
export const backoff = (failures: number, random: number): number => random * Math.min(LONGEST, SHORTEST * 2 ** failures);

/** What a `Retry-After` asks for, in ms and at most an hour; 0 where it is missing, past or nonsense. */
export function retryAfter(header: string | null | undefined, now: number): number {
  const text = header?.trim() || '';
  const wait = /^\d+$/.test(text) ? +text * 1000 : /^[A-Z]/i.test(text) ? Date.parse(text) - now : 0;
  return Math.min(Math.max(wait || 0, 0), MAX_RETRY_AFTER);
}
