import type { Actor, Context } from '../events.js';
import type { CaliperOptions } from '../destinations/caliper/caliper.js';
import type { Destination } from '../destinations/destination.js';
import { encoded } from '../destinations/iri.js';
import { caliper } from '../endpoints.js';
import { FLAG, orNull, TEXT, TEXTS } from '../options/expectations.js';
import { expect, isIri, isObject } from '../options/expect.js';

/** What the Caliper access service of an LMS answers, in the spellings of Blackboard and of Kaltura. */
export interface CaliperProfile {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  /** Where events go; Blackboard calls it so. */
  readonly eventStoreUrl?: string | undefined;
  /** Where events go; Kaltura calls it so. */
  readonly apiUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  /** `false`: nothing is sent. */
  readonly sendEvents?: boolean | undefined;
  /** `false`: events go without those who did it. */
  readonly includeActors?: boolean | undefined;
  /** `false`: events go without what was made, such as a comment. */
  readonly includeGeneratedValues?: boolean | undefined;
}

/** What `fromLtiLaunch()` takes besides the launch; the rest as `caliper()` has it. */
export interface LtiLaunchOptions extends Partial<Omit<CaliperOptions, 'endpoint' | 'auth' | 'version' | 'scheme'>> {
  /** By default the endpoint is asked by GET. @default 'auto' */
  readonly version?: NonNullable<CaliperOptions['version']> | undefined;
  /** @default 'no-scheme', the bare key; 'Bearer' with the claim of LTI 1.3 */
  readonly scheme?: NonNullable<CaliperOptions['scheme']> | undefined;
  /** The IRI of the sensor. @default the page's origin */
  readonly sensor?: string | undefined;
  /** What your server was answered at the URL of the access service: a page cannot ask there, since the request is signed. */
  readonly profile?: CaliperProfile | undefined;
  /** Gives the token that your server has for LTI 1.3, or in place of the profile's `apiKey`. */
  readonly token?: CaliperOptions['auth'] | undefined;
  /** An endpoint, a key and the sensor above, whatever the launch says: the direct mode of Kaltura's Caliper module. */
  readonly direct?: { readonly endpoint: string; readonly apiKey: string } | undefined;
  /** Names of parameters of LTI 1.1, where the tool consumer was told other ones. */
  readonly names?: {
    /** @default 'custom_caliper_service_url' */
    readonly serviceUrl?: string | undefined;
    /** @default 'custom_caliper_profile_url' */
    readonly profileUrl?: string | undefined;
    /** @default 'custom_caliper_federated_session_id' */
    readonly federatedSessionId?: string | undefined;
  } | undefined;
}

/** What an LTI launch says of Caliper. */
export interface LtiLaunch {
  /** Empty where the LMS asks for no events. */
  readonly destinations: readonly Destination[];
  readonly context: Context;
}

const CLAIMS = 'https://purl.imsglobal.org/spec/';
/** Canvas's `$Caliper.url`. */
const CANVAS = /https?:[^"\s]*\/api\/lti\/v1\/caliper\/[^"\s]*/;

type Members = { readonly [name: string]: unknown };

/**
 * Where a tool sends its Caliper events when an LMS launched it: from the `lti-ces` claim of LTI 1.3, from LTI 1.1's
 * `custom_caliper_*` as Blackboard and Kaltura (KAF) have them, or direct. The launch itself is your server's to verify.
 * @param params the claims of the verified id token (1.3), or the parameters of the verified request (1.1)
 * @throws {TypeError} where the launch cannot be used, with the reason
 */
