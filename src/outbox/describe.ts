import type { Destination } from '../destinations/destination.js';
import type { Environment } from './environment.js';
import { request } from './request.js';

/** ms: events wait for it, and can do without. */
const TIME_LIMIT = 5_000;

/** Asks the endpoint about itself, and heeds what it says as far as that is understood. Says whether it answered. */
export async function describe(environment: Environment, destination: Destination, authorization: string): Promise<boolean> {
  const { status, body } = await request(environment, destination, { method: 'GET', url: destination.about! }, authorization, 0, TIME_LIMIT);
  try {
    if (status === 200) destination.applyConfiguration?.(JSON.parse(body));
  } catch {
    // A web page describes nothing.
  }
  return !!status;
}
