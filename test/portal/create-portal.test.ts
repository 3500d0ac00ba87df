// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPortal, EVENT_TYPES_OF_THE_PORTAL } from './portal-of-the-test.js';
import { xapi, type LearningEvent, type PortalInput } from '../../src/core.js';

const MEDIA = { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' };
const ACTOR = { id: 'https://campus.example/users/554433' };
const LRS = { endpoint: 'https://lrs.example/xapi', auth: false } as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'], now: Date.UTC(2026, 10, 15, 10) });
  vi.stubGlobal('fetch', vi.fn(async () => new Response('[]', { status: 200 })));
});
const portals: ReturnType<typeof createPortal>[] = [];

afterEach(async () => {
  for (const portal of portals.splice(0)) portal.dispose();
  await vi.advanceTimersByTimeAsync(100);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const open = (options: object = {}) => {
  const portal = createPortal({ actor: ACTOR, xapi: LRS, queue: { storage: 'memory', flushInterval: 0 }, ...options });
  portals.push(portal);
  const events: LearningEvent[] = [];
  portal.listen('record', (event) => void events.push(event));
  return { portal, events };
};
const wait = (ms = 100) => vi.advanceTimersByTimeAsync(ms);
const sent = () => vi.mocked(fetch).mock.calls.flatMap(([, init]) => JSON.parse(String((init as RequestInit).body)));

test('setMedia() takes no function, of which nobody would ask', () => {
  expect(() => open().portal.setMedia((() => MEDIA) as never)).toThrow('"media" should be an object of plain data');
});

describe('record', () => {
  test('what is null, as servers write it, is as if it were not said', async () => {
    const { portal, events } = open({ actor: { ...ACTOR, name: null, email: '', account: null }, context: { platform: null, group: null, registration: null } });
    portal.setMedia({ ...MEDIA, description: null, live: null } as never);
    portal.setContext({ platform: null, edApp: 'https://campus.example/portal' } as never);
    portal.record({ type: 'searched', query: 'a', results: null, context: { edApp: null } } as never);
    portal.record({ type: 'commented', position: null, comment: null } as never);
    portal.record({ type: 'shared', with: [{ ...ACTOR, name: null }] } as never);
    expect(events).toMatchObject([{ type: 'searched', context: { edApp: 'https://campus.example/portal' } }, { type: 'commented' }, { type: 'shared' }]);
    await wait();
    expect(sent()).toHaveLength(3);
    expect(JSON.stringify(sent())).not.toContain('null');
  });

  test('what is undefined is as if it were not said', async () => {
    const { portal, events } = open({ context: { edApp: 'https://campus.example/portal' } });
    portal.setMedia(MEDIA);
    portal.record({ type: 'searched', query: 'a', context: { edApp: undefined } } as never);
    expect(events.pop()!.context).toEqual({ edApp: 'https://campus.example/portal' });
    portal.record({ type: 'loggedIn', application: undefined } as never);
    portal.record({ type: 'liked', media: undefined } as never);
    expect(events).toMatchObject([{ application: 'https://campus.example/portal' }, { media: MEDIA }]);
    await wait();
    expect(sent()).toHaveLength(3);
  });

  test('gives an event its id and time, and sends it', async () => {
    const { portal, events } = open();
    portal.record({ type: 'categoryViewed', category: { id: 'https://campus.example/channels/7', name: 'Algorithms' } });
    await wait();
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
        type: 'categoryViewed',
        time: Date.UTC(2026, 10, 15, 10),
        category: { id: 'https://campus.example/channels/7', name: 'Algorithms' },
        context: {},
      },
    ]);
    expect(sent()).toMatchObject([{ id: events[0]!.id, verb: { id: 'http://id.tincanapi.com/verb/viewed' }, timestamp: '2026-11-15T10:00:00.000Z' }]);
  });

  // Within one millisecond their ids, which are random, told which came first.
  test('what happens within one millisecond arrives in the order in which it did', async () => {
    const { portal, events } = open();
    for (let n = 0; n < 30; n++) portal.record({ type: 'searched', query: `${n}` });
    await wait();
    expect(sent().map(({ id, timestamp }: any) => [id, timestamp])).toEqual(events.map(({ id }, n) => [id, `2026-11-15T10:00:00.0${`${n}`.padStart(2, '0')}Z`]));
    // A clock that is set back is followed, unless by little.
    vi.setSystemTime(Date.UTC(2026, 10, 14, 10));
    portal.record({ type: 'loggedOut' });
    await wait();
    expect(events.at(-1)!.time).toBe(Date.UTC(2026, 10, 14, 10));
  });

  test('is about the media that was set, unless an event says otherwise, and in the registration that was begun', async () => {
    const { portal, events } = open({ context: { platform: 'Moodle' } });
    expect(() => portal.record({ type: 'liked' })).toThrow('"media"');
    portal.setMedia(MEDIA);
    portal.record({ type: 'liked' });
    portal.newRegistration('11111111-1111-4111-8111-111111111111');
    portal.record({ type: 'liked', media: { id: 'https://campus.example/videos/43' } });
    portal.newRegistration();
    portal.record({ type: 'unliked' });
    await wait();
    expect(events).toMatchObject([
      { media: MEDIA, context: { platform: 'Moodle' } },
      { media: { id: 'https://campus.example/videos/43' }, context: { platform: 'Moodle', registration: '11111111-1111-4111-8111-111111111111' } },
      { media: MEDIA, context: { registration: expect.stringMatching(/^[\da-f-]{36}$/) } },
    ]);
    expect(sent().map(({ context }: any) => context?.registration)).toEqual(events.map(({ context }) => context?.registration));
    expect(() => portal.setMedia({ id: 'videos/42' })).toThrow('IRI');
    expect(() => portal.newRegistration('next')).toThrow('registration');
  });

  test('takes every type of the portal', async () => {
    const { portal, events } = open();
    const more = { media: MEDIA, category: MEDIA.id, tool: MEDIA.id, query: 'a', collaborator: ACTOR };
    for (const type of EVENT_TYPES_OF_THE_PORTAL) portal.record({ type, ...more } as unknown as PortalInput);
    await wait();
    expect(events.map(({ type }) => type)).toEqual(EVENT_TYPES_OF_THE_PORTAL);
    expect(sent()).toHaveLength(15);
  });

  test('lays the context of the event over that of the options', () => {
    const { portal, events } = open({ context: { edApp: 'https://campus.example/portal', platform: 'Portal' } });
    portal.record({ type: 'liked', media: MEDIA, context: { platform: 'App' } });
    portal.setContext({ group: 'https://campus.example/sections/1' });
    portal.record({ type: 'liked', media: MEDIA });
    expect(events.map(({ context }) => context)).toEqual([{ edApp: 'https://campus.example/portal', platform: 'App' }, { group: 'https://campus.example/sections/1' }]);
  });

  test('takes the edApp, else the origin, for the application', () => {
    const { portal, events } = open({ context: { edApp: 'https://campus.example/portal' } });
    portal.record({ type: 'loggedIn' });
    portal.setContext({});
    portal.record({ type: 'searched', query: 'sorting' });
    portal.record({ type: 'loggedOut', application: 'https://campus.example/app' });
    expect(events.map((event) => 'application' in event && event.application)).toEqual(['https://campus.example/portal', location.origin, 'https://campus.example/app']);
    expect(events[0]).not.toHaveProperty('media');
  });

  test('drops the text of a comment before anybody sees it, unless asked for', async () => {
    const beforeRecord = vi.fn((event: LearningEvent) => event);
    const { portal, events } = open({ beforeRecord });
    portal.record({ type: 'commented', media: MEDIA, text: 'my secret' });
    portal.record({ type: 'commented', media: MEDIA, text: 'my secret', includeText: false });
    await wait();
    expect(JSON.stringify([events, beforeRecord.mock.calls, sent()])).not.toContain('my secret');
    portal.record({ type: 'commented', media: MEDIA, text: 'Well said.', includeText: true });
    await wait();
    expect(sent().pop().result.response).toBe('Well said.');
  });

  test('leaves what it was given as it was', () => {
    const { portal } = open();
    const event: PortalInput = Object.freeze({ type: 'commented', media: Object.freeze({ ...MEDIA }), text: 'a', context: Object.freeze({}) });
    portal.record(event);
    expect(event).toEqual({ type: 'commented', media: MEDIA, text: 'a', context: {} });
  });
});

