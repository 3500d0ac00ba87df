import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LearningEvent, Media } from '../../src/events.js';
import { DESTINATIONS, TYPES } from '../docs/destinations.js';
import { portalEvent, portalEvents } from './portal-events.js';
import { ACTOR, CONTEXT, MEDIA, syntheticEvent, syntheticSession } from './synthetic-session.js';

// `UPDATE_GOLDEN=1 npx vitest run test/destinations/golden.test.ts` writes the files anew: review what changed.
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

const { 'kaltura-2.0.0': _same, ...destinations } = DESTINATIONS;

const { duration: _, ...endless } = MEDIA;
const AUDIO: Media = { ...MEDIA, type: 'audio', mediaType: 'audio/mpeg' };
const LIVE: Media = { ...endless, live: true };

const cases: Readonly<Record<string, LearningEvent>> = {
  // The context is the same on all: once is enough to read.
  ...Object.fromEntries(syntheticSession(MEDIA, {}).map(({ name, event }) => [name, event])),
  'started, with context': syntheticEvent('started', { context: CONTEXT }),
  'volumeChanged, audio': syntheticEvent('volumeChanged', { context: {} }, AUDIO),
  'paused, live': syntheticEvent('paused', { context: {} }, LIVE),
  ...Object.fromEntries(portalEvents({}).map(({ name, event }) => [name, event])),
  'captureLaunched, in a launch': portalEvent('captureLaunched', { context: { federatedSession: CONTEXT.federatedSession } }),
};

describe('documents are those of the golden files', () => {
  for (const [name, destination] of Object.entries(destinations)) {
    const file = new URL(`../golden/${name}.json`, import.meta.url);
    const mapped = Object.fromEntries(Object.entries(cases).map(([title, event]) => [title, destination.map(event, ACTOR) ?? null]));
    if (isUpdate) writeFileSync(file, `${JSON.stringify(mapped, null, 2)}\n`);
    const golden = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};

    test(`${name} has a document, or knowingly none, of every event type`, () => {
      expect(new Set(Object.keys(golden).map((title) => title.split(/[ ,]/)[0]))).toEqual(new Set(TYPES));
      expect(Object.keys(golden)).toEqual(Object.keys(cases));
    });
    test.each(Object.keys(cases))(`${name}: %s`, (title) => {
      // As text: the order of members is part of what is sent.
      expect(JSON.stringify(mapped[title], null, 2)).toBe(JSON.stringify(golden[title], null, 2));
    });
  }

  test('xAPI statements are the same in both versions', () => {
    const read = (name: string) => readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8');
    expect(read('xapi-2.0.0')).toBe(read('xapi-1.0.3'));
  });
});
