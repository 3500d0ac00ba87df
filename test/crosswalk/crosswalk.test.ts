import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import type { CaliperEvent } from '../../src/destinations/caliper/caliper-event.js';
import type { Statement } from '../../src/destinations/xapi/statement.js';
import { caliperToStatement, fromCaliper, fromStatement, statementToCaliper } from '../../src/crosswalk/crosswalk.js';
import { EVENTS, EXTENSIONS, type Actor, type EventOf, type EventType, type LearningEvent } from '../../src/events.js';
import { DESTINATIONS, TYPES } from '../docs/destinations.js';
import { portalEvents } from '../destinations/portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticSession, uuid } from '../destinations/synthetic-session.js';

// By its address, since it is JavaScript without types.
const oracle = await (await import(new URL('../support/oracle.mjs', import.meta.url).href)).findOracle({ log: () => {} });

const LEARNER: Actor = { id: 'https://campus.example/users/554433', name: 'Sample Learner' };
const state = (event: LearningEvent, actor = LEARNER) => DESTINATIONS['xapi-1.0.3']!.map(event, actor) as Statement | undefined;
const tell = (event: LearningEvent, version: '1.1' | '1.2' = '1.2', actor = LEARNER) => DESTINATIONS[`caliper-${version}`]!.map(event, actor) as CaliperEvent | undefined;
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const PLACE = new Set(['context', 'media', 'player', 'progress', 'session', 'registration']);

type Named = { readonly id: string; readonly name?: string };
const named = ({ id, name }: Named) => ({ id, ...(name && { name }) });

/** What has to come back: type, id, time, position and the event's own fields. Of people, who they are and no address; of entities, what both standards know. */
const essence = (event: LearningEvent, names = true): object =>
  Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) => {
      if (PLACE.has(name)) return [];
      if (name === 'with') return [[name, (value as Named[]).map(named)]];
      if (name === 'collaborator') return [[name, named(value as Named)]];
      if (/^(application|target|tool|category)$/.test(name)) return [[name, typeof value === 'string' || !names ? (value.id ?? value) : (({ id, name: title, description }) => JSON.parse(JSON.stringify(title ?? description ? { id, name: title, description } : id)))(value)]];
      if (name === 'includeText') return value ? [[name, value]] : [];
      return [[name, value]];
    }),
  );

const seconds = fc.integer({ min: 0, max: 7_200_000 }).map((ms) => ms / 1000);
const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((each) => each.trim() !== '');
const iri = fc.webPath().map((path) => `https://campus.example/e${path.replace(/[^\w/]/g, '')}`);
const entity = fc.oneof(iri, fc.record({ id: iri, name: text, description: text }, { requiredKeys: ['id', 'name'] }));
const person = fc.record({ id: iri.map((id) => `${id}/p`), name: text, email: fc.constant('a@campus.example') }, { requiredKeys: ['id'] });
const size = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 }));
const language = fc.constantFrom('en', 'de-CH', 'und', 'zh-Hant');
const hundredth = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const media = fc.record({ id: iri, name: text, description: text, type: fc.constantFrom('video' as const, 'audio' as const), duration: seconds.map((at) => at + 1) }, { requiredKeys: ['id'] });

/** What events of some types have besides. */
const OWN: { readonly [T in EventType]?: fc.Arbitrary<object> } = {
  paused: fc.record({ reason: fc.constant('leaving') }, { requiredKeys: [] }),
  seeked: fc.record({ from: seconds, to: seconds, by: fc.constantFrom('skip-forward', 'skip-backward') }, { requiredKeys: ['from', 'to'] }),
  progressed: fc.record({ milestone: fc.integer({ min: 0, max: 100 }), unit: fc.constantFrom('percent', 'seconds'), basis: fc.constantFrom('watched', 'reached') }),
  rateChanged: fc.record({ from: hundredth, to: hundredth }),
  volumeChanged: fc.record({ from: hundredth, to: hundredth }),
  captionsEnabled: fc.record({ language }),
  captionsDisabled: fc.record({ language }),
  captionsLanguageChanged: fc.record({ from: language, to: language }),
  sizeChanged: fc.record({ from: size, to: size }),
  resolutionChanged: fc.record({ from: fc.integer({ min: 1, max: 4320 }), to: fc.integer({ min: 1, max: 4320 }), by: fc.constantFrom('learner', 'bitrate') }),
  loggedIn: fc.record({ application: entity, target: entity }, { requiredKeys: ['application'] }),
  loggedOut: fc.record({ application: entity }),
  categoryViewed: fc.record({ category: entity }),
  commented: fc.record({ media, comment: iri, position: seconds }, { requiredKeys: ['media'] }).chain((event) => fc.oneof(fc.constant(event), text.map((said) => ({ ...event, text: said, includeText: true })))),
  collaboratorAdded: fc.record({ media, collaborator: person, role: text }, { requiredKeys: ['media', 'collaborator'] }),
  shared: fc.record({ media, with: fc.array(person, { minLength: 1, maxLength: 3 }) }, { requiredKeys: ['media'] }),
  captureLaunched: fc.record({ tool: entity, application: iri }, { requiredKeys: ['tool'] }),
  searched: fc.record({ application: entity, query: text, results: fc.nat(999) }, { requiredKeys: ['application', 'query'] }),
};

