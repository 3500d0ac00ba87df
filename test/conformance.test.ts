import { describe, expect, test } from 'vitest';
import { caliper } from '../src/destinations/caliper/caliper.js';
import type { Destination } from '../src/destinations/destination.js';
import { xapi } from '../src/destinations/xapi/xapi.js';
import { kaltura } from '../src/kaltura/kaltura.js';
import { EVENTS, type Actor, type Context, type EventType, type Media } from '../src/events.js';
import { portalEvents } from './destinations/portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession } from './destinations/synthetic-session.js';

interface Oracle {
  readonly reason: string | null;
  checkStatements(statements: object[]): { statement: number; problem: string }[];
  checkCaliper(document: object, version: 'v1p1' | 'v1p2'): Promise<string[]>;
}

// By its address, since it is JavaScript without types.
const { findOracle } = (await import(new URL('./support/oracle.mjs', import.meta.url).href)) as {
  findOracle(options: { log(line: string): void }): Promise<Oracle>;
};
const oracle = await findOracle({ log: () => {} });
const isMissing = oracle.reason !== null;
const why = isMissing ? ` (${oracle.reason})` : '';

const events = Object.keys(EVENTS) as EventType[];
const { duration: _, ...endless } = MEDIA;
const ANONYMOUS: Actor = { id: 'https://campus.example/anonymous/9', anonymous: true, account: { homePage: 'https://campus.example', name: '9' } };

const { federatedSession: __, ...unlaunched } = CONTEXT;

interface Scenario {
  readonly media?: Media;
  readonly actor?: Actor;
  readonly context?: Context;
  /** What happens around the player, not in it. */
  readonly portal?: boolean;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'a video': {},
  'an audio': { media: { ...MEDIA, type: 'audio', mediaType: 'audio/mpeg' } },
  'a live stream': { media: { ...endless, live: true } },
  'a video of which nothing but the id is known': { media: { id: MEDIA.id, duration: 120 }, context: {} },
  'a video whose id is no valid IRI': { media: { ...MEDIA, id: 'https://campus.example/videos/über uns.mp4#t=10,20' } },
  'a video whose surroundings are of kinds that Caliper has no word for': {
    media: { ...MEDIA, collection: { id: 'https://campus.example/channels/7', type: 'Course' } as NonNullable<Media['collection']> },
    context: { ...CONTEXT, referrer: { id: 'https://campus.example/page', type: 'Course', learningObjectives: ['https://campus.example/objectives/1'], creators: [{ id: 'https://campus.example/staff', type: 'Team' }] } },
  },
  'a video watched by nobody known': { actor: ANONYMOUS },
  'a portal': { portal: true },
  'a portal outside any launch': { portal: true, context: unlaunched },
  'a portal of which nothing is known': { portal: true, context: {} },
  'a portal used by nobody known': { portal: true, actor: ANONYMOUS },
};

const lrs = (version: '1.0.3' | '2.0.0') => xapi({ endpoint: 'https://lrs.example/xapi', auth: false, version, events });
const store = (version: '1.1' | '1.2', thin: boolean) =>
  caliper({ endpoint: 'https://store.example/caliper', auth: false, sensor: 'https://campus.example', version, events, thin, messageParameters: ['context_id'] });
const marks = { '1.1': 'v1p1', '1.2': 'v1p2' } as const;

describe.skipIf(isMissing)(`independent checkers${why}`, () => {
  for (const [title, { media, actor = ACTOR, context, portal }] of Object.entries(scenarios)) {
    const steps = portal ? portalEvents(context) : syntheticSession(media, context);
    const envelope = (destination: Destination) => {
      const documents = steps.flatMap(({ event }) => destination.map(event, actor) ?? []);
      return JSON.parse(destination.wrap(documents.map((document) => JSON.stringify(document)), Date.UTC(2026, 10, 15)));
    };

    for (const version of ['1.0.3', '2.0.0'] as const) {
      test(`xAPI ${version} statements of ${title}: none is rejected`, () => {
        const statements = envelope(lrs(version));
        expect(statements).toHaveLength(steps.length);
        expect(oracle.checkStatements(statements)).toEqual([]);
      });
    }

    test(`statements of ${title} in Kaltura's vocabulary: none is rejected`, () => {
      const vocabulary = kaltura({ site: { id: 'https://campus.example/portal', name: 'Portal' } });
      const statements = envelope(xapi({ endpoint: 'https://lrs.example/xapi', auth: false, events, vocabulary, language: 'de-CH' }));
      expect(statements.length).toBeGreaterThan(10);
      expect(oracle.checkStatements(statements)).toEqual([]);
    });

    for (const version of ['1.1', '1.2'] as const) {
      for (const thin of [false, true]) {
        test(`Caliper ${version} ${thin ? 'thin' : 'fat'} envelope of ${title}: nothing is rejected`, async () => {
          const sent = envelope(store(version, thin));
          expect(sent.data.length).toBeGreaterThan(18);
          expect(await oracle.checkCaliper(sent, marks[version])).toEqual([]);
        });
      }
    }
  }

  // Else the tests above could pass because nothing is looked at.
  test('a wrong document is found', async () => {
    const paused = syntheticEvent('paused');
    const statement = lrs('1.0.3').map(paused, ACTOR) as any;
    delete statement.result.extensions['https://w3id.org/xapi/video/extensions/played-segments'];
    expect(oracle.checkStatements([statement])).not.toEqual([]);
    const event = { ...store('1.2', false).map(paused, ACTOR), extensions: { plain: 1 } };
    expect(await oracle.checkCaliper(event, 'v1p2')).not.toEqual([]);
  });
});
