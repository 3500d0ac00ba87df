import { describe, expect, test } from 'vitest';
import { caliper, type CaliperOptions } from '../../src/destinations/caliper/caliper.js';
import { EVENTS, EXTENSIONS, type EventType, type LearningEvent } from '../../src/events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession } from './synthetic-session.js';

const VIDEO = 'https://w3id.org/xapi/video/extensions/';
const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';
const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

const store = (options: Partial<CaliperOptions> = {}) =>
  caliper({ endpoint: 'https://store.example/caliper', auth: false, sensor: 'https://campus.example', ...options });
const map = (event: LearningEvent, options?: Partial<CaliperOptions>, actor = ACTOR): any => store(options).map(event, actor);
const all = { events: Object.keys(EVENTS) as EventType[] };
const documents = (options?: Partial<CaliperOptions>) =>
  syntheticSession().flatMap(({ event }) => store({ ...all, ...options }).map(event, ACTOR) ?? []);

describe('caliper envelope', () => {
  test('has exactly four members, and the time of this attempt', () => {
    const envelope = JSON.parse(store().wrap(['{"id":1}', '{"id":2}'], Date.UTC(2026, 10, 15, 10)));
    expect(envelope).toEqual({
      sensor: 'https://campus.example',
      sendTime: '2026-11-15T10:00:00.000Z',
      dataVersion: V1P2,
      data: [{ id: 1 }, { id: 2 }],
    });
    expect(Object.keys(envelope)).toEqual(['sensor', 'sendTime', 'dataVersion', 'data']);
  });

  test('carries the bytes of the events as they are', () => {
    expect(store().wrap(['{"b": 1.0}'], 0)).toContain('[{"b": 1.0}]');
    // Nothing of it needs to be JSON: nothing is parsed.
    expect(store().wrap(['not JSON'], 0)).toContain('[not JSON]');
  });

  test('is one object, however many events', () => {
    // Bug 7 of caliper.md §6: an array of envelopes.
    expect(store().wrap(['{}', '{}'], 0)).toMatch(/^\{"sensor".*\]\}$/);
  });

  test('sensor falls back to an IRI', () => {
    // Bug 14: a bare UUID as sensor.
    const destination = caliper({ endpoint: 'https://store.example/caliper', auth: false });
    expect(JSON.parse(destination.wrap([], 0)).sensor).toBe('https://store.example/caliper');
  });
});

describe('caliper authorization', () => {
  test.each([
    [undefined, 'Bearer key'],
    ['Bearer', 'Bearer key'],
    ['no-scheme', 'key'],
    ['Token', 'Token key'],
  ])('scheme %s: %s', (scheme, value) => {
    expect(store(scheme === undefined ? {} : { scheme }).authorization('key')).toBe(value);
  });

  test('sends no header of another standard', () => {
    expect(store({ headers: { 'X-Tenant': 'a' } }).headers()).toEqual({ 'Content-Type': 'application/json', 'X-Tenant': 'a' });
  });

  test('sends the header of the option alone, however it is spelled', () => {
    expect(store({ headers: { 'content-type': 'application/ld+json' } }).headers()).toEqual({ 'content-type': 'application/ld+json' });
  });
});

