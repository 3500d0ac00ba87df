import { describe, expect, test } from 'vitest';
import { clean } from '../../src/destinations/clean.js';
import { EXTENSIONS } from '../../src/events.js';

describe('clean', () => {
  test('drops what is undefined, null, empty or not finite, at any depth', () => {
    const document = { a: undefined, b: null, c: '', d: [], e: {}, f: { g: [{ h: Number.NaN, i: Infinity }] }, j: 1 };
    expect(clean(document)).toEqual({ j: 1 });
  });

  test('keeps zero and false', () => {
    // Bug 1 of caliper.md §6, T32 of xapi.md: a falsy value taken for a missing one.
    expect(clean({ a: 0, b: false, c: [0, false] })).toEqual({ a: 0, b: false, c: [0, false] });
  });

  test('gives dates of linked data the one form that they may have, and drops what is none', () => {
    const given = { startedAtTime: '2026-01-01T09:00:00Z', endedAtTime: '2026-01-01T10:00:00+02:00', dateCreated: '2026-01-01', datePublished: 1_767_225_600_000, dateModified: 'yesterday' };
    expect(clean({ session: given }, true)).toEqual({
      session: { startedAtTime: '2026-01-01T09:00:00.000Z', endedAtTime: '2026-01-01T08:00:00.000Z', dateCreated: '2026-01-01T00:00:00.000Z', datePublished: '2026-01-01T00:00:00.000Z' },
    });
    expect(clean({ given })).toEqual({ given });
  });

  test('makes ids valid IRIs and leaves letters beyond ASCII', () => {
    expect(clean({ id: 'https://x.example/a b/<c>"{}|\\^`', in: [{ id: 'https://x.example/ü/%20' }] })).toEqual({
      id: 'https://x.example/a%20b/%3Cc%3E%22%7B%7D%7C%5C%5E%60',
      in: [{ id: 'https://x.example/ü/%20' }],
    });
  });

  test('gives keys of extensions that are no absolute IRIs ours', () => {
    const extensions = { 'https://x.example/e': 1, plain: 2, 'two words': 3, 'com.example.key': 4 };
    expect(clean({ extensions, in: { extensions: { plain: { plain: 1 } } } })).toEqual({
      extensions: { 'https://x.example/e': 1, [`${EXTENSIONS}plain`]: 2, [`${EXTENSIONS}two%20words`]: 3, [`${EXTENSIONS}com.example.key`]: 4 },
      in: { extensions: { [`${EXTENSIONS}plain`]: { plain: 1 } } },
    });
  });

  test.each([false, true])('leaves what a page has put into an extension as it is, but for what is empty in Caliper (linked: %s)', (linked) => {
    const inner = { id: 42, name: 'x'.repeat(300), startedAtTime: 'early', none: null, list: [{ id: 'a b' }] };
    const { none, ...more } = inner;
    const kept = linked ? more : { none, ...more };
    const names = (value: object) => Object.fromEntries(Object.entries(value).map(([name, one]) => [linked ? `${EXTENSIONS}${name}` : name, one]));
    expect(clean({ extensions: { 'https://x.example/e': inner } }, linked)).toEqual({ extensions: { 'https://x.example/e': { ...names(kept), ...names({ list: [names({ id: 'a b' })] }) } } });
  });

  test('mends what was cut off in the middle of a character', () => {
    // JSON has an escape for half of one; PostgreSQL takes no such text, and answers 500 to the batch.
    const half = '🎉'.slice(0, 1);
    expect(clean({ name: `Anna ${half}`, whole: '🎉', id: `https://x.example/${half}`, extensions: { [half]: half } })).toEqual({
      name: 'Anna \ufffd',
      whole: '🎉',
      id: 'https://x.example/%EF%BF%BD',
      extensions: { [`${EXTENSIONS}%EF%BF%BD`]: '\ufffd' },
    });
  });

  test('mends it within what an extension of xAPI holds too', () => {
    const half = '🎉'.slice(0, 1);
    const extensions = (text: string) => ({ 'https://x.example/e': text, 'https://x.example/f': { list: [text, 1, null] } });
    expect(clean({ extensions: extensions(`cut ${half}`) })).toEqual({ extensions: extensions('cut \ufffd') });
  });

  test('what only begins like an id is none', () => {
    const otherIdentifiers = [{ identifier: 'Jane [2] 100%', identifierType: 'SystemId' }];
    expect(clean({ otherIdentifiers }, true)).toEqual({ otherIdentifiers });
  });

  test('a member by the name id is an IRI only where the standard says so', () => {
    // The Indonesian language, an answer to choose from, what an LMS calls its course.
    const definition = { name: { id: 'Minggu 1: Pengurutan' }, description: { id: 'satu dua' }, choices: [{ id: 'a b', description: { id: 'c d' } }] };
    expect(clean({ definition, verb: { display: { id: 'telah menonton' } } })).toEqual({ definition, verb: { display: { id: 'telah menonton' } } });
    const claim = { id: 'course 1/[a]', title: 'A' };
    expect(clean({ federatedSession: { id: 'urn:x:a b', messageParameters: { claim } }, target: { id: 'urn:x:a b' } }, true)).toEqual({ federatedSession: { id: 'urn:x:a%20b', messageParameters: { claim } }, target: { id: 'urn:x:a%20b' } });
  });

  test('gives no date of a year that its form has no digits for', () => {
    expect(clean({ id: 'a:b', startedAtTime: 1_767_225_600_000_000, endedAtTime: -1e14 }, true)).toEqual({ id: 'a:b' });
  });

  test('keeps what an LMS fills within the lengths of Caliper 1.1', () => {
    const long = 'M'.repeat(300);
    const { version, courseNumber, category, academicSession } = clean({ version: long, courseNumber: long, category: long, academicSession: long }, true) as any;
    expect([version, courseNumber, category, academicSession].map(({ length }) => length)).toEqual([64, 128, 128, 256]);
  });

  test('survives an id that is no text', () => {
    expect(clean({ id: 42 })).toEqual({ id: '42' });
  });

  test('leaves the given document as it was', () => {
    const document = Object.freeze({ id: 'a b', list: Object.freeze(['', 1]), extensions: Object.freeze({ a: null }) });
    clean(document);
    expect(document).toEqual({ id: 'a b', list: ['', 1], extensions: { a: null } });
  });

  test('makes nothing of nothing', () => {
    expect(clean({})).toBeUndefined();
    expect(clean({ a: { b: [] } })).toBeUndefined();
  });
});

describe('linked data', () => {
  test('keeps no text longer than a Caliper endpoint has to store', () => {
    const { name, object } = clean({ name: 'x'.repeat(300), object: { description: `${'x'.repeat(1023)}😀` } }, true) as { name: string; object: { description: string } };
    expect(name).toHaveLength(256);
    expect(object.description).toBe(`${'x'.repeat(1023)}\ufffd`);
    expect(clean({ name: 'x'.repeat(300) })).toEqual({ name: 'x'.repeat(300) });
  });

  test('has absolute keys also within what an extension holds', () => {
    const extensions = { 'https://x.example/score': { max: 10, 'https://x.example/by': [{ role: 'tutor' }] } };
    expect(clean({ extensions }, true)).toEqual({
      extensions: { 'https://x.example/score': { [`${EXTENSIONS}max`]: 10, 'https://x.example/by': [{ [`${EXTENSIONS}role`]: 'tutor' }] } },
    });
    expect(clean({ extensions })).toEqual({ extensions });
  });
});
