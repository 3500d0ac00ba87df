// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { errors, newElement, setUp, stage, videojs } from './real-player.js';
import { OPTIONS, recordOf } from './options.js';
import '../../src/index.js';
import { custom } from '../../src/core.js';
import { createPage } from '../../src/page.js';

setUp();

/** What came, the option that has to be named, and what has to be said of it. */
const WRONG: Readonly<Record<string, readonly [options: unknown, option: string, ...says: RegExp[]]>> = {
  'no options': [undefined, 'actor', /undefined/],
  'options that are none': [7, 'options', /an object/, /7/],
  'no actor': [{ ...OPTIONS, actor: undefined }, 'actor', /undefined/],
  'an actor that is a text': [{ ...OPTIONS, actor: 'me' }, 'actor', /"anonymous"/, /"me"/],
  'an actor with a relative IRI': [{ ...OPTIONS, actor: { id: 'users/1' } }, 'actor.id', /absolute IRI/, /"users\/1"/],
  'an account without a home page': [{ ...OPTIONS, actor: { id: 'a:b', account: { name: '1' } } }, 'actor.account', /homePage/],
  'a media with spaces in its IRI': [{ ...OPTIONS, media: { id: 'https://campus.example/week 1' } }, 'media.id', /absolute IRI/, /week 1/],
  'a media of an unknown type': [{ ...OPTIONS, media: { id: 'a:b', type: 'film' } }, 'media.type', /"video", "audio"/, /"film"/],
  'an endpoint that is no URL': [{ ...OPTIONS, xapi: { endpoint: 'http://', auth: false } }, 'xapi.endpoint', /URL/, /"http:\/\/"/],
  'an endpoint of spaces alone': [{ ...OPTIONS, xapi: { endpoint: '  ', auth: false } }, 'xapi.endpoint', /http or https URL/, /"  "$/],
  'an endpoint that is not https': [{ ...OPTIONS, caliper: { endpoint: 'http://lrs.example', auth: false } }, 'caliper.endpoint', /https/, /"http:\/\/lrs\.example"/],
  'an endpoint with a credential in it, which is not shown': [{ ...OPTIONS, xapi: { endpoint: 'https://key:secret@lrs.example', auth: false } }, 'xapi.endpoint', /user name/, /"https:\/\/…@lrs\.example"$/],
  'the second of two endpoints': [{ ...OPTIONS, xapi: [OPTIONS.xapi, { endpoint: 'ftp://lrs.example', auth: false }] }, 'xapi[1].endpoint', /"ftp:/],
  'one endpoint twice': [{ ...OPTIONS, xapi: [OPTIONS.xapi, { endpoint: 'https://lrs.example/xapi/statements', auth: 'other secret' }] }, 'destinations', /different in endpoint or vocabulary/, /xapi video-profile/],
  'no auth': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example' } }, 'caliper.auth', /undefined/],
  'a pair for Caliper': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: { key: 'a', secret: 'b' } } }, 'caliper.auth', /a key or a function/],
  'an unknown version': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: false, version: '2.0' } }, 'caliper.version', /"1\.2"/, /"2\.0"/],
  'a hook that is none': [{ ...OPTIONS, beforeRecord: 'no' }, 'beforeRecord', /function/],
  'a flag that is a text': [{ ...OPTIONS, respectGpc: 'yes' }, 'respectGpc', /true or false/],
  'an e-mail address with a scheme': [{ ...OPTIONS, actor: { ...(OPTIONS.actor as object), email: 'mailto:learner@campus.example' } }, 'actor.email', /an e-mail address/, /"mailto:/],
  'a destination that is none, whose key is not shown': [{ ...OPTIONS, destinations: [{ endpoint: 'https://lrs.example', auth: 'secret' }] }, 'destinations[]', /a destination such as xapi/, /but is an object with endpoint, auth$/],
  'a relative parent among several': [{ ...OPTIONS, context: { parent: ['https://campus.example/courses/1', 'courses/2'] } }, 'context.parent', /absolute IRI/, /courses\/2/],
  'a name that is a number': [{ ...OPTIONS, media: { id: 'a:b', name: 42 } }, 'media.name', /text/, /42/],
  'a learner whose name is none': [{ ...OPTIONS, actor: { id: 'a:b', name: {} } }, 'actor.name', /text/],
  'an entity whose name is a number': [{ ...OPTIONS, context: { group: { id: 'a:b', name: 7 } } }, 'context.group', /names that are text/],
  'keywords that are a text': [{ ...OPTIONS, media: { id: 'a:b', keywords: 'sorting' } }, 'media.keywords', /an array of texts/],
  'a language that is none': [{ ...OPTIONS, context: { language: 'plain English' } }, 'context.language', /"en-US"/, /plain English/],
  'a language that is no text': [{ ...OPTIONS, context: { language: true } }, 'context.language', /"en-US"/, /true/],
  'a language by its name': [{ ...OPTIONS, context: { language: 'German' } }, 'context.language', /"en-US"/, /German/],
  'a language of two regions': [{ ...OPTIONS, context: { language: 'en-US-GB' } }, 'context.language', /"en-US"/, /en-US-GB/],
  'a language with a subtag that begins nothing': [{ ...OPTIONS, context: { language: 'de-x' } }, 'context.language', /"en-US"/, /de-x/],
  'a language with a subtag that is too short': [{ ...OPTIONS, media: { id: 'https://campus.example/videos/42', language: 'en-1' } }, 'media.language', /"en-US"/, /en-1/],
  'a language of names that is none': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, language: 'en_US' } }, 'xapi.language', /"en-US"/],
  'a sensor that is no IRI': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: false, sensor: 'here' } }, 'caliper.sensor', /absolute IRI/],
  'a media with what JSON has no word for': [{ ...OPTIONS, media: { id: 'a:b', views: 7n } }, 'media', /plain data/],
  'milestones so close that they never end': [{ ...OPTIONS, milestones: { every: 1e-9, unit: 'seconds' } }, 'milestones', /0\.1 or more/],
  'an address that record stores refuse': [{ ...OPTIONS, actor: { id: 'a:b', email: 'learner@intranet' } }, 'actor.email', /e-mail address/],
  'a registration that is a UUID of no version': [{ ...OPTIONS, context: { registration: '00000000-0000-0000-0000-000000000000' } }, 'context.registration', /a UUID/],
  'a vocabulary by its name': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, vocabulary: 'kaltura' } }, 'xapi.vocabulary', /kaltura\(\{/],
  'a blank key, as of a variable that nobody set': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: ' ' } }, 'caliper.auth', /a key or a function/, /but is a string/],
  'a pair without a secret': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: { key: 'topmost', secret: ' ' } } }, 'xapi.auth', /\{ key, secret \}/, /but is an object with key, secret$/],
  'a key that no header can hold': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: 'Bearer a\nb' } }, 'xapi.auth', /a header value/, /but is a string$/],
  'a header that is none': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, headers: { 'not a name': 'x' } } }, 'xapi.headers', /header values by name/],
  'credentials that fetch does not know': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, credentials: true } }, 'xapi.credentials', /"include"/, /but is true/],
  'a scheme of two words': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: 'a', scheme: 'No scheme' } }, 'caliper.scheme', /a word such as "Bearer"/],
  'a scheme that is a number': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: 'a', scheme: 5 } }, 'caliper.scheme', /a word such as "Bearer"/, /but is 5$/],
  'thinning that is a text': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: false, thin: 'yes' } }, 'caliper.thin', /true or false/],
  'a symbol for an IRI': [{ ...OPTIONS, actor: { id: Symbol('me') } }, 'actor.id', /absolute IRI/, /Symbol\(me\)/],
  'an object without a prototype for an IRI': [{ ...OPTIONS, media: { id: Object.create(null) as object } }, 'media.id', /absolute IRI/, /an object with nothing in it/],
  'a learner who is anonymous by a text': [{ ...OPTIONS, actor: { id: 'a:b', anonymous: 'false' } }, 'actor.anonymous', /true or false/, /"false"$/],
  'a destination among which are more, whose key is not shown': [{ ...OPTIONS, destinations: [[{ endpoint: 'https://lrs.example', auth: 'secret' }]] }, 'destinations[]', /a destination such as xapi/, /but is an array$/],
  'an IRI whose scheme only looks like one': [{ ...OPTIONS, media: { id: 'http\u017f://campus.example/1' } }, 'media.id', /absolute IRI/],
  'a destination that is missing': [{ ...OPTIONS, destinations: [null] }, 'destinations[]', /a destination such as xapi/, /but is null$/],
  'a control character in an IRI': [{ ...OPTIONS, actor: { id: 'https://campus.example/\x01' } }, 'actor.id', /absolute IRI/, /campus/],
  'a destination that cannot judge': [{ ...OPTIONS, destinations: [{ ...custom({ endpoint: 'https://events.example' }), judge: undefined }] }, 'destinations[]', /a destination such as xapi/, /but is an object with key, label, url, /],
  'a resume with numbers as text': [{ ...OPTIONS, resume: { segments: [['0', '10']] } }, 'resume.segments', /pairs \[from, to\] of seconds/, /"10"/],
  'a resume that is completed by a text': [{ ...OPTIONS, resume: { completed: '0' } }, 'resume.completed', /true or false/],
  'a start of what JSON has no word for': [{ ...OPTIONS, startOn: [1n] }, 'startOn', /"metadata"/, /no plain data$/],
  'an event type that every object has': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, events: ['toString'] } }, 'xapi.events', /array of event types/],
  'an end of a seek that is none': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: false, seekTarget: 'Destination' } }, 'caliper.seekTarget', /"origin", "destination"/],
  'launch parameters that are a text': [{ ...OPTIONS, caliper: { endpoint: 'https://lrs.example', auth: false, messageParameters: 'context_id' } }, 'caliper.messageParameters', /an array of texts/],
  'roles that are a text': [{ ...OPTIONS, context: { membership: { id: 'a:b', roles: 'Learner' } } }, 'context.membership.roles', /an array of roles/, /"Learner"$/],
  'a role that Caliper does not know': [{ ...OPTIONS, context: { membership: { id: 'a:b', roles: ['learner'] } } }, 'context.membership.roles', /an array of roles/],
  'a role below another one': [{ ...OPTIONS, context: { membership: { id: 'a:b', roles: ['Instructor', 'Instructor#TA'] } } }, 'context.membership.roles', /an array of roles/],
  'a session of a user without an IRI': [{ ...OPTIONS, context: { session: { id: 'a:b', user: '554433' } } }, 'context.session.user', /absolute IRI/],
  'a member of a group without an id': [{ ...OPTIONS, context: { group: { id: 'a:b', members: [{ name: 'Ann' }] } } }, 'context.group.members', /list of an absolute IRI/],
  'an organization within another that is a name': [{ ...OPTIONS, context: { group: { id: 'a:b', subOrganizationOf: { id: 'a:c', subOrganizationOf: 'Dept. of CS' } } } }, 'context.group.subOrganizationOf.subOrganizationOf', /absolute IRI/],
  'a version that is an object': [{ ...OPTIONS, context: { edApp: { id: 'a:b', version: { major: 1 } } } }, 'context.edApp.version', /text/],
  'another identifier without a type': [{ ...OPTIONS, context: { group: { id: 'a:b', otherIdentifiers: [{ identifier: '1' }] } } }, 'context.group.otherIdentifiers', /identifierType/],
  'a session with units in the wrong order': [{ ...OPTIONS, context: { session: { id: 'a:b', duration: 'PT5S4M' } } }, 'context.session.duration', /ISO 8601/],
  'an activity with more to read that is no IRI': [{ ...OPTIONS, context: { parent: { id: 'a:b', definition: { moreInfo: 'see the wiki' } } } }, 'context.parent', /absolute IRI/],
  'an activity with extensions that are a text': [{ ...OPTIONS, context: { parent: { id: 'a:b', definition: { extensions: 'x' } } } }, 'context.parent', /absolute IRI/],
  'a status in small letters': [{ ...OPTIONS, context: { membership: { id: 'a:b', status: 'active' } } }, 'context.membership.status', /"Active"/],
  'a member that is no entity': [{ ...OPTIONS, context: { membership: { id: 'a:b', member: { name: 'x' } } } }, 'context.membership.member', /absolute IRI/],
  'an application that is a person': [{ ...OPTIONS, context: { edApp: { id: 'a:b', type: 'Person' } } }, 'context.edApp.type', /"SoftwareApplication" or an IRI/, /"Person"/],
  'a launch that is a session': [{ ...OPTIONS, context: { federatedSession: { id: 'a:b', type: 'Session' } } }, 'context.federatedSession.type', /"LtiSession"/],
  'a session with a length without a number': [{ ...OPTIONS, context: { session: { id: 'a:b', duration: 'PT..S' } } }, 'context.session.duration', /ISO 8601/, /PT..S/],
  'a session with a length in seconds': [{ ...OPTIONS, context: { session: { id: 'a:b', duration: 60 } } }, 'context.session.duration', /ISO 8601/, /60$/],
  'headers that are none to read': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, headers: new Map([['X-Tenant', 'b']]) } }, 'xapi.headers', /an object of header values/],
  'a queue that comes later': [{ ...OPTIONS, queue: Promise.resolve({}) }, 'queue', /an object of plain data/],
  'a vocabulary without a name': [{ ...OPTIONS, xapi: { endpoint: 'https://lrs.example', auth: false, vocabulary: { statement() {} } } }, 'xapi.vocabulary', /kaltura/],
  'a stretch that ends before it begins': [{ ...OPTIONS, resume: { segments: [[50, 20]] } }, 'resume.segments', /pairs \[from, to\]/],
  'a stretch without an end': [{ ...OPTIONS, resume: { segments: [[0, Infinity]] } }, 'resume.segments', /pairs \[from, to\]/],
  'a completion that is a number': [{ ...OPTIONS, completion: 0.9 }, 'completion', /an object of plain data \(threshold, secondsFromEnd\)/, /0\.9$/],
  'a relative entity': [{ ...OPTIONS, context: { edApp: { id: 'portal' } } }, 'context.edApp', /absolute IRI/],
};

