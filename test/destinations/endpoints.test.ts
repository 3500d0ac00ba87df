import { expect, test } from 'vitest';
import { caliper, xapi } from '../../src/core.js';

// Frameworks load modules on the server too.
test('where there is no page, an absolute endpoint is one, and a relative one stands for that of the page to come', () => {
  expect(typeof document).toBe('undefined');
  expect(xapi({ endpoint: 'https://lrs.example/xapi', auth: false }).url).toBe('https://lrs.example/xapi/statements');
  expect(caliper({ endpoint: 'https://caliper.example/in', auth: false, sensor: 'https://campus.example/sensors/1' }).url).toBe('https://caliper.example/in');
  expect(() => caliper({ endpoint: 'https://caliper.example/in', auth: false })).not.toThrow();
  expect(() => xapi({ endpoint: '/analytics/xapi', auth: false })).not.toThrow();
  expect(() => xapi({ endpoint: 'ftp://lrs.example', auth: false })).toThrow('"xapi.endpoint" should be an http or https URL, but is "ftp://lrs.example"');
});
