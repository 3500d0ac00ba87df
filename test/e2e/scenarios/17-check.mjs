import assert from 'node:assert/strict';
import { cors, json, readBody, send, serve } from '../../../demo/http.mjs';

export const title = 'check() says what is wrong with an endpoint, in words';

const html = (body, status = 200) => ({ status, headers: { 'Content-Type': 'text/html' }, body });

/** Endpoints on an origin of their own, each wrong in its own way. */
const ANSWERS = {
  '/hidden': () => ({ ...json([]), hidden: true }),
  '/portal': () => html('<!doctype html><title>Welcome to our hotel</title>'),
  '/moved': () => ({ status: 302, headers: { Location: '/portal' } }),
  '/version': () => json({ message: 'X-Experience-API-Version 1.0.3 is not supported' }, 400),
  '/key': () => json({ title: 'No such key' }, 401),
  '/busy': () => ({ status: 503 }),
};

export const play = async (stage) => {
  const bodies = [];
  const server = await serve(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'OPTIONS') return send(response, { status: 204, headers: pathname.startsWith('/hidden') ? {} : cors(request.headers) });
    bodies.push(String(await readBody(request)));
    const answer = ANSWERS[pathname.replace(/\/statements$/, '')]?.() ?? { status: 404 };
    return send(response, answer.hidden ? answer : { ...answer, headers: { ...answer.headers, ...cors(request.headers) } });
  });
  try {
    await asked(stage, server.url, bodies);
  } finally {
    await server.stop();
  }
};

const asked = async (stage, origin, bodies) => {
  const page = await stage.open('empty');
  for (const src of ['/test/set-up.js', '/video.js/video.min.js', '/dist/videojs-learning-analytics.all.min.js']) {
    await page.evaluate((from) => new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement('script'), { src: from, onload: () => resolve(), onerror: reject }));
    }), src);
  }
  /** What `check()` says of the record store and of the Caliper endpoint, each with these changes. */
  const ask = (changes) =>
    page.evaluate(async (more) => {
      const { media: _, xapi, caliper, ...options } = window.optionsOf();
      const portal = window.videojsLearningAnalytics.createPortal({ ...options, xapi: { ...xapi, ...more }, caliper: { ...caliper, ...more } });
      const { ok, destinations } = await portal.check();
      portal.dispose();
      return { ok, destinations };
    }, changes);
  const says = async (changes, words, status) => {
    const { ok, destinations } = await ask(changes);
    assert.equal(ok, false);
    for (const { destination, problem, status: seen } of destinations) {
      assert.match(problem, words, destination);
      assert.equal(seen, status, destination);
    }
  };

  await stage.check('of a real record store and a Caliper endpoint that are in order: nothing, and neither holds anything of it', async () => {
    const { ok, destinations } = await ask({});
    assert.deepEqual([ok, destinations.map(({ problem }) => problem)], [true, ['', '']]);
    const { xapi, caliper } = await stage.received();
    assert.deepEqual([xapi, caliper], [[], []]);
  });
  await stage.check('without the log-in that both of them ask for', () => says({ credentials: 'omit' }, /refuses the credential/, 401));
  for (const [what, path, words, status] of [
    ['a key that is refused', '/key', /refuses the credential/, 401],
    ['a path where nothing is', '/nothing', /has nothing at http:.*\/nothing/, 404],
    ['a version that is refused', '/version', /refuses the version/, 400],
    ['a captive portal', '/portal', /web page answers/, 200],
    ['a server that is busy', '/busy', /takes nothing now/, 503],
    ['an endpoint that CORS hides', '/hidden', /CORS or a redirect hides it.*http:/, 0],
    ['a redirect', '/moved', /it redirects/, 0],
  ]) {
    await stage.check(what, () => says({ endpoint: `${origin}${path}`, credentials: 'same-origin' }, words, status));
  }
  await stage.check('a server that is away', () => says({ endpoint: 'http://127.0.0.1:9', credentials: 'same-origin' }, /cannot be reached/, 0));
  await stage.check('nobody was sent an event', () => assert.deepEqual(bodies.filter((body) => /"verb"|"action"/.test(body)), []));
};