test('what cannot even be read is named in the direct call', async () => {
  const { player } = await stage();
  const actor = {
    get id(): string {
      throw new Error('not ready');
    },
  };
  expect(() => player.learningAnalytics({ ...OPTIONS, actor } as never)).toThrow(/option "actor.id" should be an absolute IRI/);
  expect(player.learningAnalytics(OPTIONS).session).toBeUndefined();
});

describe.each(Object.entries(WRONG))('%s', (_, [options, option, ...says]) => {
  test('throws a TypeError in the direct call', async () => {
    const { player } = await stage();
    let thrown: unknown;
    try {
      player.learningAnalytics(options as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    const { message } = thrown as TypeError;
    expect(message).toContain(`option "${option}"`);
    for (const words of says) expect(message).toMatch(words);
    // Nothing of it stays: right options work afterwards.
    expect(player.learningAnalytics(OPTIONS).session).toBeUndefined();
  });

  test('costs the page no player under plugins:', () => {
    const said: string[] = [];
    const logged = vi.spyOn(console, 'error').mockImplementation((...words) => void said.push(words.join(' ')));
    const player = videojs(newElement(), { plugins: { learningAnalytics: options ?? {} } });
    logged.mockRestore();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('TypeError');
    expect(said[0]).toContain(`option "${option}"`);
    const analytics = player.learningAnalytics();
    expect(analytics.session).toBeUndefined();
    player.trigger('play');
    player.dispose();
  });
});

test('what is recorded by hand of a player whose options are wrong is nobody’s, and throws nothing', () => {
  const said: string[] = [];
  const say = (...words: unknown[]) => void said.push(words.join(' '));
  const logs = [vi.spyOn(console, 'error').mockImplementation(say), vi.spyOn(console, 'warn').mockImplementation(say)];
  const player = videojs(newElement(), { plugins: { learningAnalytics: { ...OPTIONS, actor: { id: 'nobody' } } } });
  player.learningAnalytics().record({ type: 'liked' });
  for (const log of logs) log.mockRestore();
  expect(said).toEqual([expect.stringContaining('option "actor.id"')]);
  player.dispose();
});

describe('a page that lacks', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('ResizeObserver, as component tests do, is as good as any', () => {
    vi.stubGlobal('ResizeObserver', undefined);
    const player = videojs(newElement(), { plugins: { learningAnalytics: OPTIONS } });
    expect(player.learningAnalytics().session).toBeUndefined();
    player.dispose();
  });

  test('what nothing goes without keeps its player all the same', async () => {
    vi.stubGlobal('AbortController', undefined);
    const said: string[] = [];
    const logged = vi.spyOn(console, 'error').mockImplementation((...words) => void said.push(words.join(' ')));
    const player = videojs(newElement(), { plugins: { learningAnalytics: OPTIONS } });
    logged.mockRestore();
    expect(said).toEqual([expect.stringContaining('AbortController')]);
    expect(player.paused()).toBe(true);
    player.dispose();
  });

  test.each(['locks', 'globalPrivacyControl'])('navigator.%s, which throws when it is looked at, goes without', (name) => {
    vi.stubGlobal('navigator', Object.defineProperty({}, name, { get() { throw new Error('not here'); } }));
    expect(createPage(() => undefined)).toMatchObject({ gpc: false, locks: undefined });
  });
});

test.each([
  { xapi: { endpoint: 'https://lrs.example', auth: false, headers: [['Authorization', 'Bearer SECRET']] } },
  { xapi: { endpoint: 'https://lrs.example', auth: ['SECRET'] } },
  { xapi: ['https://lrs.example', 'SECRET'] },
  { caliper: { endpoint: 'https://lrs.example', auth: false, headers: 'Authorization: SECRET' } },
])('no message shows a credential: %#', async (more) => {
  const { player } = await stage();
  expect(() => player.learningAnalytics({ ...OPTIONS, ...more } as never)).toThrow(/^(?!.*SECRET).* but is an? (array|string)$/);
});

test('a misspelt member of resume is named', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player } = await stage();
  player.learningAnalytics({ ...OPTIONS, resume: { segment: [] } as never });
  expect(warn.mock.calls.flat()).toContain('learningAnalytics: option "resume.segment" is not known and does nothing');
});

