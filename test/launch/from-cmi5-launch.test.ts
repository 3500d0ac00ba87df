// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromCmi5Launch } from '../../src/launch/launch.js';
import { kaltura } from '../../src/kaltura/kaltura.js';
import { portalEvents } from '../destinations/portal-events.js';
import { reply, World } from '../outbox/world.js';
import { MEDIA, syntheticEvent, syntheticSession } from '../destinations/synthetic-session.js';

const REGISTRATION = '760e3480-ba55-4991-94b0-01820dbd23a2';
const SESSION = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/cmi5';
const PROGRESS = 'https://w3id.org/xapi/cmi5/result/extensions/progress';
const AGENT = { objectType: 'Agent', account: { homePage: 'https://lms.example', name: '1625378' } };
const ACTIVITY = 'https://lms.example/au/1';
const TEMPLATE = {
  registration: REGISTRATION,
  language: 'fr',
  contextActivities: { grouping: [{ id: 'https://publisher.example/au/intro' }], category: [{ id: 'https://lms.example/categories/a' }] },
  extensions: { [SESSION]: '458240298378231', 'https://lms.example/extensions/tenant': 7 },
};

let page = 0;
/** `null`: a page in its place. */
let launchData: object | null | undefined;
let learnerPreferences: object | undefined;
let asked: { url: string; init: RequestInit | undefined }[] = [];
let used = new Set<string>();

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
beforeEach(() => {
  page += 1;
  asked = [];
  used = new Set();
  learnerPreferences = undefined;
  launchData = { contextTemplate: TEMPLATE, launchMode: 'Normal', moveOn: 'Completed', returnURL: 'https://lms.example/back' };
  // An LMS, as far as a launch needs one.
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push({ url, init });
    if (url.includes('/token')) {
      if (init?.method !== 'POST') return json({}, 405);
      if (used.has(url)) return json({ 'error-code': '1', 'error-text': 'The authorization token has already been returned.' });
      used.add(url);
      return json({ 'auth-token': 'QWxhZGRpbg==' });
    }
    if (url.includes('/agents/profile')) return learnerPreferences ? json(learnerPreferences) : json({}, 404);
    if (launchData === null) return new Response('<!doctype html>');
    return launchData ? json(launchData) : json({}, 404);
  });
});
afterEach(() => vi.unstubAllGlobals());

const parameters = () => ({
  endpoint: 'https://lms.example/xapi',
  fetch: `https://lms.example/token?k=${page}`,
  actor: JSON.stringify(AGENT),
  registration: REGISTRATION,
  activityId: ACTIVITY,
});
const launch = async (changes: object = {}, options = {}) =>
  (await fromCmi5Launch({ search: `?${new URLSearchParams(JSON.parse(JSON.stringify({ ...parameters(), ...changes })))}` }, options))!;
type Launch = Awaited<ReturnType<typeof launch>>;
const state = ({ destinations, actor, context }: Launch, name = 'paused', changes: object = {}): any => {
  destinations[0]!.map(syntheticEvent('initialized', { context }), actor);
  return destinations[0]!.map(syntheticEvent(name, { context, ...changes }), actor);
};

