import type { Environment } from './environment.js';
import type { Key, OutboxStore, Stored } from './store.js';

/** Longer than any request, since it is renewed between requests. It outlives a page that crashes. */
const LEASE = 90_000;
/** In localStorage, per partition: whose lease the page has let go of as it went. No journal's name begins so. */
const FREED = 'videojs-learning-analytics-freed:';

interface Lease extends Stored {
  readonly owner: number;
  readonly until: number;
}

/**
 * Runs the work unless another tab is at it: under a Web Lock, which the browser frees when the tab dies, or with a lease in the store.
 * The work calls `renew` before each request and stops where it says no. False: another tab has it, or may have it now.
 */
export async function exclusively(environment: Environment, store: OutboxStore, partition: Key, work: (renew: () => Promise<boolean>) => Promise<unknown>): Promise<boolean> {
  let begun = false;
  const life = new AbortController();
  // A page that stands still or goes keeps no other waiting, and stops before its next request.
  let free: ((event?: unknown) => unknown) | undefined;
  environment.onFreeze?.(() => free?.(), life.signal);
  try {
    if (environment.locks) {
      let held = false;
      let done: Promise<unknown> | undefined;
      await environment.locks.request(`videojs-learning-analytics:${partition.join(' ')}`, { ifAvailable: true }, (lock) => {
        begun = true;
        held = !!lock;
        if (!lock) return;
        done = work(async () => held);
        return Promise.race([done, new Promise((resolve) => (free = resolve)).then(() => (held = false))]);
      });
      await done;
      return held;
    }
  } catch (error) {
    if (begun) throw error;
    // Refused, as in a sandboxed frame.
  } finally {
    if (begun) life.abort();
  }
  const k = ['l', ...partition];
  const owner = environment.random();
  const name = FREED + partition.join(' ');
  const attempt = <T>(run: (journal: NonNullable<Environment['journal']>) => T) => {
    try {
      return store.volatile() && environment.journal && run(environment.journal);
    } catch {
      // Then what a page that goes writes to the database has to arrive, or the lease to end.
      return undefined;
    }
  };
  let until = 0;
  const renew = async () => {
    if (life.signal.aborted) return false;
    const now = environment.now();
    const freed = attempt((journal) => journal.getItem(name));
    const lease = await store.update<Lease>(k, (old) =>
      // One that ends further away than a lease lasts is from before the clock was set back.
      old && old.owner !== owner && `${old.owner}` !== freed && old.until > now && old.until <= now + LEASE ? old : { k, owner, until: now + LEASE },
    );
    until = lease.owner === owner ? lease.until : 0;
    if (until && freed) attempt((journal) => journal.removeItem(name));
    return !!until;
  };
  try {
    if (!(await renew())) return false;
    // Only one's own: another tab may have it by now.
    free = () => {
      life.abort();
      if (!until) return;
      // A browser may drop what a page that goes writes to the database.
      attempt((journal) => journal.setItem(name, `${owner}`));
      if (until > environment.now()) void store.write([], [k]);
    };
    await work(renew);
    return !life.signal.aborted;
  } finally {
    if (until && (await renew())) await store.write([], [k]);
    life.abort();
  }
}
