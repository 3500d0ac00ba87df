import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { cors, problem, readBody, send } from '../../demo/http.mjs';
import { documentsIn } from './documents.mjs';

/**
 * What the proxy does with one request instead of passing it on and its answer back.
 *
 * @typedef {object} Fault
 * @property {number} [status] answers this
 * @property {Record<string, string>} [headers]
 * @property {string} [body]
 * @property {'half' | 'answer' | 'half an answer'} [cut] the connection is reset: in the middle of the request, instead of the answer to a
 * request that the endpoint has carried out, or in the middle of that answer
 * @property {boolean} [silent] nothing ever comes back
 * @property {number} [after] milliseconds that the true answer takes longer
 */

/** @typedef {{ kind: string, origin: string, ids: string[], preflight: boolean, text: string, authorization?: string }} Asked what a scenario sees of a request */

const sha256 = (text) => createHash('sha256').update(text).digest('base64');

/**
 * Stands between browser and endpoints, knows of each document whether it ever changed, and does what a scenario wants to go wrong.
 *
 * @param {Record<string, (request: { method: string, headers: Record<string, string>, body: Buffer }) => any>} endpoints by the first part of the path
 * @param {(authorization: string | undefined) => { actor: string } | undefined} admit whose a credential is
 */
export const startProxy = async (endpoints, admit) => {
  const sockets = new Set();
  const held = [];
  let down = false;

  const create = () => ({
    /** @type {(asked: Asked) => Fault | void} */
    fault: () => {},
    attempts: 0,
    /** Documents by kind and id. */
    hashes: new Map(),
    /** Kinds and ids of documents that were not the same at another attempt. */
    changed: [],
    /** What the endpoints took, in order. */
    taken: [],
    /** Bodies that a credential carried which is somebody else's. */
    strangers: 0,
  });
  let state = create();

  const look = (kind, body) => {
    const documents = documentsIn(body.toString('utf8'));
    for (const { id, raw } of documents) {
      const name = `${kind} ${id}`;
      const hash = sha256(raw);
      if ((state.hashes.get(name) ?? hash) !== hash) state.changed.push(name);
      state.hashes.set(name, hash);
    }
    return documents;
  };

  const handle = async (request, response) => {
    const { method, headers, url } = request;
    const kind = url.split('/')[1];
    const preflight = method === 'OPTIONS';
    const answer = (reply) => send(response, { ...reply, headers: { ...reply.headers, ...cors(headers) } });
    const reset = () => request.socket.resetAndDestroy();
    const { origin, authorization } = headers;
    const early = state.fault({ kind, preflight, ids: [], text: '', origin, authorization });
    if (early?.cut === 'half') {
      await once(request, 'data');
      return reset();
    }
    const body = await readBody(request);
    const documents = method === 'POST' ? look(kind, body) : [];
    const ids = documents.map(({ id }) => id);
    if (method === 'POST') state.attempts += 1;
    const text = body.toString('utf8');
    const fault = early ?? state.fault({ kind, preflight, ids, text, origin, authorization });
    if (fault?.silent) return void held.push(response);
    if (fault?.status) return answer(fault);
    if (preflight) return answer({ status: 204, headers: { 'Access-Control-Max-Age': '600' } });
    const owner = admit(headers.authorization);
    if (!owner) return answer(problem(401, 'Unauthorized', 'The credential is not known.'));
    if (documents.some(({ raw }) => !raw.includes(owner.actor.split('/').pop()))) state.strangers += 1;
    const reply = await endpoints[kind]({ method, headers, body });
    if (reply.status < 300 && ids.length > 0) state.taken.push(...documents.map(({ id, raw }) => ({ kind, id, raw })));
    if (fault?.after) await new Promise((resolve) => { setTimeout(resolve, fault.after); });
    if (fault?.cut === 'answer') return reset();
    if (fault?.cut === 'half an answer') {
      response.writeHead(200, { ...cors(headers), 'Content-Type': 'application/json', 'Content-Length': 1_000 });
      response.write('["');
      setTimeout(reset, 50);
      return undefined;
    }
    return answer(reply);
  };

  const server = createServer((request, response) => {
    response.on('error', () => {});
    // The sender may go away in the middle.
    handle(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    if (down) return socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    get state() {
      return state;
    },
    /** Forgets what was, and does nothing wrong. */
    reset() {
      state = create();
      down = false;
    },
    /** @param {typeof state.fault} fault */
    set fault(fault) {
      state.fault = fault;
    },
    heal() {
      state.fault = () => {};
      down = false;
    },
    set down(is) {
      down = is;
      if (down) for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const response of held) response.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
};
