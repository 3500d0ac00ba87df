import { caliper } from '../../src/destinations/caliper/caliper.js';
import type { Destination } from '../../src/destinations/destination.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import { EVENTS, type EventType } from '../../src/events.js';
import { kaltura } from '../../src/kaltura/kaltura.js';

/** Every type there is. */
export const TYPES = Object.keys(EVENTS) as EventType[];

const common = { auth: false, events: TYPES } as const;
const lrs = { ...common, endpoint: 'https://lrs.example/xapi' } as const;
const store = { ...common, endpoint: 'https://store.example/caliper', sensor: 'https://campus.example/sensors/1', messageParameters: ['context_id'] } as const;
const vocabulary = kaltura({ site: 'https://example.mediaspace.kaltura.com' });

/** Every standard, version and vocabulary, sent all that it has a place for. */
export const DESTINATIONS: Readonly<Record<string, Destination>> = {
  'xapi-1.0.3': xapi(lrs),
  'xapi-2.0.0': xapi({ ...lrs, version: '2.0.0' }),
  'kaltura-1.0.3': xapi({ ...lrs, vocabulary }),
  'kaltura-2.0.0': xapi({ ...lrs, vocabulary, version: '2.0.0' }),
  'caliper-1.1': caliper({ ...store, version: '1.1' }),
  'caliper-1.2': caliper(store),
};
