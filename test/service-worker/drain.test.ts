import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Asked } from '../../src/service-worker/drain.js';
import { drain } from '../../src/service-worker/drain.js';
import { createStore } from '../../src/outbox/resilient-store.js';
import { World } from '../outbox/world.js';

const LRS = 'https://lrs.example/xapi';
const KEY = `xapi ${LRS}`;
const DAY = 86_400_000;

let factory: IDBFactory;
let requests: { url: string; ids: string[]; authorization: string | null }[];
let answer: (url: string, ids: string[], authorization: string | null) => Response;

beforeEach(() => {
  factory = new IDBFactory();
  requests = [];
  answer = (_, ids) => Response.json(ids);
  vi.stubGlobal('indexedDB', factory);
  vi.stubGlobal('IDBKeyRange', IDBKeyRange);
  vi.stubGlobal('location', { origin: 'https://portal.example' });
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const body = init.body ? JSON.parse(String(init.body)) : [];
    const ids = (Array.isArray(body) ? body : body.data).map(({ id }: { id: string }) => id);
    const authorization = new Headers(init.headers).get('authorization');
    requests.push({ url, ids, authorization });
    return answer(url, ids, authorization);
  });
});
afterEach(() => vi.unstubAllGlobals());

/** What pages left. */
const leave = async (count: number, { key = KEY, actor = 'https://campus.example/users/anna', age = 0, from = 0 } = {}) => {
  const { environment } = new World().tab({ storage: 'memory' });
  const store = createStore({ ...environment, indexedDB: factory });
  await store.persist(true);
  const ids = Array.from({ length: count }, (_, i) => `${actor.split('/').pop()}-${from + i}`);
  await store.write(ids.map((id, i) => ({ k: ['q', key, actor, Date.now() - age + i, id, 3, 30, 'paused'], d: JSON.stringify({ id }) })));
  store.close();
  return ids;
};

test('sends what every learner left, each with a credential of their own, in order', async () => {
  const anna = await leave(3);
  const ben = await leave(2, { actor: 'https://campus.example/users/ben' });
  const asked: Asked[] = [];
  const told = await drain({ auth: (one) => { asked.push(one); return `Bearer ${one.actor.split('/').pop()}`; } });
  expect(told).toEqual({ delivered: 5, rejected: 0, pending: 0 });
  expect(requests).toEqual([
    { url: `${LRS}/statements`, ids: anna, authorization: 'Bearer anna' },
    { url: `${LRS}/statements`, ids: ben, authorization: 'Bearer ben' },
  ]);
  expect(asked[0]).toEqual({ standard: 'xapi', endpoint: LRS, actor: 'https://campus.example/users/anna', reason: 'start' });
  expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 0, rejected: 0, pending: 0 });
});

test('where a cookie authorises, false says so', async () => {
  const ids = await leave(2);
  expect(await drain({ auth: () => false })).toEqual({ delivered: 2, rejected: 0, pending: 0 });
  expect(requests).toEqual([{ url: `${LRS}/statements`, ids, authorization: null }]);
});

test('what is none of ours in the queue holds up nobody', async () => {
  const ids = await leave(2);
  const { environment } = new World().tab({ storage: 'memory' });
  const store = createStore({ ...environment, indexedDB: factory });
  await store.persist(true);
  await store.write([{ k: ['q', 'another'] }]);
  store.close();
  expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 2, rejected: 0, pending: 0 });
  expect(requests[0]!.ids).toEqual(ids);
});

test('Caliper events go in an envelope of their own version', async () => {
  const { environment } = new World().tab({ storage: 'memory' });
  const store = createStore({ ...environment, indexedDB: factory });
  await store.persist(true);
  const document = JSON.stringify({ '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p1', id: 'urn:uuid:1', type: 'MediaEvent' });
  await store.write([{ k: ['q', 'caliper https://store.example/caliper', 'a', Date.now(), '1', 3, 30, 'paused'], d: document } as never]);
  store.close();
  const bodies: string[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    bodies.push(String(body));
    return Response.json({});
  });
  await drain({ auth: () => 'key' });
  expect(JSON.parse(bodies[0]!)).toMatchObject({ dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p1', data: [JSON.parse(document)] });
});

test.each([
  ['speaks the older version alone', ['v1p2', 'v1p2'], 'v1p1'],
  ['was left both, and speaks the older one', ['v1p1', 'v1p2', 'v1p2'], 'v1p1'],
])('a Caliper endpoint that %s gets all', async (_, versions, speaks) => {
  const { environment } = new World().tab({ storage: 'memory' });
  const store = createStore({ ...environment, indexedDB: factory });
  await store.persist(true);
  const context = (version: string) => `http://purl.imsglobal.org/ctx/caliper/${version}`;
  await store.write(versions.map((version, n) => ({
    k: ['q', 'caliper https://store.example/caliper', 'a', Date.now() + n, `${n}`, 3, 30, 'paused'],
    d: JSON.stringify({ '@context': context(version), id: `urn:uuid:${n}`, type: 'MediaEvent', action: 'Paused' }),
  }) as never));
  store.close();
  const sent: Headers[] = [];
  vi.stubGlobal('fetch', async (_: string, { body, headers }: RequestInit) => {
    sent.push(new Headers(headers));
    const { dataVersion, data } = JSON.parse(String(body));
    return new Response('{}', { status: [dataVersion, ...data.map((event: any) => event['@context'])].every((one) => one === context(speaks)) ? 200 : 422 });
  });
  expect(await drain({ auth: () => 'key', headers: { 'X-Tenant': 'a' } })).toEqual({ delivered: versions.length, rejected: 0, pending: 0 });
  expect(sent[0]!.get('x-tenant')).toBe('a');
});

test('a vocabulary with a name of several words is served too', async () => {
  await leave(2, { key: `xapi My Vocabulary ${LRS}` });
  expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 2, rejected: 0, pending: 0 });
});

