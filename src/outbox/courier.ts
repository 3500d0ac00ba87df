import type { Answer, Destination } from '../destinations/destination.js';
import { emptyBatch } from '../destinations/empty-batch.js';
import { retryAfter } from './backoff.js';
import type { Bounds } from './bounds.js';
import { createCredential, type Who } from './credential.js';
import { describe } from './describe.js';
import type { Environment } from './environment.js';
import { exclusively } from './exclusively.js';
import { rejection, type Report } from './outbox-events.js';
import { ALONE, BACKOFF, createPace, FIRM, SOON } from './pace.js';
import { recentRowsOf } from './recent-rows.js';
import { redacted } from './redacted.js';
import { request, utf8Length } from './request.js';
import type { RejectedRow, Row, RowKey } from './row.js';
import type { Key, Store, Stored } from './store.js';

/** What the couriers of one outbox share. */
export interface Desk {
  readonly environment: Environment;
  readonly store: Store;
  readonly batchSize: number;
  readonly flushInterval: number;
  readonly report: Report;
  readonly bounds: Pick<Bounds, 'isOld' | 'scan'>;
  who(): Who;
  /** Whether anything may be sent. */
  open(): boolean;
  /** Another after each time that all was cleared: what was under way by then leaves nothing behind. */
  era(): unknown;
  /** These have left the queue. */
  gone(rows: readonly Row[]): void;
}

/** What became of a flush. */
export interface Outcome {
  readonly delivered: number;
  readonly rejected: number;
  /** Why something stays; empty where nothing stands in the way. */
  readonly why: string;
}

/** The page behind a full one, read while that is under way; of no use where an exit has sent of it meanwhile. */
interface Ahead {
  readonly after: Key;
  readonly leaving: unknown;
  readonly page: Promise<Row[]>;
}

/** Sends the rows of one destination. */
export interface Courier {
  /** There is another row; those of others are left to them. */
  added(row: Row): void;
  /** Perhaps the endpoint can be reached now. */
  wake(): void;
  /** There is reason to try at once: another actor, other rows. */
  restart(): void;
  /** Why nothing goes out; empty where nothing stands in the way. */
  readonly why: string;
  /** @param force the firmest pause that it ends */
  flush(force?: number): Promise<Outcome>;
  /**
   * Sends what is known of this page in at most so many bytes, begun before this returns. What is only hidden (not `going`)
   * leaves it to the run under way, if there is one, which keeps the order.
   */
  leave(bytes: number, going: boolean): void;
  /** Whether it is on its way, or has arrived and is not removed yet. */
  holds(key: RowKey): boolean;
  /** These are not there any more; without: nothing is. */
  forget(keys?: readonly RowKey[]): void;
  /** Settles when nothing is under way any more. */
  stop(): Promise<unknown>;
}

/** Of one request's body. */
const MAX_BYTES = 512_000;

/** Live requests this small go with keepalive, so that leaving the page does not break them off; the rest of the budget is the exit's. */
const SMALL = 16_000;

/** What nobody tells of is looked at no more often than every so many ms. */
const POLL = 500;

/** An event that was refused, alone. */
interface Doubt {
  readonly row: Row;
  readonly answer: Answer;
  /** Another was accepted since. */
  answered?: true;
}

/** Versions are changed so often in a run: there and back for whole batches, and once more for single events. */
const SWAPS = 4;

/** So many events in a row, refused alone, may be the endpoint's doing. */
const TOO_MANY = 10;

/** It is, where it refuses so many others too: the newest and another, or more where it was not known to be suspect. */
const OTHERS = 2;
const MORE_OTHERS = 5;

/** After so many failures a 500 may be one event's doing, or a firewall's word on one. */
const PATIENCE = 8;

/** So many events are asked about alone, to find out whether it takes any; and so many in a row are passed by where it does. */
const PROBES = 2;
const PASSED = 50;

