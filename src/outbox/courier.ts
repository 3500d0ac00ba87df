import type { Destination } from '../destinations/destination.js';
import { spread, wanted } from './backoff.js';
import { createBatches } from './batches.js';
import type { Bounds } from './bounds.js';
import { createCredential, type Who } from './credential.js';
import { createDrain } from './drain-rows.js';
import type { Environment } from './environment.js';
import { exclusively } from './exclusively.js';
import { createLedger } from './ledger.js';
import type { Report } from './outbox-events.js';
import { BACKOFF, createPace, FIRM, SOON } from './pace.js';
import { recentRowsOf } from './recent-rows.js';
import { request, utf8Length } from './request.js';
import type { Row, RowKey } from './row.js';
import { begin, type Run } from './run.js';
import type { OutboxStore } from './store.js';

/** What the couriers of one outbox share. */
export interface Desk {
  readonly environment: Environment;
  readonly store: OutboxStore;
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
   * leaves it to the run under way, here or on another page, which keeps the order.
   */
  leave(bytes: number, going: boolean): void;
  /** Whether it is on its way, or has arrived and is not removed yet. */
  holds(key: RowKey): boolean;
  /** These are not there any more; without: nothing is. */
  forget(keys?: readonly RowKey[]): void;
  /** Settles when nothing is under way any more. */
  stop(): Promise<unknown>;
}

/** What nobody tells of is looked at no more often than every so many ms. */
const POLL = 500;

export function createCourier(destination: Destination, desk: Desk): Courier {
  const { environment, store, batchSize, flushInterval, who, open, era } = desk;
  const { now, random, warn } = environment;
  const { key } = destination;
  const poll = Math.max(flushInterval, POLL);
  const credential = createCredential(environment, destination);
  const recent = recentRowsOf(environment.keepalive, key);
  const pace = createPace(destination, desk, (force) => {
    if (running) again = Math.max(again, force);
    else void start(force);
  });
  const ledger = createLedger(destination, desk, recent, pace);
  const batches = createBatches(destination);
  const run: Run = { ...begin(who(), era()), suspect: false, away: false, described: !destination.about, lookedInto: false };
  const drain = createDrain(destination, { ...desk, credential, recent, pace, ledger, batches }, run, poll);

  let waiting = 0;
  let running: Promise<unknown> | undefined;
  /** The firmest pause that another run shall end, asked for while this one is under way; less than any where none is. */
  let again = SOON - 1;
  /** Whether another page sends, as far as is known. */
  let isElsewhere = false;
  /** Whose credential was asked for ahead. */
  let primed: Who | undefined;

  const start = (force: number) => {
    pace.disarm();
    if (!running) {
      Object.assign(run, begin(who(), era()));
      waiting = 0;
      const here = ['q', key, ...(credential.personal ? [run.actor.key] : [])];
      // Whose credential sends whose rows may differ between pages: one sends at a time.
      running = exclusively(environment, store, ['q', key], (renew) => drain(force, here, renew).finally(ledger.tidy))
        .then((mine) => {
          isElsewhere = !mine;
          if (mine) return;
          pace.why = 'waits for another tab or player that is sending';
          pace.arm(poll * (1 + random()));
        })
        .catch((error) => {
          ledger.recover();
          warn(`${destination.label} cannot be served`, error);
          return pace.later('cannot be served');
        })
        .finally(() => {
          running = undefined;
          if (again >= pace.firmness) pace.arm(0, again);
          again = SOON - 1;
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
      // So is what another page was told, once for all that wait together.
      const idle = () => open() && !running && pace.firmness === SOON;
      if (!waiting && idle()) pace.heed(idle).catch(() => {});
      if (pace.firmness < BACKOFF) pace.arm(++waiting < batchSize ? flushInterval : 0);
    },
    wake() {
      if (pace.firmness < FIRM) pace.arm(spread(random()), BACKOFF);
    },
    restart: pace.release,
    get why() {
      return pace.why;
    },
    async flush(force = FIRM) {
      const { delivered, rejected } = ledger;
      // What an exit has under way is told of too.
      await Promise.all([running, recent.leaving]);
      await start(force);
      return { delivered: ledger.delivered - delivered, rejected: ledger.rejected - rejected, why: pace.why };
    },
    leave(bytes, going) {
      void ledger.tidy();
      if ((running || isElsewhere || recent.busy()) && !going) return;
      const exit = async () => {
        const here = who();
        const authorization = credential.cached(here);
        if (authorization === undefined || !pace.known || pace.firmness === FIRM || !open()) return;
        const mine = recent.idle(open).filter(({ k }) => !credential.personal || (here.actor && k[2] === here.key));
        const rows = batches.fit(mine.slice(0, batchSize), bytes, 0);
        const body = batches.body(rows, now());
        const size = utf8Length(body);
        if (!rows[0] || size > bytes) return;
        await recent.fly(rows, async () => {
          const answer = await request(environment, destination, { method: 'POST', url: destination.url, body }, authorization, size);
          if (destination.judge(answer, rows.length, body) === 'stored') {
            await ledger.acknowledge(rows);
            await ledger.tidy();
          } else if (wanted(answer, now())) await pace.later(`answers ${answer.status}`, answer);
          else if (!answer.status) for (const { k } of rows) ledger.unanswered.add(k[4]);
        });
      };
      // What goes wrong here is left to the next attempt.
      recent.leaving = Promise.all([recent.leaving, exit().catch(() => {})]);
    },
    holds: (k) => k[1] === key && (ledger.has(k[4]) || recent.isFlying({ k })),
    forget(keys) {
      run.ahead = undefined;
      recent.remove(keys?.flatMap((k) => (k[1] === key ? k[4] : [])) ?? recent.ids(open));
    },
    stop() {
      pace.disarm();
      return Promise.all([running, recent.leaving]).then(() => recent.remove(recent.ids(open)));
    },
  };
}
