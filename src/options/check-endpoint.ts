import { EVENTS } from '../events.js';
import { urlOf } from '../page.js';
import { expect, type Expectations, isIri, isObject, oneOf } from './expect.js';
import { FLAG, FUNCTION, IRI, isFunction, isText, LANGUAGE, POSITIVE, TEXT, TEXTS } from './expectations.js';
import { warnOfOthers } from './warn-of-others.js';

/** What a header can hold (RFC 9110 §5.5); a blank key is a variable that nobody set. */
const isKey = (value: unknown): boolean => isText(value) && /^[!-~\x80-\xff][\t -~\x80-\xff]*$/.test(value.trim());
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** What is relative to a page may be named where that is rendered before it is one. */
const SERVER = 'https://server.invalid';

/** Whether it never leaves this computer: browsers trust it without TLS. */
export const isLoopback = (url: string): boolean => /^((.*\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** Nobody on the way shall read what is sent there, unless that is allowed. */
export const secure = (allowInsecure: unknown): readonly [holds: (url: URL) => boolean, expected: string] => [
  (url) => allowInsecure === true || url.protocol === 'https:' || isLoopback(url.href),
  'an https URL (or set allowInsecure: true)',
];

/** What a destination does. */
export const PORT = ['map', 'wrap', 'headers', 'authorization', 'judge'];

/** Throws unless the options of an endpoint are as documented; gives them with URL and credential in order. */
export function checkEndpoint<T>(option: 'xapi' | 'caliper' | 'custom', given: T, versions: readonly string[]): T {
  const trim = (value: unknown, name: string): unknown => {
    const trimmed = isText(value) ? value.trim() : value;
    if (trimmed !== value) console.warn(`learningAnalytics: option "${option}.${name}" has spaces around it, which were taken away`);
    return trimmed;
  };
  expect({ [option]: given }, { [option]: [isObject, 'an object with an endpoint and auth', true] });
  const { auth, allowInsecure, endpoint } = given as Record<string, unknown>;

  const pair = option !== 'caliper' && isObject(auth) && [auth['key'], auth['secret']].every((part) => isText(part) && part.trim());
  const where = `option "${option}.`;
  const urlFrom = (text: string): URL => new URL(text.trim(), urlOf() ?? SERVER);
  const addresses = (holds: (url: URL) => unknown, expected: string): Expectations =>
    Object.fromEntries((option === 'custom' ? ['endpoint', 'url', 'about'] : ['endpoint']).map((name) => [name, [(text: unknown) => isText(text) && text.trim() && holds(urlFrom(text)), expected, name === 'endpoint']]));
  const expectations: Expectations = {
    ...addresses((url) => url.protocol.startsWith('http'), 'an http or https URL'),
    auth: [
      (value: unknown) => value === false || isFunction(value) || pair || isKey(value),
      option === 'caliper' ? 'false, a key or a function' : 'false, { key, secret }, a header value or a function',
      option !== 'custom',
    ],
    version: oneOf(...versions, 'auto'),
    events: [(list: unknown) => Array.isArray(list) && list.every((type) => Object.keys(EVENTS).includes(type)), `an array of event types (${Object.keys(EVENTS).join(', ')})`],
    beforeSend: FUNCTION,
    headers: [(value: unknown) => isObject(value) && Object.entries(value).every(([name, text]) => TOKEN.test(name) && isKey(text)), 'an object of header values by name'],
    credentials: oneOf('omit', 'same-origin', 'include'),
    allowInsecure: FLAG,
    ...(option === 'caliper'
      ? {
          thin: FLAG,
          scheme: [(value: unknown) => isText(value) && TOKEN.test(value), 'a word such as "Bearer"'],
          seekTarget: oneOf('origin', 'destination'),
          messageParameters: TEXTS,
          sensor: [isIri, IRI],
        }
      : {
          language: LANGUAGE,
          vocabulary: [(value: unknown) => value === 'video-profile' || (isObject(value) && isText(value['name']) && isFunction(value['statement'])), '"video-profile" or a vocabulary such as kaltura({ … })'],
        }),
    ...(option === 'custom' && {
      ...Object.fromEntries(PORT.map((name) => [name, FUNCTION])),
      key: TEXT,
      label: TEXT,
      maxBytes: POSITIVE,
      probe: [isObject, 'an object with method and url'],
    }),
  };
  expect(given, expectations, where);
  warnOfOthers(given as object, expectations, where, ['negotiate', 'asVersion', 'applyConfiguration']);
  expect(given, addresses((url) => !url.username && !url.password, 'a URL without a user name and password, which belong in "auth"'), where);
  expect(given, addresses(...secure(allowInsecure)), where);
  return {
    ...given,
    endpoint: urlFrom(trim(endpoint, 'endpoint') as string).href,
    ...(auth !== undefined && { auth: pair ? { key: trim(auth['key'], 'auth.key'), secret: trim(auth['secret'], 'auth.secret') } : trim(auth, 'auth') }),
  };
}
