import type { Auth, Destination } from '../destination.js';
import { endpoint } from '../endpoint.js';
import type { EndpointOptions } from '../endpoint-options.js';
import { plainly } from '../plainly.js';
import type { Statement } from './statement.js';
import { videoProfile } from './video-profile.js';
import type { Vocabulary } from './vocabulary.js';

/** Where xAPI statements go, and how. */
export interface XapiOptions extends EndpointOptions<'1.0.3' | '2.0.0', Statement> {
  /** The record store's xAPI endpoint, with or without `/statements` at its end; may be relative to the page. */
  readonly endpoint: string;
  /**
   * `false` where your server or a cookie authorises; `{ key, secret }` for HTTP Basic; a whole header value such as
   * `Basic bGVhcm5lcjpz`; or a function that gives one and is asked again when it was refused. A key written into a
   * page can be read by everyone who opens it.
   */
  readonly auth: Auth;
  /** The version in the `X-Experience-API-Version` header; the statements are the same. @default '1.0.3' */
  readonly version?: '1.0.3' | '2.0.0' | 'auto' | undefined;
  /** In which terms events are told. @default 'video-profile', the xAPI Video Profile v1.0.3 */
  readonly vocabulary?: 'video-profile' | Vocabulary | undefined;
  /** RFC 5646 tag of the language that names and descriptions are in (xAPI 1.0.3 Data §4.2). @default 'en-US' */
  readonly language?: string | undefined;
}

/** The one that is asked for. */
export const vocabularyOf = ({ vocabulary }: Pick<XapiOptions, 'vocabulary'>): Vocabulary => (typeof vocabulary === 'object' ? vocabulary : videoProfile);

/** The versions of xAPI, the default one first. */
export const VERSIONS = ['1.0.3', '2.0.0'] as const;

/** A destination that sends xAPI statements to a Learning Record Store. */
export function xapi(options: XapiOptions): Destination {
  const { name, statement, language: native = 'en-US' } = vocabularyOf(options);
  const { language = native } = options;
  const [, path, query] = /^([^?#]*)([^#]*)/.exec(options.endpoint) as unknown as [string, string, string];
  const base = path.replace(/(\/+statements)?\/*$/, '');
  return endpoint(options, VERSIONS, (version) => ({
    ...plainly(`xapi ${name} ${base}${query}`, `${base}/statements${query}`),
    about: `${base}/about${query}`,
    map(event, actor) {
      const said = statement(event, actor, language);
      return said && { id: event.id, ...said };
    },
    headers: () => ({ 'X-Experience-API-Version': version() }),
  }));
}
