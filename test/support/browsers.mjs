import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './find-browser.mjs';

export { findBrowser };

const engines = {
  chromium: () => import('./chromium.mjs'),
  firefox: () => import('./firefox.mjs'),
  webkit: () => import('./webkit.mjs'),
};

// Browsers have process groups of their own, which an interrupt from the keyboard does not reach.
let isGuarded = false;
const endWithUs = () => {
  if (isGuarded) return;
  isGuarded = true;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
};

/**
 * Start a browser. Without a profile it gets a fresh one that goes with it; a given one stays, for a second start after a kill.
 *
 * @param {import('./find-browser.mjs').Kind} kind
 * @param {{ profile?: string, path?: string, args?: string[], preferences?: Record<string, any> }} [options] `preferences`: Firefox's `about:config`,
 * or the `Preferences` file of a Chromium profile
 */
export const launch = async (kind, { profile, path, args = [], preferences } = {}) => {
  const found = path ? { path, reason: null } : await findBrowser(kind);
  if (!found.path) throw new Error(found.reason ?? `${kind} was not found`);
  const folder = profile ?? (await mkdtemp(join(tmpdir(), `${kind}-profile-`)));
  endWithUs();
  const { start } = await engines[kind]();
  const begin = () => start({ path: found.path, profile: folder, args, preferences });
  // On a busy machine one in hundreds does not come up.
  const { version, newPage, close, kill } = await begin().catch(begin);

  const clean = async () => {
    process.removeListener('exit', kill);
    if (!profile) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once('exit', kill);
  return {
    engine: kind,
    version,
    /** WebKit's driver always starts with an empty profile. */
    keepsProfile: kind !== 'webkit',
    newPage,
    /** End it as its user would. */
    close: async () => {
      await close();
      await clean();
    },
    /** End it as a crash would: no page gets to do anything more. */
    kill: async () => {
      await kill();
      await clean();
    },
  };
};