export function fromLtiLaunch(params: Members | Iterable<readonly [string, unknown]>, options: LtiLaunchOptions = {}): LtiLaunch {
  let launch: Members = {};
  let all = '';
  const read = (value: typeof params): unknown => {
    launch = Symbol.iterator in value ? Object.fromEntries(value as Iterable<readonly [string, unknown]>) : value;
    return (all = JSON.stringify(launch, (_, member) => (typeof member === 'bigint' ? `${member}` : member)));
  };
  expect({ params }, { params: [read, 'the claims or parameters of a launch', true] }, '"');
  const text = [(value: unknown) => value && typeof value === 'string', 'text', true] as const;
  expect({ options }, { options: [isObject, 'an object'] }, '"');
  expect(options, orNull({
    direct: [isObject, 'an object with "endpoint" and "apiKey"', false, { endpoint: text, apiKey: text }],
    profile: [isObject, 'what the access service answered, an object', false, orNull({ eventStoreUrl: TEXT, apiUrl: TEXT, apiKey: TEXT, sendEvents: FLAG, includeActors: FLAG, includeGeneratedValues: FLAG })],
    names: [isObject, 'an object of names of parameters', false, orNull({ serviceUrl: TEXT, profileUrl: TEXT, federatedSessionId: TEXT })],
    messageParameters: TEXTS,
    token: [(value: unknown) => value === false || /function|string/.test(typeof value), 'false, a key or a function'],
  }), 'option "');
  const { profile, token, direct, names, messageParameters: wanted, ...rest } = options;
  const messageParameters = wanted ?? [];
  const claim = launch[`${CLAIMS}lti-ces/claim/caliper-endpoint-service`] as Members | undefined;
  const course = (launch[`${CLAIMS}lti/claim/context`] ?? { id: launch['context_id'], label: launch['context_label'], title: launch['context_title'] }) as Members;
  // Those of LTI 1.3 stand in a claim of their own, and without the prefix.
  const custom = Object(launch[`${CLAIMS}lti/claim/custom`]) as Members;
  const said = (name: string): unknown => launch[name] ?? custom[name.replace(/^custom_/, '')];
  // A variable that the LMS did not know comes as it was written; no session is everybody's.
  const known = (value: unknown): string => `${value ?? ''}`.replace(/^\$.*/, '').trim();
  /** Opaque to LTI, and an IRI in Caliper. */
  const iriOf = (id: string, kind: string, of = ''): string => (isIri(id) ? id : `urn:lti-${kind}:${of}${encoded(id)}`);
  const session = known(claim?.['caliper_federated_session_id'] ?? said(names?.federatedSessionId ?? 'custom_caliper_federated_session_id') ?? said('custom_caliper_session_id'));
  const group = known(course['id']);
  const { title } = course;
  // One is unique within its LMS alone.
  const lms = known(launch['iss'] ?? launch['tool_consumer_instance_guid']);

  const context: Context = {
    ...(session && {
      federatedSession: {
        id: iriOf(session, 'session'),
        type: 'LtiSession',
        ...(messageParameters[0] && { messageParameters: Object.fromEntries(messageParameters.map((name) => [name, launch[name]])) }),
      },
    }),
    ...(group && { group: { id: iriOf(group, 'context', lms && `${encoded(lms)}:`), type: 'CourseSection', name: typeof title === 'number' ? `${title}` : title, courseNumber: course['label'] } }),
  };
  const nowhere = { destinations: [], context };
  const refuse = (why: string): never => {
    throw new TypeError(`learningAnalytics: ${why}`);
  };

  const service = [names?.profileUrl ?? 'custom_caliper_profile_url', names?.serviceUrl ?? 'custom_caliper_service_url'].map((name) => known(said(name))).find(Boolean);
  const claimed = claim?.['caliper_endpoint_url'];
  const endpoint = direct ? direct.endpoint : claimed || profile?.eventStoreUrl || profile?.apiUrl;
  const [canvas] = CANVAS.exec(`${endpoint ?? all}`) ?? [];
  if (canvas) {
    return refuse(
      `${canvas} is Canvas's $Caliper.url: it stores page views of Caliper 1.0 alone, each signed with the tool's OAuth 1 secret, which no page may hold. Send to the event store that Canvas's live events go to: option "direct", or caliper()`,
    );
  }
  if (profile?.sendEvents === false && !direct) return nowhere;
  if (!endpoint && !direct) {
    return service
      ? refuse(`the launch names a Caliper access service, ${service}, which answers signed requests alone: have your server ask it, and give the answer as option "profile"`)
      : nowhere;
  }
  // The key of a profile is for the store of that profile.
  const auth = direct ? direct.apiKey : (token ?? (claimed ? undefined : profile?.apiKey) ?? refuse(`there is no credential for ${endpoint}: option "token"${claimed ? '' : ' or a profile with an "apiKey"'} has to give it`));

  const destination = caliper({
    ...rest,
    // An LMS rarely says which version its store speaks.
    version: rest.version ?? 'auto',
    scheme: rest.scheme ?? (claim && !direct ? 'Bearer' : 'no-scheme'),
    messageParameters,
    endpoint: endpoint as string,
    auth,
  });
  if (claim && !direct) {
    const { caliper_maximum_payload_size, caliper_supported_versions } = claim;
    destination.applyConfiguration?.({ caliper_maximum_payload_size, caliper_supported_versions });
  }
  const { includeActors, includeGeneratedValues } = direct ? {} : (profile ?? {});
  if (includeActors === false || includeGeneratedValues === false) {
    const { map } = destination;
    Object.assign(destination, {
      map(...[event, actor]: Parameters<Destination['map']>) {
        const { membership: _, session: __, ...rest } = event.context ?? {};
        // Also where they stand within a session or a group.
        const place = JSON.parse(JSON.stringify(rest, (name, value) => (/^(user|members?|creators)$/.test(name) ? undefined : value))) as Context;
        const { collaborator } = event as { readonly collaborator?: Actor };
        const hidden = { ...event, context: place, ...('with' in event && { with: undefined }), ...(collaborator && { collaborator: { ...collaborator, anonymous: true } }) } as unknown as typeof event;
        const document = includeActors === false ? map(hidden, { ...actor, anonymous: true }) : map(event, actor);
        if (!document || includeGeneratedValues !== false) return document;
        const { generated: ___, ...said } = document as Members;
        return said;
      },
    });
  }
  return { destinations: [destination], context };
}
