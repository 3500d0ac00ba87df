import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidV5 } from '../../src/destinations/xapi/uuid-v5.js';

test('is that of the RFC', () => {
  // RFC 9562 appendix A.4.
  expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('is what Node makes of the same SHA-1, for any name', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 30, maxLength: 200 }), fc.constantFrom('cut \ud83d', '\udc00')), (namespace, name) => {
      const hash = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name).digest();
      hash[6] = (hash[6]! & 0x0f) | 0x50;
      hash[8] = (hash[8]! & 0x3f) | 0x80;
      const hex = hash.toString('hex', 0, 16);
      expect(uuidV5(namespace, name).replaceAll('-', '')).toBe(hex);
    }),
  );
});

test('has the form that record stores ask for', () => {
  for (let i = 0; i < 50; i += 1) expect(uuidV5('00000001-0000-4000-8000-000000000000', `${i}`)).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
