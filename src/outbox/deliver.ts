import type { Answer, Destination } from '../destinations/destination.js';
import { FIRM } from './pace.js';
import { redacted } from './redacted.js';
import { request, utf8Length } from './request.js';
import type { Row } from './row.js';
import type { Run, Tools } from './run.js';

/** Sends rows and judges the answers. */
export interface Delivery {
  /**
   * Sends them, by halves where they cannot go as one. False: the run is over; `undefined`: before it goes on, it has to be found out
   * whether any event is taken by itself.
   */
  deliver(rows: readonly Row[], renew: () => Promise<boolean>): Promise<boolean | undefined>;
  /** Whether what it refused of all that it was asked is tried in another version. */
  inAnother(answer: Answer): boolean;
  /** Ends the run: it takes nothing. */
  refusesAll(answer: Answer): false;
  /** Ends the run: it takes no event of this learner. */
  refusesCredential(answer: Answer, firmness?: number): false;
}

/** Live requests this small go with keepalive, so that leaving the page does not break them off; the rest of the budget is the exit's. */
const SMALL = 16_000;

/** Versions are changed so often in a run: there and back for whole batches, and once more for single events. */
const SWAPS = 4;

/** So many events in a row, refused alone, may be the endpoint's doing. */
export const TOO_MANY = 10;

/** So many are passed by in a row where it takes others. */
const PASSED = 50;

/** The answer may be about one event of several; or hardly about anything else. */
const mayBeOneEvent = (status: number) => status === 500 || (status >= 400 && status < 500 && !/401|408|429/.test(`${status}`));
const isAboutEvents = (status: number) => mayBeOneEvent(status) && !/500|404|405|410/.test(`${status}`);