describe('the launch', () => {
  test('gives who, where to, in which context, and what the page needs for its own statements', async () => {
    const { actor, context, destinations, activityId, authorization, launchData: data } = await launch();
    expect(actor).toEqual({ id: 'https://lms.example/1625378', account: AGENT.account });
    expect(context).toEqual({ registration: REGISTRATION, parent: ACTIVITY });
    expect([activityId, authorization]).toEqual([ACTIVITY, 'Basic QWxhZGRpbg==']);
    expect(data).toMatchObject({ launchMode: 'Normal', moveOn: 'Completed', returnURL: 'https://lms.example/back' });
    expect((destinations[0]!.auth as (who: typeof actor) => string)(actor)).toBe('Basic QWxhZGRpbg==');
  });

  test('asks for the learner’s preferences, without which an LMS may take no statements', async () => {
    learnerPreferences = { languagePreference: 'fr,en-US', audioPreference: 'off' };
    expect((await launch()).learnerPreferences).toEqual({ languagePreference: 'fr,en-US', audioPreference: 'off' });
    const { url, init } = asked.find((request) => request.url.includes('/agents/profile'))!;
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://lms.example/xapi/agents/profile');
    expect(Object.fromEntries(searchParams)).toEqual({ profileId: 'cmi5LearnerPreferences', agent: JSON.stringify(AGENT) });
    expect(init?.headers).toMatchObject({ Authorization: 'Basic QWxhZGRpbg==', 'X-Experience-API-Version': '1.0.3' });
  });

  test('does without preferences where there are none, or the LMS does not answer', async () => {
    expect((await launch()).learnerPreferences).toEqual({});
    const { fetch: answers } = globalThis;
    vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
      if (url.includes('/agents/profile')) throw new TypeError('Failed to fetch');
      return answers(url, init);
    });
    expect((await launch()).learnerPreferences).toEqual({});
  });

  test('uses the fetch URL once, however often it is asked, by POST', async () => {
    await Promise.all([launch(), launch()]);
    await launch();
    const tokens = asked.filter(({ url }) => url.includes('/token'));
    expect(tokens).toHaveLength(1);
    expect(tokens[0]!.init?.method).toBe('POST');
  });

  test('reads the launch data as the state of this learner, registration and activity', async () => {
    await launch();
    const { url, init } = asked.find((request) => request.url.includes('/activities/state'))!;
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://lms.example/xapi/activities/state');
    expect(Object.fromEntries(searchParams)).toEqual({ stateId: 'LMS.LaunchData', activityId: ACTIVITY, agent: JSON.stringify(AGENT), registration: REGISTRATION });
    expect(init?.headers).toMatchObject({ Authorization: 'Basic QWxhZGRpbg==', 'X-Experience-API-Version': '1.0.3' });
  });

  test('of an endpoint with a query, asks behind its path', async () => {
    await launch({ endpoint: 'https://lms.example/xapi/?tenant=1' });
    const { url } = asked.find((request) => request.url.includes('/activities/state'))!;
    expect(url).toMatch(/^https:\/\/lms\.example\/xapi\/activities\/state\?tenant=1&stateId=LMS\.LaunchData&/);
  });

  test('keeps no token outside of memory', async () => {
    const { destinations, actor } = await launch();
    const world = new World();
    const tab = await world.open({ destinations });
    tab.outbox.setActor(actor, actor.id);
    const endpoint = world.endpoint(destinations[0]!.url);
    // It quotes what it was asked with, as proxies do.
    endpoint.behave = ({ headers, documents }) => (documents.some((one) => one.includes('wrong')) ? reply(400, `not with ${headers.Authorization}`) : reply(200, '[]'));
    const [wrong] = tab.add(1, { actor: actor.id, document: '{"id":"wrong"}' });
    await tab.flush();
    tab.add(3, { actor: actor.id });
    await tab.flush();
    endpoint.behave = ({ headers }) => reply(403, `not with ${headers.Authorization}`);
    tab.add(2, { actor: actor.id });
    await tab.flush();
    expect(endpoint.requests.map(({ headers }) => headers.Authorization)).toContain('Basic QWxhZGRpbg==');
    expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual([wrong]);
    const kept = await tab.store.page([], 99);
    expect(kept.length).toBeGreaterThan(2);
    tab.outbox.leave();
    expect(JSON.stringify([kept, tab.said, world.warnings, [...world.storage.items], { ...localStorage, ...sessionStorage }])).not.toContain('QWxh');
  });

  test('there is none without a fetch URL', async () => {
    expect(await fromCmi5Launch('https://tool.example/lecture.html?endpoint=https://lrs.example')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('a token that is none is said', async () => {
    vi.stubGlobal('fetch', async () => json(null));
    await expect(launch()).rejects.toThrow('the LMS gave no cmi5 token: 200');
    vi.stubGlobal('fetch', async () => json({ 'error-code': '2', 'error-text': 'Something went wrong.' }));
    await expect(launch()).rejects.toThrow(/: Something went wrong\.$/);
    await expect(fromCmi5Launch(undefined as never)).rejects.toThrow('"location" should be the address of the page');
  });

  test('says what is missing or wrong', async () => {
    await expect(launch({ registration: undefined })).rejects.toThrow('lacks "registration"');
    await expect(launch({ actor: '{}' })).rejects.toThrow('names no actor');
    expect(asked).toEqual([]);
    launchData = undefined;
    await expect(launch()).rejects.toThrow('no cmi5 launch data for this launch (404)');
    launchData = null;
    await expect(launch()).rejects.toThrow('no cmi5 launch data for this launch (200)');
    used.add(`https://lms.example/token?k=${page + 100}`);
    await expect(launch({ fetch: `https://lms.example/token?k=${page + 100}` })).rejects.toThrow(/already been returned.*launch again/);
  });
});

describe('what is wrong is found out before anything is sent, and before the fetch URL is used up', () => {
  test.each([
    ['an endpoint that others on the way can read', { endpoint: 'http://lms.example/xapi' }, {}, '"xapi.endpoint" should be an https URL'],
    ['a fetch URL that others on the way can read', { fetch: 'http://lms.example/token?ticket=secret' }, {}, /the cmi5 launch's "fetch" should be an https URL .*is "http:\/\/lms\.example\/token"$/],
    ['an option', {}, { version: '9' }, '"xapi.version" should be one of'],
    ['a registration', { registration: 'x' }, {}, 'the cmi5 launch\'s "registration" should be a UUID, but is "x"'],
    ['an activity', { activityId: 'au 1' }, {}, 'the cmi5 launch\'s "activityId" should be an absolute IRI, but is "au 1"'],
    ['options that are none', {}, null, '"options" should be an object, but is null'],
  ])('%s', async (_, changes, options, words) => {
    await expect(launch(changes, options as object)).rejects.toThrow(words);
    await expect(launch(changes, options as object)).rejects.toBeInstanceOf(TypeError);
    expect(asked).toEqual([]);
  });

  test('on this machine, and where it is allowed, nothing has to be secret', async () => {
    await launch({ fetch: 'http://localhost/token', endpoint: 'http://localhost/xapi' });
    await launch({ fetch: 'http://lms.intranet/token', endpoint: 'http://lms.intranet/xapi' }, { allowInsecure: true });
    expect(asked).toHaveLength(6);
  });

  test('a template that is none is no launch data', async () => {
    launchData = { contextTemplate: 'x' };
    await expect(launch()).rejects.toThrow('no cmi5 launch data');
  });

  test('an LMS that does not answer is not waited for for ever', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => new Promise((_, reject) => { signal!.addEventListener('abort', () => reject(signal!.reason)); }));
    const failing = expect(launch()).rejects.toThrow('the LMS did not answer at https://lms.example/token');
    await vi.advanceTimersByTimeAsync(20_000);
    await failing;
    vi.useRealTimers();
  });
});

