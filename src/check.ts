import type { Actor } from './events.js';
import type { Answer, Destination, Verdict } from './destinations/destination.js';
import { emptyBatch } from './destinations/empty-batch.js';
import { verdict } from './destinations/verdict.js';
import { createCredential } from './outbox/credential.js';
import { describe } from './outbox/describe.js';
import { request } from './outbox/request.js';
import { within } from './outbox/within.js';
import { isLoopback } from './options/check-endpoint.js';
import type { Page } from './page.js';

/** What `check()` found out. */
export interface CheckReport {
  /** All are in order, and there is one. */
  readonly ok: boolean;
  readonly destinations: readonly {
    /** Its name for people; in reports and what is listened to stands its key. */
    readonly destination: string;
    readonly ok: boolean;
    /** What is wrong and what to look at, in words; empty where nothing is. */
    readonly problem: string;
    /** HTTP status; 0: no answer came. */
    readonly status: number;
  }[];
}

/** Who is here, and whether anybody is there, is waited for so long, in ms. */
const PATIENCE = 10_000;

function judged(destination: Destination, answer: Answer): Verdict {
  try {
    // What negotiates would take it for an answer to events, and the answer to a probe is none.
    if (!destination.negotiate && !destination.probe) return destination.judge(answer, 1);
  } catch {
    // It looks for something that is not there.
  }
  return verdict(answer, 1);
}

/** What an answer to a batch of nothing says about the way there. An endpoint that calls it empty has let us in. */
function diagnose(destination: Destination, answer: Answer, url: string, held: string): string {
  const { status, body } = answer;
  const is = (those: RegExp): boolean => those.test(`${status}`);
  const meant = judged(destination, answer);
  if (meant === 'unauthorized') return 'it refuses the credential: look at "auth", and at "scheme" for Caliper';
  if (is(/40[45]/)) return `it has nothing at ${url}: look at "endpoint" (for xAPI without /statements, which is added)`;
  // What stands before a server that is down answers with pages too.
  if (/^\s*</.test(body) && !is(/^(5|429)/)) return 'a web page answers: another server, a log-in page, or the captive portal of a network';
  if (/^s/.test(meant)) return '';
  if (/version/i.test(body)) return 'it refuses the version: look at "version", or set it to "auto"';
  // That it refuses a batch of nothing says nothing; what it says of events does.
  if (is(/400|422/)) return /^refuses/.test(held) ? `it ${held}` : '';
  return status === 415 ? 'it refuses JSON, or the version: look at "version"' : 'it is there, but takes nothing now';
}

/**
 * Asks each destination, storing nothing.
 * @param who gives who is here
 * @param asking settles when that is known, where it is asked for
 * @param held gives why nothing goes out to the destination of a key
 */
export async function check(destinations: readonly Destination[], page: Page, who: () => Actor | null, asking?: Promise<unknown>, held = (_: string): string => ''): Promise<CheckReport> {
  if (destinations.some(({ auth }) => typeof auth === 'function')) await within(page, PATIENCE, Promise.resolve(asking)).catch(() => {});
  const actor = who();
  const found = await Promise.all(
    destinations.map(async (destination) => {
      const { label, about } = destination;
      const { url } = destination.probe ?? destination;
      const tell = (problem: string, status = 0) => ({ destination: label, ok: !problem, problem, status });
      if (page.url.startsWith('https:') && /^http:/.test(url) && !isLoopback(url)) return tell('mixed content: a page by https may not ask an endpoint by http');
      if (typeof destination.auth === 'function' && !actor) return tell('nobody is known whom the function in "auth" could be asked for: look at "actor"');
      let authorization: string | undefined;
      try {
        authorization = await createCredential(page, destination).ask({ actor, key: '' });
      } catch {
        return tell('the function in "auth" gave no credential');
      }
      // As before the first batch: it may say which version it speaks.
      if (about) await describe(page, destination, authorization);
      const answer = await request(page, destination, destination.probe ?? { method: 'POST', url, body: emptyBatch(destination, page.now()) }, authorization, 0);
      if (answer.status) return tell(diagnose(destination, answer, url, held(destination.key)), answer.status);
      if (answer.body) return tell('it redirects, perhaps to a log-in page');
      // What answers only where nobody looks at the answer is hidden by CORS, or redirects.
      const cookies = destination.credentials === 'include' ? ', and with Access-Control-Allow-Credentials: true, beside which no * counts' : '';
      try {
        const headers = [...(authorization ? ['Authorization'] : []), ...Object.keys(destination.headers())].join(', ');
        await within(page, PATIENCE, page.fetch(url, { mode: 'no-cors' }));
        if (url.startsWith(`${page.origin}/`)) return tell('it answers to GET, but not to POST');
        return tell(`it answers, but CORS or a redirect hides it: it has to allow the origin ${page.origin}, POST, and the headers ${headers}${cookies}`);
      } catch {
        return tell('it cannot be reached: is it up, is there a network, does connect-src of the Content Security Policy name it?');
      }
    }),
  );
  return { ok: !!found[0] && found.every(({ ok }) => ok), destinations: found };
}
