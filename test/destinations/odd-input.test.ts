import { describe, expect, test } from 'vitest';
import { agent } from '../../src/destinations/xapi/agent.js';
import { clean } from '../../src/destinations/clean.js';
import { entity } from '../../src/destinations/caliper/entity.js';
import { iri, isIri } from '../../src/destinations/iri.js';
import { mediaObject } from '../../src/destinations/caliper/media-object.js';
import { placeIn } from '../../src/destinations/caliper/place-in.js';
import { DESTINATIONS } from '../docs/destinations.js';
import { statementToCaliper } from '../../src/crosswalk/crosswalk.js';
import { EXTENSIONS, type LearningEvent } from '../../src/events.js';
import { portalEvent, portalEvents } from './portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession } from './synthetic-session.js';

// What options allow, or portals do, and validators refuse.

const SUBREGISTRATION = 'https://w3id.org/xapi/profiles/extensions/subregistration';
const ATTEMPT = '09166f6b-113d-478d-ac0f-d3901ff239a1';
const of = (name: string, event: Parameters<(typeof DESTINATIONS)[string]['map']>[0], actor = ACTOR) => DESTINATIONS[name]!.map(event, actor) as any;

test.each([
  ['https://campus.example/Lecture [1] 100%.mp4', 'https://campus.example/Lecture%20%5B1%5D%20100%25.mp4'],
  ['https://campus.example/a#b#c', 'https://campus.example/a#b%23c'],
  ['https://[::1]:8080/x?y=[1]', 'https://[::1]:8080/x?y=%5B1%5D'],
  ['https://campus.example/\u0007\n', 'https://campus.example/%07%0A'],
  ['https://campus.example/ä/%E4?q=1&r=%20#t=3', 'https://campus.example/ä/%E4?q=1&r=%20#t=3'],
  ['urn:uuid:09166f6b-113d-478d-ac0f-d3901ff239a1', 'urn:uuid:09166f6b-113d-478d-ac0f-d3901ff239a1'],
])('%s is sent as an IRI that RFC 3987 allows', (given, sent) => {
  expect(iri(given)).toBe(sent);
  expect(iri(sent)).toBe(sent);
});

test('what has no scheme that could be one, or nothing behind it, is no IRI', () => {
  expect(['note:', 'my_app:x', 'x y:z', 'a:b'].filter(isIri)).toEqual(['a:b']);
});

test('the key of an extension has no half of a character, also where it is an IRI else', () => {
  expect(clean({ extensions: { 'https://x.example/\ud83d': 1, 'cut \ud83d': 2 } })).toEqual({ extensions: { [`${EXTENSIONS}https%3A%2F%2Fx.example%2F%EF%BF%BD`]: 1, [`${EXTENSIONS}cut%20%EF%BF%BD`]: 2 } });
});

test('a person within a context has no address in Caliper', () => {
  const member = { id: 'https://campus.example/users/7', name: 'Ben', email: 'ben@campus.example', account: { homePage: 'https://campus.example', name: '7' } };
  const context = { ...CONTEXT, membership: { id: 'https://campus.example/memberships/1', member }, session: { id: 'https://campus.example/sessions/1', user: member } };
  for (const name of Object.keys(DESTINATIONS).filter((name) => /caliper/i.test(name))) {
    const said = JSON.stringify(of(name, syntheticEvent('paused', { context })));
    expect(said).toContain('users/7');
    expect(said).not.toMatch(/ben@|homePage/);
  }
});

test('all IRIs of an activity are valid ones', () => {
  const definition = { type: 'https://campus.example/kinds/a[1]', moreInfo: 'https://campus.example/more?of=[1]' };
  const said = of('xapi-1.0.3', syntheticEvent('paused', { context: { parent: { id: 'https://campus.example/courses/[1]', definition } } })) as any;
  expect(said.context.contextActivities.parent[0]).toMatchObject({ id: 'https://campus.example/courses/%5B1%5D', definition: { type: 'https://campus.example/kinds/a%5B1%5D', moreInfo: 'https://campus.example/more?of=%5B1%5D' } });
});

test('a media type is as long as Caliper’s schemas allow', () => {
  expect((clean({ mediaType: `video/${'x'.repeat(200)}` }, true) as any).mediaType).toHaveLength(128);
});

test('of an address all is encoded that some record store would refuse', () => {
  expect(agent({ id: 'https://campus.example/users/1', email: 'a~b!c*d+e@campus.example' })).toMatchObject({ mbox: 'mailto:a%7Eb%21c%2Ad+e@campus.example' });
});

test.each([
  'taro..yamada@campus.example',
  'taro.@campus.example',
  `${'x'.repeat(65)}@campus.example`,
  'learner@192.168.1.4',
  'learner@-campus.example',
  'learner@campus-.example',
  'learner@campus.example-',
  'learner@cam_pus.example',
])('whose address record stores refuse is told by the id: %s', (email) => {
  expect(agent({ id: 'https://campus.example/users/1', email })).toEqual({ objectType: 'Agent', account: { homePage: 'https://campus.example/users/', name: '1' } });
});

