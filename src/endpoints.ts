import { caliper as caliperDestination, type CaliperOptions } from './destinations/caliper/caliper.js';
import type { Destination } from './destinations/destination.js';
import { xapi as xapiDestination, type XapiOptions } from './destinations/xapi/xapi.js';
import { checkEndpoint } from './options/check-options.js';

const warn = (message: string): void => console.warn(`learningAnalytics: ${message}`);

/**
 * A Learning Record Store that is sent xAPI statements.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const xapi = (options: XapiOptions): Destination => xapiDestination(checkEndpoint('xapi', options, ['1.0.3', '2.0.0'], document.baseURI, warn));

/**
 * An endpoint that is sent envelopes of Caliper events.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const caliper = (options: CaliperOptions): Destination =>
  caliperDestination({ sensor: location.origin, ...checkEndpoint('caliper', options, ['1.1', '1.2'], document.baseURI, warn) });
