import type { Answer, Destination } from '../destinations/destination.js';
import { createCredential, type Who } from './credential.js';
import type { Environment } from './environment.js';
import { exclusively } from './exclusively.js';
import { rejection, type Report } from './outbox-events.js';
import { ALONE, BACKOFF, createPace, FIRM } from './pace.js';
import { recentRowsOf } from './recent-rows.js';
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
  who(): Who;
  /** Whether anything may be sent. */
  open(): boolean;
  /** These have left the queue. */
  gone(keys: readonly RowKey[]): void;
}

/** What became of a flush. */
export interface Outcome {
  readonly delivered: number;
  readonly rejected: number;
  /** Why something stays; empty where nothing stands in the way. */
  readonly why: string;
}

/** Sends the rows of one destination. */
export interface Courier {
  added(row: Row): void;
  /** Perhaps the endpoint can be reached now. */
  wake(): void;
  /** There is reason to try at once: another actor, other rows. */
  restart(): void;
  flush(): Promise<Outcome>;
  /** Sends what is known of this page in at most so many bytes, begun before this returns. */
  leave(bytes: number): void;
  /** Nothing is there any more. */
  forget(): void;
  /** Settles when nothing is under way any more. */
  stop(): Promise<unknown>;
}

/** Of one request's body. */
const MAX_BYTES = 512_000;

/** Live requests this small go with keepalive, so that leaving the page does not break them off; the rest of the budget is the exit's. */
const SMALL = 16_000;

/** Events in a row that were refused alone are the endpoint's doing. */
const TOO_MANY = 10;

/** After so many failures a 500 may be one event's doing. */
const PATIENCE = 8;

const idOf = (row: Row) => row.k[4];

