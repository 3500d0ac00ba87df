import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { runCommand } from '../../demo/run-command.mjs';

/** @typedef {'chromium' | 'firefox' | 'webkit'} Kind */

const BROWSERS = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:/Program Files/Google/Chrome/Application/chrome.exe'],
    packages: ['chromium'],
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:/Program Files/Mozilla Firefox/firefox.exe'],
    packages: ['firefox-esr'],
  },
  webkit: {
    variable: 'WEBKIT_DRIVER_PATH',
    names: ['WebKitWebDriver'],
    places: [],
    packages: ['webkit2gtk-driver', 'xvfb', 'gstreamer1.0-libav'],
    // The decoders are only recommended by the driver's package, but without them it plays no MP4.
    isComplete: () => Boolean(onPath('Xvfb') && inLibraries('webkit2gtk-4.1/MiniBrowser') && inLibraries('gstreamer-1.0/libgstlibav.so')),
  },
};

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);

const locate = ({ variable, names, places, isComplete }) => {
  if (isComplete && !isComplete()) return null;
  const given = process.env[variable];
  if (given) return isExecutable(given) ? given : null;
  return names.map(onPath).find(Boolean) ?? places.find(isExecutable) ?? null;
};

const inLibraries = (file) =>
  (existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).map((folder) => join('/usr/lib', folder, file)).find((path) => existsSync(path)) ?? null;

/** The browser that WebKit's driver steers, which is kept out of the PATH. */
export const findMiniBrowser = () => inLibraries('webkit2gtk-4.1/MiniBrowser');

// Root needs no sudo, and sudo may not stop to ask for a password.
const privilege = () => {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : null;
};

let updated = false;

const install = async (packages, log) => {
  const prefix = privilege();
  if (!onPath('apt-get')) return 'there is no apt-get here to install it with';
  if (!prefix) return 'installing it needs root or sudo without a password';
  const apt = (title, ...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
    return runCommand(command, rest, { title, log, seconds: 900 });
  };
  try {
    if (!updated) await apt('Updating the list of Debian packages', 'update');
    updated = true;
    await apt(`Installing ${packages.join(', ')} with apt-get`, 'install', '-y', '--no-install-recommends', ...packages);
    return null;
  } catch (error) {
    return error.message;
  }
};

/**
 * Find a browser, and on Debian install it where that is allowed.
 *
 * @param {Kind} kind
 * @param {{ install?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<{ path: string | null, reason: string | null }>} the reason says what to do
 */
export const findBrowser = async (kind, { install: mayInstall = false, log = console.log } = {}) => {
  const browser = BROWSERS[kind];
  const found = locate(browser);
  if (found) return { path: found, reason: null };
  const failure = mayInstall ? await install(browser.packages, log) : 'it was not to be installed';
  const path = locate(browser);
  if (path) return { path, reason: null };
  return {
    path: null,
    reason: `${kind} was not found and ${failure ?? 'its packages did not bring it'}. Install it (on Debian: apt-get install ${browser.packages.join(' ')}) or point ${browser.variable} to it.`,
  };
};
