import { describe, expect, test } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import type { LearningEvent } from '../../src/events.js';
import type { Destination } from '../../src/destinations/destination.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import { createOutbox } from '../../src/outbox/outbox.js';
import { World } from '../outbox/world.js';
import { ACTOR, syntheticSession } from './synthetic-session.js';

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

const CALIPER = 'https://store.example/caliper';
const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';
const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

const store = (version?: '1.1' | '1.2' | 'auto') => caliper({ endpoint: CALIPER, auth: 'key', ...(version && { version }) });
const lrs = (version?: '1.0.3' | '2.0.0' | 'auto') => xapi({ endpoint: 'https://lrs.example/xapi', auth: 'Basic a', ...(version && { version }) });

const rowOf = (destination: Destination, { id, type, time }: LearningEvent, document: object) => ({ destination: destination.key, actor: ACTOR.id, id, type, time, worth: 9, document: JSON.stringify(document) });
/** One event, as it is stored for a destination. */
const oneRow = (destination: Destination) => {
  const { event } = syntheticSession()[1]!;
  return rowOf(destination, event, destination.map(event, ACTOR)!);
};

/** What an endpoint is asked while two sessions are delivered; `answer` is its answer, none where it throws. */
async function deliver(destination: Destination, answer: (request: Request) => Response | Promise<Response>, storedBy = destination) {
  const asked: Request[] = [];
  const world = new World();
  const fetch = async (url: string, { method, headers, body }: RequestInit) => {
    const request = { method, url, headers, body } as Request;
    asked.push(request);
    return answer(request);
  };
  const tab = await world.open({ destinations: [], environment: { fetch } });
  const outbox = createOutbox({ destinations: [destination], store: tab.store, environment: tab.environment, report: () => {} });
  const rows = syntheticSession().flatMap(({ event }) => {
    const document = storedBy.map(event, ACTOR);
    return document ? [rowOf(destination, event, document)] : [];
  });
  await outbox.add(rows);
  const report = await outbox.flush();
  const posts = asked.filter(({ method }) => method === 'POST').map(({ headers, body }) => ({ headers, body: JSON.parse(body!) }));
  return { report, count: rows.length, asked, gets: asked.filter(({ method }) => method === 'GET'), posts };
}

/** An endpoint that takes events, and never answers what it is asked about itself; and what it is asked. */
async function silentOfItself() {
  const world = new World();
  const destination = store('auto');
  const asked: string[] = [];
  const fetch = (_: string, { method }: RequestInit) => {
    asked.push(method!);
    return method === 'GET' ? new Promise<Response>(() => {}) : Promise.resolve(json({}));
  };
  const tab = await world.open({ destinations: [], environment: { fetch } });
  const outbox = createOutbox({ destinations: [destination], store: tab.store, environment: tab.environment, report: () => {} });
  const add = () => outbox.add([oneRow(destination)]);
  return { world, outbox, asked, add };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

test.each(['1.1', '1.2'] as const)('what was stored in another version than %s, which is asked for now, goes out in that one', async (version) => {
  const spoken = version === '1.1' ? V1P1 : V1P2;
  const answer = ({ body }: Request) => json({}, JSON.parse(body!).data.every((event: any) => event['@context'].startsWith(spoken)) && JSON.parse(body!).dataVersion === spoken ? 200 : 422);
  const { report, count } = await deliver(store(version), answer, store(version === '1.1' ? '1.2' : '1.1'));
  expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
});

test('an envelope says when each attempt is made, the one as the page goes too', async () => {
  const world = new World();
  const said: { sendTime: string; at: string }[] = [];
  const fetch = async (_: string, { body }: RequestInit) => {
    said.push({ sendTime: JSON.parse(String(body)).sendTime, at: new Date(world.clock.time).toISOString() });
    return json({}, 503);
  };
  const tab = await world.open({ destinations: [], environment: { fetch } });
  const destination = store();
  const outbox = createOutbox({ destinations: [destination], store: tab.store, environment: tab.environment, report: () => {} });
  await outbox.add([oneRow(destination)]);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await outbox.flush();
    await world.clock.advance(3_000);
  }
  outbox.leave();
  await world.clock.advance(0);
  expect(said.length).toBeGreaterThanOrEqual(3);
  expect(said.map(({ sendTime }) => sendTime)).toEqual(said.map(({ at }) => at));
  expect(new Set(said.map(({ at }) => at)).size).toBe(said.length);
});

