// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import type { Actor, LearningEvent } from '../../src/events.js';
import { fromXapiLaunch } from '../../src/launch/launch.js';
import { checkActor } from '../../src/options/check-options.js';
import { syntheticEvent } from '../destinations/synthetic-session.js';

const REGISTRATION = '760e3480-ba55-4991-94b0-01820dbd23a2';
const AGENT = { objectType: 'Agent', name: 'Sample Learner', account: { homePage: 'https://lms.example', name: 'u 42' } };
const LAUNCH = {
  endpoint: 'https://lrs.example/xapi/',
  auth: 'Basic bGVhcm5lcjpz',
  actor: JSON.stringify(AGENT),
  registration: REGISTRATION,
  activity_id: 'https://lms.example/courses/cs101',
  activity_platform: 'Sample LMS',
  'Accept-Language': 'de-DE,de;q=0.9',
  grouping: 'https://lms.example/programmes/cs',
};
const search = (changes: object = {}) => `?${new URLSearchParams(JSON.parse(JSON.stringify({ ...LAUNCH, ...changes })))}`;
const launch = (changes: object = {}, options = {}) => fromXapiLaunch({ search: search(changes) }, options)!;
const state = ({ destinations, actor, context }: ReturnType<typeof launch>, changes: object = {}): any =>
  destinations[0]!.map(syntheticEvent('paused', { context, ...changes }) as LearningEvent, actor);

