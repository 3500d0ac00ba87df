import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAnalytics, userOf } from './analytics.mjs';
import { createCaliperEndpoint } from './caliper-endpoint.mjs';
import { createControl } from './control.mjs';
import { answerOf, createFaults } from './faults.mjs';
import { cors, readBody, send, serve } from './http.mjs';
import { startLrs } from './lrs.mjs';
import { sendFile } from './static-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const CALIPER_KEY = 'demo-key';

const cookie = (user) => `campus=${encodeURIComponent(user)}; Path=/; HttpOnly; SameSite=Lax${user ? '' : '; Max-Age=0'}`;

const startLrsOrGoWithout = async (options) => {
  try {
    return await startLrs(options);
  } catch (error) {
    options.log(`${error.message}\n\nGoing on without a record store: Caliper works, xAPI is answered with 503.`);
    return null;
  }
};

/**
 * Start the demo with a record store and a Caliper endpoint, all on the loopback interface.
 *
 * @param {{ port?: number, lrsPort?: number, media?: string, log?: (line: string) => void }} [options]
 */
export const startDemo = async ({ port = 0, lrsPort = 0, media = join(root, 'demo/media'), log = console.log } = {}) => {
  const folders = {
    dist: join(root, 'dist'),
    'video.js': join(root, 'node_modules/video.js/dist'),
    media: resolve(media),
    test: join(root, 'test/e2e/pages'),
  };
  const faults = createFaults();
  const caliper = createCaliperEndpoint({ key: CALIPER_KEY });
  const requests = [];

  const toAnalytics = async (request, response, url) => {
    const { method, headers } = request;
    const entry = { method, path: url.pathname + url.search, status: 0, bytes: 0, sha256: '', at: Date.now() };
    requests.push(entry);
    if (faults.isDown()) return response.destroy();

    const body = await readBody(request);
    entry.bytes = body.length;
    entry.sha256 = createHash('sha256').update(body).digest('hex');
    // A faulty preflight would hide the answer that a test wants seen.
    const fault = method === 'OPTIONS' ? undefined : faults.take(url.pathname);
    if (fault?.delayMs) await pause(fault.delayMs);

    const fails = fault?.status !== undefined;
    let answer = fails && !fault.afterStoring ? undefined : await analytics({ method, url, headers, body });
    if (fails) {
      if (fault.status === 0) return response.destroy();
      answer = answerOf(fault);
    }
    entry.status = answer.status;
    send(response, { ...answer, headers: { ...answer.headers, ...cors(headers) } });
  };

  const toPages = (request, response, { pathname, searchParams }) => {
    if (pathname === '/login') {
      return send(response, { status: 303, headers: { Location: '/', 'Set-Cookie': cookie(searchParams.get('user') ?? '') } });
    }
    if (pathname === '/logout') return send(response, { status: 204, headers: { 'Set-Cookie': cookie('') } });
    // Every browser asks for it, and the 404 would stand in each console.
    if (pathname === '/favicon.ico') return send(response, { status: 204 });
    const [, first, ...rest] = pathname.split('/');
    if (first in folders) {
      // The opt-in service worker is served from dist and has to reach the whole site.
      return sendFile(request, response, folders[first], rest.join('/'), first === 'dist' ? { 'Service-Worker-Allowed': '/' } : {});
    }
    const greeting = userOf(request.headers) ? {} : { 'Set-Cookie': cookie('sample-learner') };
    return sendFile(request, response, join(root, 'demo'), pathname === '/' ? 'index.html' : pathname.slice(1), greeting);
  };

  const handle = async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    try {
      if (/^\/(analytics|direct)\//.test(url.pathname)) await toAnalytics(request, response, url);
      else if (url.pathname.startsWith('/control/')) {
        send(response, await control({ method: request.method, url, body: await readBody(request) }));
      } else await toPages(request, response, url);
    } catch (error) {
      // A page that is being closed cuts its requests off.
      if (error.code !== 'ECONNRESET') log(error.stack);
      response.destroy();
    }
  };

  // The ports first: one that is taken should be known before a record store has been started.
  const site = await serve(handle, port);
  const cross = await serve(handle);
  const lrs = await startLrsOrGoWithout({ port: lrsPort, log });
  const lrsUrl = lrs?.url ?? null;
  const analytics = createAnalytics({ lrsUrl, caliper, caliperKey: CALIPER_KEY });
  const control = createControl({ lrsUrl, caliper, faults, requests });

  return {
    url: site.url,
    /** The same server as another origin. */
    crossUrl: cross.url,
    lrsUrl,
    caliper,
    faults,
    requests,
    outage: faults.outage,
    stop: async () => {
      await Promise.all([site.stop(), cross.stop(), lrs?.stop()]);
    },
  };
};
