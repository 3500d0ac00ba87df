import { describe, expect, test } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import type { Answer, Destination, Verdict } from '../../src/destinations/destination.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';

const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body,
  header: (name) => headers[name] ?? null,
});

const lrs = (version?: '1.0.3' | '2.0.0' | 'auto') => xapi({ endpoint: 'https://lrs.example/xapi', auth: false, ...(version && { version }) });
const store = (version?: '1.1' | '1.2' | 'auto') => caliper({ endpoint: 'https://store.example/caliper', auth: false, ...(version && { version }) });

const LOGIN = '<!DOCTYPE html><html><body>Welcome to the hotel</body></html>';

/** Status, body, what it means for one document, and for several where that differs. */
const BOTH: readonly (readonly [status: number, body: string, one: Verdict, several?: Verdict])[] = [
  [200, '["00000001-0000-4000-8000-000000000000"]', 'stored'],
  // Ralph names only what is new, OpenLRW counts less than it was sent, Unizin answers in its own shape.
  [200, '[]', 'stored'],
  [200, '{}', 'stored'],
  [200, 'null', 'stored'],
  [200, '', 'stored'],
  [201, '', 'stored'],
  [202, '', 'stored'],
  [204, '', 'stored'],
  // A captive portal, or a single-page application that answers every path.
  [200, LOGIN, 'later'],
  [200, `\n\ufeff ${LOGIN}`, 'later'],
  // A gateway that says by its body alone that something went wrong; and an endpoint that says that nothing did.
  [200, '{"error":"not logged in","login":"https://portal.example/"}', 'later'],
  [200, '{ "error": { "code": 401 } }', 'later'],
  [200, '{"error":true}', 'later'],
  [200, '{"error":401}', 'later'],
  [200, '{"error":{"code":401}}', 'later'],
  [200, '{"error":false}', 'stored'],
  [200, '{"error":0}', 'stored'],
  [200, '{"error":null,"stored":7}', 'stored'],
  [200, '{"error":"","status":"ok"}', 'stored'],
  [200, '{"error":{}}', 'stored'],
  [200, '{"errors":[]}', 'stored'],
  // What looks like it, further on.
  [200, '{"stored":1,"took":"<1 s","last":{"error":"none"}}', 'stored'],
  // An opaque answer, a redirect that was not followed, and the redirects themselves.
  [0, '', 'later'],
  [300, '', 'later'],
  [301, '', 'later'],
  [302, LOGIN, 'later'],
  [307, '', 'later'],
  [400, '{"error":"bad statement"}', 'refused'],
  [413, '', 'refused'],
  [415, '', 'refused'],
  [422, '{"detail":"bad"}', 'refused'],
  [409, '', 'stored', 'settle'],
  // CloudLRS.
  [400, 'Event urn:uuid:1 already exists', 'stored', 'settle'],
  [400, 'ALREADY EXISTS', 'stored', 'settle'],
  // Unizin.
  [400, 'bearer token missing or not recognized', 'unauthorized'],
  [400, '{"message":"Invalid API key"}', 'unauthorized'],
  [400, '{"message":"apikey unknown"}', 'unauthorized'],
  [400, 'Unauthorized', 'unauthorized'],
  [400, 'unauthorised', 'unauthorized'],
  [400, 'Unexpected token < in JSON', 'refused'],
  [401, '', 'unauthorized'],
  [403, '', 'unauthorized'],
  ...[402, 404, 405, 406, 407, 408, 410, 421, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 599].map((status): readonly [number, string, Verdict] => [status, '', 'later']),
];

const standards: readonly (readonly [string, () => Destination])[] = [
  ['xapi', lrs],
  ['caliper', store],
];

describe.each(standards)('%s judge', (_, destination) => {
  for (const [status, body, one, several = one] of BOTH) {
    test(`${status} ${body.trim().slice(0, 40)} means ${one}${several === one ? '' : `, of several ${several}`}`, () => {
      expect(destination().judge(answer(status, body), 1)).toBe(one);
      expect(destination().judge(answer(status, body), 7)).toBe(several);
    });
  }

  test('an empty answer labelled text/html, as many servers do by default, is no captive portal', () => {
    expect(destination().judge(answer(200, '', { 'content-type': 'text/html; charset=UTF-8' }), 1)).toBe('stored');
  });
});

