import type { Environment } from './environment.js';
import type { Key, Store, Stored } from './store.js';

/** Longer than any request, since it is renewed between requests. */
const LEASE = 90_000;

interface Lease extends Stored {
  readonly owner: number;
  readonly until: number;
}

/**
 * Runs the work unless another tab is at it: under a Web Lock, which the browser frees when the tab dies, or with a lease in the store.
 * The work calls `renew` before each request and stops where it says no. False: another tab has it, or may have it now.
 */
export async function exclusively(environment: Environment, store: Store, partition: Key, work: (renew: () => Promise<boolean>) => Promise<unknown>): Promise<boolean> {
  let begun = false;
  const life = new AbortController();
  try {
    if (environment.locks) {
      let held = false;
      let done: Promise<unknown> | undefined;
      await environment.locks.request(`videojs-learning-analytics:${partition.join(' ')}`, { ifAvailable: true }, (lock) => {
        begun = true;
        held = !!lock;
        if (!lock) return;
        done = work(async () => held);
        // A page that stands still keeps no other waiting, and stops before its next request.
        const frozen = new Promise((free) => environment.onFreeze?.(free, life.signal));
        return Promise.race([done, frozen.then(() => (held = false))]);
      });
      await done;
      return held;
    }
  } catch (error) {
    if (begun) throw error;
    // Refused, as in a sandboxed frame.
  } finally {
    life.abort();
  }
  const k = ['l', ...partition];
  const owner = environment.random();
  const renew = async () => {
    const now = environment.now();
    const lease = await store.update<Lease>(k, (old) =>
      // One that ends further away than a lease lasts is from before the clock was set back.
      old && old.owner !== owner && old.until > now && old.until <= now + LEASE ? old : { k, owner, until: now + LEASE },
    );
    return lease.owner === owner;
  };
  if (!(await renew())) return false;
  try {
    await work(renew);
  } finally {
    // Only one's own: another tab may have it by now.
    if (await renew()) await store.write([], [k]);
  }
  return true;
}