describe('a wrong event throws, naming what is wrong', () => {
  test.each<readonly [unknown, string]>([
    [undefined, '"event.type" should be one of "loggedIn", "loggedOut",'],
    [{}, '"event.type" should be one of'],
    [{ type: 'paused' }, 'but is "paused"'],
    [{ type: 'toString' }, 'but is "toString"'],
    [{ type: 'liked' }, 'event "liked": "media" should be an object with an id, an absolute IRI such as "https://campus.example/…", but is undefined'],
    [{ type: 'liked', media: 'https://campus.example/videos/42' }, '"media" should be an object'],
    [{ type: 'liked', media: { id: 'videos/42' } }, '"media" should be an object with an id, an absolute IRI'],
    [{ type: 'categoryViewed' }, '"category" should be an absolute IRI'],
    [{ type: 'captureLaunched', tool: { name: 'Capture' } }, '"tool" should be'],
    [{ type: 'searched' }, '"query" should be text'],
    [{ type: 'searched', query: 'a', results: -1 }, '"results" should be a whole number'],
    [{ type: 'collaboratorAdded', media: MEDIA }, '"collaborator" should be an object with an id'],
    [{ type: 'shared', media: MEDIA, with: ACTOR }, '"with" should be an array of objects with ids'],
    [{ type: 'shared', media: MEDIA, with: [ACTOR, { name: 'Jane' }] }, '"with.id" should be an absolute IRI'],
    [{ type: 'shared', media: MEDIA, with: [null] }, '"with.id" should be an absolute IRI'],
    [{ type: 'commented', media: MEDIA, text: 'a', includeText: 'false' }, '"includeText" should be true or false'],
    [{ type: 'commented', media: MEDIA, text: 5 }, '"text" should be text'],
    [{ type: 'commented', media: MEDIA, position: '61' }, '"position" should be a number'],
    [{ type: 'commented', media: MEDIA, comment: '9' }, '"comment" should be an absolute IRI'],
    [{ type: 'loggedIn', target: 'courses/1' }, '"target" should be'],
    [{ type: 'loggedIn', application: 'portal' }, '"application" should be'],
    [{ type: 'liked', media: { ...MEDIA, keywords: 'sorting, searching' } }, 'event "liked": "media.keywords" should be an array of texts, but is "sorting, searching"'],
    [{ type: 'liked', media: { ...MEDIA, duration: '60' } }, '"media.duration" should be a number, 0 or more, but is "60"'],
    [{ type: 'liked', media: { ...MEDIA, language: 'de_DE' } }, '"media.language" should be a language tag'],
    [{ type: 'liked', media: { ...MEDIA, collection: 'algebra' } }, '"media.collection" should be'],
    [{ type: 'collaboratorAdded', media: MEDIA, collaborator: { ...ACTOR, email: 'Jane <jane@campus.example>' } }, '"collaborator.email" should be an e-mail address'],
    [{ type: 'shared', media: MEDIA, with: [ACTOR, { ...ACTOR, account: { homePage: 'campus', name: 'jane' } }] }, '"with.account" should be'],
    [{ type: 'searched', query: 'a', results: 1.5 }, '"results" should be a whole number, 0 or more'],
  ])('%j', (event, words) => {
    const { portal, events } = open();
    expect(() => portal.record(event as never)).toThrow(TypeError);
    expect(() => portal.record(event as never)).toThrow(words);
    expect(events).toEqual([]);
  });

  test('also what JSON has no word for', () => {
    const { portal } = open();
    const media: Record<string, unknown> = { ...MEDIA };
    media['element'] = { media };
    expect(() => portal.record({ type: 'liked', media } as never)).toThrow('"event" should be an object of plain data');
  });
});