describe('version "auto"', () => {
  test('heeds of what a record store says of itself its versions alone', async () => {
    const about = { version: ['2.0.0'], softwareVersion: '1.0.12', extensions: { 'https://lrs.example/build': '11.0.3', 'https://lrs.example/about/version': '1.0.7' } };
    const { report, count } = await deliver(lrs('auto'), ({ method, headers }) => (method === 'GET' ? json(about) : json([], headers['X-Experience-API-Version'] === '2.0.0' ? 200 : 400)));
    expect(report).toMatchObject({ delivered: count, pending: 0 });
  });

  test.each([
    ['as the prose spells it', { caliperSupportedVersions: [V1P1], caliperMaximumPayloadSize: 8 }],
    ['as the sample spells it', { caliper_supported_versions: [V1P1], caliper_maximum_payload_size: 8 }],
  ])('asks a Caliper endpoint for its configuration before the first envelope, and heeds it: %s', async (_, configuration) => {
    const { gets, posts, report, count } = await deliver(store('auto'), ({ method }) => json(method === 'GET' ? configuration : {}));
    expect(gets).toMatchObject([{ url: CALIPER, headers: { Authorization: 'Bearer key' } }]);
    expect(gets[0]!.body ?? null).toBeNull();
    expect(report).toMatchObject({ delivered: count, pending: 0 });
    // What was stored before it was known is rewritten, envelope and events alike.
    for (const { body } of posts) {
      expect(body.dataVersion).toBe(V1P1);
      expect(JSON.stringify(body.data)).not.toMatch(/v1p2|"profile"/);
      expect(JSON.stringify(body).length).toBeLessThanOrEqual(8_000);
    }
    expect(posts.length).toBeGreaterThan(3);
  });

  test('speaks the newest that both know', async () => {
    const { posts, gets } = await deliver(store('auto'), () => json({ caliperSupportedVersions: [V1P1, V1P2] }));
    expect([gets.length, posts.length, posts[0]!.body.dataVersion]).toEqual([1, 1, V1P2]);
  });

  test('asks a record store what it is about', async () => {
    const { gets, posts } = await deliver(lrs('auto'), ({ method }) => json(method === 'GET' ? { version: ['2.0.0'] } : []));
    expect(gets).toMatchObject([{ url: 'https://lrs.example/xapi/about' }]);
    expect(posts.map(({ headers }) => headers['X-Experience-API-Version'])).toEqual(['2.0.0']);
  });

  test.each([
    ['says 404', () => new Response('', { status: 404 })],
    ['says 401', () => json({ caliperSupportedVersions: [V1P1] }, 401)],
    ['is a web page', () => new Response('<html>')],
    ['hides behind CORS', () => { throw new TypeError('Failed to fetch'); }],
  ])('delivers as well where what describes the endpoint %s', async (_, describes) => {
    const { report, count, gets, posts } = await deliver(store('auto'), ({ method }) => (method === 'GET' ? describes() : json({})));
    expect(report).toMatchObject({ delivered: count, pending: 0 });
    expect([gets.length, posts.length, posts[0]!.body.dataVersion]).toEqual([1, 1, V1P2]);
  });

  test.each([
    ['Caliper', 422, 'caliperSupportedVersions', [V1P2, V1P1], V1P2],
    ['Caliper, gone over to the other one', 415, 'caliperSupportedVersions', [V1P1], V1P1],
    ['xAPI', 400, 'version', ['1.0.3', '2.0.0'], '1.0.3'],
    ['xAPI, gone over to the other one', 400, 'version', ['2.0.0'], '2.0.0'],
  ])('stays with a version that the endpoint says it speaks, whatever it refuses afterwards: %s', async (standard, status, member, versions, spoken) => {
    const { posts, report, count } = await deliver(standard.startsWith('xAPI') ? lrs('auto') : store('auto'), ({ method }) => (method === 'GET' ? json({ [member]: versions }) : json({}, status)));
    expect(report).toMatchObject({ delivered: 0, rejected: 0, pending: count });
    expect(posts.length).toBeGreaterThan(1);
    expect(new Set(posts.map(({ headers, body }) => body.dataVersion ?? headers['X-Experience-API-Version']))).toEqual(new Set([spoken]));
  });

  test('goes over where what the endpoint says of itself names no version that is known here', async () => {
    const { posts, report, count } = await deliver(store('auto'), ({ method, body }) =>
      method === 'GET' ? json({ caliperMaximumPayloadSize: 500 }) : JSON.parse(body!).dataVersion === V1P1 ? json({}) : new Response('', { status: 415 }),
    );
    expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
    expect(posts.map(({ body }) => body.dataVersion)).toEqual([V1P2, V1P1]);
  });

  test.each([415, 422, 400])('goes over to Caliper 1.1 where 1.2 is answered with %i, events and all', async (status) => {
    const { posts, report, count } = await deliver(store('auto'), ({ method, body }) =>
      method === 'GET' ? new Response('', { status: 405 }) : JSON.parse(body!).dataVersion === V1P1 ? json({}) : new Response('', { status }),
    );
    expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
    expect(posts.map(({ body }) => body.dataVersion)).toEqual([V1P2, V1P1]);
    expect(JSON.stringify(posts[1]!.body.data)).not.toMatch(/v1p2|"profile"/);
  });

  test('goes over to xAPI 2.0.0 where the 400 says so', async () => {
    const { posts, report, count } = await deliver(lrs('auto'), ({ method, headers }) =>
      method === 'POST' && headers['X-Experience-API-Version'] === '2.0.0' ? json([]) : new Response('', { status: 400, headers: { 'X-Experience-API-Version': '2.0.0' } }),
    );
    expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
    expect(posts.map(({ headers }) => headers['X-Experience-API-Version'])).toEqual(['1.0.3', '2.0.0']);
  });

  test.each(['2.0.0', '1.0.3'])('a 400 that names %s is about an event where that is spoken, and where it is not, about the version', async (spoken) => {
    const poison = syntheticSession()[3]!.event.id;
    const answers = { 'X-Experience-API-Version': spoken };
    const { posts, report, count } = await deliver(lrs('auto'), ({ method, headers, body }) => {
      if (method === 'GET') return new Response('', { status: 404 });
      const refuses = headers['X-Experience-API-Version'] !== spoken || body!.includes(poison);
      return new Response(refuses ? '{}' : '[]', { status: refuses ? 400 : 200, headers: answers });
    });
    expect(report).toMatchObject({ delivered: count - 1, rejected: 1, pending: 0 });
    expect(posts.slice(1).map(({ headers }) => headers['X-Experience-API-Version'])).toEqual(posts.slice(1).map(() => spoken));
  });

  // Some endpoints name whatever they are asked in.
  test('a record store that refuses all in a version that it names is asked in the other one', async () => {
    const { report, count } = await deliver(lrs('auto'), ({ method, headers }) => {
      const version = headers['X-Experience-API-Version']!;
      return method === 'POST' && version === '2.0.0' ? json([]) : new Response('', { status: 400, headers: { 'X-Experience-API-Version': version } });
    });
    expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
  });

  test('a page that goes while the endpoint is asked about itself takes its events along', async () => {
    const { world, outbox, asked, add } = await silentOfItself();
    await add();
    void outbox.flush();
    await world.clock.advance(1_000);
    expect(asked).toEqual(['GET']);
    outbox.leave();
    await world.clock.advance(0);
    expect(asked).toEqual(['GET', 'POST']);
  });

  test('an endpoint that takes events, and never answers what it is asked about itself, is waited for five seconds', async () => {
    const { world, outbox, asked, add } = await silentOfItself();
    await add();
    void outbox.flush();
    await world.clock.advance(4_900);
    expect(asked).toEqual(['GET']);
    await world.clock.advance(200);
    expect(asked).toEqual(['GET', 'POST']);
    // That it takes events is all that is asked of it.
    await add();
    void outbox.flush();
    await world.clock.advance(0);
    expect(asked).toEqual(['GET', 'POST', 'POST']);
  });

  test('sends what an earlier page stored in the other version in the one spoken now', async () => {
    const { posts } = await deliver(store('auto'), () => json({}), store('1.1'));
    expect(posts[0]!.body.dataVersion).toBe(V1P2);
    for (const event of posts[0]!.body.data) expect(event).toMatchObject({ '@context': V1P2, profile: 'MediaProfile' });
  });
});

