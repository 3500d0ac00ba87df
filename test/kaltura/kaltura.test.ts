import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import type { Actor, Context, LearningEvent } from '../../src/events.js';
import { kaltura, type KalturaOptions } from '../../src/kaltura/kaltura.js';
import { portalEvent, portalEvents } from '../destinations/portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession } from '../destinations/synthetic-session.js';

const SITE = 'https://example.mediaspace.kaltura.com';
const state = (event: LearningEvent, options: Partial<KalturaOptions> = {}, actor: Actor = ACTOR): any =>
  xapi({ endpoint: 'https://lrs.example/xapi', auth: false, vocabulary: kaltura({ site: SITE, ...options }) }).map(event, actor);

/** Kaltura's sample of playProgress, but for its two slips of the pen. */
const SAMPLE = {
  actor: { objectType: 'Agent', name: 'John User', account: { name: 'johnuser', homePage: SITE } },
  verb: { id: 'http://activitystrea.ms/schema/1.0/watch', display: { en: 'watched' } },
  result: { extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': 50 } },
  context: {
    contextActivities: {
      category: [
        {
          objectType: 'Activity',
          id: 'http://tincan-definitions.kaltura.com/products/mediaspace/1',
          definition: { type: 'http://id.tincanapi.com/activitytype/source' },
        },
        {
          objectType: 'Activity',
          id: `${SITE}/default/channels/view/channelid/21212121`,
          definition: { type: 'http://id.tincanapi.com/activitytype/category', name: { en: 'Marketing' } },
        },
      ],
      other: [{ objectType: 'Activity', id: SITE, definition: { type: 'http://activitystrea.ms/schema/1.0/application', name: { en: 'Kaltura MediaSpace' } } }],
    },
    extensions: { 'http://tincan-definitions.kaltura.com/extensions/context/video-mode': 'VOD' },
  },
  timestamp: '2019-05-03T21:40:35+00:00',
  object: {
    objectType: 'Activity',
    id: `${SITE}/media/t/1_msutjxqy`,
    definition: { type: 'http://adlnet.gov/expapi/activities/video', name: { en: 'Kaltura Video Solutions for Media Companies' } },
  },
};

const JOHN: Actor = { id: `${SITE}/users/johnuser`, name: 'John User', account: { name: 'johnuser', homePage: SITE } };
const PLAY_PROGRESS = syntheticEvent('progressed', {
  time: Date.parse(SAMPLE.timestamp),
  context: {},
  milestone: 50,
  media: {
    id: SAMPLE.object.id,
    name: 'Kaltura Video Solutions for Media Companies',
    collection: { id: `${SITE}/default/channels/view/channelid/21212121`, name: 'Marketing' },
  },
});

describe('playProgress', () => {
  test('is Kaltura\'s sample, with every member and value, the same instant, and an id', () => {
    const { id, timestamp, ...statement } = state(PLAY_PROGRESS, {}, JOHN);
    const { timestamp: instant, ...sample } = SAMPLE;
    expect(statement).toEqual(sample);
    expect(Date.parse(timestamp)).toBe(Date.parse(instant));
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5/);
  });

  const seed = new URL('../../../shared/seeds/004_cf15c9607121dea6.txt', import.meta.url);
  test.skipIf(!existsSync(seed))('and that sample is the one of Kaltura\'s document', () => {
    const text = readFileSync(seed, 'utf8');
    const printed = text.slice(text.indexOf('{\n  "actor"'), text.indexOf('\n}s\n') + 2).replace(/},\s+},\s+"extensions": {\s+"http:\/\/tincan/, '},\n "extensions": {\n "http://tincan');
    expect(JSON.parse(printed)).toEqual(SAMPLE);
  });

  test('is a whole number of percent', () => {
    const progress = (event: LearningEvent) => state(event).result.extensions['https://w3id.org/xapi/cmi5/result/extensions/progress'];
    expect(progress(syntheticEvent('progressed', { milestone: 33.9 }))).toBe(33);
    expect(progress(syntheticEvent('progressed'))).toBe(0);
    expect(progress(syntheticEvent('progressed to 60 seconds', { progress: { segments: [], fraction: 0.29, threshold: 1, secondsPlayed: 0 } }))).toBe(29);
  });

  test('of a live stream says of no share how much it is', () => {
    const said = state(syntheticEvent('progressed', { context: {}, unit: 'seconds', milestone: 60, media: { id: MEDIA.id, live: true } }));
    expect(said.verb.id).toBe('http://activitystrea.ms/schema/1.0/watch');
    expect(said).not.toHaveProperty('result');
  });

  test('of a live stream says so', () => {
    expect(state(syntheticEvent('progressed', { context: {}, media: { id: MEDIA.id, live: true } })).context.extensions).toEqual({
      'http://tincan-definitions.kaltura.com/extensions/context/video-mode': 'LIVE',
    });
  });
});

