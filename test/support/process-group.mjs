import { spawn } from 'node:child_process';

/** Start a program whose helpers end together with it, as those of browsers do not always. */
export const spawnGroup = (command, args, options = {}) => {
  const child = spawn(command, args, { detached: process.platform !== 'win32', ...options });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  return { child, ended, kill: () => killGroup(child, ended) };
};

/** @param {import('node:child_process').ChildProcess} child the leader of its group */
export const killGroup = (child, ended) => {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
  return ended;
};