const base = { id: fc.integer({ min: 1, max: 2 ** 31 }).map(uuid), time: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map(Number) };

const arbitrary = (type: EventType): fc.Arbitrary<LearningEvent> =>
  (EVENTS[type].length === 4
    ? fc.tuple(fc.record({ ...base, type: fc.constant(type), context: fc.constantFrom({}, CONTEXT) }), OWN[type] ?? fc.record({ media }))
    : fc.tuple(
        fc.record({
          ...base,
          type: fc.constant(type),
          context: fc.constantFrom({}, CONTEXT),
          session: fc.constant(uuid(7)),
          registration: fc.constant('09166f6b-113d-478d-ac0f-d3901ff239a1'),
          media,
          position: seconds,
          player: fc.record({ rate: hundredth, volume: hundredth, muted: fc.boolean(), fullscreen: fc.boolean(), popout: fc.boolean(), captions: language, size, screen: size, quality: fc.integer({ min: 1, max: 4320 }) }, { requiredKeys: ['rate', 'volume', 'muted', 'fullscreen', 'popout'] }),
          progress: fc.record({ segments: fc.array(fc.tuple(seconds, seconds), { maxLength: 4 }), fraction: hundredth, threshold: hundredth, secondsPlayed: seconds }),
        }),
        OWN[type] ?? fc.constant({}),
      )
  ).map(([event, own]) => plain({ ...event, ...own, ...('to' in own && type === 'seeked' && { position: own.to }) }) as unknown as LearningEvent);

/** A document, but for how people are named. */
const impersonal = (document: unknown) => {
  const { object, ...said } = plain(document) as { object: { objectType?: string } };
  return { ...said, actor: 0, object: object.objectType === 'Agent' ? 0 : object };
};

