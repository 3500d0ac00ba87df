// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { fromLtiLaunch, type LtiLaunchOptions } from '../../src/launch/launch.js';
import { portalEvent } from '../destinations/portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent } from '../destinations/synthetic-session.js';

const SENSOR = 'https://campus.example/sensors/1';
const CES = 'https://purl.imsglobal.org/spec/lti-ces/claim/caliper-endpoint-service';

/** As 1EdTech's reference implementation launches. */
const CLAIMS = {
  iss: 'https://lms.example',
  sub: '4711',
  email: 'learner@campus.example',
  nonce: 'fc5fdc6d',
  'https://purl.imsglobal.org/spec/lti/claim/context': { id: 'https://lms.example/sections/1', label: 'CS 101', title: 'Algorithms', type: ['CourseSection'] },
  [CES]: {
    scopes: ['https://purl.imsglobal.org/spec/lti-ces/v1p0/scope/send'],
    caliper_endpoint_url: 'https://lms.example/platforms/484/sensors',
    // No valid UUID: opaque.
    caliper_federated_session_id: 'urn:uuid:73b41a2da4a27263a7a7',
  },
};
/** As Blackboard and KAF are launched. */
const PARAMETERS = {
  lti_version: 'LTI-1p0',
  context_id: 'cs101',
  oauth_consumer_key: 'secret',
  custom_caliper_profile_url: 'https://lms.example/caliper/profile',
  custom_caliper_federated_session_id: 'https://lms.example/sessions/9',
};
const PROFILE = { id: 'https://lms.example/store', eventStoreUrl: 'https://store.example/caliper', apiKey: 'key-1' };
const token = () => 'token-1';

const launch = (params: object, options: LtiLaunchOptions = {}) => {
  const { destinations, context } = fromLtiLaunch(params as Record<string, unknown>, { sensor: SENSOR, ...options });
  return { destination: destinations[0]!, destinations, context };
};
const sent = (destination: ReturnType<typeof launch>['destination'], event = portalEvent('commented', { text: 'a' }), actor = ACTOR): any => destination.map(event, actor);

