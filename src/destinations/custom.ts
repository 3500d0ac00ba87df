import type { Destination } from './destination.js';
import { verdict } from './verdict.js';

/** Where events go that are for neither standard: an endpoint, and whatever of the port differs from the default. */
export type CustomOptions = Partial<Destination> & {
  /** The URL that batches are POSTed to. */
  readonly endpoint: string;
};

/**
 * A destination of your own. By default it is sent the neutral events, in batches that are JSON arrays; any 2xx acknowledges.
 * `map` makes other documents of them, `wrap` another body, `judge` heeds other answers.
 */
export const custom = ({ endpoint, ...own }: CustomOptions): Destination => ({
  key: `custom ${endpoint}`,
  label: `custom ${endpoint}`,
  url: endpoint,
  auth: false,
  map: (event, actor) => ({ ...event, actor }),
  wrap: (documents) => `[${documents}]`,
  headers: () => ({ 'Content-Type': 'application/json' }),
  authorization: (credential) => credential,
  judge: verdict,
  probe: { method: 'POST', url: endpoint, body: '[]' },
  ...own,
});