describe('negotiation', () => {
  test('of a fixed version there is none', () => {
    for (const destination of [lrs(), lrs('2.0.0'), store('1.2'), store('1.1')]) {
      expect(destination.judge(answer(422), 1)).toBe('refused');
      expect(destination.judge(answer(400, '', { 'x-experience-api-version': '2.0.0' }), 1)).toBe('refused');
      expect(destination.negotiate!(answer(422))).toBe(false);
      expect(destination.judge(answer(422), 1)).toBe('refused');
    }
  });

  test('xAPI: a 400 from a record store of the other version', () => {
    const destination = lrs('auto');
    const refusal = answer(400, '', { 'x-experience-api-version': '2.0.0' });
    expect(destination.headers()['X-Experience-API-Version']).toBe('1.0.3');
    expect(destination.judge(refusal, 3)).toBe('version');
    expect(destination.negotiate!(refusal)).toBe(true);
    expect(destination.headers()['X-Experience-API-Version']).toBe('2.0.0');
    expect(destination.judge(answer(200, '[]'), 3)).toBe('stored');
  });

  test.each([415, 422, 400])('Caliper: a %d for the version', (status) => {
    const destination = store('auto');
    expect(destination.judge(answer(status), 3)).toBe('version');
    expect(destination.negotiate!(answer(status))).toBe(true);
    expect(JSON.parse(destination.wrap([], 0)).dataVersion).toBe('http://purl.imsglobal.org/ctx/caliper/v1p1');
  });

  test('goes to and fro where the other version is refused as well', () => {
    const destination = store('auto');
    for (const version of ['v1p1', 'v1p2', 'v1p1']) {
      expect(destination.judge(answer(422), 1)).toBe('version');
      expect(destination.negotiate!(answer(422))).toBe(true);
      expect(JSON.parse(destination.wrap([], 0)).dataVersion).toContain(version);
    }
  });

  test('is over once a version was accepted: a bad event later does not change it', () => {
    for (const destination of [lrs('auto'), store('auto')]) {
      destination.judge(answer(200), 3);
      expect(destination.judge(answer(400), 1)).toBe('refused');
      expect(destination.judge(answer(422), 1)).toBe('refused');
      expect(destination.negotiate!(answer(422))).toBe(false);
    }
  });

  test('does not take a batch that is too large for a wrong version, nor a refused key or a full endpoint', () => {
    const destination = store('auto');
    expect(destination.judge(answer(413), 9)).toBe('refused');
    expect(destination.judge(answer(401), 9)).toBe('unauthorized');
    expect(destination.judge(answer(503), 9)).toBe('later');
  });
});

describe('applyConfiguration', () => {
  const contexts = ['v1p1', 'v1p1/ToolLaunchProfile-extension'].map((version) => `http://purl.imsglobal.org/ctx/caliper/${version}`);

  test.each([
    ['as the prose spells it', { caliperSupportedVersions: contexts, caliperMaximumPayloadSize: 512 }],
    ['as the sample spells it', { caliper_supported_versions: contexts, caliper_maximum_payload_size: 512 }],
  ])("Caliper's, %s", (_, configuration) => {
    const destination = store('auto');
    destination.applyConfiguration!(configuration);
    expect(destination.maxBytes).toBe(512_000);
    expect(JSON.parse(destination.wrap([], 0)).dataVersion).toBe('http://purl.imsglobal.org/ctx/caliper/v1p1');
  });

  test.each([[0.5, 500], ['64', 64_000], [1e300, 1e303]])('takes a largest payload of %j kB for %d bytes', (kilobytes, bytes) => {
    const destination = store('auto');
    destination.applyConfiguration!({ caliperMaximumPayloadSize: kilobytes });
    expect(destination.maxBytes! / bytes).toBeCloseTo(1);
  });

  test('keeps the newer Caliper where both are spoken', () => {
    const destination = store('auto');
    destination.applyConfiguration!({ caliperSupportedVersions: [...contexts, 'http://purl.imsglobal.org/ctx/caliper/v1p2'] });
    expect(JSON.parse(destination.wrap([], 0)).dataVersion).toContain('v1p2');
    expect(destination.maxBytes).toBeUndefined();
  });

  test.each([
    [['1.0.3', '2.0.0'], '1.0.3'],
    [['1.0.0', '1.0.1'], '1.0.3'],
    [['1.0.1', '2.0.0'], '1.0.3'],
    [['2.0.0'], '2.0.0'],
    [['0.95'], '1.0.3'],
  ])('xAPI %j: %s is spoken', (version, spoken) => {
    const destination = lrs('auto');
    destination.applyConfiguration!({ version, extensions: {} });
    expect(destination.headers()['X-Experience-API-Version']).toBe(spoken);
  });

  test('does not overrule a fixed version', () => {
    const destination = store('1.2');
    destination.applyConfiguration!({ caliperSupportedVersions: contexts });
    expect(JSON.parse(destination.wrap([], 0)).dataVersion).toContain('v1p2');
  });

  test.each([undefined, null, 'nothing', 42, [], {}])('is not put off by %j', (configuration) => {
    const destination = store('auto');
    destination.applyConfiguration!(configuration);
    expect(JSON.parse(destination.wrap([], 0)).dataVersion).toContain('v1p2');
  });
});