describe('caliper thin', () => {
  const fat = documents();
  const envelope = JSON.parse(store({ thin: true }).wrap(fat.map((document) => JSON.stringify(document)), 0));
  const isEvent = ({ type }: { type: string }) => type.endsWith('Event');

  test('describes each entity once, with a context of its own, ahead of the event that has it first', () => {
    const entities = envelope.data.filter((item: any) => !isEvent(item));
    const ids = entities.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([ACTOR.id, MEDIA.id, (CONTEXT.edApp as { id: string }).id]));
    expect(entities.every((entity: any) => entity['@context'] === V1P2)).toBe(true);
    expect(envelope.data.findIndex(isEvent)).toBe(entities.length);
    expect(envelope.data.slice(entities.length).every(isEvent)).toBe(true);
  });

  test('refers to them by IRI in the events, and loses nothing', () => {
    const described = new Map(envelope.data.filter((item: any) => !isEvent(item)).map((item: any) => [item.id, item]));
    const events = envelope.data.filter(isEvent);
    expect(events.map(({ actor }: any) => actor)).toEqual(events.map(() => ACTOR.id));
    for (const event of events) {
      for (const place of ['actor', 'object', 'edApp', 'group', 'membership', 'federatedSession']) {
        const { '@context': _, ...entity } = described.get(event[place]) as object & { '@context': string };
        event[place] = entity;
      }
    }
    expect(events).toEqual(fat);
  });

  test('leaves who is anonymous where they stand', () => {
    const event = map(syntheticEvent('paused'), {}, { ...ACTOR, anonymous: true });
    const { data } = JSON.parse(store({ thin: true }).wrap([JSON.stringify(event)], 0));
    expect(data.find(isEvent).actor).toEqual({ id: 'http://purl.imsglobal.org/caliper/Person', type: 'Person' });
    expect(data.some(({ type }: { type: string }) => type === 'Person')).toBe(false);
  });

  test('is smaller', () => {
    const lines = fat.map((document) => JSON.stringify(document));
    expect(store({ thin: true }).wrap(lines, 0).length).toBeLessThan(0.7 * store().wrap(lines, 0).length);
  });

  test('is the same at every attempt', () => {
    const lines = fat.map((document) => JSON.stringify(document));
    expect(store({ thin: true }).wrap(lines, 0)).toBe(store({ thin: true }).wrap(lines, 0));
  });

  test('what one event describes in two ways stays in it in one of them', () => {
    const event = map(syntheticEvent('paused', { context: { edApp: { id: 'https://campus.example/portal', version: '3' } } })) as any;
    event.object = { id: 'https://campus.example/portal', type: 'SoftwareApplication', version: '1.2' };
    const { data } = JSON.parse(store({ thin: true }).wrap([JSON.stringify(event)], 0));
    const told = data.find(isEvent);
    expect(data.filter(({ id }: { id: string }) => id === told.object).map(({ version }: { version: string }) => version)).toEqual(['1.2']);
    expect(told.edApp).toMatchObject({ version: '3' });
  });

  test('describes once more what an event describes otherwise than those before, where it does', () => {
    const media = { ...MEDIA, name: 'Week 1: Sorting, corrected' };
    const lines = [MEDIA, media, media, MEDIA].map((each) => JSON.stringify(map(syntheticEvent('paused', { media: each }))));
    const { data } = JSON.parse(store({ thin: true }).wrap(lines, 0));
    const told = data.flatMap((item: any) => (isEvent(item) ? item.object : item.id === MEDIA.id ? item.name : []));
    expect(told).toEqual([MEDIA.name, MEDIA.id, media.name, MEDIA.id, MEDIA.id, MEDIA.name, MEDIA.id]);
  });
});