describe('LTI 1.3', () => {
  test('sends to the endpoint of the claim, with a token of the server\'s', () => {
    const { destination } = launch(CLAIMS, { token });
    expect(destination.url).toBe('https://lms.example/platforms/484/sensors');
    expect(destination.auth).toBe(token);
    expect(destination.authorization('token-1')).toBe('Bearer token-1');
    expect(JSON.parse(destination.wrap([], 0)).sensor).toBe(SENSOR);
  });

  test('takes the federated session as the opaque IRI that it is, and the course', () => {
    const { context } = launch(CLAIMS, { token });
    expect(context).toEqual({
      federatedSession: { id: 'urn:uuid:73b41a2da4a27263a7a7', type: 'LtiSession' },
      group: { id: 'https://lms.example/sections/1', type: 'CourseSection', name: 'Algorithms', courseNumber: 'CS 101' },
    });
  });

  // Context ids are opaque in LTI, and seldom IRIs.
  test('makes an IRI of the course, which is one in its LMS alone', () => {
    const course = { id: '_1 1', label: 'CS 101', title: 'Algorithms' };
    const { context, destination } = launch({ ...CLAIMS, 'https://purl.imsglobal.org/spec/lti/claim/context': course }, { token });
    expect(context.group).toEqual({ id: 'urn:lti-context:https%3A%2F%2Flms.example:_1%201', type: 'CourseSection', name: 'Algorithms', courseNumber: 'CS 101' });
    expect(sent(destination, portalEvent('liked', { context })).group).toMatchObject({ id: 'urn:lti-context:https%3A%2F%2Flms.example:_1%201', courseNumber: 'CS 101' });
    expect(launch({ context_id: 'cs101' }).context.group).toMatchObject({ id: 'urn:lti-context:cs101' });
    expect(launch({ context_id: 'cs101', tool_consumer_instance_guid: 'lms.example' }).context.group).toMatchObject({ id: 'urn:lti-context:lms.example:cs101' });
  });

  test('takes a course whose id is cut off in an emoji, and whose title is a number', () => {
    const { context, destination } = launch({ iss: 'https://lms.example/\ud83d', context_id: 'cut \ud83d', context_title: 7 }, { direct: { endpoint: 'https://store.example/e', apiKey: 'key' } });
    expect(context.group).toMatchObject({ id: 'urn:lti-context:https%3A%2F%2Flms.example%2F%EF%BF%BD:cut%20%EF%BF%BD', name: '7' });
    expect(sent(destination, portalEvent('liked', { context })).group).toMatchObject({ name: '7' });
  });

  test('takes what LTI 1.1 has as custom parameters from the claim that they stand in', () => {
    const custom = { caliper_federated_session_id: 'urn:uuid:1', caliper_profile_url: 'https://lms.example/profile' };
    const of13 = { 'https://purl.imsglobal.org/spec/lti/claim/custom': custom };
    expect(launch(of13, { profile: PROFILE }).context.federatedSession).toMatchObject({ id: 'urn:uuid:1' });
    expect(() => launch(of13)).toThrow('https://lms.example/profile');
  });

  test('lets out only the parameters that are allowed, into the context too', () => {
    const { context, destination } = launch(CLAIMS, { token, messageParameters: ['iss', 'missing'] });
    expect(context.federatedSession).toMatchObject({ messageParameters: { iss: 'https://lms.example' } });
    expect(sent(destination, portalEvent('liked', { context })).federatedSession.messageParameters).toEqual({ iss: 'https://lms.example' });
    expect(JSON.stringify(context)).not.toMatch(/learner@|fc5fdc6d|4711/);
  });

  test('heeds versions and size as the claim says them', () => {
    const more = { ...CLAIMS[CES], caliper_supported_versions: ['http://purl.imsglobal.org/ctx/caliper/v1p1'], caliper_maximum_payload_size: 64 };
    const { destination } = launch({ ...CLAIMS, [CES]: more }, { token });
    expect(destination.maxBytes).toBe(64_000);
    expect(sent(destination)['@context']).toContain('v1p1');
    expect(sent(launch(CLAIMS, { token }).destination)['@context']).toContain('v1p2');
    expect(sent(launch({ ...CLAIMS, [CES]: more }, { token, version: '1.2' }).destination)['@context']).toContain('v1p2');
  });

  test('needs a token', () => {
    expect(() => launch(CLAIMS)).toThrow(/no credential for https:\/\/lms.example\/platforms.*"token"/);
  });

  test('the key of a profile is for the store of that profile, and for no other', () => {
    const both = { ...CLAIMS, ...PARAMETERS };
    expect(() => launch(both, { profile: PROFILE })).toThrow(/no credential for https:\/\/lms.example\/platforms\/484\/sensors: option "token" has to give it/);
    const { destination } = launch(both, { profile: PROFILE, token });
    expect([destination.url, destination.auth]).toEqual(['https://lms.example/platforms/484/sensors', token]);
    expect(launch(both, { profile: PROFILE, token: false }).destination.auth).toBe(false);
  });
});