test.each([
  ['setMedia', { id: 'https://campus.example/videos/42', titel: 'Sorting' }, 'media.titel'],
  ['setContext', { platfrom: 'portal' }, 'context.platfrom'],
] as const)('a misspelt member is named by %s() too', async (method, given, name) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player } = await stage();
  const analytics = player.learningAnalytics(OPTIONS as never);
  analytics[method](given as never);
  expect(warn.mock.calls.flat().filter((said) => /not known/.test(said as string))).toEqual([`learningAnalytics: option "${name}" is not known and does nothing`]);
});

test('a misspelt member of a media is named once, whatever a hook sees of it', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player, play } = await stage();
  const recorded = recordOf(player.learningAnalytics({ ...OPTIONS, media: { id: 'https://campus.example/videos/42', titel: 'Sorting' }, beforeRecord: (event: unknown) => event } as never));
  await play(5);
  expect(recorded).toContain('started');
  expect(warn.mock.calls.flat().filter((said) => /not known/.test(said as string))).toHaveLength(1);
});

test('a misspelt member of a destination of the page\'s own is named', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  custom({ endpoint: 'https://events.example/in', batchsize: 5, negotiate: () => false } as never);
  expect(warn.mock.calls.flat()).toEqual(['learningAnalytics: option "custom.batchsize" is not known and does nothing']);
});