describe('caliper versions', () => {
  test('profile is a term of 1.2 alone', () => {
    expect(map(syntheticEvent('paused'))).toMatchObject({ '@context': V1P2, profile: 'MediaProfile' });
    const old = map(syntheticEvent('paused'), { version: '1.1' });
    expect(old['@context']).toBe(V1P1);
    expect(old).not.toHaveProperty('profile');
  });

  test('asVersion leaves what beforeSend made of an event of the version that is spoken, or gave a context of its own', () => {
    const own = JSON.stringify({ ...map(syntheticEvent('progressed')), object: 'https://campus.example/videos/42' });
    expect(store({ version: '1.2' }).asVersion!(own)).toBe(own);
    const foreign = JSON.stringify({ ...JSON.parse(own), '@context': ['https://campus.example/context'] });
    expect(store({ version: '1.1' }).asVersion!(foreign)).toBe(foreign);
  });

  test('asVersion and back leaves the profile of a view whose object beforeSend made an IRI', () => {
    const view = JSON.stringify(map(syntheticEvent('progressed'), { beforeSend: (event) => ({ ...event, object: 'https://campus.example/videos/42' }) }));
    expect(store().asVersion!(store({ version: '1.1' }).asVersion!(view))).toBe(view);
  });

  test('asVersion makes of an event of one version the very event of the other', () => {
    const newer = documents().map((document) => JSON.stringify(document));
    const older = documents({ version: '1.1' }).map((document) => JSON.stringify(document));
    expect(newer.map((document) => store({ version: '1.1' }).asVersion!(document))).toEqual(older);
    expect(older.map((document) => store({ version: '1.2' }).asVersion!(document))).toEqual(newer);
    expect(newer.map((document) => store().asVersion!(document))).toEqual(newer);
    expect(older.map((document) => store({ version: '1.1' }).asVersion!(document))).toEqual(older);
  });

  test('extensions are nobody’s terms: 1.1 has those that are called like members of 1.2', () => {
    const extensions = { host: 'hall 1', inner: { client: 'laptop' } };
    const event = syntheticEvent('paused', { context: { edApp: { id: 'https://x.example/app', host: 'x.example', extensions } } });
    const older = map(event, { version: '1.1' });
    expect(older.edApp).toEqual({ id: 'https://x.example/app', type: 'SoftwareApplication', extensions: { [`${EXTENSIONS}host`]: 'hall 1', [`${EXTENSIONS}inner`]: { [`${EXTENSIONS}client`]: 'laptop' } } });
    expect(JSON.parse(store({ version: '1.1' }).asVersion!(JSON.stringify(map(event))))).toEqual(older);
  });

  test('what a launch says is nobody’s terms: 1.1 has those of its parameters that are called like members of 1.2', () => {
    const federatedSession = { id: 'urn:x:1', messageParameters: { host: 'campus.example', claim: { client: 'laptop' } } };
    const event = syntheticEvent('paused', { context: { federatedSession } });
    const options = { messageParameters: ['host', 'claim'] };
    const older = map(event, { ...options, version: '1.1' });
    expect(older.federatedSession).toEqual({ ...federatedSession, type: 'LtiSession' });
    expect(JSON.parse(store({ version: '1.1' }).asVersion!(JSON.stringify(map(event, options))))).toEqual(older);
  });

  test('attributes of an entity that Caliper does not know are in its extensions', () => {
    const edApp = { id: 'https://x.example/app', name: 'App', version: '1', theme: 'dark', 'https://x.example/k': 1, extensions: { 'https://x.example/e': 2 } };
    expect(map(syntheticEvent('paused', { context: { edApp } }))!['edApp']).toEqual({
      id: edApp.id,
      type: 'SoftwareApplication',
      name: 'App',
      version: '1',
      extensions: { 'https://x.example/e': 2, [`${EXTENSIONS}theme`]: 'dark', 'https://x.example/k': 1 },
    });
  });

  test('a member whose name only contains that of an attribute is in the extensions too', () => {
    const group = { id: 'https://x.example/sections/1', nickname: 'Sorters', nameOfHall: 'A1', courseNumber: '101' };
    expect(map(syntheticEvent('paused', { context: { group } })).group).toEqual({
      id: group.id,
      type: 'CourseSection',
      courseNumber: '101',
      extensions: { [`${EXTENSIONS}nickname`]: 'Sorters', [`${EXTENSIONS}nameOfHall`]: 'A1' },
    });
  });

  test('the times of a session are its own', () => {
    const session = { id: 'https://x.example/sessions/1', startedAtTime: '2026-11-15T10:00:00Z', endedAtTime: 1_794_740_400_000 };
    expect(map(syntheticEvent('paused', { context: { session } })).session).toEqual({
      id: session.id,
      type: 'Session',
      startedAtTime: '2026-11-15T10:00:00.000Z',
      endedAtTime: '2026-11-15T11:00:00.000Z',
    });
  });

  test('entities in lists have the type of their place, and people among them no addresses', () => {
    const person = { id: 'https://x.example/users/9', name: 'Anna', email: 'anna@x.example', account: { homePage: 'https://x.example', name: '9' } };
    const group = { id: 'https://x.example/sections/1', members: [person, 'https://x.example/users/10', 'Jane Doe'] };
    const referrer = { id: 'https://x.example/pages/1', creators: person, isPartOf: { id: 'https://x.example/' }, learningObjectives: [{ id: 'https://x.example/aims/1' }], items: [{ id: 'https://x.example/items/1', type: 'Document' }] };
    for (const version of ['1.1', '1.2'] as const) {
      const document = map(syntheticEvent('paused', { context: { group, referrer } }), { version });
      expect(document.group).toMatchObject({ members: [{ id: person.id, type: 'Person', name: 'Anna' }, 'https://x.example/users/10'] });
      expect(document.referrer).toMatchObject({
        creators: [{ id: person.id, type: 'Person', name: 'Anna' }],
        isPartOf: { id: 'https://x.example/', type: 'DigitalResource' },
        learningObjectives: [{ id: 'https://x.example/aims/1', type: 'LearningObjective' }],
        items: [{ id: 'https://x.example/items/1', type: 'Document' }],
      });
      expect(JSON.stringify(document)).not.toMatch(/anna@|homePage/);
    }
  });

  test('numbers where Caliper has text are text, and keywords that are no IRIs are in the extensions', () => {
    const group = { id: 'https://x.example/sections/1', courseNumber: 101, academicSession: 2026, category: NaN, keywords: ['intro', 'https://x.example/tags/1'], dateCreated: 1_767_225_600_000 };
    expect(map(syntheticEvent('paused', { context: { group } })).group).toEqual({
      id: group.id,
      type: 'CourseSection',
      courseNumber: '101',
      academicSession: '2026',
      keywords: ['https://x.example/tags/1'],
      dateCreated: '2026-01-01T00:00:00.000Z',
      extensions: { [`${EXTENSIONS}keywords`]: ['intro'] },
    });
  });

  test('members that are of 1.2 alone are not in an event of 1.1, however deep they stand', () => {
    const alone = { otherIdentifiers: [{ type: 'SystemIdentifier', identifierType: 'LtiUserId', identifier: '4711' }], storageName: 'learner-4711', client: 'https://x.example/browser', host: 'x.example', ipAddress: '10.0.0.9', userAgent: 'Mozilla/5.0' };
    const contextOf = (more: object) => ({
      edApp: { id: 'https://x.example/app', type: 'SoftwareApplication', version: '1', ...more },
      membership: {
        id: 'https://x.example/memberships/1',
        type: 'Membership',
        member: { id: ACTOR.id, type: 'Person', ...more },
        organization: { id: 'https://x.example/sections/1', type: 'CourseSection', subOrganizationOf: { id: 'https://x.example/courses/1', type: 'CourseOffering', members: [{ id: 'https://x.example/users/9', type: 'Person', ...more }], ...more } },
      },
    });
    const media = (more: object) => ({ ...MEDIA, collection: { id: 'https://x.example/channels/7', ...more } });
    const event = (more: object) => syntheticEvent('paused', { context: contextOf(more), media: media(more) });
    const newer = map(event(alone));
    const { edApp, membership } = contextOf(alone);
    expect(newer).toMatchObject({ edApp, membership, object: { isPartOf: alone } });
    const older = map(event(alone), { version: '1.1' });
    expect(older).toEqual(map(event({}), { version: '1.1' }));
    expect(JSON.parse(store({ version: '1.1' }).asVersion!(JSON.stringify(newer)))).toEqual(older);
  });

  test('after negotiation new events are of the version now spoken', () => {
    const destination = store({ version: 'auto' });
    destination.negotiate!({ status: 422, body: '', header: () => null });
    expect(destination.map(syntheticEvent('paused'), ACTOR)).not.toHaveProperty('profile');
    expect(destination.asVersion!(JSON.stringify(map(syntheticEvent('paused'))))).toContain(V1P1);
  });
});