describe('before the actor is known', () => {
  test('events wait, with the id and the time of their call', async () => {
    let tell: (actor: typeof ACTOR) => void = () => {};
    const { portal, events } = open({ actor: () => new Promise((resolve) => (tell = resolve)) });
    portal.record({ type: 'loggedIn' });
    await wait(60_000);
    portal.record({ type: 'liked', media: MEDIA });
    await wait();
    expect([events, sent()]).toEqual([[], []]);
    tell(ACTOR);
    await wait();
    expect(events.map(({ type, time }) => [type, time])).toEqual([
      ['loggedIn', Date.UTC(2026, 10, 15, 10)],
      ['liked', Date.UTC(2026, 10, 15, 10, 1)],
    ]);
    expect(sent().map(({ id, actor }: any) => [id, actor.account.name])).toEqual(events.map(({ id }) => [id, '554433']));
  });

  test('events are nobody\'s where nobody comes', async () => {
    let tell: (actor: null) => void = () => {};
    const { portal, events } = open({ actor: () => new Promise((resolve) => (tell = resolve)) });
    portal.record({ type: 'loggedIn' });
    await wait();
    tell(null);
    await wait();
    portal.record({ type: 'liked', media: MEDIA });
    portal.setActor(ACTOR);
    await wait();
    portal.record({ type: 'loggedOut' });
    expect(events.map(({ type }) => type)).toEqual(['loggedOut']);
  });

  test('what waits is empty after clear() and a denial', async () => {
    for (const empty of ['clear', 'denyConsent'] as const) {
      const { portal, events } = open({ actor: () => new Promise(() => {}) });
      portal.record({ type: 'loggedIn' });
      await portal[empty]();
      await portal.grantConsent();
      portal.setActor(ACTOR);
      await wait();
      expect(events).toEqual([]);
    }
  });
});