describe('right options', () => {
  afterEach(() => expect(errors).not.toHaveBeenCalled());

  test.each([
    ['an actor that is a promise', { ...OPTIONS, actor: Promise.resolve({ id: 'a:b' }) }],
    ['an actor that is a function', { ...OPTIONS, actor: () => ({ id: 'a:b' }) }],
    ['nobody known', { ...OPTIONS, actor: 'anonymous' }],
    ['a media that is a function', { ...OPTIONS, media: () => ({ id: 'a:b' }) }],
    ...['zh-Hans-CN', 'es-419', 'sl-rozaj-biske', 'de-1996-x-priv', 'en-GB-oed', 'sgn-BE-FR', 'zh-min-nan', 'zh-yue-HK', 'en-a-bbb-x-a1', 'de-x-a', 'en-x-1', 'de-CH-x-a-bc', 'x-a-b', 'x-klingon', 'i-klingon'].map((language): [string, typeof OPTIONS] => [`the language ${language}`, { ...OPTIONS, context: { language } } as never]),
    ['entities of every kind', { ...OPTIONS, context: { edApp: { id: 'a:b', type: 'http://activitystrea.ms/schema/1.0/application' }, group: { id: 'a:c', type: 'Group', name: null }, membership: { id: 'a:d', type: 'Membership', roles: ['Learner', 'Instructor#TeachingAssistant', 'Officer#Vice-Chair'], status: 'Active', member: 'a:e', organization: { id: 'a:c' } }, session: { id: 'a:f', type: 'LtiSession', duration: 'PT1H30M' }, federatedSession: { id: 'a:g', type: null, duration: 'P1DT0.5S' } } }],
    ['what a page does not know', { ...OPTIONS, context: { referrer: '', language: '', platform: '', group: '', registration: '' } }],
    ['entities within entities', { ...OPTIONS, context: { group: { id: 'a:b', courseNumber: 101, members: ['Ann', { id: 'a:c', name: 'Ben' }], subOrganizationOf: { id: 'a:d', otherIdentifiers: [{ identifier: '1', identifierType: 'SisSourcedId' }] } }, session: { id: 'a:f', user: null, client: { id: 'a:g', host: 'lms.example' } }, referrer: { id: 'a:h', duration: 120, creators: ['a:c'] } } }],
    ['a stretch of a server that has no length', { ...OPTIONS, resume: { segments: [[0, 12.346], [12.346, 12.346]] } }],
    ['no milestones', { ...OPTIONS, milestones: false }],
    ['an insecure endpoint that is allowed', { ...OPTIONS, xapi: { endpoint: 'http://lrs.intranet/xapi', auth: false, allowInsecure: true } }],
    ['an endpoint on this machine', { ...OPTIONS, xapi: { endpoint: 'http://localhost:8080/xapi', auth: { key: 'a', secret: 'b' } } }],
  ])('%s', async (_, options) => {
    const { player } = await stage();
    expect(() => player.learningAnalytics(options as typeof OPTIONS)).not.toThrow();
  });

  test('what is undefined is as good as left out', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const none = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));
    const ofEndpoint = none('version', 'events', 'beforeSend', 'headers', 'credentials', 'allowInsecure');
    const undef = {
      actor: { id: 'https://campus.example/users/554433', ...none('name', 'account', 'email', 'anonymous') },
      media: { id: 'https://campus.example/videos/42', ...none('name', 'description', 'type', 'live', 'mediaType', 'keywords', 'language', 'collection', 'duration') },
      xapi: { endpoint: 'https://lrs.example/xapi', auth: false, ...ofEndpoint, ...none('vocabulary', 'language') },
      caliper: { endpoint: 'https://caliper.example/events', auth: false, ...ofEndpoint, ...none('scheme', 'sensor', 'seekTarget', 'thin', 'messageParameters') },
      queue: { storage: 'memory', flushInterval: 0, ...none('maxEvents', 'maxBytes', 'maxAgeDays', 'batchSize') },
      context: none('edApp', 'group', 'membership', 'session', 'federatedSession', 'referrer', 'platform', 'language', 'registration', 'grouping', 'parent', 'category'),
      completion: none('threshold', 'secondsFromEnd'),
      resume: none('segments', 'position', 'completed'),
      ...none('destinations', 'consent', 'respectGpc', 'beforeRecord', 'debug', 'startOn', 'milestones', 'milestoneBasis', 'skipAds', 'recoverSessions'),
    };
    const leftOut = JSON.parse(JSON.stringify(undef)) as object;
    const asked = [];
    for (const options of [leftOut, undef]) {
      vi.mocked(fetch).mockClear();
      const { player, play } = await stage();
      const analytics = player.learningAnalytics(options as never);
      const types = recordOf(analytics);
      await play(100);
      await analytics.flush();
      player.dispose();
      const documents = (vi.mocked(fetch).mock.calls as [string, RequestInit][]).map(([url, { headers, credentials, body }]) => [url, headers, credentials, String(body).replace(/[\da-f]{8}-[\da-f-]{27}|"[\dT:.-]+Z"/g, '')]);
      asked.push({ types, documents });
    }
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]!.documents.length).toBeGreaterThan(1);
  });

  test('spaces around endpoint and key are taken away, with a warning that shows neither', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { player, play } = await stage();
    player.learningAnalytics({
      ...OPTIONS,
      xapi: { endpoint: ' https://lrs.example/xapi ', auth: { key: 'topmost ', secret: 'secret' } },
      caliper: { endpoint: 'https://caliper.example/events', auth: ' topmost' },
      queue: { storage: 'memory', flushInterval: 0 },
    });
    const words = warn.mock.calls.map((call) => call.join(' '));
    expect(words).toHaveLength(3);
    expect(words.join('\n')).toMatch(/xapi\.endpoint[^]*xapi\.auth\.key[^]*caliper\.auth/);
    expect(words.join('\n')).not.toContain('topmost');
    await play(1);
    const calls = vi.mocked(fetch).mock.calls as [string, RequestInit][];
    const authorization = (part: string) => (calls.find(([url]) => url.includes(part))![1].headers as Record<string, string>)['Authorization'];
    expect(authorization('https://lrs.example/xapi/statements')).toBe(`Basic ${btoa('topmost:secret')}`);
    expect(authorization('caliper')).toBe('Bearer topmost');
  });
});