describe('LTI 1.1', () => {
  test.each([
    ['Blackboard', PROFILE],
    ['Kaltura', { id: 'store', type: 'EventStore', apiUrl: PROFILE.eventStoreUrl, apiKey: 'key-1', sendEvents: true, includeActors: true, includeGeneratedValues: true }],
  ])('sends as the profile that %s answers says, with the bare key', (_, profile) => {
    const { destination, context } = launch(PARAMETERS, { profile });
    expect([destination.url, destination.auth]).toEqual(['https://store.example/caliper', 'key-1']);
    expect(destination.authorization('key-1')).toBe('key-1');
    expect(context).toEqual({ federatedSession: { id: 'https://lms.example/sessions/9', type: 'LtiSession' }, group: { id: 'urn:lti-context:cs101', type: 'CourseSection' } });
    expect(sent(destination)).toMatchObject({ actor: { id: ACTOR.id }, generated: { type: 'Comment' } });
  });

  test('takes forms and other ways to carry parameters', () => {
    for (const params of [new URLSearchParams(PARAMETERS), new Map(Object.entries(PARAMETERS)), Object.entries(PARAMETERS)]) {
      expect(fromLtiLaunch(params as Iterable<readonly [string, unknown]>, { profile: PROFILE }).context.federatedSession).toMatchObject({ id: 'https://lms.example/sessions/9' });
    }
  });

  test('another scheme, and a token in place of the key', () => {
    const { destination } = launch(PARAMETERS, { profile: PROFILE, token, scheme: 'Bearer' });
    expect([destination.auth, destination.authorization('a')]).toEqual([token, 'Bearer a']);
    // A setting that is not there is none.
    const unset = launch(PARAMETERS, { profile: PROFILE, scheme: undefined, version: undefined } as object).destination;
    expect([unset.authorization('a'), unset.about]).toEqual(['a', unset.url]);
  });

  test('without the answer of the access service it says what to do', () => {
    expect(() => launch(PARAMETERS)).toThrow(TypeError);
    expect(() => launch(PARAMETERS)).toThrow(/https:\/\/lms.example\/caliper\/profile.*have your server ask it.*"profile"/);
    expect(() => launch({ custom_caliper_service_url: 'https://lms.example/service' })).toThrow('https://lms.example/service');
    expect(() => launch(PARAMETERS, { profile: { eventStoreUrl: 'https://store.example/' } })).toThrow('no credential for https://store.example/');
  });

  test('the three parameters may have other names', () => {
    const names = { serviceUrl: 'custom_service', profileUrl: 'custom_profile', federatedSessionId: 'custom_session' };
    expect(() => launch({ custom_service: 'https://a.example/' }, { names })).toThrow('https://a.example/');
    expect(() => launch({ custom_profile: 'https://b.example/' }, { names })).toThrow('https://b.example/');
    expect(launch(PARAMETERS, { names }).destinations).toEqual([]);
    expect(launch({ custom_session: 'https://lms.example/sessions/8' }, { names, profile: PROFILE }).context.federatedSession).toMatchObject({ id: 'https://lms.example/sessions/8' });
  });

  test('the session of 1.1\'s own fixtures counts, and one that is no IRI becomes one', () => {
    expect(launch({ custom_caliper_session_id: 'urn:uuid:1' }).context.federatedSession).toMatchObject({ id: 'urn:uuid:1' });
    // As in Kaltura's guide.
    expect(launch({ custom_caliper_federated_session_id: 'session_learner a_7' }).context.federatedSession).toMatchObject({ id: 'urn:lti-session:session_learner%20a_7' });
  });

  test('a session that is but the name of a variable is none', () => {
    const params = { ...PARAMETERS, custom_caliper_federated_session_id: '$Caliper.federated.session.id' };
    expect(launch(params, { profile: PROFILE }).context).not.toHaveProperty('federatedSession');
    // One that is blank would be everybody's, and a $ within is the LMS's own.
    expect(launch({ ...params, custom_caliper_federated_session_id: ' ' }, { profile: PROFILE }).context).not.toHaveProperty('federatedSession');
    expect(launch({ ...params, custom_caliper_federated_session_id: 'urn:x:a$b' }, { profile: PROFILE }).context.federatedSession).toMatchObject({ id: 'urn:x:a$b' });
  });

  test('what the profile does not want is not sent', () => {
    expect(launch(PARAMETERS, { profile: { ...PROFILE, sendEvents: false } }).destinations).toEqual([]);
    const anonymous = launch(PARAMETERS, { profile: { ...PROFILE, includeActors: false } }).destination;
    for (const event of [portalEvent('uploaded'), portalEvent('commented'), syntheticEvent('paused')]) {
      expect(JSON.stringify({ ...anonymous.map(event, ACTOR), group: 0 })).not.toMatch(/554433|Sample Learner|rosters|sessions\/1f6442a4/);
    }
    const bare = launch(PARAMETERS, { profile: { ...PROFILE, includeGeneratedValues: false } }).destination;
    expect(sent(bare)).not.toHaveProperty('generated');
    expect(sent(bare).actor.id).toBe(ACTOR.id);
  });

  test.each(['shared', 'collaboratorAdded'])('where it does not want actors, those whom %s is about are not told either', (name) => {
    const named = /657585|667788|Jane Roe|Max Doe|jane@/;
    const event = portalEvent(name);
    const before = JSON.stringify(event);
    expect(JSON.stringify(launch(PARAMETERS, { profile: PROFILE }).destination.map(event, ACTOR))).toMatch(named);
    const said = sent(launch(PARAMETERS, { profile: { ...PROFILE, includeActors: false } }).destination, event);
    expect(JSON.stringify(said)).not.toMatch(named);
    expect(said).toMatchObject({ type: 'AnnotationEvent', action: 'Shared', object: { id: MEDIA.id }, generated: { type: 'SharedAnnotation' } });
    // What was recorded is as it was, for the other destinations.
    expect(JSON.stringify(event)).toBe(before);
  });

  test('where it does not want actors, those within a session or a group are not told either', () => {
    const user = { id: 'https://lms.example/users/554433', type: 'Person', name: 'Sample Learner' };
    const context = {
      federatedSession: { id: 'urn:x:launch', type: 'LtiSession', user },
      group: { id: 'https://lms.example/groups/1', type: 'Group', name: 'Red', members: [user] },
    };
    const event = syntheticEvent('paused', { context });
    expect(JSON.stringify(launch(PARAMETERS, { profile: PROFILE }).destination.map(event, ACTOR))).toContain('users/554433');
    const said = sent(launch(PARAMETERS, { profile: { ...PROFILE, includeActors: false } }).destination, event as never);
    expect(JSON.stringify(said)).not.toMatch(/554433|Sample Learner/);
    expect(said).toMatchObject({ federatedSession: { id: 'urn:x:launch' }, group: { id: 'https://lms.example/groups/1', name: 'Red' } });
  });

  test.each([null, undefined, 'custom_caliper_profile_url=…'])('%j is no launch', (params) => {
    expect(() => fromLtiLaunch(params as never)).toThrow('"params" should be the claims or parameters of a launch, but is');
  });

  test('no Caliper, no destination', () => {
    expect(launch({ lti_version: 'LTI-1p0', context_id: '$Context.id' })).toEqual({ destination: undefined, destinations: [], context: {} });
    expect(launch({}).context).toEqual({});
  });
});