test.each(['a@x.example', `${'x'.repeat(64)}@a-b.c1.example`, 'a.b.c@xn--bcher-kva.example', 'a@campus.xn--p1ai', 'A_b@CAMPUS.EXAMPLE'])('an address as most have it tells who it is: %s', (email) => {
  expect(agent({ id: 'https://campus.example/users/1', email })).toEqual({ objectType: 'Agent', mbox: `mailto:${email}` });
});

test.each(['parent', 'grouping', 'category'] as const)('a %s as xAPI itself describes it keeps what it says', (place) => {
  const course = { id: 'https://campus.example/courses/1', objectType: 'Activity', definition: { type: 'http://adlnet.gov/expapi/activities/course', name: { de: 'Algebra', en: null }, description: null } };
  for (const name of Object.keys(DESTINATIONS).filter((name) => /xapi|kaltura/i.test(name))) {
    const said = of(name, syntheticEvent('paused', { context: { [place]: course } })).context.contextActivities[place].find(({ id }: { id: string }) => id === course.id);
    expect(said).toEqual({ id: course.id, objectType: 'Activity', definition: { type: course.definition.type, name: { de: 'Algebra' } } });
  }
});

test('a media in the place of another entity is valid there', () => {
  const said = of('caliper-1.2', portalEvent('loggedIn', { target: MEDIA, context: { ...CONTEXT, referrer: { ...MEDIA } } }));
  expect([said.target.duration, said.referrer.duration]).toEqual(['PT120S', 'PT120S']);
});

test('another identifier of an entity has its type', () => {
  const group = { id: 'https://campus.example/courses/1', otherIdentifiers: [{ identifier: '1', identifierType: 'SisSourcedId' }] };
  expect(of('caliper-1.2', syntheticEvent('paused', { context: { group } })).group.otherIdentifiers).toEqual([{ type: 'SystemIdentifier', identifier: '1', identifierType: 'SisSourcedId' }]);
});

test('an activity has nothing that xAPI does not know, and what is watched is what the profile says that it is', () => {
  const parent = { id: 'https://campus.example/courses/1', definition: { title: 'A', subtype: 'lecture', nameOfHall: 'A1', moreInfo: 'https://campus.example/about' } };
  const media = { ...MEDIA, definition: { type: 'http://adlnet.gov/expapi/activities/media' } };
  const said = of('xapi-1.0.3', syntheticEvent('paused', { media, context: { parent } }));
  expect(said.context.contextActivities.parent[0].definition).toEqual({ moreInfo: 'https://campus.example/about' });
  expect(said.object.definition.type).toBe('https://w3id.org/xapi/video/activity-type/video');
});

test('who comments is named as the actor is', () => {
  const said = of('caliper-1.2', portalEvent('commented'), { id: 'https://campus.example/users/a?x=100%' });
  expect(said.generated.commenter).toBe(said.actor.id);
});

test('what is empty in a list leaves no hole', () => {
  expect(clean({ roles: ['Learner', '', null, 'Mentor'], none: ['', null] })).toEqual({ roles: ['Learner', 'Mentor'] });
});

// Record stores that keep statements in PostgreSQL answer 500 to the whole batch.
test.each(Object.keys(DESTINATIONS))('what things are called leaves without a character 0 and without halves of characters (%s)', (name) => {
  const odd = `cut ${'🎉'[0]}, \0 and ${'🎉'[1]}`;
  const entity = { id: 'https://campus.example/x', name: odd, description: odd };
  const media = { ...MEDIA, name: odd, description: odd, keywords: [odd], collection: entity };
  const context = { ...CONTEXT, edApp: entity, group: { ...entity, extensions: { [odd]: odd } }, platform: odd, parent: entity, grouping: [entity] };
  const other = { id: 'https://campus.example/users/2', name: odd };
  const portal = { media, context, application: entity, category: entity, target: entity, tool: entity, text: odd, query: odd, role: odd, collaborator: other, with: [other] };
  const events = [
    ...portalEvents().map(({ event }) => ({ ...event, ...portal }) as unknown as LearningEvent),
    ...syntheticSession(media, context).map(({ event }) => event),
  ];
  for (const event of events) {
    const said = JSON.stringify(of(name, event, { id: 'https://campus.example/users/1', name: odd })) ?? '';
    expect(said).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    if (said) expect(said, event.type).toContain('cut \ufffd, \ufffd and \ufffd');
  }
});

