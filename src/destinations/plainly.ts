import type { Destination } from './destination.js';
import { verdict } from './verdict.js';

/** Where and how documents are sent, unless a destination says otherwise: as a JSON array, with the credential as it was given. */
export const plainly = (key: string, url: string, wrap: Destination['wrap'] = (documents) => `[${documents}]`) => ({
  key,
  label: key,
  url,
  wrap,
  headers: (): Record<string, string> => ({ 'Content-Type': 'application/json' }),
  authorization: (credential: string) => credential,
  judge: verdict,
});
