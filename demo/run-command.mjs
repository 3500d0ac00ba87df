import { spawn } from 'node:child_process';

const SHOWN = 1500;

const shorten = (text) => (text.length > 2 * SHOWN ? `${text.slice(0, SHOWN)}\n…\n${text.slice(-SHOWN)}` : text);

/**
 * Run a command to its end. Nothing is printed but one line every ten seconds, so that a slow download is not taken for a hang.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ title: string, cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number, log?: (line: string) => void }} options
 * @returns {Promise<void>} Rejects with the beginning and the end of the output.
 */
export const runCommand = (command, args, { title, cwd, env, seconds = 600, log = console.log }) =>
  new Promise((resolve, reject) => {
    log(`${title} …`);
    const started = Date.now();
    const elapsed = () => Math.round((Date.now() - started) / 1000);
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd file there, which only a shell can start.
      shell: process.platform === 'win32',
    });

    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const ticker = setInterval(() => log(`  ${elapsed()} s`), 10_000);
    const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const settle = (failure) => {
      clearInterval(ticker);
      clearTimeout(limit);
      if (!failure) return resolve();
      reject(new Error(`${command} ${args.join(' ')}: ${failure}\n${shorten(output.trim())}`));
    };
    child.on('error', (error) => settle(error.message));
    child.on('close', (code, signal) => {
      if (code === 0) settle();
      else if (signal === 'SIGKILL' && elapsed() >= seconds) settle(`not done after ${seconds} s`);
      else settle(`ended with ${signal ?? code}`);
    });
  });
