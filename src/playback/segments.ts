import type { Seconds, Segment } from '../events.js';

/** Rounds to the three decimals that the Video Profile allows. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Rounds a fraction down to three decimals, since 99.96 % is not all; the dust of binary fractions is forgiven. */
export const roundDown = (fraction: number): number => Math.floor(fraction * 1000 + 1e-6) / 1000;

/** The same seconds without repeats, in the order of the media. */
export function union(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  let last: [Seconds, Seconds] | undefined;
  for (const [from, to] of [...segments].sort((a, b) => a[0] - b[0])) {
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push((last = [from, to]));
  }
  return joined;
}

/** What of them lies inside media of that length: it may have been cut shorter since. */
export const clip = (segments: readonly Segment[], length: Seconds): Segment[] =>
  segments.filter(([from]) => from < length).map(([from, to]) => [from, Math.min(to, length)]);

/**
 * How many seconds were played at least once, by `covered`, a union, and a stretch that still grows.
 * Asked at every tick: allocates next to nothing.
 */
export const coverage = (covered: readonly Segment[], [start, end]: Segment = [0, 0]): Seconds =>
  covered.reduce((seconds, [from, to]) => seconds + to - from - Math.max(0, Math.min(to, end) - Math.max(from, start)), end - start);
