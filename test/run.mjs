import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

// Nothing but Node may be needed up here: this is the first thing that runs after a clone, before anything is installed.

/**
 * @typedef {{ passed: number, failed: number, skipped: string[], why?: string[] }} Counts `skipped` holds names with their reasons, `why` what failed in browsers
 * @typedef {{ title: string, command: string[], isLive?: boolean, minutes?: number, needs?: string, count?: (output: string) => Counts, before?: () => Promise<void> }} Step
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'tests-'));
const report = join(scratch, 'unit.json');

const countUnit = () => {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName, status }) => `${fullName}: marked as ${status}`);
  return { passed: numPassedTests, failed: numFailedTests, skipped };
};

const COUNT = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

const countBrowsers = (output) => {
  const lines = output.trim().split('\n');
  const [, passed, failed, skipped = 0] = COUNT.exec(lines.findLast((line) => COUNT.test(line)) ?? '') ?? [];
  if (passed === undefined) throw new Error('The browser tests ended without a count.');
  const named = lines.flatMap((line) => /^\s*skipped: (.+)$/.exec(line)?.[1] ?? []);
  const unnamed = Array.from({ length: Math.max(0, Number(skipped) - named.length) }, () => 'a browser test, without a reason');
  return { passed: Number(passed), failed: Number(failed), skipped: [...named, ...unnamed] };
};

const findAnyBrowser = async () => {
  const { findBrowser } = await import('./support/find-browser.mjs');
  const found = [];
  for (const kind of /** @type {const} */ (['chromium', 'firefox', 'webkit'])) found.push(await findBrowser(kind, { install: true }));
  if (found.every(({ path }) => !path)) throw new Error(['There is no browser to test in.', ...found.map(({ reason }) => reason)].join('\n'));
};

const npx = (...args) => ['npx', '--no', '--', ...args];

/** What failed, each with the lines that say why: what is printed between is long, and its end is what is read. */
const failuresIn = (output) => {
  const found = [];
  let open = false;
  for (const line of output.split('\n')) {
    if (/^\s*✗ /.test(line)) found.push(line.trimEnd());
    else if (open && /^ {6}/.test(line)) found.push(line.trimEnd());
    open = /^\s*✗ /.test(line) || (open && /^ {6}/.test(line));
  }
  return found;
};

/** @type {Step[]} */
const steps = [
  { title: 'Types', command: ['npm', 'run', '-s', 'typecheck'] },
  { title: 'Lint', command: ['npm', 'run', '-s', 'lint'] },
  { title: 'Unit tests', command: npx('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`), count: countUnit },
  { title: 'Build', command: ['npm', 'run', '-s', 'build'] },
  { title: 'Package: publint', command: npx('publint', '--strict'), needs: 'Build' },
  { title: 'Package: types as others see them', command: npx('attw', '--pack', '.', '--profile', 'esm-only'), needs: 'Build' },
  {
    title: 'Browser tests',
    command: [process.execPath, 'test/e2e/run.mjs'],
    isLive: true,
    minutes: 45,
    needs: 'Build',
    before: findAnyBrowser,
    count: countBrowsers,
  },
  {
    title: 'Faults, short form',
    command: [process.execPath, 'test/faults/run.mjs', '--engine', 'chromium', '--short'],
    isLive: true,
    needs: 'Build',
    before: findAnyBrowser,
    count: countBrowsers,
  },
  {
    title: 'Random learners, short form',
    command: [process.execPath, 'test/engines/run.mjs', '--short', '--seed', '501'],
    isLive: true,
    needs: 'Build',
    before: findAnyBrowser,
    count: countBrowsers,
  },
];

const run = ([command, ...args], { isLive = false, minutes = 10 }) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: minutes * 60_000,
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output += `${line}\n`;
        // The one count that is printed is the last line of all.
        if (isLive && !COUNT.test(line)) console.log(line);
      });
    }
    child.on('error', (error) => resolve({ isGood: false, output: error.message }));
    child.on('close', (code) => resolve({ isGood: code === 0, output: stripVTControlCharacters(output) }));
  });

/** @type {Counts} */
const FAILURE = { passed: 0, failed: 1, skipped: [] };

/** @param {Step} step @param {Set<string>} broken @returns {Promise<Counts>} */
const take = async ({ command, before, needs = '', count, ...options }, broken) => {
  if (broken.has(needs)) throw new Error(`Not run, since it needs: ${needs}`);
  await before?.();
  const { isGood, output } = await run(command, options);
  let counts = isGood ? { passed: 1, failed: 0, skipped: [] } : { ...FAILURE };
  try {
    if (count) counts = count(output);
  } catch (error) {
    counts = { ...FAILURE };
    console.log(error.message);
  }
  // A file that cannot be loaded has no test that could fail, and neither has a run that found no tests.
  if (counts.failed === 0 && (!isGood || counts.passed === 0)) counts.failed = 1;
  if (counts.failed > 0 && !options.isLive) console.log(output.trimEnd());
  return { ...counts, why: options.isLive ? failuresIn(output) : [] };
};

const main = async () => {
  const { ensureInstalled } = await import('../demo/ensure-installed.mjs');
  await ensureInstalled(root, { title: 'Installing packages' });

  const total = { passed: 0, failed: 0, skipped: [], why: [] };
  const broken = new Set();
  for (const step of steps) {
    console.log(`\n${step.title}`);
    const started = Date.now();
    const counts = await take(step, broken).catch((error) => {
      console.log(error.message);
      return { ...FAILURE };
    });
    if (counts.failed > 0) broken.add(step.title);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(counts.failed > 0 ? `FAILED: ${counts.failed} of ${counts.passed + counts.failed}, ${seconds} s` : `ok: ${counts.passed}, ${seconds} s`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped.push(...counts.skipped);
    total.why.push(...(counts.why ?? []));
  }
  return total;
};

const { passed, failed, skipped, why = [] } = await main().catch((error) => {
  console.log(error.message);
  return FAILURE;
});
rmSync(scratch, { recursive: true, force: true });
if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
if (why.length > 0) console.log(`\nFailed in browsers:\n${why.join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
