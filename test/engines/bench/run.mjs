import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch } from '../../support/browsers.mjs';
import { startSite } from '../site.mjs';

// What it costs, beside no plugin and beside another one. Numbers to look at, never a test: `npm run build && npm run bench`.

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/bench', import.meta.url));
const OTHER = 'videojs-event-tracking@1.0.3';
const TICKS = 1_000_000;
const ROUNDS = 3;

/** A folder with the other plugin, where npm brings it. */
const findOther = async () => {
  const folder = join(cache, 'package');
  if (existsSync(folder)) return folder;
  try {
    await mkdir(cache, { recursive: true });
    const { stdout } = await run('npm', ['pack', OTHER, '--silent'], { cwd: cache, timeout: 30_000 });
    await run('tar', ['xzf', stdout.trim()], { cwd: cache });
    return folder;
  } catch {
    return null;
  }
};

const table = (rows) => {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  for (const line of lines) console.log(`  ${line.map((text, at) => (at ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('   ')}`);
};

const verdict = (holds) => (holds ? 'holds' : 'MISSED');

const ticks = async () => {
  const rows = [];
  for (const how of ['playing', 'paused']) {
    const { stdout } = await run(process.execPath, ['--expose-gc', join(here, 'ticks.mjs'), how, String(TICKS)]);
    rows.push(JSON.parse(stdout));
  }
  console.log(`\n${TICKS.toLocaleString('en')} ticks through adapter and session, Node ${process.version}`);
  table(
    rows.map(({ how, milliseconds, longest, survived, events }) => ({
      ticks: how === 'paused' ? 'nothing changes' : 'the media plays',
      'µs a tick': ((milliseconds * 1000) / TICKS).toFixed(2),
      'µs a tick, slowest thousand': longest.toFixed(2),
      'bytes left in all': survived,
      events,
    })),
  );
  const [playing, paused] = rows;
  // The collector itself leaves some hundreds of bytes here and there; a single pointer a tick would be eight megabytes.
  console.log(`  goal: nothing survives a tick that changes nothing: ${verdict(paused.survived < TICKS && playing.survived < TICKS)}`);
  console.log(`  goal: at most 50 µs a tick: ${verdict((playing.milliseconds * 1000) / TICKS <= 50)}`);
};

const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const hour = async () => {
  const other = await findOther();
  const site = await startSite(undefined, other ? { other: join(other, 'dist') } : {});
  const browser = await launch('chromium', { args: ['--enable-precise-memory-info', '--js-flags=--expose-gc'] });
  const kinds = ['nothing', ...(other ? ['other'] : []), 'ours'];
  const found = Object.fromEntries(kinds.map((kind) => [kind, []]));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const kind of kinds) {
        const page = await browser.newPage();
        await page.goto(`${site.url}/engines/bench.html`);
        if (kind === 'other') {
          await page.evaluate(
            () => new Promise((next, fail) => {
              const script = Object.assign(document.createElement('script'), { src: '/other/videojs-event-tracking.min.js', onload: next, onerror: fail });
              document.head.append(script);
            }).then(() => null),
          );
        }
        found[kind].push(await page.evaluate((which) => bench(which), kind));
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await site.stop();
  }
  const of = (kind, name) => middle(found[kind].map((one) => one[name]));
  const NAMES = { nothing: 'no plugin', other: OTHER, ours: 'videojs-learning-analytics, xAPI and Caliper' };
  console.log(`\nAn hour of playback with 500 interactions, Chromium ${browser.version}, middle of ${ROUNDS} rounds`);
  table(
    kinds.map((kind) => ({
      plugin: NAMES[kind],
      'main thread ms': of(kind, 'busy').toFixed(0),
      'more than without': (of(kind, 'busy') - of('nothing', 'busy')).toFixed(0),
      'µs a tick more': (((of(kind, 'busy') - of('nothing', 'busy')) * 1000) / 14_400).toFixed(1),
      'longest ms': of(kind, 'longest').toFixed(1),
      'kB left': (of(kind, 'survived') / 1024).toFixed(0),
      'long tasks': of(kind, 'longTasks'),
    })),
  );
  if (!other) console.log(`  (${OTHER} could not be had from npm)`);
  console.log(`  goal: no long task that is not there without a plugin: ${verdict(of('ours', 'longTasks') <= of('nothing', 'longTasks'))}`);
};

await ticks();
await hour();
