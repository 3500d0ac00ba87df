import type { Destination } from './destinations/destination.js';
import { caliper, xapi } from './endpoints.js';
import { isObject } from './options/expect.js';
import type { RecorderOptions } from './options/options.js';

/** What is wrong with one of several says with which. */
const several = <T>(option: string, given: T | readonly T[] | undefined, make: (one: T) => Destination): readonly Destination[] =>
  given === undefined
    ? []
    : !Array.isArray(given)
      ? [make(given as T)]
      : given.map((one: T, n) => {
          try {
            return make(one);
          } catch (error) {
            throw new TypeError((error as TypeError).message.replace(option, `${option}[${n}]`), { cause: error });
          }
        });

/** Options with all that they send to among the destinations. */
export type SpelledOut<O> = Omit<O, 'xapi' | 'caliper' | 'destinations'> & { readonly destinations: readonly Destination[] };

/** What are no options stays what it is, for whoever checks them. */
export function spelledOut<O extends RecorderOptions>(given: O): SpelledOut<O> {
  if (!isObject(given)) return given as never;
  const { xapi: statements, caliper: envelopes, destinations = [], ...rest } = given as RecorderOptions;
  const all = Array.isArray(destinations) ? [...several('xapi', statements, xapi), ...several('caliper', envelopes, caliper), ...destinations] : destinations;
  return { ...rest, destinations: all } as never;
}
