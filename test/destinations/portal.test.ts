import { describe, expect, test } from 'vitest';
import { caliper, type CaliperOptions } from '../../src/destinations/caliper/caliper.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import { EVENTS, EXTENSIONS, type LearningEvent } from '../../src/events.js';
import { portalEvent, portalEvents } from './portal-events.js';
import { ACTOR, CONTEXT, MEDIA } from './synthetic-session.js';

const store = (options: Partial<CaliperOptions> = {}) => caliper({ endpoint: 'https://store.example/caliper', auth: false, ...options });
const said = (event: LearningEvent, options?: Partial<CaliperOptions>, actor = ACTOR): any => store(options).map(event, actor);
const stated = (event: LearningEvent, actor = ACTOR): any => xapi({ endpoint: 'https://lrs.example/xapi', auth: false }).map(event, actor);
const { federatedSession: _, ...UNLAUNCHED } = CONTEXT;

describe('caliper of the portal', () => {
  // caliper.md §1.6, and S12's tables of the profiles.
  test.each([
    ['loggedIn', 'SessionEvent', 'LoggedIn', 'SessionProfile', 'SoftwareApplication'],
    ['loggedOut', 'SessionEvent', 'LoggedOut', 'SessionProfile', 'SoftwareApplication'],
    ['categoryViewed', 'NavigationEvent', 'NavigatedTo', 'ReadingProfile', 'DigitalResourceCollection'],
    ['mediaViewed', 'NavigationEvent', 'NavigatedTo', 'MediaProfile', 'VideoObject'],
    ['mediaViewed, of an audio', 'NavigationEvent', 'NavigatedTo', 'MediaProfile', 'AudioObject'],
    ['liked', 'Event', 'Liked', 'GeneralProfile', 'VideoObject'],
    ['unliked', 'Event', 'Disliked', 'GeneralProfile', 'VideoObject'],
    ['commented', 'FeedbackEvent', 'Commented', 'FeedbackProfile', 'VideoObject'],
    ['uploaded', 'ResourceManagementEvent', 'Uploaded', 'ResourceManagementProfile', 'VideoObject'],
    ['published', 'ResourceManagementEvent', 'Published', 'ResourceManagementProfile', 'VideoObject'],
    ['unlisted', 'ResourceManagementEvent', 'Modified', 'ResourceManagementProfile', 'VideoObject'],
    ['collaboratorAdded', 'AnnotationEvent', 'Shared', 'AnnotationProfile', 'VideoObject'],
    ['captureLaunched', 'ToolLaunchEvent', 'Launched', 'ToolLaunchProfile', 'SoftwareApplication'],
    ['searched', 'SearchEvent', 'Searched', 'SearchProfile', 'SoftwareApplication'],
    ['downloaded', 'ResourceManagementEvent', 'Downloaded', 'ResourceManagementProfile', 'VideoObject'],
    ['shared', 'AnnotationEvent', 'Shared', 'AnnotationProfile', 'VideoObject'],
  ])('%s is %s %s', (name, type, action, profile, object) => {
    const event = said(portalEvent(name));
    expect(event).toMatchObject({ type, action, profile, object: { type: object }, extensions: { [`${EXTENSIONS}event`]: name.split(',')[0] } });
    const extended = /^(Feedback|ResourceManagement|Search|ToolLaunch)/.test(profile);
    const old = said(portalEvent(name), { version: '1.1' });
    expect(old).not.toHaveProperty('profile');
    expect(old['@context']).toBe(`http://purl.imsglobal.org/ctx/caliper/v1p1${extended ? `/${profile}-extension` : ''}`);
    expect({ ...old, '@context': 0 }).toEqual((({ profile: __, ...rest }) => ({ ...rest, '@context': 0 }))(event));
  });

  test('asVersion makes of an event of one version the very event of the other', () => {
    for (const context of [CONTEXT, UNLAUNCHED, {}]) {
      for (const { event } of portalEvents(context)) {
        const [newer, older] = [said(event), said(event, { version: '1.1' })].map((document) => JSON.stringify(document)) as [string, string];
        expect(store({ version: '1.1' }).asVersion!(newer)).toBe(older);
        expect(store().asVersion!(older)).toBe(newer);
        expect(store().asVersion!(newer)).toBe(newer);
      }
    }
  });

  test('a thinned envelope of 1.1 describes entities in the base context', () => {
    const documents = portalEvents().map(({ event }) => JSON.stringify(said(event, { version: '1.1' })));
    const { data } = JSON.parse(store({ version: '1.1', thin: true }).wrap(documents, 0));
    const entities = data.filter(({ eventTime }: any) => !eventTime);
    expect(new Set(entities.map((entity: any) => entity['@context']))).toEqual(new Set(['http://purl.imsglobal.org/ctx/caliper/v1p1']));
    expect(entities.filter(({ id }: any) => id === ACTOR.id)).toHaveLength(1);
  });

  test('without a federated session a capture tool is used, not launched', () => {
    // 1.2 demands the session for Launched.
    const event = said(portalEvent('captureLaunched', { context: UNLAUNCHED }));
    expect(event).toMatchObject({ type: 'ToolUseEvent', action: 'Used', profile: 'ToolUseProfile', object: { id: 'https://campus.example/portal' }, target: { id: 'https://campus.example/capture', type: 'SoftwareApplication' } });
    // A hook may have taken all of the context away.
    expect(said(portalEvent('captureLaunched', { context: undefined }))).toMatchObject({ type: 'ToolUseEvent', action: 'Used' });
    expect(said(portalEvent('captureLaunched', { context: {} }), { version: '1.1' })['@context']).toBe('http://purl.imsglobal.org/ctx/caliper/v1p1');
  });

  test('a comment says who, on what, and where; its text only if it is there', () => {
    const { generated, target } = said(portalEvent('commented, with all that can be said'));
    expect(generated).toEqual({ id: 'https://campus.example/comments/9', type: 'Comment', commenter: ACTOR.id, commentedOn: MEDIA.id, value: 'Why not mergesort?' });
    expect(target).toEqual({ id: `${MEDIA.id}#frame=61.5`, type: 'Frame', index: 61, isPartOf: MEDIA.id });
    const bare = said(portalEvent('commented'));
    expect(bare.generated).toEqual({ id: `${MEDIA.id}#event=${portalEvent('commented').id}`, type: 'Comment', commenter: ACTOR.id, commentedOn: MEDIA.id });
    expect(bare).not.toHaveProperty('target');
    expect(said(portalEvent('commented', { position: 0 })).target).toMatchObject({ id: `${MEDIA.id}#frame=0`, index: 0 });
  });

  test('who shares, or lets somebody in, shares with them; never an address', () => {
    const { generated } = said(portalEvent('shared'));
    expect(generated).toMatchObject({ type: 'SharedAnnotation', annotator: ACTOR.id, annotated: MEDIA.id });
    expect(generated.withAgents).toEqual([
      { id: 'https://campus.example/users/657585', name: 'Jane Roe', type: 'Person' },
      { id: 'https://campus.example/users/667788', name: 'Max Doe', type: 'Person' },
    ]);
    expect(said(portalEvent('collaboratorAdded'))).toMatchObject({
      generated: { withAgents: [{ id: 'https://campus.example/users/657585' }] },
      extensions: { [`${EXTENSIONS}role`]: 'editor' },
    });
    expect(said(portalEvent('shared, with nobody named')).generated).not.toHaveProperty('withAgents');
    expect(JSON.stringify(portalEvents().map(({ event }) => said(event)))).not.toContain('@campus.example');
  });

  test('a search says what was searched for and how many were found', () => {
    expect(said(portalEvent('searched')).generated).toMatchObject({
      type: 'SearchResponse',
      query: { id: expect.stringMatching(/^https:\/\/campus\.example\/portal#query=[\da-f-]{36}$/), type: 'Query', creator: ACTOR.id, searchTerms: 'quicksort & friends' },
      searchResultsItemCount: 3,
    });
    expect(said(portalEvent('searched, finding nothing')).generated.searchResultsItemCount).toBe(0);
  });

  test('what two events are about has two ids', () => {
    const query = (changes: object) => said(portalEvent('searched', changes)).generated.query.id;
    expect(query({})).not.toBe(query({ id: '0000200d-0000-4000-8000-000000000000' }));
  });

  test('a search that was cut off in the middle of a character is still a search', () => {
    expect(said(portalEvent('searched', { query: '🎉'.slice(0, 1) })).generated.query).toMatchObject({ id: expect.stringContaining('#query='), searchTerms: '\ufffd' });
  });

  test('who uploads is the creator, what is published has a date, and what is unlisted says so', () => {
    expect(said(portalEvent('uploaded')).object.creators).toEqual([{ id: ACTOR.id, name: ACTOR.name, type: 'Person' }]);
    expect(said(portalEvent('published')).object.datePublished).toBe('2026-11-15T11:00:09.009Z');
    expect(said(portalEvent('unlisted')).extensions[`${EXTENSIONS}visibility`]).toBe('unlisted');
    for (const name of ['downloaded', 'liked']) {
      expect(said(portalEvent(name)).object).not.toHaveProperty('creators');
      expect(said(portalEvent(name)).object).not.toHaveProperty('datePublished');
    }
  });

  test('ids are valid IRIs wherever they stand', () => {
    const event = said(portalEvent('commented, with all that can be said', { comment: undefined, media: { id: 'https://x.example/my video' } }));
    expect([event.object.id, event.target.id, event.generated.commentedOn]).toEqual(['https://x.example/my%20video', 'https://x.example/my%20video#frame=61.5', 'https://x.example/my%20video']);
  });

  test('somebody anonymous stays so', () => {
    for (const { event } of portalEvents({})) expect(JSON.stringify(said(event, {}, { ...ACTOR, anonymous: true }))).not.toMatch(/554433|Sample Learner/);
  });

  test('asks for no state of a player', () => {
    expect(said(portalEvent('mediaViewed, of an audio')).object).not.toHaveProperty('volumeLevel');
  });
});

describe('xAPI of the portal', () => {
  test.each([
    ['loggedIn', 'https://w3id.org/xapi/adl/verbs/logged-in', 'logged in', 'application'],
    ['loggedOut', 'https://w3id.org/xapi/adl/verbs/logged-out', 'logged out', 'application'],
    ['categoryViewed', 'http://id.tincanapi.com/verb/viewed', 'viewed', 'collection'],
    ['mediaViewed', 'http://id.tincanapi.com/verb/viewed', 'viewed', 'video'],
    ['liked', 'http://activitystrea.ms/schema/1.0/like', 'liked', 'video'],
    ['unliked', 'http://activitystrea.ms/schema/1.0/unlike', 'unliked', 'video'],
    ['commented', 'http://adlnet.gov/expapi/verbs/commented', 'commented', 'video'],
    ['uploaded', 'https://w3id.org/xapi/netc/verbs/uploaded', 'uploaded', 'video'],
    ['published', 'http://activitystrea.ms/schema/1.0/share', 'shared', 'video'],
    ['unlisted', 'http://activitystrea.ms/schema/1.0/unshare', 'unshared', 'video'],
    ['captureLaunched', 'http://adlnet.gov/expapi/verbs/launched', 'launched', 'application'],
    ['searched', 'http://activitystrea.ms/schema/1.0/search', 'searched', 'application'],
    ['downloaded', 'http://id.tincanapi.com/verb/downloaded', 'downloaded', 'video'],
    ['shared', 'http://adlnet.gov/expapi/verbs/shared', 'shared', 'video'],
  ])('%s is %s', (name, verb, display, type) => {
    const statement = stated(portalEvent(name));
    expect(statement.verb).toEqual({ id: verb, display: { 'en-US': display } });
    expect(statement.object.definition.type).toMatch(new RegExp(`/${type}$`));
    expect(statement.context.extensions[`${EXTENSIONS}event`]).toBe(name);
  });

  test('who is let in is added to the media', () => {
    const statement = stated(portalEvent('collaboratorAdded'));
    expect(statement.verb.id).toBe('http://activitystrea.ms/schema/1.0/add');
    expect(statement.object).toEqual({ objectType: 'Agent', name: 'Jane Roe', mbox: 'mailto:jane@campus.example' });
    expect(statement.context.extensions).toMatchObject({ 'http://id.tincanapi.com/extension/target': MEDIA.id, [`${EXTENSIONS}role`]: 'editor' });
    expect(statement.context.contextActivities.other).toMatchObject([{ id: MEDIA.id }]);
    // xAPI 1.0.3 Data §2.4.6: not where the object is an agent.
    expect(statement.context).not.toHaveProperty('platform');
  });

  test('claims no profile, no registration and no session', () => {
    for (const { event } of portalEvents({})) {
      const text = JSON.stringify(stated(event));
      expect(text).not.toMatch(/session-id|subregistration|"registration"|xapi\/video\/v1|"category"/);
    }
  });

  test('carries the registration of a launch', () => {
    const registration = '09166f6b-113d-478d-ac0f-d3901ff239a1';
    expect(stated(portalEvent('liked', { context: { registration } })).context.registration).toBe(registration);
  });

  test('a comment is a response at a time, a search a query with its results', () => {
    expect(stated(portalEvent('commented, with all that can be said')).result).toEqual({
      response: 'Why not mergesort?',
      extensions: { 'https://w3id.org/xapi/video/extensions/time': 61.5, [`${EXTENSIONS}comment`]: 'https://campus.example/comments/9' },
    });
    expect(stated(portalEvent('commented'))).not.toHaveProperty('result');
    expect(stated(portalEvent('searched, finding nothing')).result.extensions).toEqual({ [`${EXTENSIONS}query`]: 'bogosort', [`${EXTENSIONS}results`]: 0 });
  });

  test('names those it is shared with, without their addresses', () => {
    expect(stated(portalEvent('shared')).context.extensions[`${EXTENSIONS}with`]).toEqual([
      { id: 'https://campus.example/users/657585', name: 'Jane Roe' },
      { id: 'https://campus.example/users/667788', name: 'Max Doe' },
    ]);
  });
});

test('every type of the portal has a row in both standards', () => {
  const types = new Set(portalEvents().map(({ event }) => event.type));
  expect([...types].sort()).toEqual(Object.entries(EVENTS).flatMap(([type, { length }]) => (length === 4 ? type : [])).sort());
  for (const { event } of portalEvents()) {
    expect(said(event)).toBeDefined();
    expect(stated(event)).toBeDefined();
  }
});