export function createCourier(destination: Destination, desk: Desk): Courier {
  const { environment, store, batchSize, flushInterval, report, who, open, gone } = desk;
  const { now, random, warn } = environment;
  const { key } = destination;
  const credential = createCredential(environment, destination);
  const recent = recentRowsOf(environment.keepalive, key);
  const pace = createPace(destination, desk, (force) => {
    if (running) pace.arm(flushInterval);
    else void run(force);
  });
  const { hold, later } = pace;

  let waiting = 0;
  let learned = MAX_BYTES;
  let negotiated = 0;
  /** Whether there is nothing to ask the endpoint about itself, or it has answered. */
  let described = !destination.about;
  /** A whole batch was refused: the next run asks with the first and the newest event alone. */
  let suspect = false;
  let running: Promise<unknown> | undefined;

  // Of the run under way.
  let actor: Who;
  let asked = false;
  let delivered = 0;
  let rejected = 0;
  let accepted = false;
  let doubts: [row: Row, answer: Answer][] = [];
  let isolating = false;
  let skipped = 0;

  const remove = async (rows: readonly Row[], put: readonly Stored[] = []) => {
    const keys = rows.map(({ k }) => k);
    await store.write(put, keys);
    recent.remove(keys.map((key) => key[4]));
    gone(keys);
  };
  const acknowledge = async (rows: readonly Row[]) => {
    await remove(rows);
    delivered += rows.length;
    report('delivered', { destination: key, ids: rows.map(idOf) });
    await pace.succeeded();
  };
  const reject = async ([row, { status, body }]: (typeof doubts)[0]) => {
    const kept = { k: ['r', ...row.k.slice(1)], d: row.d, s: status, e: body.slice(0, 2_000), a: now() } as any as RejectedRow;
    await remove([row], [kept]);
    rejected++;
    report('rejected', rejection(kept));
  };

  const spoken = (document: string) => ((negotiated || destination.about) && destination.asVersion?.(document)) || document;
  const bodyOf = (rows: readonly Row[]) =>
    destination.wrap(
      rows.map(({ d }) => spoken(d)),
      now(),
    );
  const limit = () => Math.min(learned, destination.maxBytes || learned);
  const fit = (rows: readonly Row[], bytes: number, least: number) => {
    let size = utf8Length(destination.wrap([], 0));
    return rows.filter(({ k }, i) => (size += k[6] + 1) <= bytes || i < least);
  };

  const describe = async () => {
    const { status, body } = await request(environment, destination, null, credential.cached(actor) ?? (await credential.ask(actor)), 0);
    described = !!status;
    if (status === 200) destination.applyConfiguration?.(JSON.parse(body));
  };

  /** Sends the rows, by halves where they cannot go as one. False: the run is over. */
  const deliver = async (rows: Row[]): Promise<boolean> => {
    const middle = rows.length >> 1;
    const split = async () => (await deliver(rows.slice(0, middle))) && deliver(rows.slice(middle));

    let authorization = credential.cached(actor);
    try {
      authorization ??= await credential.ask(actor);
    } catch {
      return later('waits for a credential, since its auth function failed');
    }
    if (!open() || (credential.personal && who() !== actor)) return false;

    const changed = rows.filter((row) => row.d !== (row.d = spoken(row.d)));
    if (changed[0]) await store.write(changed);
    const body = bodyOf(rows);
    const size = utf8Length(body);
    if (middle && size > limit()) return split();
    const answer = await request(environment, destination, body, authorization, !pace.failures && size <= Math.min(SMALL, environment.keepalive.left) ? size : 0);
    const { status } = answer;
    const verdict = destination.judge(answer, rows.length);
    if (verdict === 'stored' || (verdict === 'settle' && !middle)) {
      accepted = described = true;
      await acknowledge(rows);
      return true;
    }
    if (verdict === 'settle' || verdict === 'refused') {
      if (middle) {
        if (status === 413) learned = size >> 1;
        return split();
      }
      doubts.push([rows[0]!, answer]);
      return true;
    }
    if (verdict === 'unauthorized') {
      if (!credential.refuse() || asked) return hold('refuses the credential', answer);
      asked = true;
      return deliver(rows);
    }
    if (verdict === 'version') return negotiated++ < 4 && destination.negotiate?.(answer) ? deliver(rows) : hold('speaks no version that is known here', answer);
    if (isolating && status === 500 && (middle || accepted || !skipped)) {
      if (middle) return split();
      skipped++;
      return true;
    }
    return later(status ? `answers ${status}` : 'does not answer', answer);
  };

  const newest = async (here: Key) => {
    const keys = await store.keys(here, 10_000);
    const row = keys[1] && (await store.get<Row>(keys[keys.length - 1]!));
    return row ? [row] : [];
  };

  const drain = async (force: number, here: Key, renew: () => Promise<boolean>) => {
    if (!(await pace.isDue(force))) return;
    pace.why = credential.personal && !actor.actor ? 'waits until somebody is signed in' : '';
    isolating = pace.failures % PATIENCE === PATIENCE - 1;
    skipped = 0;
    let proven = false;
    let after: Key | undefined;
    while (!pace.why && (await renew())) {
      const { leaving } = recent;
      await leaving;
      const before = recent.ids();
      const page = suspect && doubts[0] ? await newest(here) : await store.page<Row>(here, suspect ? 1 : batchSize, after);
      const rows = fit(page, limit(), 1);
      const last = rows[rows.length - 1]?.k;
      if (!last) {
        if (doubts[0]) return hold('refuses an event, and there is no other to compare it with', doubts[0][1], ALONE);
        if (skipped) return later('answers 500');
        if (!after) {
          recent.remove(before);
          recent.mend();
          if (store.blind()) pace.arm(flushInterval);
          return;
        }
        // Events with an earlier time may have come in behind.
        after = undefined;
      } else if (!rows.some(recent.isFlying)) {
        accepted = false;
        // Before they are on their way: should the page go meanwhile, they go with it. A web page describes nothing.
        if (!described) await describe().catch(() => {});
        if (!(await recent.fly(rows, () => deliver(rows)))) return;
        const refused = doubts[0]?.[1];
        if (suspect && accepted) {
          // The endpoint works. Where it refused the first event just now, it is the events.
          proven = !!refused;
          suspect = false;
          after = undefined;
        } else after = last;
        // Another that it takes proves that those it refuses are to blame; its size is an event's own fault.
        if (accepted || proven || (!rows[1] && refused?.status === 413)) for (const doubt of doubts.splice(0)) await reject(doubt);
        else if (doubts[suspect ? 1 : rows[1] ? 0 : TOO_MANY]) {
          suspect = true;
          return hold('refuses every event', refused!);
        }
      } else if (leaving === recent.leaving) return pace.arm(flushInterval);
    }
  };

  const run = (force: number) => {
    pace.disarm();
    if (!running) {
      actor = who();
      doubts = [];
      asked = false;
      waiting = delivered = rejected = 0;
      const here = ['q', key, ...(credential.personal ? [actor.key] : [])];
      running = exclusively(environment, store, here, (renew) => drain(force, here, renew))
        .then((mine) => {
          if (mine) return;
          pace.why = 'waits for another tab or player that is sending';
          pace.arm(flushInterval * (1 + random()));
        })
        .catch((error) => {
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
      recent.add(row);
      if (pace.firmness < BACKOFF) pace.arm(++waiting < batchSize ? flushInterval : 0);
    },
    wake() {
      if (pace.firmness < FIRM) pace.arm(500 + 1_500 * random(), BACKOFF);
    },
    restart: pace.release,
    async flush() {
      await running;
      await run(FIRM);
      return { delivered, rejected, why: pace.why };
    },
    leave(bytes) {
      const exit = async () => {
        const here = who();
        const authorization = credential.cached(here);
        if (authorization === undefined || pace.firmness === FIRM || !open()) return;
        const mine = recent.idle().filter(({ k }) => !credential.personal || (here.actor && k[2] === here.key));
        const rows = fit(mine.slice(0, batchSize), bytes, 0);
        const body = bodyOf(rows);
        const size = utf8Length(body);
        if (!rows[0] || size > bytes) return;
        await recent.fly(rows, async () => {
          const answer = await request(environment, destination, body, authorization, size);
          if (destination.judge(answer, rows.length) === 'stored') await acknowledge(rows);
        });
      };
      // What goes wrong here is left to the next attempt.
      recent.leaving = Promise.all([recent.leaving, exit().catch(() => {})]);
    },
    forget: () => recent.remove(recent.ids()),
    stop() {
      pace.disarm();
      return Promise.all([running, recent.leaving]);
    },
  };
}
