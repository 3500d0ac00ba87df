import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { readBody, send, serve } from '../../../demo/http.mjs';
import { sendFile } from '../../../demo/static-files.mjs';

/** Passes a request on as it is, cookies and ranges included. */
const passOn = async (request, response, target) => {
  const { host: _, connection: __, ...headers } = request.headers;
  const outgoing = httpRequest(target, { method: request.method, headers, agent: false });
  outgoing.end(await readBody(request));
  const [incoming] = await once(outgoing, 'response');
  response.writeHead(incoming.statusCode, incoming.headers);
  incoming.pipe(response);
};

/**
 * A portal of its own in front of the demo: its pages and files, then whatever stands under another name in the demo, then the demo itself.
 *
 * @param {{ demo: string, pages?: Record<string, string>, aliases?: Record<string, string>, folder?: string }} options
 */
export const startSite = ({ demo, pages = {}, aliases = {}, folder }) =>
  serve(async (request, response) => {
    const { pathname, search } = new URL(request.url, demo);
    const page = pages[pathname];
    try {
      if (page !== undefined) send(response, { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: page });
      else if (folder && pathname.startsWith('/assets/')) await sendFile(request, response, folder, pathname.slice(1));
      else await passOn(request, response, `${demo}${aliases[pathname] ?? pathname}${search}`);
    } catch {
      // The page went away in the middle.
      response.destroy();
    }
  });