test('a learner of whom there is no credential any more keeps what is theirs, and the others are served', async () => {
  await leave(3);
  const ben = await leave(2, { actor: 'https://campus.example/users/ben' });
  const told = await drain({
    auth: ({ actor }) => {
      if (actor.endsWith('anna')) throw new Error('signed out');
      return 'Bearer ben';
    },
  });
  expect(told).toEqual({ delivered: 2, rejected: 0, pending: 3 });
  expect(requests.map(({ ids }) => ids)).toEqual([ben]);
});

test('a credential that is refused is asked for once more', async () => {
  await leave(1);
  answer = (_, ids, authorization) => (authorization === 'Bearer fresh' ? Response.json(ids) : new Response('', { status: 401 }));
  expect(await drain({ auth: ({ reason }) => (reason === 'start' ? 'Bearer stale' : 'Bearer fresh') })).toEqual({ delivered: 1, rejected: 0, pending: 0 });
});

test('an endpoint that asked to be left alone for a while is left alone for it', async () => {
  await leave(2);
  answer = () => new Response('', { status: 429, headers: { 'Retry-After': '3600' } });
  for (let i = 0; i < 3; i++) expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 0, rejected: 0, pending: 2 });
  expect(requests).toHaveLength(1);
  // What nobody asked for is no reason to wait.
  const other = 'https://other.example/xapi';
  await leave(2, { key: `xapi ${other}` });
  answer = (url, ids) => (url.startsWith(other) && requests.length > 2 ? Response.json(ids) : new Response('', { status: 503 }));
  await drain({ auth: () => 'Bearer x' });
  expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 2, rejected: 0, pending: 2 });
});

test('a learner of whom there is no credential is no reason to leave the others waiting when a page comes', async () => {
  await leave(1);
  for (let i = 0; i < 9; i++) await drain({ auth: () => { throw new Error('signed out'); } });
  const ben = await leave(1, { actor: 'https://campus.example/users/ben' });
  await drain({ auth: ({ actor }) => { if (actor.endsWith('ben')) return 'Bearer ben'; throw new Error('signed out'); } });
  expect(requests.map(({ ids }) => ids)).toEqual([ben]);
});

test('an envelope is thinned as the page’s are', async () => {
  const key = 'caliper https://store.example/caliper';
  const { environment } = new World().tab({ storage: 'memory' });
  const store = createStore({ ...environment, indexedDB: factory });
  await store.persist(true);
  const actor = { id: 'https://campus.example/users/anna', type: 'Person', name: 'Anna' };
  const documents = ['1', '2'].map((n) => ({ '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2', id: `urn:uuid:${n}`, type: 'MediaEvent', action: 'Paused', actor }));
  await store.write(documents.map((document, n) => ({ k: ['q', key, 'a', Date.now() + n, document.id, 3, 30, 'paused'], d: JSON.stringify(document) })) as never);
  store.close();
  const sent: any[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => (sent.push(JSON.parse(String(body)).data), new Response('{}')));
  await drain({ auth: () => 'key', thin: true });
  expect(sent[0].filter(({ type }: any) => type === 'MediaEvent').map((event: any) => event.actor)).toEqual([actor.id, actor.id]);
});

test('an endpoint that is down leaves everything where it is', async () => {
  await leave(4);
  answer = () => new Response('', { status: 503 });
  expect(await drain({ auth: () => 'Bearer x' })).toEqual({ delivered: 0, rejected: 0, pending: 4 });
});

test("the bounds are the page's: nothing is dropped for its age or number", async () => {
  await leave(1, { age: 400 * DAY });
  await leave(30, { age: 60 * DAY, from: 1 });
  answer = () => new Response('', { status: 503 });
  expect((await drain({ auth: () => 'Bearer x' })).pending).toBe(31);
});

test('a Caliper endpoint gets an envelope, and what no page of this version wrote is left alone', async () => {
  await leave(2, { key: 'caliper https://caliper.example/events' });
  await leave(1, { key: 'tincan https://old.example' });
  expect(await drain({ auth: () => 'key' })).toEqual({ delivered: 2, rejected: 0, pending: 1 });
  expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer key']);
});

test('rejects where IndexedDB cannot be read, so that the browser tries again', async () => {
  await leave(2);
  factory.open = () => {
    throw new DOMException('no', 'UnknownError');
  };
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  await expect(drain({ auth: () => 'Bearer x' })).rejects.toThrow('IndexedDB cannot be read now.');
});
