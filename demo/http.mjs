import { createServer } from 'node:http';

/**
 * What a handler answers with, apart from how it is sent.
 *
 * @typedef {{ status: number, headers?: Record<string, string>, body?: string | Buffer }} Answer
 */

/** @returns {Answer} */
export const json = (value, status = 200) => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

/** An RFC 7807 answer. @returns {Answer} */
export const problem = (status, title, detail) => ({
  status,
  headers: { 'Content-Type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
});

/**
 * A sender may be on any page and may need cookies, which rules out the `*` forms.
 * A real endpoint would keep a list of the origins that it knows.
 */
export const cors = (headers) => {
  if (!headers.origin) return {};
  const allowed = {
    'Access-Control-Allow-Origin': headers.origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'Retry-After, Date, X-Experience-API-Version',
    Vary: 'Origin',
  };
  if (!headers['access-control-request-method']) return allowed;
  return {
    ...allowed,
    'Access-Control-Allow-Methods': 'GET, POST, PUT, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match',
  };
};

export const readBody = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** @param {Answer} answer */
export const send = (response, { status, headers = {}, body = '' }) => {
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) }) });
  response.end(body);
};

/** Serve a handler on the loopback interface only. */
export const serve = (handle, port = 0) =>
  new Promise((resolve, reject) => {
    const server = createServer(handle);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }),
    );
  });
