import { round } from './round.js';

/**
 * ISO 8601 of a number of seconds: `PT0S`, `PT321.5S`; `undefined` where it is no length of time.
 * Seconds alone, never minutes: consumers in the field cut off `PT` and `S` and read a number.
 */
export const duration = (seconds: number | undefined): string | undefined =>
  // From 1e15 on a double has no thousandths, from 1e21 on it prints an exponent.
  seconds! >= 0 && seconds! < 1e15 ? `PT${round(seconds!)}S` : undefined;