describe('consent, hooks and actors', () => {
  test('a denial records nothing', async () => {
    const { portal, events } = open({ consent: 'denied' });
    portal.record({ type: 'liked', media: MEDIA });
    await wait();
    expect([events, sent()]).toEqual([[], []]);
  });

  test('pending consent sends nothing until it is granted', async () => {
    const { portal, events } = open({ consent: 'pending' });
    portal.record({ type: 'liked', media: MEDIA });
    await wait(10_000);
    expect([events.length, sent().length]).toEqual([1, 0]);
    await portal.grantConsent();
    await portal.flush();
    expect(sent()).toHaveLength(1);
  });

  test('beforeRecord redacts and vetoes, and cannot change what an event is', async () => {
    const beforeRecord = (event: LearningEvent) => (event.type === 'searched' ? null : { ...event, id: 'x', time: 1, media: { ...MEDIA, name: 'redacted' } });
    const { portal, events } = open({ beforeRecord });
    portal.record({ type: 'searched', query: 'a' });
    portal.record({ type: 'liked', media: MEDIA });
    expect(events).toMatchObject([{ type: 'liked', time: Date.UTC(2026, 10, 15, 10) + 1, media: { name: 'redacted' } }]);
    expect(events[0]!.id).not.toBe('x');
    expect(events[0]).not.toHaveProperty('session');
  });

  test.each([
    ['commented', { media: MEDIA, position: 3 }, 'position'],
    ['liked', { media: MEDIA, context: { platform: 'x' } }, 'context'],
    ['loggedIn', {}, 'application'],
  ] as const)('what beforeRecord redacts of a %s by null is not there, and loses nothing', async (type, more, field) => {
    const caliper = { endpoint: 'https://store.example/caliper', auth: false } as const;
    const { portal, events } = open({ caliper, beforeRecord: (event: LearningEvent) => ({ ...event, [field]: null }) });
    const dropped = vi.fn();
    portal.listen('dropped', dropped);
    portal.record({ type, ...more } as PortalInput);
    expect(events).toHaveLength(1);
    expect(dropped).not.toHaveBeenCalled();
    await wait();
    expect(vi.mocked(fetch).mock.calls.map(([url]) => url).sort()).toEqual(['https://lrs.example/xapi/statements', 'https://store.example/caliper']);
    expect(JSON.stringify(sent())).not.toContain('null');
  });

  test('what beforeRecord gives is an event that record() would take', async () => {
    const beforeRecord = (event: LearningEvent) => ({ ...event, category: 'channel 7' }) as never;
    const { portal, events } = open({ beforeRecord });
    const dropped = vi.fn();
    portal.listen('dropped', dropped);
    portal.record({ type: 'categoryViewed', category: 'https://campus.example/channels/7' });
    expect(events).toEqual([]);
    expect(dropped).toHaveBeenCalledWith({ count: 1, types: { categoryViewed: 1 }, why: 'hook' });
  });

  test('a log-out leaves with the credentials of who goes', async () => {
    const { portal } = open({ xapi: { ...LRS, auth: async () => 'Bearer x' } });
    portal.record({ type: 'loggedIn' });
    await wait(10_000);
    portal.record({ type: 'loggedOut' });
    portal.setActor(null);
    await wait(60_000);
    expect(sent().map(({ verb }: any) => verb.display['en-US'])).toEqual(['logged in', 'logged out']);
  });

  test('what waits until the actor is known is as it was said, whatever becomes of the objects that it was said with', async () => {
    let give: (actor: typeof ACTOR) => void = () => undefined;
    const { portal, events } = open({ actor: new Promise<typeof ACTOR>((resolve) => (give = resolve)) });
    const media = { ...MEDIA, id: 'https://campus.example/videos/1' };
    portal.record({ type: 'liked', media });
    media.id = 'https://campus.example/videos/2';
    const next = { ...MEDIA, id: 'https://campus.example/videos/3' };
    portal.setMedia(next);
    portal.record({ type: 'liked' });
    next.id = 'https://campus.example/videos/4';
    give(ACTOR);
    await wait();
    expect(events.map((event: any) => event.media.id.at(-1))).toEqual(['1', '3']);
  });

  test('another actor is another from the next event on', async () => {
    const { portal } = open();
    portal.record({ type: 'loggedOut' });
    portal.setActor({ id: 'https://campus.example/users/2' });
    portal.record({ type: 'loggedIn' });
    await wait();
    // Each actor has a queue.
    expect(sent().map(({ actor, verb }: any) => [actor.account.name, verb.display['en-US']]).sort()).toEqual([['2', 'logged in'], ['554433', 'logged out']]);
  });
});

