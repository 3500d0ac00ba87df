// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { check } from '../../src/check.js';
import { custom } from '../../src/core.js';
import type { LearningEvent } from '../../src/events.js';
import { createPage } from '../../src/page.js';

const ACTOR = { id: 'https://campus.example/users/1' };
const event = (type: string, more: object = {}) => ({ id: '1', type, time: 0, ...more }) as unknown as LearningEvent;

test('is sent the neutral event with its actor', () => {
  const { url, key, map, wrap, auth, headers } = custom({ endpoint: 'https://events.example/in ' });
  expect(auth).toBe(false);
  expect(headers()).toEqual({ 'Content-Type': 'application/json' });
  expect([url, key]).toEqual(['https://events.example/in', 'custom https://events.example/in']);
  expect(map(event('paused'), ACTOR)).toEqual({ id: '1', type: 'paused', time: 0, actor: ACTOR });
  expect(wrap(['{}', '{}'], 0)).toBe('[{},{}]');
});

test('gets no size and no bitrate unless it wants them, whatever it makes of events', () => {
  const { map } = custom({ endpoint: 'https://events.example' });
  const wants = custom({ endpoint: 'https://events.example', events: ['sizeChanged'], map: ({ type }) => ({ type }) });
  const events = [event('sizeChanged'), event('resolutionChanged', { by: 'bitrate' }), event('resolutionChanged', { by: 'learner' })];
  expect(events.map((one) => !!map(one, ACTOR))).toEqual([false, false, true]);
  expect(events.map((one) => wants.map(one, ACTOR))).toEqual([{ type: 'sizeChanged' }, undefined, undefined]);
});

test.each([
  [{ endpoint: 'http://events.example' }, '"custom.endpoint" should be an https URL'],
  [{ endpoint: '' }, '"custom.endpoint" should be an http or https URL, but is ""'],
  [{ endpoint: 'https://events.example', auth: '' }, '"custom.auth" should be false, { key, secret }'],
  [{ endpoint: 'https://events.example', headers: {} }, '"custom.headers" should be a function'],
  [{ endpoint: 'https://events.example', judge: 'stored' }, '"custom.judge" should be a function'],
  [{ endpoint: 'https://events.example', auth: 'key', url: 'http://events.example/in' }, '"custom.url" should be an https URL'],
  [{ endpoint: 'https://events.example', about: 'ftp://events.example' }, '"custom.about" should be an http or https URL'],
  [{ endpoint: 'https://events.example', url: 'https://me:secret@events.example' }, '"custom.url" should be a URL without a user name'],
  [{ endpoint: 'https://events.example', maxBytes: '5' }, '"custom.maxBytes" should be a number'],
  [{ endpoint: 'https://events.example', label: 5 }, '"custom.label" should be text'],
  [{ endpoint: 'https://events.example', probe: 5 }, '"custom.probe" should be an object'],
  [undefined, '"custom" should be an object with an endpoint'],
])('%o throws a TypeError that names what is wrong', (options, words) => {
  expect(() => custom(options as never)).toThrow(words);
});

test('beforeSend has the last word', () => {
  const { map } = custom({ endpoint: 'https://events.example', beforeSend: (document) => ({ ...document, actor: undefined }) });
  expect(map(event('sizeChanged', {}), ACTOR)).toBeUndefined();
  expect(map(event('resolutionChanged', { by: 'learner' }), ACTOR)).toMatchObject({ type: 'resolutionChanged', actor: undefined });
  expect(custom({ endpoint: 'https://events.example', beforeSend: () => null }).map(event('resolutionChanged', { by: 'learner' }), ACTOR)).toBeFalsy();
});

test('check() asks as the probe says', async () => {
  const asked: unknown[] = [];
  const page = {
    ...createPage(() => undefined),
    fetch: async (url: string, { method, body }: RequestInit) => {
      asked.push([method, url, body ?? null]);
      return new Response('{}');
    },
  };
  const probe = { method: 'GET', url: 'https://events.example/health' } as const;
  const destinations = [custom({ endpoint: 'https://events.example/in', probe }), custom({ endpoint: 'https://events.example/other' })];
  const report = await check(destinations, page as never, () => ACTOR);
  expect(report.ok).toBe(true);
  expect(asked).toEqual([
    ['GET', 'https://events.example/health', null],
    ['POST', 'https://events.example/other', '[]'],
  ]);
});

test('check() asks with an empty body where nothing can be made of no events', async () => {
  const asked: unknown[] = [];
  const page = {
    ...createPage(() => undefined),
    fetch: async (url: string, { body }: RequestInit) => {
      asked.push([url, body]);
      return new Response('{}');
    },
  };
  const wrap = (documents: readonly string[]): string => {
    if (!documents[0]) throw new Error('there is nothing to wrap');
    return documents[0];
  };
  const report = await check([custom({ endpoint: 'https://events.example/in', wrap })], page as never, () => ACTOR);
  expect(report.ok).toBe(true);
  expect(asked).toEqual([['https://events.example/in', '']]);
});

test('what it does to an event is done to a copy: other destinations have the same event', () => {
  const shared = { ...event('paused'), media: { id: 'https://campus.example/videos/42', name: 'Sorting' }, progress: { segments: [[0, 5]] } } as unknown as LearningEvent;
  const before = JSON.stringify([shared, ACTOR]);
  const spoil = (document: any) => {
    document.media.name = 'REDACTED';
    document.progress.segments.length = 0;
    document.actor.id = 'urn:x';
    return document;
  };
  expect(custom({ endpoint: 'https://events.example', beforeSend: spoil }).map(shared, ACTOR)).toMatchObject({ media: { name: 'REDACTED' }, actor: { id: 'urn:x' } });
  custom({ endpoint: 'https://events.example', map: (given: any, actor: any) => spoil({ ...given, actor }) }).map(shared, ACTOR);
  expect(JSON.stringify([shared, ACTOR])).toBe(before);
});

test.each(['xapi mirror', 'caliper https://campus.example/elsewhere', 'session log'])('with a key such as a standard has it (%s), it is not taken for that standard', (key) => {
  expect(custom({ endpoint: 'https://events.example', key }).key).toBe(`custom ${key}`);
  for (const own of ['mine', 'our xapi mirror']) expect(custom({ endpoint: 'https://events.example', key: own }).key).toBe(own);
});
