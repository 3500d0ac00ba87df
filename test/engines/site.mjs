import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { json, readBody, send, serve } from '../../demo/http.mjs';
import { sendFile } from '../../demo/static-files.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Serves the pages, with a copy of the built script that a build in the meantime does not take away. */
export const startSite = async (from = join(root, 'dist'), more = {}) => {
  const dist = await mkdtemp(join(tmpdir(), 'engines-dist-'));
  await cp(from, dist, { recursive: true });
  const folders = {
    dist,
    'video.js': join(root, 'node_modules/video.js/dist'),
    media: join(root, 'demo/media'),
    engines: join(root, 'test/engines/page'),
    ...more,
  };
  const site = await serve(async (request, response) => {
    const [, first, ...rest] = new URL(request.url, 'http://127.0.0.1').pathname.split('/');
    if (first === 'sink') {
      // Takes everything, as a record store and a Caliper endpoint would.
      const body = JSON.parse(String(await readBody(request)) || '[]');
      return send(response, json(Array.isArray(body) ? body.map(({ id }) => id) : {}));
    }
    if (!(first in folders)) return send(response, { status: first === 'favicon.ico' ? 204 : 404 });
    return sendFile(request, response, folders[first], rest.join('/'));
  });
  return {
    url: site.url,
    stop: async () => {
      await site.stop();
      await rm(dist, { recursive: true, force: true });
    },
  };
};