describe('Caliper', () => {
  test.each(['caliper-1.1', 'caliper-1.2'])('a category that is its IRI alone is no media (%s)', (name) => {
    const event = of(name, portalEvent('categoryViewed', { category: 'https://campus.example/channels/7' }));
    expect(event.object).toEqual({ id: 'https://campus.example/channels/7', type: 'DigitalResourceCollection' });
    expect(event.profile).toBe(name.endsWith('1.2') ? 'ReadingProfile' : undefined);
  });

  test('a type that is an IRI, or none, is not taken for a term', () => {
    for (const place of ['CourseSection', 'SoftwareApplication'])
      for (const type of ['http://adlnet.gov/expapi/activities/course', undefined, '']) expect(entity({ id: 'a:b', type }, place)).toMatchObject({ type: place });
    expect(entity({ id: 'a:b', type: 'Group' }, 'CourseSection')).toMatchObject({ type: 'Group' });
  });

  test.each([
    ['SoftwareApplication', 'Portal', 'SoftwareApplication'],
    ['SoftwareApplication', 'WebPage', 'SoftwareApplication'],
    ['Person', 'Student', 'Person'],
    ['Person', 'Organization', 'Organization'],
    ['CourseOffering', 'Department', 'CourseOffering'],
    ['CourseOffering', 'Organization', 'Organization'],
    ['WebPage', 'Course', 'WebPage'],
    ['WebPage', 'SoftwareApplication', 'SoftwareApplication'],
    ['WebPage', 'AssignableDigitalResource', 'AssignableDigitalResource'],
    ['DigitalResource', 'CourseSection', 'DigitalResource'],
    ['DigitalResource', 'Frame', 'Frame'],
    ['DigitalResourceCollection', 'Channel', 'DigitalResourceCollection'],
    ['DigitalResourceCollection', 'Page', 'Page'],
    ['Session', 'LtiSession', 'LtiSession'],
    ['LtiSession', 'Session', 'LtiSession'],
    ['Membership', 'Group', 'Membership'],
  ])('in the place of a %s, a %s is a %s', (place, given, type) => {
    expect(entity({ id: 'a:b', type: given }, place)).toMatchObject({ type });
  });

  test('events whose entities are of kinds that have no place there are of those that have', () => {
    const odd = { id: 'https://campus.example/7', type: 'Course' };
    const softly = { id: odd.id, type: 'SoftwareApplication' };
    expect(of('caliper-1.2', portalEvent('categoryViewed', { category: odd })).object).toEqual({ id: odd.id, type: 'DigitalResourceCollection' });
    expect(of('caliper-1.2', portalEvent('loggedIn', { application: odd, target: odd }))).toMatchObject({ object: softly, target: { type: 'DigitalResource' } });
    expect(of('caliper-1.2', portalEvent('captureLaunched', { tool: odd, application: odd, context: {} }))).toMatchObject({ object: softly, target: softly });
    expect(mediaObject({ ...MEDIA, collection: odd } as typeof MEDIA)).toMatchObject({ isPartOf: { type: 'DigitalResourceCollection' } });
  });

  test('an objective that is its IRI alone is described, which is how 1.1 knows it', () => {
    const learningObjectives = ['https://campus.example/objectives/1', { id: 'https://campus.example/objectives/2', name: 'Sort' }];
    expect(entity({ id: 'a:b', learningObjectives }, 'WebPage')).toMatchObject({ learningObjectives: [{ id: learningObjectives[0], type: 'LearningObjective' }, { ...(learningObjectives[1] as object), type: 'LearningObjective' }] });
  });

  test('a portal’s own members of a media have no place in the object', () => {
    expect(mediaObject({ id: 'a:b', name: 'x', entryId: '0_1', thumbnail: 'y' } as never)).not.toHaveProperty('entryId');
  });

  test('a place has no dust in its name', () => {
    expect(placeIn('a:b', 0.1 + 0.2)).toBe('a:b#t=0.3');
    expect(placeIn('a:b', 1e-7)).toBe('a:b#t=0');
  });
});

describe('xAPI', () => {
  test('an account has its two members and no other', () => {
    expect(agent({ id: 'a:b', account: { homePage: 'https://x.example', name: '1', token: 'no' } as never })).toMatchObject({ account: { homePage: 'https://x.example', name: '1' } });
    expect(JSON.stringify(agent({ id: 'a:b', account: { homePage: 'https://x.example', name: '1', token: 'no' } as never }))).not.toContain('token');
  });

  test.each(['xapi-1.0.3', 'kaltura-1.0.3'])('every statement that carries a registration has the subregistration (%s)', (name) => {
    const context = { ...CONTEXT, registration: ATTEMPT };
    for (const event of [portalEvent('liked', { context }), portalEvent('loggedIn', { context }), syntheticEvent('paused', { context }), syntheticEvent('progressed', { context })]) {
      const { context: said } = of(name, event);
      expect(said.registration).toBeTruthy();
      expect(said.extensions[SUBREGISTRATION]).toEqual([{ profile: 'https://w3id.org/xapi/video/v1.0.3', subregistration: 'session' in event ? event.session : event.id }]);
    }
    const { context: without } = of(name, portalEvent('liked', { context: {} }));
    expect(without.registration).toBeUndefined();
    expect(without.extensions[SUBREGISTRATION]).toBeUndefined();
  });
});

test.each(['https://campus.example/users/a%20b', 'https://campus.example/users/jürgen', 'urn:x:1'])('%s is the same learner in the other standard', (id) => {
  const statement = of('xapi-1.0.3', syntheticEvent('paused'), { id });
  expect((statementToCaliper(statement) as any).actor.id ?? (statementToCaliper(statement) as any).actor).toBe(id);
});