describe('Kaltura\'s events', () => {
  const REGISTERED = /^(http:\/\/activitystrea\.ms\/schema\/1\.0\/|http:\/\/adlnet\.gov\/expapi\/verbs\/|http:\/\/id\.tincanapi\.com\/verb\/|https:\/\/w3id\.org\/xapi\/)[a-z-/]+$/;
  const player = (name: string) => syntheticEvent(name, { context: {} });
  const portal = (name: string) => portalEvent(name, { context: {} });
  // Their table, in its order.
  const ALL = [
    ['playProgress', player('progressed'), 'http://activitystrea.ms/schema/1.0/watch'],
    ['play', player('started'), 'https://w3id.org/xapi/video/verbs/played'],
    ['pause', player('paused'), 'https://w3id.org/xapi/video/verbs/paused'],
    ['seek', player('seeked'), 'https://w3id.org/xapi/video/verbs/seeked'],
    ['playbackRateChange', player('rateChanged'), 'http://adlnet.gov/expapi/verbs/interacted'],
    ['categoryView', portal('categoryViewed'), 'http://id.tincanapi.com/verb/viewed'],
    ['login', portal('loggedIn'), 'https://w3id.org/xapi/adl/verbs/logged-in'],
    ['entryLike', portal('liked'), 'http://activitystrea.ms/schema/1.0/like'],
    ['entryComment', portal('commented'), 'http://adlnet.gov/expapi/verbs/commented'],
    ['entryUpload', portal('uploaded'), 'https://w3id.org/xapi/netc/verbs/uploaded'],
    ['entryUnlisted', portal('unlisted'), 'http://activitystrea.ms/schema/1.0/unshare'],
    ['entryPublish', portal('published'), 'http://activitystrea.ms/schema/1.0/share'],
    ['entryCollaborator', portal('collaboratorAdded'), 'http://activitystrea.ms/schema/1.0/add'],
    ['captureSpaceLaunch', portal('captureLaunched'), 'http://adlnet.gov/expapi/verbs/launched'],
    ['kalturaCaptureLaunch', portal('captureLaunched'), 'http://adlnet.gov/expapi/verbs/launched'],
  ] as const;

  test.each(ALL)('%s exists, with a registered verb that can be another', (name, event, verb) => {
    const statement = state(event);
    expect(statement.verb.id).toBe(verb);
    expect(verb).toMatch(REGISTERED);
    expect(Object.keys(statement.verb.display)).toEqual(['en']);
    expect(statement.context.contextActivities.category[0].id).toBe('http://tincan-definitions.kaltura.com/products/mediaspace/1');
    expect(statement.context.contextActivities.other[0].id).toBe(SITE);
    expect(state(event, { verbs: { [name]: 'https://campus.example/verbs/watch' } }).verb).toEqual({ id: 'https://campus.example/verbs/watch', display: { en: 'watched' } });
    expect(state(event, { verbs: { [name]: { id: 'https://campus.example/v/1', display: 'made' } } }).verb).toEqual({ id: 'https://campus.example/v/1', display: { en: 'made' } });
  });

  test('the other name of a launch is that of no other event', () => {
    expect(state(player('paused'), { verbs: { kalturaCaptureLaunch: 'https://campus.example/verbs/launched' } }).verb.id).toBe('https://w3id.org/xapi/video/verbs/paused');
  });

  test.each([
    ['https://campus.example/verbs#watched', 'watched'],
    ['https://campus.example/verbs/view?v=1', 'viewed'],
    ['urn:x:play', 'played'],
    ['urn:x:edit', 'edited'],
    ['https://campus.example/verbs/watch/', 'watched'],
  ])('the verb %s is displayed as "%s"', (verb, word) => {
    expect(state(player('paused'), { verbs: { pause: verb } }).verb).toEqual({ id: verb, display: { en: word } });
  });

  test('what Kaltura does not have of the portal is there by our names', () => {
    for (const name of ['loggedOut', 'mediaViewed', 'unliked', 'searched', 'downloaded', 'shared'] as const) {
      expect(state(portal(name)).verb.id).toMatch(REGISTERED);
      expect(state(portal(name), { verbs: { [name]: 'https://campus.example/verbs/made' } }).verb.id).toBe('https://campus.example/verbs/made');
    }
  });

  test('of a player there are no others', () => {
    const types = new Set(syntheticSession().flatMap(({ event }) => (state(event) ? event.type : [])));
    expect(types).toEqual(new Set(['started', 'progressed', 'seeked', 'rateChanged', 'paused', 'resumed', 'restarted']));
  });

  test('of the portal there are all', () => {
    for (const { event } of portalEvents()) expect(state(event)).toBeDefined();
  });

  test('a change of rate says the state of the player, a seek both its ends, a pause where', () => {
    const VIDEO = 'https://w3id.org/xapi/video/extensions/';
    expect(state(player('rateChanged')).context.extensions).toMatchObject({ [`${VIDEO}speed`]: '1.5x', [`${VIDEO}volume`]: 0.35 });
    expect(state(player('seeked')).result.extensions).toMatchObject({ [`${VIDEO}time-from`]: 10, [`${VIDEO}time-to`]: 30 });
    expect(state(player('seeked')).result.extensions).not.toHaveProperty([`${VIDEO}time`]);
    expect(state(player('paused')).result.extensions).toMatchObject({ [`${VIDEO}time`]: 60, [`${VIDEO}progress`]: 0.333 });
  });

  test('do not claim the Video Profile', () => {
    for (const { event } of [...syntheticSession(), ...portalEvents()]) {
      expect(JSON.stringify(state(event)?.context.contextActivities ?? '')).not.toContain('w3id.org/xapi/video"');
    }
  });

  test('a channel has one type, viewed or as the category of a video', () => {
    expect(state(portal('categoryViewed')).object.definition.type).toBe('http://id.tincanapi.com/activitytype/category');
    expect(state(portal('liked')).object.definition.type).toBe('http://adlnet.gov/expapi/activities/video');
  });
});