describe('the face', () => {
  test('says of options that are about a player that they do nothing', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    open({ media: MEDIA, startOn: 'play' });
    expect(warn.mock.calls.join('\n')).toMatch(/"media" is about a player.*\n.*"startOn" is about a player/);
  });

  test('is that of a player, less progress and session', () => {
    const { portal } = open();
    expect(Object.keys(portal).sort()).toEqual(
      ['check', 'clear', 'denyConsent', 'dispose', 'flush', 'grantConsent', 'listen', 'newRegistration', 'pending', 'record', 'rejected', 'retryRejected', 'setActor', 'setContext', 'setMedia'].sort(),
    );
  });

  test('flush and pending count what the portal recorded', async () => {
    const { portal } = open({ queue: { storage: 'memory', flushInterval: 60_000 } });
    await wait();
    portal.record({ type: 'liked', media: MEDIA });
    expect(await portal.pending()).toBe(1);
    expect(await portal.flush()).toMatchObject({ delivered: 1, pending: 0 });
  });

  test('what is left is sent when the page goes, and when the portal does', async () => {
    const { portal } = open({ queue: { storage: 'memory', flushInterval: 60_000 } });
    portal.record({ type: 'liked', media: MEDIA });
    await wait();
    dispatchEvent(new Event('pagehide'));
    await wait();
    portal.record({ type: 'unliked', media: MEDIA });
    await wait();
    portal.dispose();
    portal.dispose();
    await wait();
    expect(sent().map(({ verb }: any) => verb.id.split('/').pop())).toEqual(['like', 'unlike']);
  });

  test('wrong options throw, naming what is wrong', () => {
    expect(() => createPortal(undefined as never)).toThrow('option "options" should be an object');
    expect(() => createPortal({} as never)).toThrow('option "actor" should be');
    expect(() => createPortal({ actor: ACTOR, xapi: { endpoint: 'http://lrs.example', auth: false } })).toThrow('https');
  });

  test('from /core it takes destinations alone', async () => {
    const { createPortal: ofCore } = await import('../../src/core.js');
    const portal = ofCore({ actor: ACTOR, destinations: [xapi(LRS)], queue: { storage: 'memory', flushInterval: 0 } });
    portal.record({ type: 'downloaded', media: MEDIA });
    await wait();
    portal.dispose();
    expect(sent()).toHaveLength(1);
  });
});
