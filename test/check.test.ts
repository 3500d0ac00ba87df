// @vitest-environment happy-dom
import { describe, expect, test, vi } from 'vitest';
import { check } from '../src/check.js';
import { caliper, custom, xapi } from '../src/endpoints.js';
import type { Destination } from '../src/destinations/destination.js';
import { createPage, type Page } from '../src/page.js';

const LRS = xapi({ endpoint: 'https://lrs.example/xapi/statements/', auth: 'Basic secret' });
const STORE = caliper({ endpoint: 'https://caliper.example/in', auth: 'secret', sensor: 'https://campus.example/sensors/1' });

const ACTOR = { id: 'https://campus.example/users/1' };

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** The report on one destination, where requests are answered so. */
const ask = async (answer: (asked: Asked) => Response | Promise<Response>, destination: Destination = LRS, more: Partial<Page> = {}) => {
  const asked: Asked[] = [];
  const page: Page = {
    ...createPage(() => undefined),
    fetch: async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      return answer({ url, init });
    },
    ...more,
  };
  const report = await check([destination], page, () => ACTOR);
  const [{ problem, status, ok }] = report.destinations as [(typeof report.destinations)[number]];
  expect(report.ok).toBe(ok);
  expect(ok).toBe(!problem);
  return { problem, status, asked };
};
const says = async (status: number, body = '', destination = LRS) => (await ask(() => new Response(body, { status }), destination)).problem;
const refuse = (): never => {
  throw new TypeError('Failed to fetch');
};