describe('its statements', () => {
  test('carry the whole template, whatever happened', async () => {
    const said = await launch();
    for (const { event } of [...syntheticSession(MEDIA, said.context), ...portalEvents(said.context)]) {
      const statement = said.destinations[0]!.map(event, said.actor) as any;
      if (!statement) continue;
      expect(statement.actor).toEqual(AGENT);
      expect(statement.context.registration).toBe(REGISTRATION);
      expect(statement.context.language).toBe('fr');
      expect(statement.context.extensions).toMatchObject(TEMPLATE.extensions);
      expect(statement.context.contextActivities.grouping).toContainEqual({ id: 'https://publisher.example/au/intro' });
      expect(statement.context.contextActivities.category).toContainEqual({ id: 'https://lms.example/categories/a' });
    }
  });

  test('name another learner who is here afterwards by an agent of their own', async () => {
    const { destinations, context } = await launch();
    const statement = destinations[0]!.map(syntheticEvent('initialized', { context }), { id: 'https://lms.example/43' }) as any;
    expect(statement.actor).toEqual({ objectType: 'Agent', account: { homePage: 'https://lms.example/', name: '43' } });
    expect(statement.context.registration).toBe(REGISTRATION);
  });

  test('keep what is their own beside it', async () => {
    const { context } = state(await launch());
    expect(context.contextActivities.category.map(({ id }: { id: string }) => id)).toEqual(['https://lms.example/categories/a', 'https://w3id.org/xapi/video', 'https://w3id.org/xapi/video/v1.0.3']);
    expect(context.contextActivities.parent).toMatchObject([{ id: ACTIVITY }, { id: 'https://campus.example/channels/7' }]);
    expect(context.extensions).toHaveProperty(['https://w3id.org/xapi/video/extensions/session-id']);
  });

  test('are allowed ones: never in the categories of those that cmi5 defines', async () => {
    launchData = { contextTemplate: { ...TEMPLATE, contextActivities: { category: [{ id: CATEGORY }, { id: 'https://w3id.org/xapi/cmi5/context/categories/moveon' }], grouping: { id: 'https://publisher.example/au/intro' } } } };
    const said = await launch();
    const text = JSON.stringify(state(said, 'completed', { context: { ...said.context, category: CATEGORY } }));
    expect(text).not.toContain('/context/categories/');
    expect(text).toContain('https://publisher.example/au/intro');
  });

  test('take of the template what is there, also where its lists are null', async () => {
    launchData = { contextTemplate: { ...TEMPLATE, platform: 'Campus LMS', revision: '2', contextActivities: { grouping: null, parent: [], category: { id: 'https://lms.example/categories/a' } } } };
    const said = await launch();
    expect(state(said).context).toMatchObject({ platform: 'Campus LMS', revision: '2', contextActivities: { category: [{ id: 'https://lms.example/categories/a' }, {}, {}] } });
    // Of a person there is no platform and no revision (xAPI 1.0.3 Data §2.4.6).
    const added = portalEvents(said.context).find(({ event }) => event.type === 'collaboratorAdded')!.event;
    const statement = said.destinations[0]!.map(added, said.actor) as any;
    expect(statement.context).not.toHaveProperty('platform');
    expect(statement.context).not.toHaveProperty('revision');
  });

  test('have no list and no members where nothing is left to stand in them', async () => {
    launchData = { contextTemplate: { contextActivities: { category: [{ id: CATEGORY }] } } };
    const media = { id: 'https://campus.example/podcasts/1', type: 'audio', duration: 60 };
    expect(state(await launch(), 'paused', { context: {}, media }).context).not.toHaveProperty('contextActivities');
  });

  test('tell of the launched media what has no result, too', async () => {
    const said = await launch();
    const liked = portalEvents(said.context).find(({ event }) => event.type === 'liked')!.event;
    const statement = said.destinations[0]!.map({ ...liked, media: { ...MEDIA, id: ACTIVITY } } as typeof liked, said.actor) as any;
    expect(statement).toMatchObject({ object: { id: ACTIVITY }, context: { registration: REGISTRATION } });
    expect(statement).not.toHaveProperty('result');
  });

  test('repeat no activity that the template has', async () => {
    const said = await launch();
    const { context } = state(said, 'paused', { context: { ...said.context, grouping: { id: 'https://publisher.example/au/intro', name: 'Mine' } } });
    expect(context.contextActivities.grouping).toEqual([{ id: 'https://publisher.example/au/intro' }]);
  });

  test('say cmi5\'s progress of nothing but what was launched', async () => {
    const said = await launch();
    expect(state(said, 'progressed to 25 percent').result.extensions).not.toHaveProperty([PROGRESS]);
    expect(state(said, 'progressed to 25 percent', { media: { ...MEDIA, id: ACTIVITY } }).result.extensions[PROGRESS]).toBe(25);
  });

  test('say no progress of what is completed', async () => {
    const said = await launch();
    const media = { ...MEDIA, id: ACTIVITY };
    const { progress } = syntheticEvent('progressed to 25 percent') as any;
    expect(state(said, 'progressed to 25 percent', { media, progress: { ...progress, fraction: progress.threshold } }).result.extensions).not.toHaveProperty([PROGRESS]);
  });

  test.each(['Browse', 'Review'])('say nothing of completion where the launch is a %s', async (launchMode) => {
    launchData = { ...launchData, launchMode };
    const said = await launch();
    const media = { ...MEDIA, id: ACTIVITY };
    expect(state(said, 'completed', { media })).toBeUndefined();
    expect(state(said, 'completed')).toMatchObject({ result: { completion: true } });
    expect(state(said, 'paused', { media })).toMatchObject({ object: { id: ACTIVITY } });
  });

  test('are in another vocabulary where that is asked for, with the template too', async () => {
    const said = await launch({}, { vocabulary: kaltura({ site: 'https://example.mediaspace.kaltura.com' }) });
    const statement = state(said);
    expect(statement.context.contextActivities.category.map(({ id }: { id: string }) => id)).toContain('http://tincan-definitions.kaltura.com/products/mediaspace/1');
    expect(statement.context.extensions[SESSION]).toBe('458240298378231');
  });
});

