import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { json, problem, readBody, send, serve } from '../../demo/http.mjs';
import { sendFile } from '../../demo/static-files.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');
const FILES = { page: 'test/faults/page', dist: 'dist', media: 'demo/media', 'idb-keyval': 'node_modules/idb-keyval/dist' };

/** The school's own server: pages, and short-lived tokens for whoever is logged in. */
export const startSite = async () => {
  const tokens = new Map();
  const stored = [];
  const said = [];

  const answer = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://site.test');
    const [, folder, ...path] = pathname.split('/');
    if (FILES[folder]) return sendFile(request, response, `${root}/${FILES[folder]}`, path.join('/'));
    // It has to stand at the root to be in charge of all pages.
    if (pathname === '/worker.js') return sendFile(request, response, `${root}/${FILES.page}`, 'worker.js');
    if (pathname === '/token') {
      const token = `secret-${randomBytes(12).toString('hex')}`;
      tokens.set(token, { actor: searchParams.get('actor'), valid: true });
      return send(response, { status: 200, headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }, body: token });
    }
    if (pathname === '/stored') {
      stored.push(...JSON.parse((await readBody(request)).toString('utf8')));
      return send(response, json({}));
    }
    if (pathname === '/said') {
      said.push((await readBody(request)).toString('utf8'));
      return send(response, json({}));
    }
    return send(response, problem(404, 'Not Found', pathname));
  };

  const { url, stop } = await serve((request, response) => void answer(request, response).catch(() => response.destroy()));
  return {
    url,
    stop,
    /** Whose a credential is, as long as it is valid. */
    admit: (authorization) => {
      const token = tokens.get(authorization?.split(' ').pop());
      return token?.valid ? token : undefined;
    },
    /** From now on another token is needed. */
    revoke: () => {
      for (const token of tokens.values()) token.valid = false;
    },
    /** Ids that pages reported to lie in the database. */
    stored,
    /** What a worker wrote to its console. */
    said,
  };
};
