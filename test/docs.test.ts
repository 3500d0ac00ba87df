import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventsDocument } from './docs/events-document.js';
import { TYPES } from './docs/destinations.js';

const file = new URL('../docs/EVENTS.md', import.meta.url);
if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, eventsDocument());

test('docs/EVENTS.md is what the code does (node test/docs.mjs --write)', () => {
  expect(readFileSync(file, 'utf8')).toBe(eventsDocument());
});

test('it has a row of every type', () => {
  const text = eventsDocument();
  for (const type of TYPES) expect(text).toContain(`| \`${type}\` |`);
});