describe('reading back what was written', () => {
  test.each(TYPES)('%s as a statement', (type) => {
    fc.assert(
      fc.property(arbitrary(type), (event) => {
        const back = fromStatement(plain(state(event)!))!;
        // A target, and what a tool was launched from, are IRIs in an extension.
        const names = type !== 'loggedIn' && type !== 'captureLaunched';
        expect(essence(back.event, names)).toEqual(essence(event, names));
        expect(back.actor).toEqual(LEARNER);
      }),
      { numRuns: 40 },
    );
  });

  test.each(TYPES.filter((type) => EVENTS[type][0]))('%s as a Caliper event, of both versions', (type) => {
    fc.assert(
      fc.property(arbitrary(type), fc.constantFrom('1.1' as const, '1.2' as const), (event, version) => {
        const back = fromCaliper(plain(tell(event, version)!))!;
        expect(essence(back.event)).toEqual(essence(event));
        expect(back.actor).toEqual(LEARNER);
      }),
      { numRuns: 40 },
    );
  });

  test('says of a player what stands in the document', () => {
    for (const { event } of syntheticSession()) {
      const { session, registration, media, progress } = event as Extract<LearningEvent, { type: 'paused' }>;
      const said = fromStatement(state(event)!)!.event as typeof event & { media: object; progress: object };
      expect(said).toMatchObject({ session, registration, media: { id: media.id, name: media.name, description: media.description, duration: media.duration } });
      if (/paused|completed|terminated|ended|seeked/.test(event.type)) expect(said.progress).toMatchObject({ segments: progress.segments, fraction: progress.fraction, threshold: progress.threshold });
      const told = tell(event);
      if (told) expect(fromCaliper(told)!.event).toMatchObject({ session, registration, media: plain(MEDIA) });
    }
  });

  test('says of a change how the player stands', () => {
    const changed = syntheticSession().find(({ name }) => name === 'captionsEnabled')!.event as EventOf<'captionsEnabled'>;
    expect((fromStatement(state(changed)!)!.event as typeof changed).player).toEqual(changed.player);
    expect((fromCaliper(tell(changed)!)!.event as typeof changed).player).toEqual(changed.player);
  });

  test('whichever end of a seek is the target, and with entities that are described elsewhere', () => {
    const seeked = syntheticSession().find(({ name }) => name === 'seeked')!.event as EventOf<'seeked'>;
    const store = caliper({ endpoint: 'https://store.example/caliper', auth: false, seekTarget: 'destination', thin: true });
    const told = store.map(seeked, LEARNER) as CaliperEvent;
    const { data } = JSON.parse(store.wrap([JSON.stringify(told)], 0));
    for (const event of [told, data.at(-1)]) {
      const { event: back, actor } = fromCaliper(event)!;
      expect(back).toMatchObject({ type: 'seeked', position: 30, from: 10, to: 30, media: { id: MEDIA.id } });
      expect(actor.id).toBe(LEARNER.id);
    }
  });

  test.each([{ type: 'audio' as const }, { live: true, duration: undefined }])('says that the media is %j', (change) => {
    const { event } = syntheticSession(plain({ ...MEDIA, ...change })).find(({ name }) => name === 'paused')!;
    expect(fromStatement(state(event)!)!.event).toMatchObject({ type: 'paused', position: 60, media: plain(change) });
    expect(fromCaliper(tell(event)!)!.event).toMatchObject({ type: 'paused', position: 60, media: plain(change) });
    expect(impersonal(caliperToStatement(statementToCaliper(plain(state(event)!))!))).toEqual(impersonal(state(event)));
  });

  test('says how loud an audio is, of every event', () => {
    const { event } = syntheticSession({ ...MEDIA, type: 'audio' }).find(({ name }) => name === 'paused')!;
    expect(fromCaliper(tell(event)!)!.event).toMatchObject({ player: { volume: 0.35, muted: false } });
    expect((fromCaliper(tell(syntheticSession().find(({ name }) => name === 'paused')!.event)!)!.event as EventOf<'paused'>).player).toEqual({});
  });

  test('somebody anonymous is so in the other standard too', () => {
    const { event } = syntheticSession().find(({ name }) => name === 'paused')!;
    const told = tell(event, '1.2', { ...LEARNER, anonymous: true })!;
    expect(fromCaliper(told)!.actor).toEqual({ id: 'http://purl.imsglobal.org/caliper/Person', anonymous: true });
    expect((statementToCaliper(caliperToStatement(told)!) as CaliperEvent).actor).toEqual(told.actor);
  });

  test('gives nothing for what is not ours', () => {
    expect(fromStatement({ ...state(portalEvents()[0]!.event)!, context: {} })).toBeUndefined();
    expect(fromStatement({ ...state(portalEvents()[0]!.event)!, context: null } as never)).toBeUndefined();
    expect(fromStatement({ ...state(portalEvents()[0]!.event)!, actor: { objectType: 'Group', member: [] } } as never)).toBeUndefined();
    expect(fromCaliper({ ...tell(syntheticSession()[1]!.event)!, extensions: {} })).toBeUndefined();
    expect(fromCaliper({ ...tell(portalEvents()[0]!.event)!, extensions: {}, action: 'Graded' })).toBeUndefined();
  });
});

