import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runCommand } from './run-command.mjs';

const packagesOf = async (file) => {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
};

// npm notes in node_modules what it has put there. That is compared rather than file times, which every clone and checkout changes.
const isInstalled = async (folder) => {
  const [wanted, present] = await Promise.all([
    packagesOf(join(folder, 'package-lock.json')),
    packagesOf(join(folder, 'node_modules', '.package-lock.json')),
  ]);
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      !path.startsWith('node_modules/') || optional || devOptional || (path in present && present[path].version === version),
  );
};

/**
 * Make `node_modules` of a folder what its lock file says. Uses nothing but Node, since it runs before anything is installed.
 *
 * @param {string} folder
 * @param {{ title: string, log?: (line: string) => void }} options
 */
export const ensureInstalled = async (folder, { title, log = console.log }) => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`This needs Node 20.19 or newer, and here is ${process.version}. See https://nodejs.org.`);
  }
  if (await isInstalled(folder)) return;
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const run = (...args) => runCommand(command, [...first, ...args, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { title, cwd: folder, log });
  try {
    // A registry that lacks a build for some other platform makes npm call the lock file incomplete. What it holds is still kept to.
    await run('ci').catch((error) => (error.message.includes('EUSAGE') ? run('install', '--no-save') : Promise.reject(error)));
  } catch (error) {
    const where = relative(process.cwd(), folder) || 'this folder';
    throw new Error(`${error.message}\n\nPackages could not be installed. Look at the network and npm's registry and proxy settings, then run "npm ci" in ${where}.`, {
      cause: error,
    });
  }
};
