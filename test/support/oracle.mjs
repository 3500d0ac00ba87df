import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from '../../demo/ensure-installed.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, '../shared/oracle');
const PARTS = ['caliper', 'xapi'];

const isOurs = (path) => !path.includes('node_modules');

const filesOf = async (folder) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => isOurs(path.slice(folder.length)))
    .sort();

const fingerprint = async (folder) => {
  const hash = createHash('sha256');
  for (const file of await filesOf(folder)) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
};

/** A copy of the checkers that packages can be installed in: the original is not ours to write to. */
const install = async (log) => {
  const folder = join(root, 'node_modules/.cache/oracle', await fingerprint(source));
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  for (const part of PARTS) {
    await cp(join(source, part), join(draft, part), { recursive: true, filter: (path) => isOurs(path.slice(source.length)) });
    await ensureInstalled(join(draft, part), { title: `Installing the ${part} checkers`, log });
  }
  // Whoever is first has done it for all.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
};

/**
 * The independent checkers that lie beside the project, where they do.
 *
 * @typedef {{ reason: null, checkStatements: (statements: object[]) => { statement: number, problem: string }[], checkCaliper: (document: object, version?: 'v1p1' | 'v1p2') => Promise<string[]> }} Oracle
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<Oracle | { reason: string }>} the reason says why there are none
 */
export const findOracle = async ({ log = console.log } = {}) => {
  if (!PARTS.every((part) => existsSync(join(source, part, 'check.mjs')))) return { reason: `the independent checkers are not at ${source}` };
  try {
    const folder = await install(log);
    const [{ checkCaliper }, { checkStatements }] = await Promise.all(
      PARTS.map((part) => import(pathToFileURL(join(folder, part, 'check.mjs')).href)),
    );
    return { reason: null, checkCaliper, checkStatements };
  } catch (error) {
    return { reason: `the independent checkers could not be installed: ${error.message.split('\n')[0]}` };
  }
};