describe('no version', () => {
  test.each([415, 422])('where a Caliper endpoint refuses all of it with %i, it is tried in the other one', async (status) => {
    const { posts, report, count } = await deliver(store(), ({ body }) => (body!.includes('v1p2') ? json({}, status) : json({})));
    expect(report).toMatchObject({ delivered: count, rejected: 0, pending: 0 });
    expect(posts.at(-1)!.body.dataVersion).toBe(V1P1);
  });

  test('where it refuses one event with 422, none is rewritten', async () => {
    const poison = syntheticSession()[3]!.event.id;
    const { posts, report, count } = await deliver(store(), ({ body }) => json({}, body!.includes(`urn:uuid:${poison}`) ? 422 : 200));
    expect(report).toMatchObject({ delivered: count - 1, rejected: 1, pending: 0 });
    expect(JSON.stringify(posts)).not.toContain('v1p1');
  });

  test('where one was asked for, it stays', async () => {
    const { posts, report, count } = await deliver(store('1.2'), ({ body }) => (body!.includes('v1p2') ? json({}, 422) : json({})));
    expect(report).toMatchObject({ delivered: 0, rejected: 0, pending: count });
    expect(JSON.stringify(posts)).not.toContain('v1p1');
  });
});

test.each([false, true])('what may have been stored keeps its bytes, unless it is surely the version that is refused (sent as the page went: %s)', async (leaves) => {
  for (const [status, last] of [[400, V1P2], [422, V1P1]] as const) {
    let count = 0;
    const world = new World();
    const sent: string[] = [];
    const fetch = async (_: string, { method, body }: RequestInit) => {
      if (method === 'GET') return json({}, 404);
      sent.push(String(body));
      count++;
      // Stored, and the answer is lost; then a moment's trouble.
      if (count === 1) throw new TypeError('Failed to fetch');
      return json('a proxy in the way', count === 2 ? status : 200);
    };
    const tab = await world.open({ destinations: [], environment: { fetch } });
    const destination = store('auto');
    const outbox = createOutbox({ destinations: [destination], store: tab.store, environment: tab.environment, report: () => {} });
    await outbox.add([oneRow(destination)]);
    if (leaves) outbox.leave();
    for (let i = 0; i < 3; i++) await outbox.flush();
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(JSON.parse(sent.at(-1)!).data[0]['@context']).toBe(last);
    expect(await outbox.pending()).toBe(0);
  }
});

test.each([
  ['Caliper', store()],
  ['Caliper 1.1', store('1.1')],
  ['xAPI', lrs()],
  ['xAPI 2.0.0', lrs('2.0.0')],
])('a fixed version asks nothing: %s', async (_, destination) => {
  const { gets, posts } = await deliver(destination, () => json({}));
  expect([gets.length, posts.length]).toEqual([0, 1]);
});