describe('ids', () => {
  test('are of their own, and the same for the same event', () => {
    const event = portalEvent('liked');
    expect(state(event).id).toBe(state(event).id);
    expect(state(event).id).not.toBe(event.id);
    expect(state(event).id).not.toBe(state(portalEvent('unliked')).id);
  });

  test('keep two vocabularies at one endpoint apart', () => {
    const lrs = { endpoint: 'https://lrs.example/xapi', auth: false } as const;
    const [one, two] = [xapi(lrs), xapi({ ...lrs, vocabulary: kaltura({ site: SITE }) })];
    // What an earlier release has left in a browser is found by these.
    expect([one.key, two.key]).toEqual(['xapi video-profile https://lrs.example/xapi', 'xapi kaltura https://lrs.example/xapi']);
    const ids = [...syntheticSession(), ...portalEvents()].flatMap(({ event }) => [one, two].flatMap((each) => (each.map(event, ACTOR) as { id: string } | undefined)?.id ?? []));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('options', () => {
  test('the site has a name of its own, the language is that of xapi()', () => {
    const destination = xapi({ endpoint: 'https://lrs.example/xapi', auth: false, language: 'de', vocabulary: kaltura({ site: { id: SITE, name: 'Videothek' } }) });
    const statement = destination.map(PLAY_PROGRESS, JOHN) as any;
    expect(statement.context.contextActivities.other[0].definition.name).toEqual({ de: 'Videothek' });
    expect(statement.object.definition.name).toEqual({ de: 'Kaltura Video Solutions for Media Companies' });
    const { contextActivities } = (destination.map(syntheticEvent('paused', { context: { ...CONTEXT, category: { id: 'https://campus.example/kinds/1', name: 'Übung' } } }), JOHN) as any).context;
    const names = Object.values(contextActivities).flatMap((list) => (list as any[]).flatMap(({ definition }) => Object.keys(definition?.name ?? {})));
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(new Set(names)).toEqual(new Set(['de']));
  });

  test('what the context says is there', () => {
    const { context } = state(syntheticEvent('paused', { context: { ...CONTEXT, registration: '09166f6b-113d-478d-ac0f-d3901ff239a1' } }));
    expect(context).toMatchObject({ registration: '09166f6b-113d-478d-ac0f-d3901ff239a1', platform: 'Portal 4.2' });
    expect(context.contextActivities.parent).toMatchObject([{ id: 'https://campus.example/courses/cs101' }]);
    expect(context.contextActivities.category).toHaveLength(3);
    expect(context.contextActivities.grouping).toHaveLength(2);
  });

  test('a channel that the context says too is there once', () => {
    const collection = { id: 'https://campus.example/channels/7', name: 'Algorithms' };
    const said = (category: Context['category']) => state(portalEvent('liked', { media: { id: 'https://campus.example/videos/42', collection }, context: { category } })).context.contextActivities.category.slice(1).map(({ id }: any) => id);
    expect(said(collection)).toEqual([collection.id]);
    expect(said([collection.id, 'https://campus.example/channels/8'])).toEqual([collection.id, 'https://campus.example/channels/8']);
  });

  test.each<readonly [unknown, string]>([
    [undefined, '"kaltura.site" should be an absolute IRI'],
    [null, '"kaltura.site" should be an absolute IRI'],
    [{}, '"kaltura.site" should be an absolute IRI'],
    [{ site: SITE, verbs: null }, '"kaltura.verbs" should be an object by the names play,'],
    [{ site: { id: 'https://example.mediaspace.kaltura.com', name: 5 } }, '"kaltura.site.name" should be text, but is 5'],
    [{ site: {} }, '"kaltura.site.id" should be an absolute IRI'],
    [{ site: 'example.mediaspace.kaltura.com' }, '"kaltura.site" should be an absolute IRI'],
    [{ site: SITE, verbs: { playPogress: 'https://x.example/v' } }, '"kaltura.verbs" should be an object by the names play, pause, seek, playProgress,'],
    [{ site: SITE, verbs: { login: 'logged-in' } }, '"kaltura.verbs.login" should be the IRI of a verb'],
    [{ site: SITE, verbs: { login: { id: 'https://x.example/v' } } }, '"kaltura.verbs.login"'],
    [{ site: SITE, verbs: { login: { id: 'logged-in', display: 'logged in' } } }, '"kaltura.verbs.login"'],
    [{ site: SITE, verbs: { login: { id: 'https://x.example/v', display: '' } } }, '"kaltura.verbs.login"'],
    [{ site: SITE, verbs: { login: { id: 'https://x.example/v', display: 5 } } }, '"kaltura.verbs.login"'],
  ])('%j throws', (options, words) => {
    expect(() => kaltura(options as KalturaOptions)).toThrow(TypeError);
    expect(() => kaltura(options as KalturaOptions)).toThrow(words);
  });
});

test('what a hook took the player away from is no event of the portal', () => {
  const { player: _, ...event } = syntheticEvent('started') as LearningEvent & { player?: unknown };
  expect(() => kaltura({ site: 'https://example.mediaspace.kaltura.com' }).statement(event as never, ACTOR, 'en')).toThrow(TypeError);
});
