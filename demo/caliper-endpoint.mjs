import { cors, json, problem, readBody, send, serve } from './http.mjs';

const KEYS = ['data', 'dataVersion', 'sendTime', 'sensor'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === 'string' && value !== '';

/** What is wrong with an envelope, in words, or null. Caliper 1.2 § Envelope: these four keys and no others. */
const fault = (envelope) => {
  if (!isRecord(envelope)) return 'The body is not one JSON object; an array of envelopes is not allowed either.';
  const keys = Object.keys(envelope).sort();
  if (keys.join() !== KEYS.join()) return `An envelope has the keys ${KEYS.join(', ')}, but came with ${keys.join(', ') || 'none'}.`;
  const { sensor, sendTime, dataVersion, data } = envelope;
  if (!isText(sensor)) return 'sensor is not an IRI.';
  if (!TIME.test(sendTime) || Number.isNaN(Date.parse(sendTime))) return 'sendTime is not a UTC time with milliseconds.';
  if (!isText(dataVersion)) return 'dataVersion is not an IRI.';
  if (!Array.isArray(data) || data.length === 0) return 'data is not a list of at least one event or entity.';
  const bad = data.findIndex((item) => !isRecord(item) || !item['@context'] || !isText(item.id) || !isText(item.type));
  return bad < 0 ? null : `data[${bad}] is not an object with @context, id and type.`;
};

/**
 * A Caliper endpoint in memory that answers as the specification says, down to the status codes.
 *
 * @param {{ key?: string, versions?: string[], maxPayloadKb?: number }} [options]
 */
export const createCaliperEndpoint = ({
  key = 'demo-key',
  versions = ['http://purl.imsglobal.org/ctx/caliper/v1p2', 'http://purl.imsglobal.org/ctx/caliper/v1p1'],
  maxPayloadKb = 256,
} = {}) => {
  const envelopes = [];

  const accept = (headers, body) => {
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return problem(415, 'Unsupported Media Type', 'Content-Type must be application/json.');
    }
    if (body.length > maxPayloadKb * 1024) {
      return problem(413, 'Content Too Large', `An envelope may have ${maxPayloadKb} kB.`);
    }
    let envelope;
    try {
      envelope = JSON.parse(body.toString('utf8'));
    } catch (error) {
      return problem(400, 'Bad Request', `The body is not JSON: ${error.message}`);
    }
    const detail = fault(envelope);
    if (detail) return problem(400, 'Bad Request', detail);
    if (!versions.includes(envelope.dataVersion)) {
      return problem(422, 'Unprocessable Content', `dataVersion ${envelope.dataVersion} is not one of ${versions.join(', ')}.`);
    }
    envelopes.push(envelope);
    return { status: 200 };
  };

  /**
   * The endpoint as a function, for those who put something in front of it.
   *
   * @param {{ method: string, headers: Record<string, string | undefined>, body: Buffer }} request
   * @returns {import('./http.mjs').Answer}
   */
  const answer = ({ method, headers, body }) => {
    if (method === 'OPTIONS') return { status: 204 };
    if (headers.authorization !== `Bearer ${key}`) {
      const refusal = problem(401, 'Unauthorized', 'The bearer token is missing or not known.');
      return { ...refusal, headers: { ...refusal.headers, 'WWW-Authenticate': 'Bearer' } };
    }
    if (method === 'GET') {
      return json({ caliperMaximumPayloadSize: maxPayloadKb, caliperSupportedVersions: versions, caliperSupportedExtensions: {} });
    }
    if (method !== 'POST') {
      const refusal = problem(405, 'Method Not Allowed', 'Envelopes are sent by POST.');
      return { ...refusal, headers: { ...refusal.headers, Allow: 'GET, POST, OPTIONS' } };
    }
    return accept(headers, body);
  };

  const handle = async (request, response) => {
    const { method, headers } = request;
    try {
      const reply = answer({ method, headers, body: await readBody(request) });
      send(response, { ...reply, headers: { ...reply.headers, ...cors(headers) } });
    } catch {
      // The sender went away in the middle, as a page does that is being closed.
      response.destroy();
    }
  };

  return {
    answer,
    handle,
    envelopes,
    events: () => envelopes.flatMap(({ data }) => data),
    clear: () => {
      envelopes.length = 0;
    },
    /** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
    listen: (port = 0) => serve(handle, port),
  };
};