describe('direct', () => {
  const direct = { endpoint: 'https://lrs.example/caliper', apiKey: 'direct-key' };

  test('sends to the endpoint with the bare key and the sensor, whatever the launch says', () => {
    for (const params of [{}, PARAMETERS, CLAIMS]) {
      const { destination } = launch(params, { direct });
      expect([destination.url, destination.auth, destination.authorization('direct-key')]).toEqual([direct.endpoint, 'direct-key', 'direct-key']);
      expect(JSON.parse(destination.wrap([], 0)).sensor).toBe(SENSOR);
    }
  });

  test('what a claim and a profile say is of their own stores', () => {
    const claims = { ...CLAIMS, [CES]: { ...CLAIMS[CES], caliper_supported_versions: ['http://purl.imsglobal.org/ctx/caliper/v1p1'], caliper_maximum_payload_size: 64 } };
    const { destination } = launch({ ...claims, ...PARAMETERS }, { direct, profile: { ...PROFILE, sendEvents: false, includeActors: false, includeGeneratedValues: false } });
    expect(destination.maxBytes).toBeUndefined();
    expect(sent(destination)).toMatchObject({ '@context': expect.stringContaining('v1p2'), actor: { id: ACTOR.id }, generated: { type: 'Comment' } });
  });

  test('keeps the federated session of the launch', () => {
    expect(launch(PARAMETERS, { direct }).context.federatedSession).toMatchObject({ id: 'https://lms.example/sessions/9' });
  });

  test('a variable that the LMS did not know names no service', () => {
    expect(fromLtiLaunch({ custom_caliper_profile_url: '$CaliperProfile.url' })).toEqual({ destinations: [], context: {} });
    expect(fromLtiLaunch({}, { profile: { eventStoreUrl: '', apiUrl: 'https://store.example/caliper', apiKey: 'a' } }).destinations[0]!.url).toBe('https://store.example/caliper');
  });

  test('an endpoint or a key that is none throws', () => {
    expect(() => launch({}, { direct: { endpoint: 'http://lrs.example', apiKey: 'a' } })).toThrow('https');
    expect(() => launch(PARAMETERS, { direct: { apiKey: 'a' } as never })).toThrow('"direct.endpoint" should be text, but is undefined');
    expect(() => launch(PARAMETERS, { direct: { ...direct, apiKey: '' } })).toThrow('"direct.apiKey" should be text, but is');
    expect(() => launch(PARAMETERS, { direct: 'key' as never })).toThrow('"direct" should be an object');
  });
});