export function createDelivery(destination: Destination, tools: Tools, run: Run): Delivery {
  const { environment, store, who, open, era, credential, pace, ledger, batches } = tools;
  const { hold, later } = pace;
  const { unanswered } = ledger;

  const suspects = (status: number) => {
    run.passedBy = status;
    return undefined;
  };
  const refusesCredential = (answer: Answer, firmness = FIRM) => {
    credential.refuse();
    pace.isolates ||= answer.status === 403;
    return hold('refuses the credential', answer, firmness);
  };
  const swap = (answer: Answer, most: number) => {
    if (run.negotiated >= most || !destination.negotiate?.(answer)) return false;
    run.negotiated++;
    run.away = !run.away;
    return true;
  };

  const deliver: Delivery['deliver'] = async (rows, renew) => {
    // It refuses whatever it is asked: the others need not be tried too.
    if (!run.suspect && run.doubts.filter(({ answered }) => !answered)[run.worked ? PASSED : TOO_MANY]) return true;
    const middle = rows.length >> 1;
    const split = async () => (await deliver(rows.slice(0, middle), renew)) && deliver(rows.slice(middle), renew);

    let authorization: string;
    try {
      authorization = await credential.ask(run.actor);
    } catch {
      return later('waits for a credential, since its auth function failed', undefined, true);
    }
    const over = () => !open() || era() !== run.era || (credential.personal && who() !== run.actor);
    if (!(await renew()) || over()) return false;

    const changed = rows.filter((row) => {
      const document = batches.spoken(row);
      if (document === row.d) return false;
      row.o ??= row.d;
      row.d = document;
      return true;
    });
    await Promise.all(changed.map((row) => store.update<Row, Row | undefined>(row.k, (old) => old && row)));
    if (over()) return false;
    let body = '';
    try {
      body = batches.body(rows, environment.now());
    } catch (error) {
      if (middle) return split();
      await ledger.reject(rows[0]!, { status: 0, body: `it cannot be sent: ${error}` }, run.era);
      return true;
    }
    const size = utf8Length(body);
    if (middle && size > batches.limit()) return split();
    const asking = request(environment, destination, { method: 'POST', url: destination.url, body }, authorization, !pace.failures && size <= Math.min(SMALL, environment.keepalive.left) ? size : 0);
    // Behind the reading of the next page, for which the next request would have to wait.
    void ledger.tidy();
    const raw = await asking;
    if (era() !== run.era) return false;
    const { status } = raw;
    let verdict = destination.judge(raw, rows.length, body);
    if (verdict === 'stored' || (verdict === 'settle' && !middle)) {
      run.accepted = run.worked = run.described = true;
      run.away = run.asked = false;
      run.passed = 0;
      for (const doubt of run.doubts) doubt.answered = true;
      batches.grow(size);
      await ledger.acknowledge(rows);
      return true;
    }
    // Any header of the page's own may be what a gateway takes for a key.
    const secrets = Object.entries(destination.headers()).filter(([name, value]) => /^authorization$/i.test(name) || (/\S{8}$/.test(value) && !/^content-type$/i.test(name)));
    const answer = { ...raw, body: secrets.reduce((body, [, value]) => redacted(body, value), redacted(raw.body, authorization)) };
    if (verdict === 'unauthorized') {
      // Another learner's stays.
      if (credential.personal && who() !== run.actor) return false;
      const aboutEvents = run.isolating && status === 403;
      if (!(aboutEvents && run.worked) && !run.asked && credential.refuse()) {
        run.asked = true;
        return deliver(rows, renew);
      }
      if (aboutEvents || (status === 403 && !run.lookedInto)) verdict = 'later';
      // That a 400 is about the credential is a guess by its words.
      else if (status !== 400) return refusesCredential(answer);
      else verdict = 'refused';
    }
    if (verdict === 'version') {
      // Where the version is only one of many things that may be wrong, what may be stored stays as it is.
      const mayBeStored = status === 400 && destination.asVersion && !/version/i.test(answer.body) && unanswered.size;
      // Which events it refuses in any version is found out one by one.
      if (!mayBeStored && swap(answer, destination.about ? SWAPS / 2 : SWAPS)) return deliver(rows, renew);
      if (!mayBeStored && !destination.about) return hold('speaks no version that is known here', answer);
      verdict = 'refused';
    }
    if (verdict === 'settle' || verdict === 'refused') {
      if (middle) {
        if (status === 413) batches.shrink(size);
        return split();
      }
      // Where less was accepted, its size is its own fault.
      if (status === 413 && batches.outgrows(size)) await ledger.reject(rows[0]!, answer, run.era);
      else run.doubts.push({ row: rows[0]!, answer });
      return true;
    }
    for (const { k } of rows) unanswered.add(k[4]);
    // The first one on this page is looked into at once: visits may be shorter than a pause.
    if (!run.isolating && !run.lookedInto && isAboutEvents(status)) {
      run.lookedInto = run.isolating = true;
      if (!run.worked) return suspects(status);
    }
    if (run.isolating && mayBeOneEvent(status)) {
      if (run.passed >= PASSED && !middle) {
        run.worked = false;
        run.passed = 0;
        run.beyond = rows[0]!.k;
        return suspects(status);
      }
      // One of them may be to blame; before a second one, and a credential, are cleared of it, it has to take another.
      if ((run.passed || status === 403) && !run.worked && !run.probing) return suspects(status);
      if (middle) return split();
      run.passedBy = status;
      run.passed++;
      return true;
    }
    return later(status ? `answers ${status}${status < 300 ? ', but not as an endpoint does' : ''}` : answer.body || 'does not answer', answer);
  };

  return {
    deliver,
    /** What says that it is no version of its own (Caliper 1.2 §HTTP). */
    inAnother(answer) {
      const { status } = answer;
      const may = run.away || status === 415 || status === 422 || (destination.about && status !== 413 && !(destination.asVersion && unanswered.size));
      // Refused in both, it is back where it began, for the next time.
      if (!may || !swap(answer, SWAPS) || run.negotiated % 2 === 0) return false;
      run.doubts = [];
      return true;
    },
    refusesAll(answer) {
      run.suspect = true;
      // It may be the token, in words that nobody knows.
      credential.refuse();
      return hold('refuses every event', answer);
    },
    refusesCredential,
  };
}
