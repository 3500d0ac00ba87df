/** An absolute IRI: a scheme, and nothing that RFC 3987 keeps out. */
export const isIri = (value: unknown): value is string => /^[a-zA-Z][a-zA-Z\d+.-]*:[^\s\p{Cc}<>"{}|\\^`]+$/u.test(value as string) && typeof value === 'string';

/** Of a version that is one (RFC 9562 §4): record stores refuse any other. */
export const isUuid = (value: unknown): boolean => /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.test(value as string);

/** An RFC 5646 tag, by its form (§2.1), those of old included; no language has more than three letters yet (§2.2.1). */
export const isLanguage = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^([a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?|x(-[a-z\d]{1,8})+|i(-[a-z\d]{2,8})+|en-gb-oed|sgn-(be-fr|be-nl|ch-de))$/i.test(value);

/** Not so `Headers`, maps and promises, whose members nobody would find. */
export const isObject = (value: unknown): value is Record<string, unknown> => /^\[object (Object|Module)]$/.test(({}).toString.call(value));

/** What an option has to be, by its name: a test, how to say it, whether it may not be left out, and what its members have to be, or those of each in it. */
export type Expectations = { readonly [name: string]: readonly [holds: (value: never) => unknown, expected: string, required?: boolean, members?: Expectations] };

export const oneOf = (...words: readonly string[]): Expectations[string] => [
  (value: string) => words.includes(value),
  `one of ${words.map((word) => `"${word}"`).join(', ')}`,
];

/** These are, or hold, credentials. */
const SECRET = /auth|headers|key$|direct|^(xapi|caliper|custom|token|profile|destinations\[])$/i;

/** What came, in a few words; never a credential. */
const show = (name: string, value: unknown): string => {
  const type = Array.isArray(value) ? 'array' : typeof value;
  const is = `a${type === 'array' ? 'n' : ''} ${type}`;
  if (SECRET.test(name) && /string|array|number/.test(type)) return is;
  if (/string|array/.test(type)) {
    try {
      return JSON.stringify(value)!.replace(/\/\/[^/]*@/, '//…@').slice(0, 100);
    } catch {
      return `${is} that is no plain data`;
    }
  }
  return value && type === 'object' ? `an object with ${Object.keys(value).join(', ').slice(0, 100) || 'nothing in it'}` : type === 'function' ? 'a function' : String(value);
};

/**
 * Throws unless every option is as expected.
 * @param where they are: the beginning of a message, up to the name
 * @throws {TypeError} that names the option, what was expected and what came
 */
export function expect(options: unknown, expectations: Expectations, where = 'option "'): void {
  for (const [name, [holds, expected, required, members = {}]] of Object.entries(expectations)) {
    let value: unknown;
    let meets: unknown;
    try {
      value = (options as Record<string, unknown> | undefined)?.[name];
      meets = value === undefined ? !required : holds(value as never);
    } catch {
      // What a test cannot even look at, such as a symbol where it reads text, does not meet it.
    }
    if (!meets) {
      throw new TypeError(`learningAnalytics: ${where}${name}" should be ${expected}, but is ${show(name, value)}`);
    }
    for (const one of [value ?? []].flat()) expect(one, members, `${where}${name}.`);
  }
}