describe('from one standard to the other', () => {
  const all = [...syntheticSession(), ...portalEvents()].map(({ event }) => event);

  test('the event stays the same', () => {
    for (const event of all) {
      const statement = state(event)!;
      const told = statementToCaliper(statement);
      expect(!!told).toBe(!!EVENTS[event.type][0]);
      if (!told) continue;
      expect([told.id, told.eventTime, told.action]).toEqual([`urn:uuid:${event.id}`, statement.timestamp, tell(event)!.action]);
      expect(essence(fromCaliper(told)!.event, false)).toEqual(essence(fromStatement(statement)!.event, false));
    }
  });

  test('and back it is the statement that it was', () => {
    for (const event of all) {
      const statement = plain(state(event)!);
      const told = statementToCaliper(statement);
      if (told) expect(impersonal(caliperToStatement(plain(told)))).toEqual(impersonal(statement));
    }
  });

  test.each(['1.1', '1.2'] as const)('and back it is the Caliper %s event that it was', (version) => {
    for (const event of all) {
      const told = tell(event, version);
      if (!told) continue;
      const statement = caliperToStatement(plain(told))!;
      expect(statement.id).toBe(event.id);
      expect(impersonal(statementToCaliper(plain(statement), version))).toEqual(impersonal(plain(told)));
    }
  });

  test('for any event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES.filter((type) => EVENTS[type][0])).chain(arbitrary), (event) => {
        const [statement, told] = [plain(state(event)!), plain(tell(event)!)];
        expect(impersonal(caliperToStatement(statementToCaliper(statement)!))).toEqual(impersonal(statement));
        expect(impersonal(statementToCaliper(caliperToStatement(told)!))).toEqual(impersonal(told));
      }),
      { numRuns: 200 },
    );
  });

  test('in another language too', () => {
    const statement = plain(state(all[5]!)!);
    statement.object.definition!.name = { de: 'Woche 1' };
    statement.object.definition!.description = { de: 'Sortieren' };
    expect(fromStatement(statement)!.event).toMatchObject({ media: { name: 'Woche 1' } });
    expect(impersonal(caliperToStatement(statementToCaliper(statement)!))).toEqual(impersonal(statement));
  });

  test('an event told in another language comes back as it was', () => {
    for (const event of all) {
      const told = tell(event);
      if (!told) continue;
      const there = caliperToStatement(plain(told), 'de')!;
      expect([event.type, statementToCaliper(plain(there))]).toEqual([event.type, plain({ ...told, actor: (statementToCaliper(plain(there)) as CaliperEvent).actor })]);
    }
  });

  test('of somebody added whom the endpoint is not told of nothing can be made', () => {
    const { generated: _, ...told } = plain(tell(all.find(({ type }) => type === 'collaboratorAdded')!)!) as CaliperEvent & { generated?: unknown };
    expect([fromCaliper(told as CaliperEvent), caliperToStatement(told as CaliperEvent)]).toEqual([undefined, undefined]);
  });

  test('what cannot be read is none of ours', () => {
    const statement = plain(state(all[5]!)!);
    const event = plain(tell(all.find(({ type }) => type === 'paused')!)!);
    const rest = { [`${EXTENSIONS}rest`]: 'no JSON' };
    for (const wrong of [null, undefined, 7, 'x', [], {}, { ...statement, actor: undefined }, { ...statement, timestamp: 'yesterday' }, { ...statement, object: null }, { ...statement, context: { ...statement.context, extensions: { ...statement.context!.extensions, ...rest } } }]) {
      expect(() => [fromStatement(wrong as never), statementToCaliper(wrong as never)]).not.toThrow();
      expect(statementToCaliper(wrong as never)).toBeUndefined();
    }
    for (const wrong of [null, undefined, 7, 'x', [], {}, { ...event, actor: undefined }, { ...event, eventTime: 'yesterday' }, { ...event, object: null }, { ...event, extensions: { ...event.extensions, ...rest } }]) {
      expect(() => [fromCaliper(wrong as never), caliperToStatement(wrong as never)]).not.toThrow();
      expect(caliperToStatement(wrong as never)).toBeUndefined();
    }
  });

  test('the rest is one extension, as text', () => {
    const told = statementToCaliper(state(all.find(({ type }) => type === 'paused')!)!)!;
    expect(JSON.parse(told.extensions![`${EXTENSIONS}rest`] as string)).toMatchObject({ context: { contextActivities: { grouping: expect.any(Array) } } });
  });

  test('nobody who stands beside a statement gets into Caliper: who stored it, who teaches, in which team', () => {
    const statement = state(all.find(({ type }) => type === 'paused')!)!;
    const agent = (name: string) => ({ mbox: `mailto:${name}@campus.example` });
    const read = { ...statement, stored: '2026-11-15T10:15:01.000Z', authority: agent('admin'), context: { ...statement.context, instructor: agent('teacher'), team: { objectType: 'Group', member: [agent('pupil')] }, contextAgents: [{ objectType: 'contextAgent', agent: agent('aide') }], statement: { objectType: 'StatementRef', id: statement.id } } } as Statement;
    const told = JSON.stringify(statementToCaliper(read));
    expect(told).not.toMatch(/mailto|@campus/);
    expect(told).toContain('StatementRef');
  });

  test('an address never gets into Caliper', () => {
    for (const event of all) expect(JSON.stringify(statementToCaliper(state(event, ACTOR)!) ?? '')).not.toMatch(/mailto|@campus/);
  });

  test.skipIf(!!oracle.reason)(`is accepted by the independent checkers${oracle.reason ? ` (${oracle.reason})` : ''}`, async () => {
    for (const event of all) {
      const told = statementToCaliper(plain(state(event)!));
      if (!told) continue;
      expect([event.type, await oracle.checkCaliper(told, 'v1p2')]).toEqual([event.type, []]);
      const problems: { problem: string }[] = oracle.checkStatements([caliperToStatement(plain(tell(event)!))!]);
      // Sessions without beginning and end: Caliper has neither.
      expect([event.type, problems.filter(({ problem }) => !problem.startsWith('pattern:'))]).toEqual([event.type, []]);
    }
  }, 300_000);

  test('what Caliper cannot say is not said', () => {
    for (const type of ['initialized', 'completed', 'terminated', 'captionsLanguageChanged']) {
      expect(statementToCaliper(state(all.find((event) => event.type === type)!)!)).toBeUndefined();
    }
  });
});
