import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { json, problem, readBody } from './http.mjs';

// The part of a school's server that holds the keys, so that no page has to. Two forms, of which a school needs one:
// `/analytics/*` is a proxy that knows the learner by the campus cookie and adds the key,
// `/analytics/token` hands the same learner a short-lived token for `/direct/*`.

const XAPI_KEY = `Basic ${Buffer.from('demo:secret').toString('base64')}`;
const TOKEN_SECONDS = 300;
const SENT_ON = ['accept-language', 'content-type', 'if-match', 'if-none-match', 'x-experience-api-version'];
const SENT_BACK = ['content-type', 'etag', 'last-modified', 'x-experience-api-consistent-through', 'x-experience-api-version'];

const pick = (headers, names) => Object.fromEntries(names.filter((name) => headers[name]).map((name) => [name, headers[name]]));

/** The user in the campus cookie, or undefined. */
export const userOf = ({ cookie = '' }) => {
  const found = /(?:^|;\s*)campus=([^;]+)/.exec(cookie);
  return found ? decodeURIComponent(found[1]) : undefined;
};

const createTokens = () => {
  const secret = randomBytes(32);
  const sign = (text) => createHmac('sha256', secret).update(text).digest('base64url');
  return {
    issue: (kind, seconds) => {
      const claim = `${kind}.${Date.now() + seconds * 1000}`;
      return `${claim}.${sign(claim)}`;
    },
    isValid: (kind, token) => {
      const [, claim, signature = ''] = /^(.*)\.([^.]*)$/.exec(token) ?? [];
      const expected = Buffer.from(sign(claim ?? ''));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
      const [for_, until] = claim.split('.');
      return for_ === kind && Number(until) > Date.now();
    },
  };
};

// The bytes go on as they came: a record store compares a repeated statement with the stored one.
const forward = async (target, { method, headers, body }) => {
  const outgoing = httpRequest(target, {
    method,
    agent: false,
    headers: { ...pick(headers, SENT_ON), authorization: XAPI_KEY, 'content-length': String(body.length) },
  });
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  return { status: incoming.statusCode, headers: pick(incoming.headers, SENT_BACK), body: await readBody(incoming) };
};

/**
 * @param {{ lrsUrl: string | null, caliper: { answer: Function }, caliperKey: string }} options
 * @returns {(request: { method: string, url: URL, headers: Record<string, string | undefined>, body: Buffer }) => Promise<import('./http.mjs').Answer>}
 */
export const createAnalytics = ({ lrsUrl, caliper, caliperKey }) => {
  const tokens = createTokens();

  const toLrs = async (path, request) => {
    if (!lrsUrl) return problem(503, 'Service Unavailable', 'The demo runs without a record store.');
    try {
      return await forward(`${lrsUrl}${path}${request.url.search}`, request);
    } catch (error) {
      return problem(502, 'Bad Gateway', `The record store did not answer: ${error.message}`);
    }
  };

  const token = ({ searchParams }) => {
    const kind = searchParams.get('kind');
    if (kind !== 'xapi' && kind !== 'caliper') return problem(400, 'Bad Request', 'kind is xapi or caliper.');
    const value = tokens.issue(kind, Number(searchParams.get('seconds') ?? TOKEN_SECONDS));
    // An xAPI sender sets the header value as it is, a Caliper sensor puts its scheme in front.
    return json({ token: kind === 'xapi' ? `Bearer ${value}` : value });
  };

  return async (request) => {
    const [, form, kind, ...rest] = request.url.pathname.split('/');
    if (request.method === 'OPTIONS') return { status: 204 };

    if (form === 'analytics') {
      if (!userOf(request.headers)) return problem(401, 'Unauthorized', 'No campus cookie: log in first.');
      if (kind === 'token') return token(request.url);
    } else if (!tokens.isValid(kind, (request.headers.authorization ?? '').replace(/^Bearer /, ''))) {
      return problem(401, 'Unauthorized', 'The token is missing, of another kind or too old.');
    }

    if (kind === 'xapi') return toLrs(`/${rest.join('/')}`, request);
    if (kind === 'caliper') return caliper.answer({ ...request, headers: { ...request.headers, authorization: `Bearer ${caliperKey}` } });
    return problem(404, 'Not Found', `Nothing at ${request.url.pathname}.`);
  };
};