describe('what is given later and wrong', () => {
  test.each([
    ['setActor', { id: 'me' }, '"actor.id" should be an absolute IRI'],
    ['setMedia', { id: 'lecture' }, '"media.id" should be an absolute IRI'],
    ['setContext', { group: [1n] }, '"context" should be an object of plain data'],
    ['setContext', { group: 'section 1' }, '"context.group" should be an absolute IRI'],
    ['setContext', { edApp: { id: 'a:b', views: 7n } }, '"context" should be an object of plain data'],
    ['setContext', { parent: { id: 'a:b', definition: { name: 'Algebra' } } }, '"context.parent" should be'],
    ['setContext', { grouping: ['a:b', { id: 'a:b', definition: { type: 'course' } }] }, '"context.grouping" should be'],
    ['setContext', null, /"context" should be an object of plain data \(edApp, .+\), but is null/],
    ['newRegistration', 'next term', '"context.registration" should be a UUID, but is "next term"'],
  ])('%s(%o) throws a TypeError that names it, and changes nothing', async (method, wrong, words) => {
    const { player, play } = await stage();
    const analytics = player.learningAnalytics(OPTIONS);
    const types = recordOf(analytics);
    await play(1);
    const { session } = analytics;
    expect(() => (analytics as unknown as Record<string, (value: unknown) => void>)[method]!(wrong)).toThrow(words);
    await play(1);
    expect(analytics.session).toBe(session);
    expect(types).toEqual(['initialized', 'started', 'progressed']);
  });

  test('a misspelt name is said, and what a launch says besides is none', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { player } = await stage();
    player.learningAnalytics({
      ...OPTIONS,
      consnt: 'pending',
      completion: { treshold: 0.5 },
      queue: { storage: 'memory', maxEvent: 5 },
      // Of the other standard.
      xapi: { endpoint: 'https://lrs.example/xapi', auth: false, vocabulry: 'video-profile', scheme: 'Bearer' },
      caliper: { endpoint: 'https://caliper.example/in', auth: false, language: 'de' },
      actor: { ...(OPTIONS.actor as object), mbox: 'mailto:learner@campus.example' },
      media: { id: 'https://campus.example/videos/42', title: 'Week 1' },
      context: { course: 'https://campus.example/courses/1' },
      activityId: 'https://campus.example/lectures/1',
      learnerPreferences: { languagePreference: 'fr' },
      launchData: {},
      authorization: 'Basic secret',
    } as unknown as typeof OPTIONS);
    expect(warn.mock.calls.map((call) => /option "([\w.]+)" is not known/.exec(call.join(' '))?.[1]).sort()).toEqual([
      'actor.mbox',
      'caliper.language',
      'completion.treshold',
      'consnt',
      'context.course',
      'media.title',
      'queue.maxEvent',
      'xapi.scheme',
      'xapi.vocabulry',
    ]);
  });
});