describe('a session of cmi5 has', () => {
  test('rows of its own: its token is no other’s, and what another has left is not its', async () => {
    const [one] = (await launch()).destinations;
    launchData = { ...launchData, contextTemplate: { ...TEMPLATE, extensions: { [SESSION]: 'another one' } } };
    const [another] = (await launch({ fetch: 'https://lms.example/token?k=another' })).destinations;
    expect([one!.key, another!.key]).toEqual(['session 458240298378231 xapi video-profile https://lms.example/xapi', 'session another%20one xapi video-profile https://lms.example/xapi']);
    expect([one!.label, another!.label]).toEqual(['xapi video-profile https://lms.example/xapi', 'xapi video-profile https://lms.example/xapi']);
  });

  test('no part in the end of what was watched in the one before, which this page tells', async () => {
    const { destinations, actor, context } = await launch();
    const told = (type: string, session: string) => destinations[0]!.map(syntheticEvent(type, { context, session }), actor);
    expect(told('terminated', 'dead')).toBeUndefined();
    expect(told('initialized', 'mine')).toBeDefined();
    expect(told('paused', 'dead')).toBeUndefined();
    expect(told('paused', 'mine')).toBeDefined();
    // The portal's events belong to no playback.
    expect(destinations[0]!.map(portalEvents()[0]!.event, actor)).toBeDefined();
  });

  test('an end where the destination is told of nothing but that', async () => {
    const { destinations, actor, context } = await launch({}, { events: ['terminated'] });
    expect(destinations[0]!.map(syntheticEvent('initialized', { context, session: 'mine' }), actor)).toBeUndefined();
    expect(destinations[0]!.map(syntheticEvent('terminated', { context, session: 'mine' }), actor)).toBeDefined();
  });
});

