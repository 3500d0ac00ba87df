import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/destinations/xapi/statement.js';
import { xapi, type XapiOptions } from '../../src/destinations/xapi/xapi.js';
import { EXTENSIONS, type Actor, type LearningEvent } from '../../src/events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession, uuid } from './synthetic-session.js';

const VIDEO = 'https://w3id.org/xapi/video/extensions/';
const lrs = (options: Partial<XapiOptions> = {}) => xapi({ endpoint: 'https://lrs.example/xapi', auth: false, ...options });
const map = (event: LearningEvent, options?: Partial<XapiOptions>, actor = ACTOR) => lrs(options).map(event, actor) as Statement | undefined;
const result = (event: LearningEvent) => map(event)!.result?.extensions ?? {};
const context = (event: LearningEvent) => map(event)!.context!.extensions!;
const agent = (actor: Actor) => map(syntheticEvent('started'), {}, actor)!.actor;

describe('xapi', () => {
  test.each([
    'https://lrs.example/xapi',
    'https://lrs.example/xapi/',
    'https://lrs.example/xapi/statements',
    'https://lrs.example/xapi/statements/',
    'https://lrs.example/xapi//',
  ])('POSTs to /statements once, of %s', (endpoint) => {
    const { url, about } = lrs({ endpoint, version: 'auto' });
    expect(url).toBe('https://lrs.example/xapi/statements');
    expect(about).toBe('https://lrs.example/xapi/about');
  });

  test.each([
    'https://lrs.example/xapi?tenant=1',
    'https://lrs.example/xapi/?tenant=1',
    'https://lrs.example/xapi/statements?tenant=1',
  ])('keeps the query behind the path, of %s', (endpoint) => {
    const { url, about } = lrs({ endpoint, version: 'auto' });
    expect([url, about]).toEqual(['https://lrs.example/xapi/statements?tenant=1', 'https://lrs.example/xapi/about?tenant=1']);
    // A path within the query is none of ours, and another tenant is another record store.
    expect(lrs({ endpoint: 'https://lrs.example/xapi?to=/a/statements/' }).url).toBe('https://lrs.example/xapi/statements?to=/a/statements/');
    expect(lrs({ endpoint: 'https://lrs.example/xapi?a=b?c#d' }).url).toBe('https://lrs.example/xapi/statements?a=b?c');
    expect(lrs({ endpoint: 'https://lrs.example/xapi/#d' }).url).toBe('https://lrs.example/xapi/statements');
    expect(lrs({ endpoint }).key).not.toBe(lrs({ endpoint: endpoint.replace('=1', '=2') }).key);
  });

  test('leaves a path that only ends like it, and one that is relative to the page', () => {
    expect(lrs({ endpoint: 'https://lrs.example/mystatements' }).url).toBe('https://lrs.example/mystatements/statements');
    expect(lrs({ endpoint: '/analytics/xapi' }).url).toBe('/analytics/xapi/statements');
  });

  test('says its version in a header and lets the options add to it', () => {
    expect(lrs().headers()).toEqual({ 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3' });
    expect(lrs({ version: '2.0.0' }).headers()['X-Experience-API-Version']).toBe('2.0.0');
    expect(lrs({ headers: { 'X-Tenant': 'a' } }).headers()['X-Tenant']).toBe('a');
  });

  test('lets cookies go along where the option says so, and says nothing of them else', () => {
    expect(lrs({ credentials: 'include' }).credentials).toBe('include');
    expect(lrs()).not.toHaveProperty('credentials');
  });

  test('takes a credential as the whole header value', () => {
    expect(lrs().authorization('Basic abc')).toBe('Basic abc');
  });

  test('wraps documents without touching their bytes', () => {
    expect(lrs().wrap(['{"b":1}', '{"a": 2}'], 0)).toBe('[{"b":1},{"a": 2}]');
  });

  test('leaves out by default what no learner does', () => {
    expect(map(syntheticEvent('sizeChanged'))).toBeUndefined();
    expect(map(syntheticEvent('resolutionChanged by the bitrate'))).toBeUndefined();
    expect(map(syntheticEvent('resolutionChanged'))).toBeDefined();
    expect(map(syntheticEvent('sizeChanged'), { events: ['sizeChanged'] })).toBeDefined();
    expect(map(syntheticEvent('paused'), { events: ['sizeChanged'] })).toBeUndefined();
  });

  test('lets beforeSend change or drop a statement, and has none where beforeSend throws', () => {
    const redact = (statement: Statement) => ({ ...statement, actor: { mbox: 'mailto:nobody@campus.example' } });
    expect(map(syntheticEvent('paused'), { beforeSend: redact })!.actor).toEqual({ mbox: 'mailto:nobody@campus.example' });
    expect(map(syntheticEvent('paused'), { beforeSend: () => null })).toBeUndefined();
    const broken = () => {
      throw new Error('redaction is broken');
    };
    // The recorder says so, and sends none.
    expect(() => map(syntheticEvent('paused'), { beforeSend: broken })).toThrow('redaction is broken');
  });

  test.each([['a promise', async (statement: Statement) => statement], ['a promise that fails', async () => { throw new Error('no'); }], ['true', () => true], ['nothing', () => undefined], ['a list', () => []], ['a function', () => () => 1]])('takes %s of beforeSend for no statement', (_, beforeSend) => {
    expect(() => map(syntheticEvent('paused'), { beforeSend: beforeSend as never })).toThrow(/^beforeSend should give .* at once$/);
  });

  test('lets beforeSend change its event, and nothing else', () => {
    const event = syntheticEvent('paused');
    const before = JSON.stringify(event);
    map(event, { beforeSend: (statement, its) => { Object.assign(its, { position: 99 }); return statement; } });
    expect(JSON.stringify(event)).toBe(before);
  });

  test('asks beforeSend only about statements that there are', () => {
    let asked = 0;
    const count = (statement: Statement) => (asked++, statement);
    map(syntheticEvent('sizeChanged'), { beforeSend: count });
    expect(asked).toBe(0);
  });

  test('takes another vocabulary, which may bring its own statement ids', () => {
    const named = { name: 'mine', statement: (event: LearningEvent) => ({ verb: { id: `https://x.example/${event.type}` }, none: null }) };
    const event = syntheticEvent('paused');
    expect(map(event, { vocabulary: named })).toEqual({ id: event.id, verb: { id: 'https://x.example/paused' } });
    expect(map(event, { vocabulary: { name: 'mine', statement: () => ({ id: uuid(99), a: 1 }) } })!.id).toBe(uuid(99));
    expect(map(event, { vocabulary: { name: 'mine', statement: () => undefined } })).toBeUndefined();
    expect(lrs({ vocabulary: named }).key).not.toBe(lrs().key);
  });

  test('names things in the language of the options', () => {
    const { object, context } = map(syntheticEvent('paused', { context: { ...CONTEXT, category: { id: 'https://campus.example/kinds/1', name: 'Übung' } } }), { language: 'de' })! as any;
    expect(object.definition.name).toEqual({ de: MEDIA.name });
    // Those of the profile are ids alone.
    const { category, grouping, parent } = context.contextActivities;
    const names = [...category, ...grouping, ...parent].flatMap(({ definition }) => Object.keys(definition?.name ?? {}));
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(new Set(names)).toEqual(new Set(['de']));
  });
});

describe('agent', () => {
  const account = { homePage: 'https://campus.example', name: 'u-42' };

  test('prefers the account, then the address, then the id', () => {
    expect(agent({ ...ACTOR, account })).toEqual({ objectType: 'Agent', name: 'Sample Learner', account });
    expect(agent(ACTOR)).toEqual({ objectType: 'Agent', name: 'Sample Learner', mbox: 'mailto:learner@campus.example' });
  });

  test('encodes what in an address would mean something else in an IRI', () => {
    expect(agent({ ...ACTOR, email: "a.b+c-d_e'f@campus.example" })).toMatchObject({ mbox: "mailto:a.b+c-d_e'f@campus.example" });
    expect(agent({ ...ACTOR, email: 'r&d/a#1%=?@campus.example' })).toMatchObject({ mbox: 'mailto:r%26d%2Fa%231%25%3D%3F@campus.example' });
  });

  test.each([
    ['https://campus.example/users/554433', 'https://campus.example/users/', '554433'],
    ['https://campus.example/?user=5', 'https://campus.example/?user=', '5'],
    ['https://campus.example/people#a', 'https://campus.example/people#', 'a'],
    ['https://campus.example/users/42/', 'https://campus.example/users/', '42/'],
    ['urn:uuid:1c519ff7-3dfa-4764-be48-d2fb35a2925a', 'urn:uuid:', '1c519ff7-3dfa-4764-be48-d2fb35a2925a'],
  ])('splits %s so that nothing of it is lost', (id, homePage, name) => {
    expect(agent({ id })).toEqual({ objectType: 'Agent', account: { homePage, name } });
    expect(homePage + name).toBe(id);
  });

  test.each(['https://campus.example', 'tag:someone', '42', 'web+campus://campus.example/users/5'])('takes %s whole, since it cannot be split', (id) => {
    expect(agent({ id }).account).toEqual({ homePage: id, name: id });
  });

  test('makes the home page a valid IRI', () => {
    expect(agent({ id: 'https://campus.example/a b/c d' }).account).toEqual({ homePage: 'https://campus.example/a%20b/', name: 'c d' });
  });

  test('tells nothing of an anonymous actor but its account', () => {
    expect(agent({ ...ACTOR, anonymous: true, account })).toEqual({ objectType: 'Agent', account });
    expect(agent({ ...ACTOR, anonymous: true })).toEqual({ objectType: 'Agent', account: { homePage: 'https://campus.example/users/', name: '554433' } });
  });
});

describe('Video Profile', () => {
  const statements = () => syntheticSession().map(({ event }) => ({ event, statement: map(event, { events: [event.type] })! }));

  test('every statement has the id and the time of its event, at every attempt', () => {
    // T12: an id on initialized alone; T27: the same id with another timestamp.
    for (const { event, statement } of statements()) {
      expect([statement.id, statement.timestamp]).toEqual([event.id, new Date(event.time).toISOString()]);
      expect(JSON.stringify(map(event, { events: [event.type] }))).toBe(JSON.stringify(statement));
    }
  });

  test('an activity that stands in several places of the context is named once in each', () => {
    const course = 'https://campus.example/courses/7';
    const { context } = map(syntheticEvent('paused', { media: { ...MEDIA, collection: course }, context: { parent: course, grouping: [course, { id: course, name: 'Course' }], group: course, edApp: course } }))!;
    expect(context!.contextActivities!.grouping!.find(({ id }: { id: string }) => id === course)).toMatchObject({ definition: { name: { 'en-US': 'Course' } } });
    for (const list of Object.values(context!.contextActivities!)) expect(new Set(list.map(({ id }: { id: string }) => id)).size).toBe(list.length);
  });

  test('what is watched is the media, not the file that plays it or the page around it', () => {
    // T13: currentSrc with its token; T36: the address of the page.
    for (const { statement } of statements()) expect(statement.object).toMatchObject({ id: MEDIA.id, objectType: 'Activity' });
  });

  test('completed says the true share, not 1', () => {
    // T21.
    expect(result(syntheticEvent('completed'))[`${VIDEO}progress`]).toBe(0.866);
    expect(context(syntheticEvent('completed'))[`${VIDEO}completion-threshold`]).toBe(0.86);
  });

  test('the end of the media is a pause, leaving is a termination, and neither is a completion', () => {
    // T30: completed and terminated taken for each other, paused and completed counted twice; T37: completed by something else.
    const verbs = (name: string) => map(syntheticEvent(name))!.verb.id.split('/').pop();
    expect(['completed', 'ended', 'paused leaving', 'terminated', 'progressed'].map(verbs)).toEqual(['completed', 'paused', 'paused', 'terminated', 'progressed']);
    expect(statements().filter(({ statement }) => statement.result?.completion !== undefined).map(({ event }) => event.type)).toEqual(['completed']);
  });

  test('volume is a fraction', () => {
    // T33: whole numbers alone.
    for (const volume of [0, 0.35, 1]) {
      const { player } = syntheticEvent('unmuted') as Extract<LearningEvent, { player: object }>;
      expect(context(syntheticEvent('unmuted', { player: { ...player, volume } }))[`${VIDEO}volume`]).toBe(volume);
    }
  });

  test('a length is not cut to seconds, and a language is a tag', () => {
    // T36: a floor, and us-US.
    expect(context(syntheticEvent('paused', { media: { ...MEDIA, duration: 119.9 } }))[`${VIDEO}length`]).toBe(119.9);
    for (const { statement } of statements()) {
      expect(Object.keys(statement.verb.display!)).toEqual(['en-US']);
      expect(Object.keys(statement.object.definition!.name!)).toEqual(['en-US']);
      expect(statement.context!.language).toBe('en-GB');
    }
  });

  test('a statement has no member that xAPI does not know', () => {
    // T38: one in the object, for which record stores refused the whole batch.
    for (const { statement } of statements()) {
      const names = (of: object | undefined) => Object.keys(of ?? {});
      expect(['id', 'actor', 'verb', 'object', 'result', 'context', 'timestamp']).toEqual(expect.arrayContaining(names(statement)));
      expect(['objectType', 'id', 'definition']).toEqual(expect.arrayContaining(names(statement.object)));
      expect(['type', 'name', 'description', 'extensions']).toEqual(expect.arrayContaining(names(statement.object.definition)));
      expect(['completion', 'duration', 'extensions']).toEqual(expect.arrayContaining(names(statement.result)));
      expect(['registration', 'platform', 'language', 'contextActivities', 'extensions']).toEqual(expect.arrayContaining(names(statement.context)));
    }
  });

  test('played-segments are pairs of numbers, in the order watched', () => {
    // T06: null[.]12 where a pause came without an open segment; T20: merged, so that the order was lost.
    const segments = [[15.9731, 16.1832], [30, 60], [0, 0.0004]] as const;
    const event = syntheticEvent('paused', { progress: { segments, fraction: 0.25, threshold: 1, secondsPlayed: 30 } });
    expect(result(event)[`${VIDEO}played-segments`]).toBe('15.973[.]16.183[,]30[.]60[,]0[.]0');
  });

  test('played-segments are there, and empty, where nothing was played', () => {
    const progress = { segments: [], fraction: 0, threshold: 1, secondsPlayed: 0 };
    expect(result(syntheticEvent('terminated', { progress }))).toMatchObject({ [`${VIDEO}played-segments`]: '', [`${VIDEO}progress`]: 0 });
  });

  test('progress of 99.5 % is not 1', () => {
    // T07: two decimals made it 1.00, and the video completed.
    const progress = { segments: [[0, 119.4]], fraction: 0.995, threshold: 1, secondsPlayed: 119.4 };
    expect(result(syntheticEvent('paused', { progress }))[`${VIDEO}progress`]).toBe(0.995);
  });

  test('threshold and length are numbers, quality is the digits of the height', () => {
    // T14: "1.0" as threshold, 960x400 as quality, a constant frame rate.
    const extensions = context(syntheticEvent('initialized'));
    expect(extensions).toMatchObject({ [`${VIDEO}completion-threshold`]: 0.95, [`${VIDEO}length`]: 120, [`${VIDEO}quality`]: '720' });
    expect(extensions).not.toHaveProperty(`${VIDEO}frame-rate`);
  });

  test('length has at most three decimals', () => {
    // T16.
    const media = { ...MEDIA, duration: 120.123_456 };
    expect(context(syntheticEvent('paused', { media }))[`${VIDEO}length`]).toBe(120.123);
  });

  test.each([Number.NaN, Infinity, 0, undefined])('media of length %s does not claim the profile', (duration) => {
    // T16: a length of NaN or Infinity. Without one the profile's templates cannot be met.
    const { duration: _, ...endless } = MEDIA;
    const statement = map(syntheticEvent('paused', { context: {}, media: duration === undefined ? endless : { ...endless, duration } }))!;
    expect(statement.context!.extensions).not.toHaveProperty(`${VIDEO}length`);
    expect(statement.context!.extensions).not.toHaveProperty(`${VIDEO}completion-threshold`);
    expect(statement.result!.extensions).not.toHaveProperty(`${VIDEO}progress`);
    expect(statement.context!.contextActivities!.category).toBeUndefined();
  });

  test('every change says the whole state, as it is after the change', () => {
    // T15: no rate, no quality, and a volume that was read two seconds late.
    for (const name of ['rateChanged', 'muted', 'captionsEnabled', 'fullscreenEntered', 'popoutOpened', 'resolutionChanged']) {
      const extensions = context(syntheticEvent(name));
      for (const part of ['volume', 'full-screen', 'screen-size', 'video-playback-size', 'speed', 'cc-enabled', 'cc-subtitle-enabled', 'quality']) {
        expect(extensions).toHaveProperty([VIDEO + part]);
      }
    }
    expect(context(syntheticEvent('rateChanged'))[`${VIDEO}speed`]).toBe('1.5x');
    expect(context(syntheticEvent('volumeChanged'))[`${VIDEO}volume`]).toBe(0.8);
    expect(context(syntheticEvent('resolutionChanged'))[`${VIDEO}quality`]).toBe('1080');
  });

  test('a muted player has volume 0, and says that it is muted', () => {
    expect(context(syntheticEvent('muted'))).toMatchObject({ [`${VIDEO}volume`]: 0, [`${EXTENSIONS}muted`]: true });
    expect(context(syntheticEvent('unmuted'))).toMatchObject({ [`${VIDEO}volume`]: 0.35, [`${EXTENSIONS}muted`]: false });
  });

  test('a caption language is said only while captions show', () => {
    expect(context(syntheticEvent('captionsEnabled'))).toMatchObject({ [`${VIDEO}cc-subtitle-enabled`]: true, [`${VIDEO}cc-subtitle-lang`]: 'en' });
    expect(context(syntheticEvent('captionsDisabled'))).not.toHaveProperty([`${VIDEO}cc-subtitle-lang`]);
    expect(result(syntheticEvent('captionsEnabled'))[`${VIDEO}cc-enabled`]).toBe(true);
    expect(result(syntheticEvent('captionsDisabled'))[`${VIDEO}cc-enabled`]).toBe(false);
  });

  test('length stands in context, never in result', () => {
    // T22.
    for (const { event } of syntheticSession()) {
      const statement = map(event, { events: [event.type] })!;
      expect(statement.context!.extensions).toHaveProperty([`${VIDEO}length`]);
      expect(statement.result?.extensions ?? {}).not.toHaveProperty([`${VIDEO}length`]);
    }
  });

  test('paused, completed and terminated say what was watched', () => {
    // T31.
    for (const name of ['paused', 'completed', 'terminated', 'ended', 'seeked']) {
      expect(result(syntheticEvent(name))).toHaveProperty([`${VIDEO}progress`]);
      expect(result(syntheticEvent(name))).toHaveProperty([`${VIDEO}played-segments`]);
    }
  });

  test('every statement has the category of the profile and of its version, but for milestones', () => {
    // T32: no category at all. Persephone: a milestone in the category breaks the profile's pattern.
    for (const { event } of syntheticSession(MEDIA, {})) {
      const ids = map(event, { events: [event.type] })!.context!.contextActivities!.category!.map(({ id }) => id);
      const profile = ['https://w3id.org/xapi/video', 'https://w3id.org/xapi/video/v1.0.3'];
      expect(ids).toEqual(event.type === 'progressed' ? [`${EXTENSIONS}milestones`] : profile);
    }
  });

  test('completed says the time spent, not the length of the video', () => {
    // T32, T19.
    const { result: said } = map(syntheticEvent('completed'))!;
    expect(said).toMatchObject({ completion: true, duration: 'PT134.13S' });
    for (const { event } of syntheticSession()) {
      if (event.type === 'completed') continue;
      const other = map(event, { events: [event.type] })!.result ?? {};
      expect(other).not.toHaveProperty('completion');
      expect(other).not.toHaveProperty('duration');
    }
  });

  test('a time of 0 is a time', () => {
    // T32: current_time or currentTime.
    expect(result(syntheticEvent('started'))[`${VIDEO}time`]).toBe(0);
    expect(result(syntheticEvent('seeked', { from: 10, to: 0, position: 0 }))).toMatchObject({ [`${VIDEO}time-from`]: 10, [`${VIDEO}time-to`]: 0 });
  });

  test('both ends of a seek are on seeked, and there alone', () => {
    for (const { event } of syntheticSession()) {
      const said = map(event, { events: [event.type] })!.result?.extensions ?? {};
      expect(`${VIDEO}time-from` in said && `${VIDEO}time-to` in said).toBe(event.type === 'seeked');
      expect(`${VIDEO}time` in said).toBe(event.type !== 'seeked');
    }
  });

  test('the session is named by the id of its initialized', () => {
    // T29.
    const initialized = syntheticEvent('initialized');
    for (const name of ['initialized', 'paused', 'progressed', 'terminated']) {
      const extensions = context(syntheticEvent(name));
      expect(extensions[`${VIDEO}session-id`]).toBe(initialized.id);
      expect(extensions['https://w3id.org/xapi/profiles/extensions/subregistration']).toEqual([
        { profile: 'https://w3id.org/xapi/video/v1.0.3', subregistration: initialized.id },
      ]);
    }
  });

  test('cmi5 progress is a whole number of percent, and only where percent were asked for', () => {
    const CMI5 = 'https://w3id.org/xapi/cmi5/result/extensions/progress';
    expect(result(syntheticEvent('progressed to 25 percent'))[CMI5]).toBe(25);
    expect(result(syntheticEvent('progressed', { milestone: 33.9 }))[CMI5]).toBe(33);
    expect(result(syntheticEvent('progressed'))[CMI5]).toBe(0);
    expect(result(syntheticEvent('progressed to 60 seconds'))).not.toHaveProperty([CMI5]);
    expect(result(syntheticEvent('progressed to 60 seconds'))).toMatchObject({ [`${EXTENSIONS}milestone`]: 60, [`${EXTENSIONS}unit`]: 'seconds', [`${EXTENSIONS}basis`]: 'reached' });
  });

  test('what the profile has no place for is in our extensions', () => {
    expect(result(syntheticEvent('rateChanged'))).toMatchObject({ [`${EXTENSIONS}from`]: 1, [`${EXTENSIONS}to`]: 1.5 });
    expect(result(syntheticEvent('paused leaving'))[`${EXTENSIONS}reason`]).toBe('leaving');
    expect(context(syntheticEvent('resumed'))[`${EXTENSIONS}event`]).toBe('resumed');
    expect(map(syntheticEvent('paused leaving'))!.context!.extensions).toMatchObject({
      [`${EXTENSIONS}session`]: CONTEXT.session,
      [`${EXTENSIONS}federatedSession`]: 'urn:uuid:1c519ff7-3dfa-4764-be48-d2fb35a2925a',
    });
  });

  test('no parameter of a launch leaves in a statement', () => {
    expect(JSON.stringify(map(syntheticEvent('paused'), {}, { id: ACTOR.id }))).not.toMatch(/learner@|lti_message_type|LtiResourceLinkRequest/);
  });

  test.each([
    [{ type: 'audio' as const }, 'http://activitystrea.ms/schema/1.0/audio'],
    [{ live: true }, 'http://id.tincanapi.com/activitytype/webinar'],
    [{ live: true, type: 'audio' as const }, 'http://id.tincanapi.com/activitytype/webinar'],
  ])('media with %j claims its own type and not the profile', (change, type) => {
    const { object, context: said, verb } = map(syntheticEvent('paused', { context: {}, media: { ...MEDIA, ...change } }))!;
    expect(object.definition!.type).toBe(type);
    expect(said!.contextActivities!.category).toBeUndefined();
    expect(verb.id).toBe('https://w3id.org/xapi/video/verbs/paused');
  });

  test('a media id becomes a valid IRI', () => {
    expect(map(syntheticEvent('paused', { media: { ...MEDIA, id: 'https://x.example/my video.mp4' } }))!.object.id).toBe('https://x.example/my%20video.mp4');
  });

  test('missing metadata never loses an event', () => {
    const { context: _, ...bare } = syntheticEvent('captionsEnabled', { media: { id: MEDIA.id } });
    const player = { rate: 1, volume: 1, muted: false, fullscreen: false, popout: false };
    expect(map({ ...bare, player } as LearningEvent)).toBeDefined();
  });
});