describe('caliper event', () => {
  test('one at the start says PT0S', () => {
    // Bug 1 of caliper.md §6: a falsy zero dropped the time.
    expect(map(syntheticEvent('started')).target).toMatchObject({ currentTime: 'PT0S', id: `${MEDIA.id}#t=0` });
  });

  test.each([Number.NaN, Infinity, 0, undefined])('a duration of %s is left out', (duration) => {
    // Bug 2: P0D; bug 16: NaN and Infinity.
    expect(map(syntheticEvent('started', { media: { ...MEDIA, duration } })).object).not.toHaveProperty('duration');
  });

  test('missing metadata never loses an event', () => {
    // Bug 3.
    const { context: _, ...bare } = syntheticEvent('captionsEnabled', { media: { id: MEDIA.id } });
    expect(map(bare as LearningEvent)).toMatchObject({ action: 'EnabledClosedCaptioning', object: { id: MEDIA.id, type: 'VideoObject' } });
  });

  test('the first play is Started, later ones Resumed, one after the end Restarted', () => {
    // Bug 4: always Started, or always Resumed.
    const actions = documents().map((document: any) => document.action);
    expect(actions.filter((action) => /Started|Resumed|Restarted/.test(action))).toEqual(['Started', 'Resumed', 'Restarted']);
  });

  test('the action is that of the table, and a type without one has no event', () => {
    for (const { event } of syntheticSession()) {
      const action = EVENTS[event.type][0].split(' ').pop();
      const said = map(event, all)?.action;
      expect(said).toBe(event.type === 'seeked' && event.by === 'skip-forward' ? 'ForwardedTo' : action || undefined);
    }
  });

  test('there are all 19 actions of the MediaEvent, and no other', () => {
    // Bug 13: an action of its own invention; 19: one that belongs to another class of event.
    const media = documents().filter(({ type }: any) => type === 'MediaEvent').map(({ action }: any) => action);
    expect([...new Set(media)].sort()).toEqual([
      'ChangedResolution', 'ChangedSize', 'ChangedSpeed', 'ChangedVolume', 'ClosedPopout', 'DisabledClosedCaptioning', 'EnabledClosedCaptioning',
      'Ended', 'EnteredFullScreen', 'ExitedFullScreen', 'ForwardedTo', 'JumpedTo', 'Muted', 'OpenedPopout', 'Paused', 'Restarted', 'Resumed', 'Started', 'Unmuted',
    ]);
  });

  test('another language of captions is neither an enabling nor a disabling', () => {
    // Bug 5.
    expect(map(syntheticEvent('captionsLanguageChanged'))).toBeUndefined();
  });

  test('two videos of one page are two objects, whatever the page', () => {
    // Bug 8: the address of the page as the object's id.
    const ids = ['https://x.example/a', 'https://x.example/b'].map((id) => map(syntheticEvent('paused', { media: { ...MEDIA, id } })).object.id);
    expect(ids).toEqual(['https://x.example/a', 'https://x.example/b']);
  });

  test('at the end it is Ended, at the end of the media, and no pause goes before', () => {
    // Bug 9: pause, then stop, with the position from before a seek.
    const said = documents().map(({ action, target }: any) => [action, target.currentTime]);
    const end = said.findIndex(([action]) => action === 'Ended');
    expect(said[end]).toEqual(['Ended', 'PT120S']);
    expect(said[end - 1]![0]).not.toBe('Paused');
  });

  test('a name is there or not, never blank; ids are always there', () => {
    // Bug 18: consumers go by names and ids.
    const said = map(syntheticEvent('paused', { media: { ...MEDIA, name: '', collection: { id: 'https://x.example/c', name: '' } } }), {}, { id: ACTOR.id, name: '' });
    expect(said.actor).toEqual({ id: ACTOR.id, type: 'Person' });
    expect(said.object).not.toHaveProperty('name');
    expect(said.object.isPartOf).toEqual({ id: 'https://x.example/c', type: 'DigitalResourceCollection' });
  });

  test('each place in the media has an id of its own, and is part of the media', () => {
    // Bug 6: one blank node for all places, and no profile; bug 13: the id of the media.
    const ids = ['started', 'paused', 'ended'].map((name) => map(syntheticEvent(name)).target.id);
    expect(ids).toEqual([`${MEDIA.id}#t=0`, `${MEDIA.id}#t=60`, `${MEDIA.id}#t=120`]);
    expect(map(syntheticEvent('paused')).target).toMatchObject({ type: 'MediaLocation', isPartOf: MEDIA.id });
  });

  test('a position that was redacted is no place', () => {
    const { position: _, ...rest } = syntheticEvent('paused') as unknown as Record<string, unknown>;
    expect(map(rest as never)).not.toHaveProperty('target');
  });

  test('a place in media whose id has a fragment joins it', () => {
    const media = { ...MEDIA, id: 'https://x.example/v#part' };
    expect(map(syntheticEvent('paused', { media })).target).toMatchObject({ id: 'https://x.example/v#part&t=60', isPartOf: 'https://x.example/v#part' });
  });

  test('ids are valid IRIs wherever they stand', () => {
    const media = { ...MEDIA, id: 'https://x.example/my video' };
    const { object, target, edApp } = map(syntheticEvent('paused', { media, context: { edApp: 'https://x.example/my app' } }));
    expect([object.id, target.id, target.isPartOf, edApp]).toEqual([
      'https://x.example/my%20video',
      'https://x.example/my%20video#t=60',
      'https://x.example/my%20video',
      'https://x.example/my%20app',
    ]);
  });

  test('times are exact durations', () => {
    // Bug 10: every event said P0D; 13: times as numbers, or to the second.
    expect(map(syntheticEvent('paused', { position: 95.125 })).target.currentTime).toBe('PT95.125S');
    expect(map(syntheticEvent('paused')).eventTime).toBe('2026-11-15T10:00:19.019Z');
  });

  // 1.2: what is empty should be left out; the Video Profile demands the like.
  test('has no segments where nothing was played', () => {
    const said = map(syntheticEvent('paused', { progress: { segments: [], fraction: 0, threshold: 0.95, secondsPlayed: 0 } }));
    expect(JSON.stringify(said)).not.toContain('played-segments');
  });

  test('the id is the URN of the event, and nothing is empty', () => {
    // Bug 14: a bare UUID, creators: []; bug 13: nulls and empty lists everywhere.
    const event = syntheticEvent('paused', { media: { ...MEDIA, name: '', keywords: [], description: null } });
    const said = map(event);
    expect(said.id).toBe(`urn:uuid:${event.id}`);
    expect(JSON.stringify(said)).not.toMatch(/null|""|\[\]|\{\}/);
  });

  test('a seek is where it began, with both ends in the extensions', () => {
    const event = syntheticEvent('seeked');
    expect(map(event).target.currentTime).toBe('PT10S');
    expect(map(event, { seekTarget: 'destination' }).target.currentTime).toBe('PT30S');
    for (const seekTarget of ['origin', 'destination'] as const) {
      expect(map(event, { seekTarget }).extensions).toMatchObject({ [`${VIDEO}time-from`]: 10, [`${VIDEO}time-to`]: 30 });
    }
  });

  test('only the forward control is ForwardedTo', () => {
    expect(map(syntheticEvent('seeked by skip-forward')).action).toBe('ForwardedTo');
    expect(map(syntheticEvent('seeked', { by: 'skip-backward' })).action).toBe('JumpedTo');
    expect(map(syntheticEvent('seeked')).action).toBe('JumpedTo');
  });

  test('leaving is a pause with a reason, never an end', () => {
    // Bug 12: Ended at 764 s of 5129.
    const said = map(syntheticEvent('paused leaving'));
    expect(said.action).toBe('Paused');
    expect(said.extensions[`${EXTENSIONS}reason`]).toBe('leaving');
  });

  test('pause and end say what was watched, and whether it sufficed', () => {
    const before = map(syntheticEvent('paused')).extensions;
    expect(before).toMatchObject({ [`${VIDEO}progress`]: 0.333, [`${VIDEO}played-segments`]: '0[.]10[,]30[.]60' });
    expect(before).not.toHaveProperty([`${EXTENSIONS}completed`]);
    expect(map(syntheticEvent('ended')).extensions[`${EXTENSIONS}completed`]).toBe(true);
    // Once, and not with every pause from then on.
    expect(map(syntheticEvent('paused leaving')).extensions).not.toHaveProperty([`${EXTENSIONS}completed`]);
  });

  test('a milestone is a view', () => {
    const said = map(syntheticEvent('progressed to 25 percent'));
    expect(said).toMatchObject({ type: 'ViewEvent', action: 'Viewed', profile: 'MediaProfile', target: { currentTime: 'PT50S' } });
    expect(said.extensions).toMatchObject({
      [`${EXTENSIONS}milestone`]: 25,
      [`${EXTENSIONS}unit`]: 'percent',
      [`${EXTENSIONS}basis`]: 'watched',
      [`${VIDEO}progress`]: 0.25,
    });
  });

  test('keys of extensions are absolute IRIs, in entities too', () => {
    const context = { edApp: { id: 'https://x.example/app', extensions: { plain: 1, 'https://x.example/e': 2 } } };
    const said = map(syntheticEvent('rateChanged', { context }));
    for (const key of Object.keys({ ...said.extensions, ...said.edApp.extensions })) expect(key).toMatch(/^https:\/\//);
    expect(said.edApp.extensions).toEqual({ [`${EXTENSIONS}plain`]: 1, 'https://x.example/e': 2 });
  });

  test('keywords that are no IRIs are in our extensions', () => {
    const { object } = map(syntheticEvent('paused'));
    expect(object.keywords).toEqual(['https://campus.example/topics/sorting']);
    expect(object.extensions[`${EXTENSIONS}keywords`]).toEqual(['quicksort']);
    expect(map(syntheticEvent('paused', { media: { id: MEDIA.id } })).object).not.toHaveProperty('keywords');
  });

  test('volume is text on audio, and no property of a video', () => {
    const audio = map(syntheticEvent('muted', { media: { ...MEDIA, type: 'audio' } })).object;
    expect(audio).toMatchObject({ type: 'AudioObject', volumeLevel: '0.35', volumeMin: '0', volumeMax: '1', muted: true });
    const { player } = syntheticEvent('unmuted') as Extract<LearningEvent, { player: object }>;
    expect(map(syntheticEvent('volumeChanged', { media: { ...MEDIA, type: 'audio' }, player: { ...player, volume: 0 } })).object).toMatchObject({ volumeLevel: '0', muted: false });
    const { object, extensions } = map(syntheticEvent('muted'));
    expect(object).not.toHaveProperty('volumeLevel');
    expect(object).not.toHaveProperty('muted');
    expect(extensions).toMatchObject({ [`${VIDEO}volume`]: 0, [`${EXTENSIONS}muted`]: true });
  });
});

describe('caliper context', () => {
  test('gives described entities the type of their place, and leaves IRIs and types alone', () => {
    const said = map(syntheticEvent('paused'));
    expect(said.edApp.type).toBe('SoftwareApplication');
    expect(said.group.type).toBe('CourseSection');
    expect(said.membership.type).toBe('Membership');
    expect(said.federatedSession.type).toBe('LtiSession');
    expect(said.object.isPartOf.type).toBe('DigitalResourceCollection');
    expect([said.session, said.referrer]).toEqual([CONTEXT.session, CONTEXT.referrer]);
    const group = { id: 'https://x.example/g', type: 'Group' };
    expect(map(syntheticEvent('paused', { context: { group } })).group).toEqual(group);
  });

  test('takes a described referrer for a page', () => {
    const referrer = { id: 'https://x.example/courses/1', name: 'Course 1' };
    expect(map(syntheticEvent('paused', { context: { referrer } })).referrer).toEqual({ ...referrer, type: 'WebPage' });
  });

  test('gives what is described within them the type of its place too, however deep, and leaves IRIs and types alone there', () => {
    const described = (id: string, more: object = {}) => ({ id: `https://x.example/${id}`, ...more });
    const context = {
      membership: described('m', { member: described('a'), organization: described('s', { subOrganizationOf: described('o', { subOrganizationOf: described('d', { type: 'Organization' }) }) }) }),
      session: described('session', { user: described('a'), client: described('browser') }),
      federatedSession: described('lti', { user: ACTOR.id }),
      group: described('g', { subOrganizationOf: described('o') }),
    };
    const typed = (type: string, id: string, more: object = {}) => described(id, { type, ...more });
    expect(map(syntheticEvent('paused', { context }))).toMatchObject({
      membership: typed('Membership', 'm', {
        member: typed('Person', 'a'),
        organization: typed('CourseSection', 's', { subOrganizationOf: typed('CourseOffering', 'o', { subOrganizationOf: typed('Organization', 'd') }) }),
      }),
      session: typed('Session', 'session', { user: typed('Person', 'a'), client: typed('SoftwareApplication', 'browser') }),
      federatedSession: typed('LtiSession', 'lti', { user: ACTOR.id }),
      group: typed('CourseSection', 'g', { subOrganizationOf: typed('CourseOffering', 'o') }),
    });
  });

  test('lets out only the launch parameters that are allowed', () => {
    expect(map(syntheticEvent('paused')).federatedSession).not.toHaveProperty('messageParameters');
    expect(map(syntheticEvent('paused'), { messageParameters: ['context_id', 'missing'] }).federatedSession.messageParameters).toEqual({ context_id: 'cs101' });
    const session = { id: 'urn:uuid:1', type: 'LtiSession', messageParameters: { token: 'secret' } };
    expect(JSON.stringify(map(syntheticEvent('paused', { context: { session } })))).not.toContain('secret');
  });

  test('carries registration and session of the viewing', () => {
    const { extensions } = map(syntheticEvent('paused', { context: {} }));
    expect(extensions[`${EXTENSIONS}registration`]).toBe('09166f6b-113d-478d-ac0f-d3901ff239a1');
    expect(extensions[`${VIDEO}session-id`]).toBe(syntheticEvent('initialized').id);
  });

  test('never sends an address', () => {
    expect(JSON.stringify(documents())).not.toContain('@campus.example');
    expect(map(syntheticEvent('paused')).actor).toEqual({ id: ACTOR.id, name: 'Sample Learner', type: 'Person' });
  });

  test('an anonymous actor is the type Person and nothing else', () => {
    const anonymous = { ...ACTOR, anonymous: true, account: { homePage: 'https://campus.example', name: 'a' } };
    expect(map(syntheticEvent('paused'), {}, anonymous).actor).toEqual({ id: 'http://purl.imsglobal.org/caliper/Person', type: 'Person' });
  });
});

describe('caliper choice of events', () => {
  test('leaves out by default what no learner does', () => {
    expect(map(syntheticEvent('sizeChanged'))).toBeUndefined();
    expect(map(syntheticEvent('resolutionChanged by the bitrate'))).toBeUndefined();
    expect(map(syntheticEvent('resolutionChanged')).action).toBe('ChangedResolution');
    expect(map(syntheticEvent('sizeChanged'), all).action).toBe('ChangedSize');
  });

  test('drops what beforeSend throws on', () => {
    const broken = () => {
      throw new Error('redaction is broken');
    };
    // The recorder says so, and sends none.
    expect(() => map(syntheticEvent('paused'), { beforeSend: broken })).toThrow('redaction is broken');
    expect(map(syntheticEvent('paused'), { beforeSend: (event) => ({ ...event, actor: 'https://x.example/a' }) }).actor).toBe('https://x.example/a');
  });
});