test('names the learner as the LMS does, which may compare member by member', async () => {
  const plainly = { account: AGENT.account };
  const group = { objectType: 'Group', ...plainly };
  const unnamed = { ...AGENT, name: '' };
  for (const given of [AGENT, plainly, group, unnamed]) {
    const said = await launch({ actor: JSON.stringify(given), fetch: `https://lms.example/token?k=${JSON.stringify(given)}` });
    expect(JSON.parse(JSON.stringify(state(said).actor))).toEqual(given);
  }
});

test('takes the extensions of the template as they are, null and nothing too', async () => {
  const extensions = { ...TEMPLATE.extensions, 'https://lms.example/extensions/data': { a: 1, b: null, c: [], d: {} }, 'https://lms.example/extensions/list': [], 'https://lms.example/extensions/none': null };
  launchData = { ...launchData, contextTemplate: { ...TEMPLATE, extensions } };
  expect(state(await launch()).context.extensions).toMatchObject(extensions);
});

test('takes what the template names as the LMS names it', async () => {
  const grouping = { id: 'https://publisher.example/a[1]', definition: { description: { fr: '' } } };
  const team = { objectType: 'Group', name: 'Nobody yet', member: [] };
  launchData = { ...launchData, contextTemplate: { ...TEMPLATE, contextActivities: { grouping: [grouping] }, team } };
  const said = await launch();
  const { context } = state(said, 'paused', { context: { ...said.context, grouping: grouping.id } });
  expect(context.contextActivities.grouping).toEqual([grouping]);
  expect(context.team).toEqual(team);
});

test('leaves out of the template what every record store would refuse', async () => {
  const grouping = { id: 'https://publisher.example/au/intro', objectType: null, definition: { name: { fr: 'Cours' }, description: null } };
  launchData = { ...launchData, contextTemplate: { ...TEMPLATE, contextActivities: { grouping: [grouping, null] }, instructor: { ...AGENT, name: null }, extensions: { ...TEMPLATE.extensions, tenant: null } } };
  const { context } = JSON.parse(JSON.stringify(state(await launch())));
  expect(context.contextActivities.grouping).toEqual([{ id: 'https://publisher.example/au/intro', definition: { name: { fr: 'Cours' } } }]);
  expect(context.instructor).toEqual(AGENT);
  expect(Object.keys(context.extensions).filter((name) => !name.startsWith('https://'))).toEqual([]);
});

test.each(['video-profile', kaltura({ site: 'https://example.mediaspace.kaltura.com' })] as const)('but for the template, nothing stands there that is empty or null', async (vocabulary) => {
  launchData = { ...launchData, contextTemplate: { language: null, platform: '', contextActivities: { category: [{ id: CATEGORY }], other: [] } } };
  const said = await launch({}, { vocabulary });
  const empty = (value: unknown): unknown[] =>
    value === null || value === '' ? [value] : typeof value === 'object' ? (Object.keys(value).length ? Object.values(value).flatMap(empty) : [value]) : [];
  const ours = { registration: REGISTRATION, category: CATEGORY };
  for (const media of [MEDIA, { id: ACTIVITY, type: 'audio' as const }]) {
    const statements = [...syntheticSession(media, ours), ...portalEvents(ours)].map(({ event }) => said.destinations[0]!.map(event, said.actor)).filter(Boolean);
    expect(statements.length).toBeGreaterThan(15);
    for (const statement of statements) expect(empty(JSON.parse(JSON.stringify(statement)))).toEqual([]);
    expect(JSON.stringify(statements)).not.toContain(CATEGORY);
  }
});

test('a request that never reached the LMS has used nothing up', async () => {
  const { fetch: works } = globalThis;
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  await expect(launch()).rejects.toThrow('Failed to fetch');
  vi.stubGlobal('fetch', works);
  expect((await launch()).authorization).toBe('Basic QWxhZGRpbg==');
});
