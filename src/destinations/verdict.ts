import type { Answer, Verdict } from './destination.js';

const VERDICTS: { readonly [status: number]: Verdict } = {
  400: 'refused',
  401: 'unauthorized',
  403: 'unauthorized',
  409: 'settle',
  413: 'refused',
  415: 'refused',
  422: 'refused',
};

/**
 * What an answer means in either standard. Ids in its body are never counted: record stores list them as they like.
 * @param sent the body that it answers: an endpoint may quote it, and what comes back so says nothing
 */
export function verdict({ status, body }: Answer, count: number, sent = ''): Verdict {
  const says = (words: RegExp): boolean => words.test(body) && !words.test(sent);
  // A hotel's log-in page is a 200 too. Judged by its body, since an empty answer is often labelled text/html.
  // A gateway's error object is no acknowledgement either, unless there is nothing in it.
  if (status >= 200 && status < 300) return /^\s*(<|{\s*"error"\s*:\s*("[^"]|{\s*"|true|[1-9]))/.test(body) ? 'later' : 'stored';
  // Unizin's endpoint answers 400 to a token that it does not know, Berkeley's to an event that it has.
  const meant = status !== 400 ? status : says(/bearer|unauthori[sz]ed|api.?key/i) ? 401 : says(/already exists/i) ? 409 : 400;
  return meant === 409 && count === 1 ? 'stored' : (VERDICTS[meant] ?? 'later');
}