describe('fromXapiLaunch', () => {
  test('gives who, where to and in which context', () => {
    const { actor, context, destinations, activityId } = launch();
    expect(actor).toEqual({ id: 'https://lms.example/u%2042', name: 'Sample Learner', account: AGENT.account });
    expect(context).toEqual({
      registration: REGISTRATION,
      platform: 'Sample LMS',
      language: 'de-DE',
      grouping: 'https://lms.example/programmes/cs',
      parent: 'https://lms.example/courses/cs101',
    });
    expect(activityId).toBe('https://lms.example/courses/cs101');
    expect(destinations.map(({ url }) => url)).toEqual(['https://lrs.example/xapi/statements']);
  });

  test('reads an address as text, with a fragment', () => {
    expect(fromXapiLaunch(`https://tool.example/lecture.html${search()}#t=10`)!.context.grouping).toBe('https://lms.example/programmes/cs');
    expect(fromXapiLaunch('https://tool.example/lecture.html')).toBeUndefined();
    expect(fromXapiLaunch({ search: '' })).toBeUndefined();
    // cmi5 has an endpoint and an actor as well.
    expect(launch({ fetch: 'https://lms.example/token' })).toBeUndefined();
  });

  test.each([
    ['*, fr-CH;q=0.9, fr', 'fr'],
    ['fr; q=0.5, en', 'en'],
    ['en;q=0, de', 'de'],
    ['en;q=0', undefined],
    ['fr-CH, fr;q=0.9', 'fr-CH'],
    ['de at', 'de'],
    ['en;q=0.5, fr ; q=0.75, de;q=0.25', 'fr'],
    [undefined, undefined],
    ['*', undefined],
  ])('takes the language that is liked most: %s', (languages, language) => expect(launch({ 'Accept-Language': languages }).context.language).toBe(language));

  test('statements carry all of it', () => {
    const { actor, context } = state(launch());
    expect(actor).toEqual(AGENT);
    expect(context).toMatchObject({ registration: '09166f6b-113d-478d-ac0f-d3901ff239a1', platform: 'Sample LMS' });
    expect(context.contextActivities).toMatchObject({
      grouping: [{ id: 'https://lms.example/programmes/cs' }],
      parent: [{ id: 'https://lms.example/courses/cs101' }, { id: 'https://campus.example/channels/7' }],
    });
  });

  test('spaces around what the LMS says are none of it', () => {
    expect(launch({ registration: ` ${REGISTRATION} `, grouping: ' https://lms.example/programmes/cs' }).context).toEqual(launch().context);
  });

  test('in a vocabulary that says nothing of activities around it, nothing is added', () => {
    const object = { id: 'https://campus.example/videos/42' };
    for (const context of [undefined, {}, { registration: REGISTRATION }]) {
      const vocabulary = { name: 'mine', statement: () => ({ object, context }) };
      expect(state(launch({}, { vocabulary }))).toEqual({ id: expect.any(String), actor: AGENT, object, ...(context?.registration && { context }) });
    }
  });

  test('what was launched is not its own parent', () => {
    const said = launch();
    const { context } = state(said, { media: { id: said.activityId, duration: 120 } });
    expect(context.contextActivities).not.toHaveProperty('parent');
    const spelled = launch({ activity_id: 'https://lms.example/lectures[1]' });
    expect(state(spelled, { media: { id: 'https://lms.example/lectures%5B1%5D', duration: 120 } }).context.contextActivities).not.toHaveProperty('parent');
    const alone = state(said, { media: { id: said.activityId, type: 'audio', duration: 120 }, context: { registration: REGISTRATION } });
    expect(alone.context).not.toHaveProperty('contextActivities');
  });

  test('the credential is the learner\'s own: it goes with no other\'s', () => {
    const { auth } = launch().destinations[0]!;
    expect(auth).toBeTypeOf('function');
    const gives = auth as (actor: Actor) => string;
    expect(gives(launch().actor)).toBe('Basic bGVhcm5lcjpz');
    expect(() => gives({ id: 'https://lms.example/u%2043' })).toThrow('lets in another learner');
    // The launch specification's own example has no scheme.
    expect((launch({ auth: 'OjFjMGY4' }).destinations[0]!.auth as typeof gives)(launch().actor)).toBe('Basic OjFjMGY4');
    expect(launch({ auth: undefined }).destinations[0]!.auth).toBe(false);
  });

  test.each([
    [{ mbox: 'mailto:learner@campus.example' }, { email: 'learner@campus.example' }],
    [{ mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' }, {}],
    [{ openid: 'https://openid.example/learner' }, {}],
    [{ account: { homePage: 'https://lms.example/users/', name: '42' } }, { account: { homePage: 'https://lms.example/users/', name: '42' } }],
  ])('the agent of a statement is that of the launch: %j', (identity, actor) => {
    const said = launch({ actor: JSON.stringify({ ...identity, name: 'L' }) });
    expect(state(said).actor).toEqual({ name: 'L', ...identity });
    expect(said.actor).toEqual({ id: expect.stringMatching(/^(urn:uuid:[\da-f-]{36}|https:\/\/[^@]+)$/), name: 'L', ...actor });
    // Again the same learner.
    expect(launch({ actor: JSON.stringify({ ...identity, name: 'L' }) }).actor.id).toBe(said.actor.id);
  });

  test('whoever has an address or its sum alone is the same learner in each release', () => {
    // What was watched is kept by this id: UUIDs v5 of the namespace for URLs.
    const idOf = (identity: object) => launch({ actor: JSON.stringify(identity) }).actor.id;
    expect(idOf({ mbox: 'mailto:ann@campus.example' })).toBe('urn:uuid:4718ebdc-8fd1-5b73-a3ae-86750ef86c2c');
    expect(idOf({ mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' })).toBe('urn:uuid:c716c931-aa36-5cf6-860e-8795be23cc68');
  });

  test('reads the actor of Tin Can 0.95', () => {
    const old = { name: ['Project Tin Can'], mbox: ['mailto:tincan@scorm.com'] };
    expect(state(launch({ actor: JSON.stringify(old) })).actor).toEqual({ name: 'Project Tin Can', mbox: 'mailto:tincan@scorm.com' });
    const account = { account: [{ accountServiceHomePage: 'https://lms.example', accountName: '7' }] };
    expect(state(launch({ actor: JSON.stringify(account) })).actor.account).toEqual({ homePage: 'https://lms.example', name: '7' });
  });

  test.each([undefined, '', 'nobody', 'null', '{}', '{"name":"A"}', '{"account":{"name":"7"}}', '{"account":{"homePage":"lms","name":"7"}}', '{"account":{"homePage":"https://lms.example"}}', '{"account":{"homePage":"https://lms.example","name":""}}', '{"mbox":"a@campus.example"}', '{"mbox":"mailto:ann smith@campus.example"}', '{"mbox":"to mailto:ann@campus.example"}', '{"mbox":"mailto:ann@campus.example, mailto:ben@campus.example"}', '{"mbox_sha1sum":"ABC"}', `{"mbox_sha1sum":"${'a'.repeat(41)}"}`, '{"openid":"ann"}'])('an actor that is none throws: %s', (actor) => {
    expect(() => launch({ actor })).toThrow(TypeError);
    expect(() => launch({ actor })).toThrow('names no actor');
  });

  test.each([
    [{ name: null, account: { homePage: 'https://lms.example', name: '7' } }, undefined],
    [{ name: 5, mbox: 'mailto:a@campus.example' }, 'a@campus.example'],
    [{ mbox: 'MAILTO:a@campus.example' }, 'a@campus.example'],
    [{ mbox: 'mailto:admin@localhost' }, undefined],
    [{ mbox: 'mailto:"a b"@campus.example' }, undefined],
    [{ account: { homePage: 'https://lms.example', name: '\ud83d' } }, undefined],
  ])('an actor that record stores know is one for the options too: %j', (actor, email) => {
    const said = launch({ actor: JSON.stringify(actor) });
    expect(() => checkActor(said.actor)).not.toThrow();
    expect(said.actor.email).toBe(email);
    if ('mbox' in actor) expect(state(said).actor.mbox).toMatch(/^mailto:/);
  });

  test('what every record store would refuse is left out', () => {
    const { context } = launch({ registration: '42', grouping: 'a programme', activity_id: 'cs101' });
    expect(context).toEqual({ platform: 'Sample LMS', language: 'de-DE' });
  });

  test('another learner who is here afterwards has an agent of their own', () => {
    const said = launch();
    const as = (actor: Actor) => (said.destinations[0]!.map(syntheticEvent('paused'), actor) as any).actor;
    expect(as({ id: 'https://lms.example/43', name: 'Another Learner' })).toEqual({ objectType: 'Agent', name: 'Another Learner', account: { homePage: 'https://lms.example/', name: '43' } });
    // The same under another name is the one who was launched.
    expect(as({ id: said.actor.id, name: 'Me' })).toEqual(AGENT);
  });

  test('somebody anonymous stays so', () => {
    const said = launch();
    const anonymous = { id: 'urn:uuid:1', anonymous: true, account: { homePage: 'https://campus.example', name: '1' } };
    expect((said.destinations[0]!.map(syntheticEvent('paused'), anonymous) as any).actor).toEqual({ objectType: 'Agent', account: anonymous.account });
  });

  test('options go on, and beforeSend has the last word', () => {
    const seen: unknown[] = [];
    const said = launch({}, {
      language: 'de',
      version: '2.0.0',
      events: ['paused'],
      beforeSend: (statement: any) => {
        seen.push(statement.actor);
        return { ...statement, actor: { ...statement.actor, name: undefined } };
      },
    });
    expect(JSON.parse(JSON.stringify(state(said).actor))).toEqual({ objectType: 'Agent', account: AGENT.account });
    expect(seen).toEqual([AGENT]);
    expect(said.destinations[0]!.headers()['X-Experience-API-Version']).toBe('2.0.0');
    expect(said.destinations[0]!.map(syntheticEvent('started'), said.actor)).toBeUndefined();
  });

  test('what beforeSend does to a statement does nothing to the next one', () => {
    const names: string[] = [];
    const said = launch({}, {
      beforeSend: (statement: any) => {
        names.push(statement.actor.name);
        statement.actor.name = 'redacted';
        return statement;
      },
    });
    state(said);
    state(said);
    expect(names).toEqual([AGENT.name, AGENT.name]);
  });

  test('an endpoint that is not https throws', () => {
    expect(() => launch({ endpoint: 'http://lrs.example/' })).toThrow('https');
    expect(launch({ endpoint: 'http://lrs.example/' }, { allowInsecure: true }).destinations).toHaveLength(1);
  });

  test('options that are none are named', () => {
    expect(() => fromXapiLaunch(`?endpoint=https%3A%2F%2Flrs.example%2Fxapi&actor=${encodeURIComponent('{"mbox":"mailto:a@campus.example"}')}`, null as never)).toThrow('"options" should be an object, but is null');
  });
});
