import { FOREIGN_LINKED } from '../clean.js';
import type { AuthFunction, Destination } from '../destination.js';
import { endpoint } from '../endpoint.js';
import type { EndpointOptions } from '../endpoint-options.js';
import { plainly } from '../plainly.js';
import { timestamp } from '../timestamp.js';
import type { CaliperEvent } from './caliper-event.js';
import { thinned } from './thinned.js';
import { toCaliper } from './to-caliper.js';

/** Where Caliper envelopes go, and how. */
export interface CaliperOptions extends EndpointOptions<'1.1' | '1.2', CaliperEvent> {
  /** The URL that envelopes are POSTed to; may be relative to the page. */
  readonly endpoint: string;
  /**
   * `false` where your server or a cookie authorises; the key; or a function that gives it and is asked again when it
   * was refused. `scheme` goes before it. A key written into a page can be read by everyone who opens it.
   */
  readonly auth: false | string | AuthFunction;
  /** What stands before the key in the Authorization header; `'no-scheme'`: nothing, as Kaltura's service calls it. @default 'Bearer' */
  readonly scheme?: 'Bearer' | 'no-scheme' | (string & {}) | undefined;
  /** The IRI of the sensor in the envelope (Caliper 1.2 §Envelope). @default the page's origin */
  readonly sensor?: string | undefined;
  /** @default '1.2', and '1.1' where the endpoint refuses all of that with 415 or 422, which it is not tried for where `'1.2'` is named */
  readonly version?: '1.1' | '1.2' | 'auto' | undefined;
  /**
   * Which end of a seek the event's target is. The specification means where the action occurred; some endpoints expect
   * where it led. Both ends are always in the extensions. @default 'origin'
   */
  readonly seekTarget?: 'origin' | 'destination' | undefined;
  /** Describes each entity once per envelope and refers to it by IRI in the events; smaller, but some endpoints refuse it. @default false */
  readonly thin?: boolean | undefined;
  /** Which `messageParameters` of the LTI launch may go out, by name. @default none */
  readonly messageParameters?: readonly string[] | undefined;
}

const contextOf = (version: string) => `http://purl.imsglobal.org/ctx/caliper/${version}`;

/** Members that 1.1 does not know. */
const NEW = /^(otherIdentifiers|storageName|client|host|ipAddress|userAgent)$/;

/** What 1.1 knows of it, and extensions and parameters of a launch as they are: their members are nobody's terms. */
const known = (said: object): object => {
  const foreign = new Set<unknown>();
  return JSON.parse(
    JSON.stringify(said, function (this: unknown, member, value) {
      if (FOREIGN_LINKED.test(member) || foreign.has(this)) foreign.add(value);
      return NEW.test(member) && !foreign.has(this) ? undefined : value;
    }),
  );
};

/**
 * The event as one of that version: `profile` is a term of 1.2, and what 1.2 took in from the extension profiles of 1.1 has
 * their contexts there.
 */
function asVersion(event: CaliperEvent, version: string): object {
  const { '@context': _, profile: __, ...said } = event;
  const { type, object } = said;
  // The Media Profile has all that is viewed here, and of what is navigated to the media.
  const name = /^(View|Navigation)/.test(type) ? (/^View/.test(type) || /^(Audio|Video)Object$/.test((object as { type: string }).type) ? 'Media' : 'Reading') : type.slice(0, -5) || 'General';
  const profile = `${name}Profile`;
  return version === 'v1p2'
    ? { '@context': contextOf(version), profile, ...said }
    : { '@context': contextOf(version) + (/^(Feedback|ResourceManagement|Search|ToolLaunch)/.test(name) ? `/${profile}-extension` : ''), ...known(said) };
}

/** A destination that sends envelopes of Caliper events to an event store. */
export function caliper(options: CaliperOptions): Destination {
  const { version, scheme = 'Bearer', thin, seekTarget, messageParameters } = options;
  const url = options.endpoint;
  return endpoint({ ...options, version: version === '1.1' ? 'v1p1' : version }, ['v1p2', 'v1p1'], (spoken) => ({
    ...plainly(`caliper ${url}`, url, (documents, sendTime) =>
      `${JSON.stringify({
        sensor: options.sensor ?? url,
        sendTime: timestamp(sendTime),
        dataVersion: contextOf(spoken()),
        data: [],
      }).slice(0, -2)}${thin ? thinned(documents, contextOf(spoken())) : documents}]}`),
    linked: true,
    map(event, actor) {
      const said = toCaliper(event, actor, seekTarget, messageParameters);
      return said && asVersion(said as CaliperEvent, spoken());
    },
    authorization: (credential) => (scheme === 'no-scheme' ? credential : `${scheme} ${credential}`),
    // What `beforeSend` gave another context is as it was given.
    asVersion: (document) =>
      document.includes(`"${contextOf('v1p')}`) && !document.includes(`"${contextOf(spoken())}`) ? JSON.stringify(asVersion(JSON.parse(document), spoken())) : document,
  }));
}
