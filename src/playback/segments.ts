import type { Seconds, Segment } from '../events.js';

/** Rounds to the three decimals that the Video Profile allows. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Rounds a fraction down to three decimals, since 99.96 % is not all; the dust of binary fractions is forgiven. */
export const roundDown = (fraction: number): number => Math.floor(fraction * 1000 + 1e-6) / 1000;

/** The same seconds without repeats, in the order of the media. */
export function union(segments: readonly Segment[]): Segment[] {
  const joined: [Seconds, Seconds][] = [];
  for (const [from, to] of [...segments].sort((a, b) => a[0] - b[0])) {
    const last = joined[joined.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** What of them lies inside media of that length: it may have been cut shorter since. */
export const clip = (segments: readonly Segment[], length: Seconds): Segment[] =>
  segments.filter(([from]) => from < length).map(([from, to]) => [from, Math.min(to, length)]);

/**
 * How many seconds were played at least once, by `covered`, a union, and the stretch `open` that still grows.
 * Asked at every tick: allocates nothing.
 */
export function coverage(covered: readonly Segment[], open?: Segment): Seconds {
  let seconds = open ? open[1] - open[0] : 0;
  for (const [from, to] of covered) {
    seconds += to - from;
    if (open) seconds -= Math.max(0, Math.min(to, open[1]) - Math.max(from, open[0]));
  }
  return seconds;
}
