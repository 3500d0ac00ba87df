import type { Answer } from '../destinations/destination.js';

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

/** Ms from the moment in which browsers tell their pages that the network is back: all of them at once. */
export const spread = (random: number): number => 500 + 1_500 * random;

/** In ms, what a 429 asks for that says nothing, or says it where CORS hides it from pages. */
const UNSAID = 5_000;

/** How long an answer asks to be left alone, in ms. A date is one by the endpoint's clock, where it tells what that shows. */
export const wanted = ({ status, header }: Answer, now: number): number => retryAfter(header('retry-after'), Date.parse(`${header('date')}`) || now) || (status === 429 ? UNSAID : 0);
