import { caliper as caliperDestination, type CaliperOptions } from './destinations/caliper/caliper.js';
import { custom as customDestination, type CustomOptions } from './destinations/custom.js';
import type { Destination } from './destinations/destination.js';
import { VERSIONS, xapi as xapiDestination, type XapiOptions } from './destinations/xapi/xapi.js';
import { checkEndpoint } from './options/check-endpoint.js';
import { originOf } from './page.js';

/**
 * A Learning Record Store that is sent xAPI statements.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const xapi = (options: XapiOptions): Destination => xapiDestination(checkEndpoint('xapi', options, VERSIONS));

/**
 * An endpoint that is sent envelopes of Caliper events.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const caliper = (options: CaliperOptions): Destination => {
  const checked = checkEndpoint('caliper', options, ['1.1', '1.2']);
  return caliperDestination({ ...checked, sensor: checked.sensor ?? originOf() });
};

/**
 * A destination of your own. By default it is sent the neutral events, in batches that are JSON arrays; any 2xx acknowledges.
 * `map` makes other documents of them, `wrap` another body, `judge` heeds other answers.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export const custom = (options: CustomOptions): Destination => customDestination(checkEndpoint('custom', options, []));
