import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBrowser, launch } from '../support/browsers.mjs';
import { planOf } from './plan.mjs';
import { startSite } from './site.mjs';
import { createTurns, walk } from './walk.mjs';

// Random learners in real browsers: `npm run test:engines -- [--engine firefox] [--walks 20] [--seed 7] [--lanes 3] [--short]`.
// A walk is told by its seed alone, and a run takes the seeds from the given one on: `--seed 31 --walks 1` is one walk once more.

const KINDS = /** @type {const} */ (['chromium', 'firefox', 'webkit']);
const SHORT = { chromium: 6, firefox: 3, webkit: 3 };
/** Learners that share a page: what two cores play without stuttering. */
const LANES = { chromium: 4, firefox: 3, webkit: 2 };
/** WebKit takes the sound of a rate other than 1 for sound that begins without a gesture, and stops the media. */
const ARGS = { chromium: [], firefox: [], webkit: ['--autoplay-policy=allow'] };
/** Walks in one browser. A page keeps something of each player that it ever had, and WebKit tires. */
const BATCH = { chromium: 20, firefox: 15, webkit: 10 };
/** How often a learner whose engine is stuck begins again. */
const TRIES = 3;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [...KINDS] },
    walks: { type: 'string' },
    seed: { type: 'string', default: process.env.SEED ?? String(Date.now() % 1_000_000) },
    lanes: { type: 'string' },
    short: { type: 'boolean', default: false },
    /** Another build than the project's own. */
    dist: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    /** Keeps the logs of good walks too. */
    keep: { type: 'boolean', default: false },
  },
});

const folder = fileURLToPath(new URL('../../node_modules/.cache/engines', import.meta.url));

const rowOf = (row) => {
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  return `      ${String(told.at.toFixed(0)).padStart(8)} ${JSON.stringify({ ...told, at: undefined })}`;
};

/** All that is needed to see what went wrong, and to see it once more. */
const keep = async (kind, { seed, plan, problems, found }) => {
  const file = join(folder, `${kind}-${seed}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify({ kind, seed, plan, problems, ...found }, null, 1));
  return file;
};

const explain = async (kind, result) => {
  const { seed, plan, problems, found } = result;
  const file = await keep(kind, result);
  const lines = [
    `    ✗ ${kind}, seed ${seed}`,
    ...problems.map((text) => `      ${text}`),
    `      steps from ${plan.source}: ${plan.steps.map(({ kind: what, ...more }) => `${what} ${JSON.stringify(more)}`).join(', ')}`,
    ...(values.verbose ? (found?.log ?? []).map(rowOf) : []),
    `      full log: ${file}`,
  ];
  console.log(lines.join('\n'));
};

/** Takes walks off the list, in a browser of its own. */
const walkBatch = async (kind, path, waiting, lanes, url, { results, stalls, spare }) => {
  const browser = await launch(kind, { path, args: ARGS[kind] });
  const again = [];
  let left = BATCH[kind];
  try {
    const page = await browser.newPage();
    const inTurn = createTurns();
    await page.goto(`${url}/engines/walks.html`);
    await page.bringToFront();
    const lane = async (_, slot) => {
      while (left-- > 0 && waiting.length > 0) {
        const { seed, tries } = waiting.shift();
        const plan = planOf(seed);
        const result = { ...(await walk(page, slot, plan, inTurn, kind)), seed, plan, tries };
        if (!result.found) left = 0;
        if (result.isStalled) {
          console.log(`    ${tries < TRIES ? 'again' : 'given up'}: ${kind}, seed ${seed}: ${result.problems[0]}`);
          stalls.push(seed);
          again.push(tries < TRIES ? { seed, tries: tries + 1 } : { seed: spare(), tries: 1 });
          continue;
        }
        results.push(result);
        if (result.problems.length > 0) await explain(kind, result);
        else if (values.keep) await keep(kind, result);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    const wrong = page.logs.filter(({ type, text }) => type === 'pageerror' || /learningAnalytics/.test(text));
    if (wrong.length > 0) results.push({ problems: wrong.map(({ text }) => text), milliseconds: 0 });
    for (const { text } of wrong) console.log(`    ✗ ${kind}: said in the page: ${text}`);
  } finally {
    await browser.close().catch(() => browser.kill());
  }
  waiting.push(...again);
  return browser.version;
};

/** @returns the walks of one engine, and the seeds whose engine was stuck */
const walkIn = async (kind, path, seeds, lanes, url) => {
  const results = [];
  const stalls = [];
  const waiting = seeds.map((seed) => ({ seed, tries: 1 }));
  // Another learner takes the place of one whose engine is stuck each time.
  let last = seeds.at(-1);
  const spare = () => (last += 1);
  let version;
  while (waiting.length > 0 && stalls.length <= seeds.length) version = await walkBatch(kind, path, waiting, lanes, url, { results, stalls, spare });
  for (const { seed } of waiting) results.push({ problems: [`seed ${seed} was not walked: the engine is stuck too often`], milliseconds: 0 });
  return { version, results, stalls };
};

const middle = (numbers, share) => {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(3);
};

const main = async () => {
  const site = await startSite(values.dist);
  const rows = [];
  let [passed, failed, skipped] = [0, 0, 0];
  try {
    for (const kind of KINDS.filter((one) => values.engine.includes(one))) {
      const { path, reason } = await findBrowser(kind);
      if (!path) {
        if (kind === 'chromium') failed += 1;
        else skipped += 1;
        console.log(kind === 'chromium' ? `    ✗ ${reason}` : `    skipped: random learners in ${kind}: ${reason}`);
        continue;
      }
      const walks = Number(values.walks ?? (values.short ? SHORT[kind] : 100));
      const first = Number(values.seed);
      const began = Date.now();
      const seeds = Array.from({ length: walks }, (_, at) => first + at);
      const { version, results, stalls } = await walkIn(kind, path, seeds, Math.min(walks, Number(values.lanes ?? LANES[kind])), site.url);
      const good = results.filter(({ problems }) => problems.length === 0);
      passed += good.length;
      failed += results.length - good.length;
      const judged = results.filter(({ played }) => played !== undefined);
      const sum = (name) => judged.reduce((all, one) => all + one[name], 0);
      rows.push({
        engine: `${kind} ${version}`,
        seeds: `${first}–${first + walks - 1}`,
        passed: `${good.length}/${results.length}`,
        'walked again, the engine being stuck': stalls.length,
        'media s': sum('watched').toFixed(0),
        seeks: sum('seeks'),
        'beside played: middle': middle(judged.map(({ played }) => played), 0.5),
        '95 %': middle(judged.map(({ played }) => played), 0.95),
        most: middle(judged.map(({ played }) => played), 1),
        'beside sampler: middle': middle(judged.map(({ sampled }) => sampled), 0.5),
        'sampler unsure: middle': middle(judged.map(({ unsure }) => unsure), 0.5),
        's a walk': (results.reduce((all, { milliseconds }) => all + milliseconds, 0) / results.length / 1000).toFixed(1),
        's in all': ((Date.now() - began) / 1000).toFixed(0),
      });
    }
  } finally {
    await site.stop();
  }
  for (const row of rows) console.log(`  ${Object.entries(row).map(([name, value]) => (name === 'engine' ? value : `${name} ${value}`)).join(' · ')}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
};

await main();
