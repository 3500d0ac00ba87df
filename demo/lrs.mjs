import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const folder = fileURLToPath(new URL('lrs', import.meta.url));

const SETTINGS = {
  // Any key and secret will do, and everything is forgotten at the end.
  AUTH_REPO: 'test',
  EVENTS_REPO: 'test',
  MODELS_REPO: 'memory',
  STORAGE_REPO: 'memory',
  // A statement that was answered with 200 can be read back at once.
  SERVICE_AWAIT_UPDATES: 'true',
  EXPRESS_ALLOW_FORM_BODY: 'true',
};

/** What each request to the record store carries; it lets everybody in. */
export const LRS_HEADERS = { authorization: `Basic ${Buffer.from('any:one').toString('base64')}`, 'X-Experience-API-Version': '1.0.3' };

/**
 * The statements that it holds, the oldest first, in one page: in memory, its pages are by ids of UUID version 1, whose order
 * begins anew every seven minutes.
 *
 * @param {Record<string, string>} query such as `since` and `registration`
 */
export const readStatements = async (lrsUrl, query) => {
  const response = await fetch(`${lrsUrl}/statements?${new URLSearchParams({ ascending: 'true', limit: '100000', ...query })}`, { headers: LRS_HEADERS });
  if (!response.ok) throw new Error(`The record store answered ${response.status}: ${await response.text()}`);
  return (await response.json()).statements;
};

const freePort = (port) =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const found = probe.address().port;
      probe.close(() => resolve(found));
    });
  });

const isUp = async (url) => {
  try {
    return (await fetch(`${url}/about`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
};

/**
 * Start Learning Locker's record store on the loopback interface, in memory, with any credentials accepted.
 *
 * @param {{ port?: number, log?: (line: string) => void }} [options]
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export const startLrs = async ({ port = 0, log = console.log } = {}) => {
  await ensureInstalled(folder, { title: 'Installing the demo record store (some 50 MB)', log });
  const chosen = await freePort(port);
  const url = `http://127.0.0.1:${chosen}/xAPI`;

  const child = fork(join(folder, 'node_modules/@learninglocker/xapi-statements/dist/server.js'), {
    cwd: folder,
    env: { ...process.env, ...SETTINGS, EXPRESS_PORT: String(chosen) },
    execArgv: ['-r', join(folder, 'loopback.js')],
    silent: true,
  });
  // It looks for a Mongo database that is not needed here and complains about it. Its output matters only when it ends early.
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      tail = (tail + chunk).slice(-2000);
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    kill();
    await ended;
  };

  const deadline = Date.now() + 60_000;
  while (!(await isUp(url))) {
    if (hasEnded() || Date.now() > deadline) {
      await stop();
      throw new Error(`The demo record store did not start.\n${tail.trim()}`);
    }
    await Promise.race([pause(50), ended]);
  }
  return { url, stop };
};