describe('check()', () => {
  test.each([
    ['an empty list of ids', 200, '[]', LRS],
    ['an envelope that was taken', 202, '', STORE],
    ['a batch that is called empty', 400, '{"message":"There are no statements"}', LRS],
    ['an envelope that is called empty', 422, '{"title":"data has no items"}', STORE],
    ['something that is there already', 409, '', LRS],
  ])('%s is the way there: nothing is wrong', async (_, status, body, destination) => {
    expect(await says(status, body, destination)).toBe('');
  });

  test.each([
    [401, '', LRS],
    [403, '<h1>Forbidden</h1>', LRS],
    [400, '{"detail":"Invalid bearer token"}', STORE],
  ])('%i %s is about the credential', async (status, body, destination) => {
    expect(await says(status, body, destination)).toMatch(/refuses the credential.*"auth".*"scheme"/);
  });

  test.each([404, 405])('%i is about the path, which is shown as it was asked', async (status) => {
    expect(await says(status, '<h1>Not here</h1>', xapi({ endpoint: 'https://lrs.example/statements/xapi', auth: false }))).toMatch(/nothing at https:\/\/lrs\.example\/statements\/xapi\/statements: .*without \/statements/);
  });

  test('a web page is no endpoint', async () => {
    expect(await says(200, '\n<!doctype html><title>Welcome to our hotel</title>')).toMatch(/web page.*captive portal/);
    expect(await says(400, '<html>')).toMatch(/web page/);
    // But for those of what stands before a server that is down.
    expect(await says(503, '<html>')).toMatch(/is there, but takes nothing now/);
    expect(await says(429, '<html>')).toMatch(/is there, but takes nothing now/);
  });

  test.each([
    [400, 'X-Experience-API-Version is not supported', LRS],
    [422, '{"title":"dataVersion http://purl.imsglobal.org/ctx/caliper/v1p2 is unknown"}', STORE],
  ])('%i %s is about the version', async (status, body, destination) => {
    expect(await says(status, body, destination)).toMatch(/refuses the version.*"auto"/);
  });

  test('tells of an endpoint that refuses events what it says of a batch of nothing leaves open', async () => {
    const page = { ...createPage(() => undefined), fetch: async () => new Response('no envelope', { status: 400 }) };
    const held = (key: string) => (key === LRS.key ? 'refuses every event' : '');
    const report = await check([LRS, STORE], page as never, () => ACTOR, undefined, held);
    expect(report.destinations.map(({ problem }) => problem)).toEqual(['it refuses every event', '']);
    expect(report.ok).toBe(false);
  });

  test('asks in the version that the endpoint speaks, where that is left to it', async () => {
    const speaks = ({ url, init }: Asked) => {
      if (init.method === 'GET') return Response.json({ version: ['2.0.0'] });
      return new Headers(init.headers).get('x-experience-api-version') === '2.0.0' ? Response.json([]) : new Response(`version? ${url}`, { status: 400 });
    };
    expect((await ask(speaks, xapi({ endpoint: 'https://lrs.example/xapi', auth: 'a', version: 'auto' }))).problem).toBe('');
    const store = caliper({ endpoint: 'https://caliper.example/in', auth: 'a', version: 'auto' });
    const old = ({ init }: Asked) =>
      init.method === 'GET' ? Response.json({ caliperSupportedVersions: ['http://purl.imsglobal.org/ctx/caliper/v1p1'] }) : new Response('dataVersion', { status: `${init.body}`.includes('v1p1') ? 200 : 422 });
    const { problem, asked } = await ask(old, store);
    expect(problem).toBe('');
    expect(Date.now() - Date.parse(JSON.parse(`${asked.at(-1)!.init.body}`).sendTime)).toBeLessThan(60_000);
  });

  test('an own destination that does not say how is asked with a batch of nothing', async () => {
    const { probe: _, ...own } = { ...custom({ endpoint: 'https://events.example/in' }) };
    const { problem, asked } = await ask(() => Response.json([]), own);
    expect([problem, asked[0]!.init.method, asked[0]!.init.body]).toEqual(['', 'POST', '[]']);
  });

  test.each(['http://[::1]:9/xapi', 'http://lrs.localhost/xapi', 'http://127.0.0.1/xapi'])('%s is no mixed content, since it never leaves this computer', async (endpoint) => {
    expect((await ask(() => Response.json([]), xapi({ endpoint, auth: 'a' }), { url: 'https://campus.example/' })).problem).toBe('');
  });

  test.each([500, 503, 429, 413, 511])('%i: it is there, and takes nothing', async (status) => {
    expect(await says(status, '{}')).toMatch(/is there, but takes nothing now/);
  });

  test('a gateway that says 200 of an error is not in order', async () => {
    expect(await says(200, '{"error":"upstream is away"}')).toMatch(/takes nothing now/);
  });

  test('an endpoint that takes no JSON', async () => {
    expect(await says(415)).toBe('it refuses JSON, or the version: look at "version"');
  });

  test('what answers only where nobody may look is hidden by CORS', async () => {
    const { problem, status, asked } = await ask(({ init }) => (init.mode === 'no-cors' ? new Response() : refuse()), LRS, { origin: 'https://campus.example' });
    expect(problem).toMatch(/CORS or a redirect hides it.*https:\/\/campus\.example.*Authorization, Content-Type, X-Experience-API-Version$/);
    expect(status).toBe(0);
    expect(asked).toHaveLength(2);
  });

  test('what it has to allow is what is sent to it', async () => {
    const hidden = ({ init }: Asked) => (init.mode === 'no-cors' ? new Response() : refuse());
    const store = caliper({ endpoint: 'https://caliper.example/in', auth: false, credentials: 'include', headers: { 'X-Tenant': 'b' } });
    expect((await ask(hidden, store)).problem).toMatch(/the headers Content-Type, X-Tenant, and with Access-Control-Allow-Credentials: true/);
  });

  test('a destination whose headers cannot be had costs nobody the report', async () => {
    const own = { ...custom({ endpoint: 'https://events.example/in' }), headers: () => { throw new Error('no headers'); } };
    expect((await ask(refuse, own)).problem).toMatch(/cannot be reached/);
  });

  test('a redirect is called one, wherever it is seen', async () => {
    const opaque = () => Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
    const { problem, asked } = await ask(opaque, LRS, { origin: 'https://campus.example' });
    expect(problem).toMatch(/^it redirects, perhaps to a log-in page/);
    expect(asked).toHaveLength(1);
  });

  test('what answers on the page\'s own origin, and to POST alone does not, is no redirect', async () => {
    const reset = ({ init }: Asked) => (init.mode === 'no-cors' ? new Response() : refuse());
    expect((await ask(reset, LRS, { origin: 'https://lrs.example' })).problem).toMatch(/^it answers to GET, but not to POST/);
  });

  test('what does not answer at all is away', async () => {
    expect((await ask(refuse)).problem).toMatch(/cannot be reached.*Content Security Policy/);
  });

  test('what never answers is away too: the report is not waited for without end', async () => {
    const timers: (() => void)[] = [];
    const hurried = { setTimer: (run: () => void) => timers.push(run), clearTimer: () => undefined };
    const asking = ask(() => new Promise<never>(() => {}), LRS, hurried);
    let done = false;
    void asking.finally(() => { done = true; });
    for (let i = 0; i < 200 && !done; i++) {
      timers.splice(0).forEach((run) => run());
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    expect(done).toBe(true);
    expect((await asking).problem).toMatch(/cannot be reached/);
  });

  test('a page by https may not ask by http, and nothing is asked', async () => {
    const insecure = xapi({ endpoint: 'http://lrs.intranet/xapi', auth: false, allowInsecure: true });
    const { problem, asked } = await ask(() => new Response('[]'), insecure, { url: 'https://campus.example/' });
    expect(problem).toMatch(/mixed content/);
    expect(asked).toEqual([]);
    expect((await ask(() => new Response('[]'), xapi({ endpoint: 'http://localhost:8080/xapi', auth: false }), { url: 'https://campus.example/' })).problem).toBe('');
  });

  test('a token function that fails is named, and nothing is asked', async () => {
    const { problem, asked } = await ask(() => new Response('[]'), xapi({ endpoint: 'https://lrs.example/xapi', auth: () => Promise.reject(new Error('session over')) }));
    expect(problem).toMatch(/"auth" gave no credential/);
    expect(asked).toEqual([]);
  });

  test('asks for nothing to be stored, as documents are sent', async () => {
    const lrs = await ask(() => new Response('[]'));
    expect(lrs.asked.map(({ url, init }) => [init.method, url, init.body])).toEqual([['POST', 'https://lrs.example/xapi/statements', '[]']]);
    expect(lrs.asked[0]!.init.headers).toMatchObject({ Authorization: 'Basic secret', 'X-Experience-API-Version': '1.0.3' });
    const store = await ask(() => new Response('{}'), STORE);
    expect(JSON.parse(store.asked[0]!.init.body as string).data).toEqual([]);
  });

  test('a destination of one\'s own is read by the same rules', async () => {
    expect(await says(404, '', custom({ endpoint: 'https://events.example/in' }))).toMatch(/nothing at https:\/\/events\.example\/in/);
  });

  test('a destination of one\'s own that judges answers itself is asked what this one means', async () => {
    const judging = custom({ endpoint: 'https://events.example/in', judge: ({ status }) => (status === 418 ? 'stored' : 'later') });
    expect(await says(418, 'a teapot', judging)).toBe('');
    expect(await says(200, '[]', judging)).toMatch(/takes nothing now/);
    expect(await says(409, '', custom({ endpoint: 'https://events.example/in', judge: () => 'settle' }))).toBe('');
    // The answer to a probe is none to events; a judge that looks for what is not there has no say.
    expect(await says(200, 'fine', custom({ endpoint: 'https://events.example/in', probe: { method: 'GET', url: 'https://events.example/health' }, judge: () => 'later' }))).toBe('');
    expect(await says(200, '<html>', custom({ endpoint: 'https://events.example/in', judge: ({ body }) => JSON.parse(body).verdict }))).toMatch(/a web page answers/);
  });

  test('waits until it is known who is here, before it asks for a credential', async () => {
    const auth = vi.fn(() => 'Basic key');
    let known: typeof ACTOR | null = null;
    const asking = Promise.resolve().then(() => void (known = ACTOR));
    const page = { ...createPage(() => undefined), fetch: async () => new Response('[]') };
    expect(await check([xapi({ endpoint: 'https://lrs.example/xapi', auth })], page, () => known, asking)).toMatchObject({ ok: true });
    expect(auth.mock.calls).toEqual([[ACTOR, 'start']]);
  });

  test('says where nobody is known whom a credential could be asked for', async () => {
    const auth = vi.fn(() => 'Basic key');
    const { destinations } = await check([xapi({ endpoint: 'https://lrs.example/xapi', auth })], createPage(() => undefined), () => null);
    expect(destinations[0]!.problem).toMatch(/nobody is known .* look at "actor"/);
    expect(auth).not.toHaveBeenCalled();
  });

  test('asks what has a body for something alone as well', async () => {
    const wrap = ([first]: readonly string[]) => JSON.stringify({ first: JSON.parse(first!) });
    expect((await ask(() => new Response('{}'), custom({ endpoint: 'https://events.example/in', wrap }))).problem).toBe('');
  });

  test('nowhere to send is not in order', async () => {
    expect(await check([], createPage(() => undefined), () => null)).toEqual({ ok: false, destinations: [] });
  });
});