/** The answer may be about one event of several; or hardly about anything else. */
const mayBeOneEvent = (status: number) => status === 500 || (status >= 400 && status < 500 && !/401|408|429/.test(`${status}`));
const isAboutEvents = (status: number) => mayBeOneEvent(status) && !/500|404|405|410/.test(`${status}`);

const idOf = (row: Row) => row.k[4];

export function createCourier(destination: Destination, desk: Desk): Courier {
  const { environment, store, batchSize, flushInterval, report, bounds, who, open, era, gone } = desk;
  const { now, random, warn } = environment;
  const { key } = destination;
  const poll = Math.max(flushInterval, POLL);
  const credential = createCredential(environment, destination);
  const recent = recentRowsOf(environment.keepalive, key);
  const pace = createPace(destination, desk, (force) => {
    if (running) pace.arm(poll);
    else void run(force);
  });
  const { hold, later } = pace;

  let waiting = 0;
  let delivered = 0;
  let rejected = 0;
  let learned = MAX_BYTES;
  /** Bytes of the largest body that was accepted. */
  let largest = 0;
  let negotiated = 0;
  /** Whether another version is spoken than at first, and nothing was accepted in it yet. */
  let away = false;
  /** Whether there is nothing to ask the endpoint about itself, or it has answered. */
  let described = !destination.about;
  /** A whole batch was refused: the next run asks with the first event and some others, each alone. */
  let suspect = false;
  let running: Promise<unknown> | undefined;
  /** Whose credential was asked for ahead. */
  let primed: Who | undefined;
  /** Whether an answer that is hardly about anything but an event was looked into on this page. */
  let lookedInto = false;
  /** What was acknowledged and is not removed from the store yet, by id; `removing` settles once all of it is. */
  const arrived = new Map<string, Row>();
  let removing: Promise<unknown> | undefined;
  /** Events of which it is not known whether they are there, in the version that they were sent in. */
  const unanswered = new Set<string>();

  // Of the run under way.
  let actor: Who;
  let begun: unknown;
  let asked = false;
  let accepted = false;
  /** Whether it has accepted any. */
  let worked = false;
  let doubts: Doubt[] = [];
  let ahead: Ahead | undefined;
  let isolating = false;
  /** Whether an event shall be asked about alone, or is, to find out whether it takes any. */
  let suspicious = false;
  let probing = false;
  /** Status of the event that was passed by last, 0 for none; and how many were since another was accepted. */
  let passedBy = 0;
  let passed = 0;
  /** Behind what it goes on, where so many in a row were passed by that it was asked about another first. */
  let beyond: Key | undefined;

  const suspects = (status: number): false => {
    suspicious = true;
    passedBy = status;
    return false;
  };
  const credentialRefused = (answer: Answer, firmness = FIRM) => {
    credential.refuse();
    pace.isolates ||= answer.status === 403;
    return hold('refuses the credential', answer, firmness);
  };

  const remove = async (rows: readonly Row[], put: readonly Stored[] = []) => {
    await store.write(
      put,
      rows.map(({ k }) => k),
    );
    for (const row of rows) {
      unanswered.delete(idOf(row));
      arrived.delete(idOf(row));
    }
    gone(rows);
  };
  /** Removes what has arrived; settles once all of it is. */
  const tidy = () => {
    if (!removing && arrived.size) {
      removing = (async () => {
        while (arrived.size) {
          const some = [...arrived.values()];
          await remove(some);
          delivered += some.length;
          report('delivered', { destination: key, ids: some.map(idOf) });
        }
        removing = undefined;
      })();
      // Whoever waits for it is told.
      removing.catch(() => {});
    }
    return removing;
  };
  /** It is removed while the next request is under way, unless so much of it is left. */
  const acknowledge = async (rows: readonly Row[]) => {
    for (const row of rows) arrived.set(idOf(row), row);
    recent.remove(rows.map(idOf));
    await pace.succeeded();
    if (arrived.size > 2 * batchSize) await tidy();
  };
  const reject = async (row: Row, { status, body }: Pick<Answer, 'status' | 'body'>) => {
    const kept = { ...row, k: ['r', ...row.k.slice(1)], s: status, e: body.slice(0, 2_000), a: now() } as any as RejectedRow;
    // Another tab may have cleared all.
    const found = await store.get(row.k);
    const waits = era() === begun && (found || store.blind());
    await remove([row], waits ? [kept] : []);
    recent.remove([idOf(row)]);
    if (!waits) return;
    rejected++;
    report('rejected', rejection(kept));
  };

  const spoken = ({ d, o }: Row) => {
    try {
      const now = destination.asVersion?.(d) ?? d;
      return now !== d && o ? destination.asVersion!(o) : now;
    } catch {
      // The endpoint may say what is wrong with it.
      return d;
    }
  };
  const bodyOf = (rows: readonly Row[]) => destination.wrap(rows.map(spoken), now());
  const limit = () => Math.min(learned, destination.maxBytes || learned);
  const fit = (rows: readonly Row[], bytes: number, least: number) => {
    let size = utf8Length(emptyBatch(destination, 0));
    return rows.filter(({ k }, i) => (size += k[6] + 1) <= bytes || i < least);
  };

  /** Sends the rows, by halves where they cannot go as one. False: the run is over. */
  const deliver = async (rows: Row[], renew: () => Promise<boolean>): Promise<boolean> => {
    // It refuses whatever it is asked: the others need not be tried too.
    if (!suspect && doubts.filter(({ answered }) => !answered)[worked ? PASSED : TOO_MANY]) return true;
    const middle = rows.length >> 1;
    const split = async () => (await deliver(rows.slice(0, middle), renew)) && deliver(rows.slice(middle), renew);

    let authorization;
    try {
      authorization = await credential.ask(actor);
    } catch {
      return later('waits for a credential, since its auth function failed', undefined, true);
    }
    const over = () => !open() || era() !== begun || (credential.personal && who() !== actor);
    if (!(await renew()) || over()) return false;

    const changed = rows.filter((row) => {
      const document = spoken(row);
      if (document === row.d) return false;
      row.o ??= row.d;
      row.d = document;
      return true;
    });
    await Promise.all(changed.map((row) => store.update<Row, Row | undefined>(row.k, (old) => old && row)));
    if (over()) return false;
    let body = '';
    try {
      body = bodyOf(rows);
    } catch (error) {
      if (middle) return split();
      await reject(rows[0]!, { status: 0, body: `it cannot be sent: ${error}` });
      return true;
    }
    const size = utf8Length(body);
    if (middle && size > limit()) return split();
    const asking = request(environment, destination, { method: 'POST', url: destination.url, body }, authorization, !pace.failures && size <= Math.min(SMALL, environment.keepalive.left) ? size : 0);
    // Behind the reading of the next page, for which the next request would have to wait.
    void tidy();
    const raw = await asking;
    if (era() !== begun) return false;
    const { status } = raw;
    let verdict = destination.judge(raw, rows.length, body);
    if (verdict === 'stored' || (verdict === 'settle' && !middle)) {
      accepted = worked = described = true;
      away = false;
      asked = false;
      passed = 0;
      for (const doubt of doubts) doubt.answered = true;
      learned = Math.min(MAX_BYTES, learned * 1.1);
      largest = Math.max(largest, size);
      await acknowledge(rows);
      return true;
    }
    const [, own = authorization] = Object.entries(destination.headers()).find(([name]) => /^authorization$/i.test(name)) ?? [];
    const answer = { ...raw, body: redacted(raw.body, own) };
    if (verdict === 'unauthorized') {
      // Another learner's stays.
      if (credential.personal && who() !== actor) return false;
      const aboutEvents = isolating && status === 403;
      if (!(aboutEvents && worked) && credential.refuse() && !asked) {
        asked = true;
        return deliver(rows, renew);
      }
      if (aboutEvents || (status === 403 && !lookedInto)) verdict = 'later';
      // That a 400 is about the credential is a guess by its words.
      else if (status !== 400) return credentialRefused(answer);
      else verdict = 'refused';
    }
    // Where the version is only one of many things that may be wrong, what may be stored stays as it is.
    if (verdict === 'version' && status === 400 && destination.asVersion && !/version/i.test(answer.body) && rows.some((row) => unanswered.has(idOf(row)))) verdict = 'refused';
    if (verdict === 'version') {
      // Which events it refuses in any version is found out one by one.
      const tries = destination.about ? SWAPS / 2 : SWAPS;
      if (negotiated < tries && destination.negotiate?.(answer)) {
        negotiated++;
        away = !away;
        return deliver(rows, renew);
      }
      if (!destination.about) return hold('speaks no version that is known here', answer);
      verdict = 'refused';
    }
    if (verdict === 'settle' || verdict === 'refused') {
      if (middle) {
        if (status === 413) learned = size >> 1;
        return split();
      }
      // Where less was accepted, its size is its own fault.
      if (status === 413 && largest && size > largest) await reject(rows[0]!, answer);
      else doubts.push({ row: rows[0]!, answer });
      return true;
    }
    for (const row of rows) unanswered.add(idOf(row));
    // The first one on this page is looked into at once: visits may be shorter than a pause.
    if (!isolating && !lookedInto && isAboutEvents(status)) {
      lookedInto = isolating = true;
      if (!worked) return suspects(status);
    }
    if (isolating && mayBeOneEvent(status) && (passed < PASSED || !probing)) {
      if (passed >= PASSED && !middle) {
        worked = false;
        passed = 0;
        beyond = rows[0]!.k;
        return suspects(status);
      }
      // One of them may be to blame; before a second one, and a credential, are cleared of it, it has to take another.
      if ((passed || status === 403) && !worked && !probing) return suspects(status);
      if (middle) return split();
      passedBy = status;
      passed++;
      return true;
    }
    return later(status ? `answers ${status}` : 'does not answer', answer);
  };

  /** What says that it is no version of its own (Caliper 1.2 §HTTP), of all that it was asked, is tried in the other one. */
  const inAnother = (answer: Answer) => {
    const { status } = answer;
    const may = away || status === 415 || status === 422 || (destination.about && status !== 413 && !(destination.asVersion && doubts.some(({ row }) => unanswered.has(idOf(row)))));
    if (!may || negotiated >= SWAPS || !destination.negotiate?.(answer)) return false;
    away = !away;
    // Refused in both, it is back where it began, for the next time.
    if (++negotiated % 2 === 0) return false;
    doubts = [];
    return true;
  };

  /** Refuses whatever it is asked. It may be the token, in words that nobody knows. */
  const refusesAll = (answer: Answer) => {
    suspect = true;
    credential.refuse();
    return hold('refuses every event', answer);
  };

  const drain = async (force: number, here: Key, renew: () => Promise<boolean>) => {
    if (!open() || !(await pace.isDue(force))) return;
    pace.why = credential.personal && !actor.actor ? 'waits until somebody is signed in' : '';
    isolating = pace.isolates || pace.failures % PATIENCE === PATIENCE - 1;
    worked = suspicious = probing = false;
    passedBy = passed = 0;
    let after: Key | undefined;
    let swept = false;
    let enough = OTHERS;
    /** What else it may be asked with, to find out whether it refuses these events or any. */
    let others: Key[] | undefined;
    /** The newest, which may be of another make, comes first, then any. */
    let newest: boolean;
    const rest = async () => {
      newest = true;
      const known = new Set(doubts.map(({ row }) => idOf(row)));
      return ((await store.keys(here, 10_000)) as RowKey[]).filter(({ 4: id }) => !known.has(id) && !arrived.has(id));
    };
    const another = async () => {
      others ??= await rest();
      for (;;) {
        const key = newest ? others.pop() : others.splice(random() * others.length, 1)[0];
        newest = false;
        const row = key && (await store.get<Row>(key));
        if (row || !key) return row ? [row] : [];
      }
    };
    const send = (rows: Row[]) => recent.fly(rows, () => deliver(rows, renew));
    /** Asks once more about what it refused before it accepted another: what it refuses again is at fault. False: the run is over. */
    const judge = async () => {
      const unsure = doubts.filter(({ answered }) => !answered);
      for (const { row, answered } of doubts.splice(0)) {
        if (!answered) continue;
        if (!(await send([row]))) return false;
        const [same] = doubts.splice(0);
        if (same) await reject(row, same.answer);
      }
      doubts = unsure;
      return true;
    };
    /** Whether it takes any event by itself. False: the run is over. */
    const probe = async () => {
      probing = true;
      let asks = 0;
      while (asks < PROBES && !worked) {
        const rows = await another();
        if (!rows[0] || recent.isFlying(rows[0])) break;
        asks++;
        if (!(await send(rows))) return (probing = false);
      }
      probing = false;
      others = undefined;
      if (worked) {
        passedBy = 0;
        return true;
      }
      const answer = { status: passedBy, body: '', header: () => null };
      return passedBy === 403 ? credentialRefused(answer, asks < PROBES ? ALONE : FIRM) : later(`answers ${passedBy}`, answer);
    };
    ahead = undefined;
    while (!pace.why && (await renew())) {
      const { leaving } = recent;
      await leaving;
      if (!after) await tidy();
      const before = recent.ids(open);
      const next: Ahead | false | undefined = ahead?.after === after && ahead?.leaving === leaving && !suspect && ahead;
      const page: readonly Row[] = suspect && doubts[0] ? await another() : await (next ? next.page : store.page<Row>(here, suspect ? 1 : batchSize, after));
      if (!swept && page.some(({ k }) => bounds.isOld(k))) {
        swept = true;
        await bounds.scan();
        after = ahead = undefined;
        continue;
      }
      // What came in behind has an earlier time, and may be of the same session. In a long backlog it waits for its end.
      if (after && page[0] && !page[batchSize - 1] && !suspect && !doubts[0] && !passedBy) {
        after = undefined;
        continue;
      }
      const rows = fit(page, limit(), 1);
      const last = rows[rows.length - 1]?.k;
      if (!last) {
        if (doubts[0]) {
          const refused = doubts[0].answer;
          // Whether it is they, the next event will tell.
          if (worked) return hold('refuses an event, and has accepted none since', refused, ALONE);
          if (!inAnother(refused)) return doubts[1] ? refusesAll(refused) : hold('refuses an event, and there is no other to compare it with', refused, ALONE);
          after = others = undefined;
          continue;
        }
        if (passedBy) {
          pace.isolates = true;
          return later(`answers ${passedBy}`);
        }
        if (!after) {
          pace.isolates = false;
          await pace.succeeded();
          recent.remove(before);
          recent.mend();
          if (store.blind()) {
            pace.why = 'cannot be served: IndexedDB cannot be read';
            pace.arm(poll);
          }
          return;
        }
        // Events with an earlier time may have come in behind.
        after = undefined;
      } else if (!rows.some(recent.isFlying)) {
        accepted = false;
        // Before they are on their way: should the page go meanwhile, they go with it. Without a credential the request says so.
        if (!described) described = await credential.ask(actor).then((authorization) => describe(environment, destination, authorization), () => false);
        if (page.length === batchSize) {
          ahead = { after: last, leaving, page: store.page<Row>(here, batchSize, last) };
          // Where nobody comes to it.
          ahead.page.catch(() => {});
        }
        if (!(await send(rows))) {
          if (!suspicious) return;
          suspicious = false;
          const status = passedBy;
          if (!(await probe()) || !(await judge())) return;
          await tidy();
          // All others are asked about again, but for those that so many were passed by with.
          doubts = [];
          after = beyond;
          if (beyond) passedBy = status;
          ahead = beyond = undefined;
          continue;
        }
        const refused = doubts[0]?.answer;
        if (suspect && accepted) {
          suspect = false;
          after = others = undefined;
        } else after = last;
        if (!(await judge())) return;
        if (!accepted && doubts[suspect ? enough : rows[1] ? 0 : TOO_MANY]) {
          if (inAnother(refused!)) after = others = undefined;
          else if (suspect) return refusesAll(refused!);
          else {
            suspect = true;
            // It is asked about so many others now.
            enough = doubts.length + MORE_OTHERS - 2;
            others = await rest();
          }
        }
      } else if (leaving === recent.leaving) return pace.arm(poll);
    }
  };

  const run = (force: number) => {
    pace.disarm();
    if (!running) {
      actor = who();
      begun = era();
      doubts = [];
      asked = false;
      negotiated = 0;
      waiting = 0;
      const here = ['q', key, ...(credential.personal ? [actor.key] : [])];
      running = exclusively(environment, store, here, (renew) => drain(force, here, renew).finally(tidy))
        .then((mine) => {
          if (mine) return;
          pace.why = 'waits for another tab or player that is sending';
          pace.arm(poll * (1 + random()));
        })
        .catch((error) => {
          removing = undefined;
          warn(`${destination.label} cannot be served`, error);
          return later('cannot be served');
        })
        .finally(() => {
          running = undefined;
        });
    }
    return running;
  };

  return {
    added(row) {
      if (row.k[1] !== key) return;
      recent.add(row, open);
      // Known in time: an exit can wait for nobody.
      const here = who();
      if (here.actor && here !== primed && open() && pace.firmness === SOON) credential.ask((primed = here)).catch(() => {});
      if (pace.firmness < BACKOFF) pace.arm(++waiting < batchSize ? flushInterval : 0);
    },
    wake() {
      if (pace.firmness < FIRM) pace.arm(500 + 1_500 * random(), BACKOFF);
    },
    restart: pace.release,
    get why() {
      return pace.why;
    },
    async flush(force = FIRM) {
      const before = { delivered, rejected };
      // What an exit has under way is told of too.
      await Promise.all([running, recent.leaving]);
      await run(force);
      return { delivered: delivered - before.delivered, rejected: rejected - before.rejected, why: pace.why };
    },
    leave(bytes, going) {
      void tidy();
      if ((running || recent.busy()) && !going) return;
      const exit = async () => {
        const here = who();
        const authorization = credential.cached(here);
        if (authorization === undefined || pace.firmness === FIRM || !open()) return;
        const mine = recent.idle(open).filter(({ k }) => !credential.personal || (here.actor && k[2] === here.key));
        const rows = fit(mine.slice(0, batchSize), bytes, 0);
        const body = bodyOf(rows);
        const size = utf8Length(body);
        if (!rows[0] || size > bytes) return;
        await recent.fly(rows, async () => {
          const answer = await request(environment, destination, { method: 'POST', url: destination.url, body }, authorization, size);
          if (destination.judge(answer, rows.length, body) === 'stored') {
            await acknowledge(rows);
            await tidy();
          } else if (retryAfter(answer.header('retry-after'), now())) await later(`answers ${answer.status}`, answer);
          else if (!answer.status) for (const row of rows) unanswered.add(idOf(row));
        });
      };
      // What goes wrong here is left to the next attempt.
      recent.leaving = Promise.all([recent.leaving, exit().catch(() => {})]);
    },
    holds: (k) => k[1] === key && (arrived.has(k[4]) || recent.isFlying({ k })),
    forget(keys) {
      ahead = undefined;
      recent.remove(keys?.flatMap((k) => (k[1] === key ? k[4] : [])) ?? recent.ids(open));
    },
    stop() {
      pace.disarm();
      return Promise.all([running, recent.leaving]).then(() => recent.remove(recent.ids(open)));
    },
  };
}
