import type { EpochMs } from '../events.js';

/** `YYYY-MM-DDTHH:mm:ss.sssZ`, the one form that Caliper allows and every record store reads. */
export const timestamp = (time: EpochMs): string => new Date(time).toISOString();
