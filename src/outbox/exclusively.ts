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
 * The work calls `renew` before each request and stops where it says no. False: another tab has it.
 */
export async function exclusively(environment: Environment, store: Store, partition: Key, work: (renew: () => Promise<boolean>) => Promise<unknown>): Promise<boolean> {
  let begun = false;
  try {
    if (environment.locks)
      return await environment.locks.request(`videojs-learning-analytics:${partition.join(' ')}`, { ifAvailable: true }, async (lock) => {
        begun = true;
        if (lock) await work(async () => true);
        return !!lock;
      });
  } catch (error) {
    if (begun) throw error;
    // Refused, as in a sandboxed frame.
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
