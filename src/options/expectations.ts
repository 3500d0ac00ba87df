import { type Expectations, isLanguage, isObject } from './expect.js';

// What options may be, in words that several checks have in common.

export type Expectation = Expectations[string];

export const isFunction = (value: unknown): boolean => typeof value === 'function';
export const within = (least: number, most = Infinity) => (value: unknown): boolean => typeof value === 'number' && value >= least && value <= most;

/** What is sent and kept has to be JSON; what that has no word for, such as a circle, would take each event along. */
export const isData = (value: unknown): boolean => isObject(value) && !!JSON.stringify(value);
export const isText = (value: unknown): value is string => typeof value === 'string';

export const FUNCTION: Expectation = [isFunction, 'a function'];
export const object = (members: Expectations): Expectation => [isData, `an object of plain data (${Object.keys(members).join(', ')})`, false, members];
/** In JSON of a server `null` is nothing, and in a page so is an empty text. */
export const orNull = (members: Expectations, nothing: readonly unknown[] = [null]): Expectations =>
  Object.fromEntries(Object.entries(members).map(([name, [holds, ...rest]]) => [name, [(value: unknown) => (nothing.includes(value) ? !rest[1] : holds(value as never)), ...rest]]));
export const TEXT: Expectation = [isText, 'text'];
export const TEXTS: Expectation = [(value: unknown) => Array.isArray(value) && value.every(isText), 'an array of texts'];
export const LANGUAGE: Expectation = [isLanguage, 'a language tag such as "en-US"'];
export const FLAG: Expectation = [(value: unknown) => typeof value === 'boolean', 'true or false'];
export const POSITIVE: Expectation = [within(1), 'a number, 1 or more'];
export const NUMBER: Expectation = [within(0), 'a number, 0 or more'];
export const IRI = 'an absolute IRI such as "https://campus.example/…"';
