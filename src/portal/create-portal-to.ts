import type { RecorderOptions } from '../options/options.js';
import { spelledOut } from '../spelled-out.js';
import { createPortal as createPortalOf, type Portal } from './create-portal.js';

/**
 * Records what learners do in the portal around the player; endpoints are named by `xapi` and `caliper`, as for a player.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const createPortal = (options: RecorderOptions): Portal => createPortalOf(spelledOut(options));
