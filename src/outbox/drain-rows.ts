import type { Destination } from '../destinations/destination.js';
import { createDelivery, TOO_MANY } from './deliver.js';
import { describe } from './describe.js';
import { ALONE, FIRM } from './pace.js';
import type { Row, RowKey } from './row.js';
import type { Run, Tools } from './run.js';
import type { Key } from './store.js';

/** It refuses all, where it refuses so many others too: the newest and another, or more where it was not known to be suspect. */
const OTHERS = 2;
const MORE_OTHERS = 5;

/** After so many failures a 500 may be one event's doing, or a firewall's word on one. */
const PATIENCE = 8;

/** So many events are asked about alone, to find out whether it takes any. */
const PROBES = 2;

/**
 * Gives the function that makes a run: page by page in the order of events, until nothing waits or something stands in the way.
 * @param poll ms after which rows are looked for that others have on their way
 */
export function createDrain(destination: Destination, tools: Tools, run: Run, poll: number) {
  const { environment, store, batchSize, bounds, open, credential, recent, pace, ledger, batches } = tools;
  const { deliver, inAnother, refusesAll, refusesCredential } = createDelivery(destination, tools, run);
  const { hold, later } = pace;

  /** @param here the rows that are this run's */
  return async (force: number, here: Key, renew: () => Promise<boolean>): Promise<unknown> => {
    if (!open() || !(await pace.isDue(force))) return;
    pace.why = credential.personal && !run.actor.actor ? 'waits until somebody is signed in' : '';
    run.isolating = pace.isolates || pace.failures % PATIENCE === PATIENCE - 1;
    let after: Key | undefined;
    let swept = false;
    /** Whether the endpoint was asked about itself. */
    let inquired = false;
    let enough = OTHERS;
    /** What else it may be asked with, to find out whether it refuses these events or any. */
    let others: Key[] | undefined;
    /** The newest, which may be of another make, comes first, then any. */
    let newest: boolean;
    const rest = async () => {
      newest = true;
      const known = new Set(run.doubts.map(({ row }) => row.k[4]));
      return ((await store.keys(here, 10_000)) as RowKey[]).filter(({ 4: id }) => !known.has(id) && !ledger.has(id));
    };
    const another = async () => {
      others ??= await rest();
      for (;;) {
        const key = newest ? others.pop() : others.splice(environment.random() * others.length, 1)[0];
        newest = false;
        const row = key && (await store.get<Row>(key));
        if (row || !key) return row ? [row] : [];
      }
    };
    const send = (rows: Row[]) => recent.fly(rows, () => deliver(rows, renew));
    /** Asks once more about what it refused before it accepted another: what it refuses again is at fault. False: the run is over. */
    const judge = async () => {
      const unsure = run.doubts.filter(({ answered }) => !answered);
      for (const { row, answered } of run.doubts.splice(0)) {
        if (!answered) continue;
        if (!(await send([row]))) return false;
        const [same] = run.doubts.splice(0);
        if (same) await ledger.reject(row, same.answer, run.era);
      }
      run.doubts = unsure;
      return true;
    };
    /** Whether it takes any event by itself. False: the run is over. */
    const probe = async () => {
      run.probing = true;
      let asks = 0;
      while (asks < PROBES && !run.worked) {
        const rows = await another();
        if (!rows[0] || recent.isFlying(rows[0])) break;
        asks++;
        if (!(await send(rows))) return (run.probing = false);
      }
      run.probing = false;
      others = undefined;
      const status = run.passedBy;
      if (run.worked) {
        run.passedBy = 0;
        return true;
      }
      const answer = { status, body: '', header: () => null };
      return status === 403 ? refusesCredential(answer, asks < PROBES ? ALONE : FIRM) : later(`answers ${status}`, answer);
    };
    while (!pace.why && (await renew())) {
      const { leaving } = recent;
      await leaving;
      if (!after) await ledger.tidy();
      const before = recent.ids(open);
      const { ahead } = run;
      const page: readonly Row[] =
        run.suspect && run.doubts[0] ? await another()
        : ahead?.after === after && ahead?.leaving === leaving && !run.suspect && ahead ? await ahead.page
        : await store.page<Row>(here, run.suspect ? 1 : batchSize, after);
      if (!swept && page.some(({ k }) => bounds.isOld(k))) {
        swept = true;
        await bounds.scan();
        after = run.ahead = undefined;
        continue;
      }
      // What came in behind has an earlier time, and may be of the same session. In a long backlog it waits for its end.
      if (after && page[0] && !page[batchSize - 1] && !run.suspect && !run.doubts[0] && !run.passedBy) {
        after = undefined;
        continue;
      }
      const rows = batches.fit(page, batches.limit(), 1);
      const last = rows[rows.length - 1]?.k;
      if (!last) {
        if (run.doubts[0]) {
          const refused = run.doubts[0].answer;
          // Whether it is they, the next event will tell.
          if (run.worked) return hold('refuses an event, and has accepted none since', refused, ALONE);
          if (!inAnother(refused)) return run.doubts[1] ? refusesAll(refused) : hold('refuses an event, and there is no other to compare it with', refused, ALONE);
          after = others = undefined;
          continue;
        }
        if (run.passedBy) {
          pace.isolates = true;
          return later(`answers ${run.passedBy}`);
        }
        if (!after) {
          pace.isolates = false;
          await pace.succeeded();
          recent.remove(before);
          recent.mend();
          ledger.unanswered.clear();
          if (store.blind()) {
            pace.why = 'cannot be served: IndexedDB cannot be read';
            pace.arm(poll);
          }
          return;
        }
        // Events with an earlier time may have come in behind.
        after = undefined;
      } else if (!rows.some(recent.isFlying)) {
        run.accepted = false;
        if (!run.described && !inquired) {
          inquired = true;
          // Before they are on their way: should the page go meanwhile, they go with it. Without a credential the request says so.
          run.described = await credential.ask(run.actor).then((authorization) => describe(environment, destination, authorization), () => false);
          // Some may have gone, and been dropped, while it was waited for.
          continue;
        }
        if (page.length === batchSize) {
          const next = { after: last, leaving, page: store.page<Row>(here, batchSize, last) };
          // Where nobody comes to it.
          next.page.catch(() => {});
          run.ahead = next;
        }
        const sent = await send(rows);
        if (sent === false) return;
        if (!sent) {
          const status = run.passedBy;
          if (!(await probe()) || !(await judge())) return;
          await ledger.tidy();
          // All others are asked about again, but for those that so many were passed by with.
          run.doubts = [];
          after = run.beyond;
          if (after) run.passedBy = status;
          run.ahead = run.beyond = undefined;
          continue;
        }
        const refused = run.doubts[0]?.answer;
        if (run.suspect && run.accepted) {
          run.suspect = false;
          after = others = undefined;
        } else after = last;
        if (!(await judge())) return;
        if (!run.accepted && run.doubts[run.suspect ? enough : rows[1] ? 0 : TOO_MANY]) {
          if (inAnother(refused!)) after = others = undefined;
          else if (run.suspect) return refusesAll(refused!);
          else {
            run.suspect = true;
            // It is asked about so many others now.
            enough = run.doubts.length + MORE_OTHERS - 2;
            others = await rest();
          }
        }
      } else if (leaving === recent.leaving) return pace.arm(poll);
    }
  };
}
