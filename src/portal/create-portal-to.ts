import { checkOptions } from '../options/check-options.js';
import type { RecorderOptions } from '../options/options.js';
import { destinationsOf } from '../plugin.js';
import { createPortal as createPortalOf, type Portal } from './create-portal.js';

/**
 * Records what learners do in the portal around the player; endpoints are named by `xapi` and `caliper`, as for a player.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export function createPortal(options: RecorderOptions): Portal {
  checkOptions(options);
  return createPortalOf({ ...options, destinations: destinationsOf(options) });
}
