import type { Answer, Destination, Probe } from '../destinations/destination.js';
import { mergedHeaders } from '../destinations/merged-headers.js';
import type { Environment } from './environment.js';
import { within } from './within.js';

/** Characters of an answer that are read. */
const MOST = 200_000;

/** What stands as the body of an answer that would have led elsewhere. */
const REDIRECTS = 'redirects';

const underWay = new Set<() => void>();

/**
 * Gives up what is under way now, unless it is answered within a second: in Firefox, a request that was under way when the
 * page went into the back/forward cache is never answered (measured).
 */
export function giveUpSoon({ setTimer }: Environment): void {
  const those = [...underWay];
  setTimer(() => those.forEach((lose) => lose()), 1_000);
}

export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/**
 * One request, begun before this returns. It never rejects: where no answer came, the status is 0.
 * @param what is sent, and where; without a body nothing is
 * @param reserved bytes of the budget that it occupies with keepalive; 0: without
 * @param limit ms after which no answer is waited for
 */
export async function request(environment: Environment, destination: Destination, { url, ...what }: Probe, authorization: string, reserved: number, limit = 30_000): Promise<Answer> {
  const { keepalive } = environment;
  const control = new AbortController();
  let isWhole = false;
  const exchange = async () => {
    const response = await environment.fetch(url, {
      ...what,
      headers: mergedHeaders(authorization ? { Authorization: authorization } : {}, destination.headers()),
      keepalive: !!reserved,
      // To follow one may turn a POST into a GET, whose 200 would pass for an acknowledgement.
      redirect: 'manual',
      signal: control.signal,
      credentials: destination.credentials || 'same-origin',
    });
    // A body that nobody reads occupies the budget (F3), and one that breaks off acknowledges nothing; one may never end.
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = reader ? '' : response.type === 'opaqueredirect' ? REDIRECTS : await response.text();
    for (let part; reader && text.length < MOST && (part = (await reader.read()).value); ) text += decoder.decode(part, { stream: true });
    isWhole = text.length < MOST;
    return {
      status: response.status,
      body: text,
      header: (name: string) => response.headers.get(name),
    };
  };
  let lose!: () => void;
  const lost = new Promise<never>((_, reject) => underWay.add((lose = reject)));
  keepalive.left -= reserved;
  try {
    return await within(environment, limit, Promise.race([exchange(), lost]));
  } catch {
    return { status: 0, body: '', header: () => null };
  } finally {
    // A page that looks on (monitoring, tracing) may be reading a clone of it still, which this would break off too.
    if (!isWhole) control.abort();
    underWay.delete(lose);
    keepalive.left += reserved;
  }
}
