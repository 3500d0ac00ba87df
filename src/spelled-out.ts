import type { Destination } from './destinations/destination.js';
import { caliper, xapi } from './endpoints.js';
import { isObject } from './options/expect.js';
import type { RecorderOptions } from './options/options.js';

const several = <T>(one: T | readonly T[] | undefined): readonly T[] => (one === undefined ? [] : Array.isArray(one) ? one : [one as T]);

/** Options with all that they send to among the destinations. */
export type SpelledOut<O> = Omit<O, 'xapi' | 'caliper' | 'destinations'> & { readonly destinations: readonly Destination[] };

/** What are no options stays what it is, for whoever checks them. */
export function spelledOut<O extends RecorderOptions>(given: O): SpelledOut<O> {
  if (!isObject(given)) return given as never;
  const { xapi: statements, caliper: envelopes, destinations = [], ...rest } = given as RecorderOptions;
  const all = Array.isArray(destinations) ? [...several(statements).map(xapi), ...several(envelopes).map(caliper), ...destinations] : destinations;
  return { ...rest, destinations: all } as never;
}
