import type { Destination } from './destination.js';

/** The body of a batch of nothing, as far as a destination of somebody's own has one. */
export function emptyBatch(destination: Destination, time: number): string {
  try {
    return destination.wrap([], time);
  } catch {
    return '';
  }
}