describe('Canvas', () => {
  const url = 'https://canvas.example/api/lti/v1/caliper/1-2-3-1510185728-c0ffee';

  test.each<readonly [string, object, LtiLaunchOptions]>([
    ['in the service parameter', { custom_caliper_service_url: url }, {}],
    ['under any other name', { custom_caliper_url: url }, {}],
    ['in the custom claim of 1.3', { 'https://purl.imsglobal.org/spec/lti/claim/custom': { caliper_url: url } }, {}],
    ['as the endpoint of a profile', {}, { profile: { apiUrl: url, apiKey: 'a' } }],
    ['as the direct endpoint', {}, { direct: { endpoint: url, apiKey: 'a' } }],
  ])('%s it is recognised and refused, with an explanation', (_, params, options) => {
    expect(() => launch(params, options)).toThrow(TypeError);
    expect(() => launch(params, options)).toThrow(/canvas\.example.*OAuth 1/);
  });

  test('is no hindrance where events go elsewhere', () => {
    expect(launch({ custom_caliper_url: url }, { profile: PROFILE }).destination.url).toBe(PROFILE.eventStoreUrl);
  });
});

test('what comes out fits into an event', () => {
  const { destination, context } = launch(CLAIMS, { token });
  expect(sent(destination, portalEvent('captureLaunched', { context }))).toMatchObject({ type: 'ToolLaunchEvent', action: 'Launched', federatedSession: context.federatedSession });
  expect(CONTEXT.federatedSession).toBeDefined();
});

test('options that are none are named', () => {
  expect(() => fromLtiLaunch({}, null as never)).toThrow('"options" should be an object, but is null');
});

const circle: Record<string, unknown> = {};
circle['self'] = circle;

test.each([
  [{ messageParameters: 'context_id' }, '"messageParameters" should be an array of texts'],
  [{ names: { profileUrl: 5 } }, '"names.profileUrl" should be text, but is 5'],
  [{ names: 5 }, '"names" should be an object'],
  [{ profile: '{"apiKey":"SECRET"}' }, /"profile" should be what the access service answered, an object, but is a string$/],
  [{ profile: { sendEvents: 'false' } }, '"profile.sendEvents" should be true or false, but is "false"'],
  [{ profile: { apiUrl: 5 } }, '"profile.apiUrl" should be text, but is 5'],
  [{ token: 5 }, /"token" should be false, a key or a function, but is a number$/],
])('names what is wrong in the options: %j', (options, says) => {
  expect(() => fromLtiLaunch({}, options as never)).toThrow(TypeError);
  expect(() => fromLtiLaunch({}, options as never)).toThrow(says);
});

test.each([[[1, 2]], [circle], ['context_id=1'], [null]])('names what is no launch: %#', (params) => {
  expect(() => fromLtiLaunch(params as never)).toThrow('"params" should be the claims or parameters of a launch, but is');
});

test('what the access service leaves open is open', () => {
  expect(fromLtiLaunch({ iat: 1n }, { profile: null, token: null, names: null, direct: null, messageParameters: null } as never).destinations).toEqual([]);
  expect(fromLtiLaunch({}, { profile: { eventStoreUrl: null, apiUrl: 'https://lms.example/events', apiKey: 'k', sendEvents: null } as never }).destinations).toHaveLength(1);
});
