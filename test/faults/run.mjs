import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startLrs } from '../../demo/lrs.mjs';
import { findBrowser } from '../support/browsers.mjs';
import { answers } from './answers.mjs';
import { computer } from './computer.mjs';
import { network } from './network.mjs';
import { pages } from './pages.mjs';
import { createStage, launchPatiently } from './stage.mjs';

// Everything that goes wrong, in real browsers, before real endpoints: `npm run test:faults -- [--engine firefox] [--only kill] [--short]`.
// Each scenario ends with the same question: is all that was recorded at the endpoints, once, in order, unchanged?

const KINDS = /** @type {const} */ (['chromium', 'firefox', 'webkit']);

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [...KINDS] },
    only: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
    lanes: { type: 'string' },
    kills: { type: 'string' },
  },
});

const all = [...network, ...answers, ...pages, ...computer];
const wanted = all.filter(({ name, short }) => (!values.short || short) && (!values.only || values.only.some((part) => name.includes(part))));

const limited = async (work, minutes) => {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${minutes} minutes`)), minutes * 60_000);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
};

const playOne = async (scenario, kind, path, lrsUrl, shared, tries = 3) => {
  const { name, run, counting, browserOptions, ordered = true, kinds, minutes = 3 } = scenario;
  const began = Date.now();
  const stage = await createStage({ kind, path, lrsUrl, counting, browserOptions });
  Object.assign(stage, { ordered, kills: Number(values.kills ?? (values.short ? 4 : 50)), ...(kinds && { kinds }), ...(shared && { own: shared }) });
  let row = {};
  let problems;
  try {
    await limited(run(stage), minutes);
    ({ row, problems } = await stage.judge());
  } catch (error) {
    const found = await stage.judge().catch(() => ({ row: {}, problems: [] }));
    ({ row } = found);
    problems = [error.stack ?? String(error), ...found.problems, await stage.describe()];
  }
  await stage.close();
  await stage.after?.();
  if (stage.browserLost && problems.length > 0 && tries > 1) {
    console.log(`    again: ${kind}: ${name}: ${stage.browserLost}, of what has nothing to do with the plugin; ${problems.join('; ')}`);
    return playOne(scenario, kind, path, lrsUrl, shared, tries - 1);
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`    ${problems.length > 0 ? '✗' : '✓'} ${kind}: ${name} (${seconds} s)`);
  for (const problem of problems) console.log(`      ${problem}`);
  return { scenario: name, engine: kind, ...row, s: seconds, notes: stage.notes.join(', '), problems };
};

const table = (rows) => {
  const names = ['scenario', 'engine', 'emitted', 'delivered', 'refused', 'lost', 'stored twice', 'repeated', 'requests', 's', 'notes'];
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '?')))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  for (const line of lines) console.log(`  ${line.map((text, at) => (at > 1 && at < 10 ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('  ').trimEnd()}`);
};

// What a driver was asked of a browser that was killed is never answered.
let strays = 0;
process.on('unhandledRejection', (error) => {
  if (/Target|Session|Protocol|Connection|closed|crash/i.test(`${error?.name} ${error?.message}`)) return;
  strays += 1;
  console.log(`    ✗ what runs beside a scenario failed: ${error?.stack ?? error}`);
});

const main = async () => {
  const lrs = await startLrs();
  const rows = [];
  let skipped = 0;
  try {
    for (const kind of KINDS.filter((one) => values.engine.includes(one))) {
      const { path, reason } = await findBrowser(kind);
      if (!path) {
        if (kind === 'chromium') throw new Error(reason);
        skipped += 1;
        console.log(`    skipped: faults in ${kind}: ${reason}`);
        continue;
      }
      const queue = wanted.filter(({ engines = KINDS }) => engines.includes(kind));
      const lanes = Number(values.lanes) || Math.min(2, availableParallelism());
      const lane = async () => {
        // Each scenario has an origin of its own, so that those which want nothing special can share a browser.
        let shared;
        for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
          const { own, browserOptions } = scenario;
          const mayShare = !own && !browserOptions && kind !== 'webkit';
          if (mayShare) shared ??= await launchPatiently(kind, { path });
          rows.push(await playOne(scenario, kind, path, lrs.url, mayShare ? shared : undefined));
        }
        await shared?.close().catch(() => shared.kill());
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    }
  } finally {
    await lrs.stop();
  }
  const order = ({ scenario, engine }) => KINDS.indexOf(engine) * 1_000 + wanted.findIndex(({ name }) => name === scenario);
  rows.sort((a, b) => order(a) - order(b));
  table(rows);
  const failed = rows.filter(({ problems }) => problems.length > 0).length + strays;
  console.log('emitted, delivered, lost: event × endpoint; stored twice: at the record store; repeated: at the Caliper endpoint, which has no rule for that');
  console.log(`${rows.length - failed + strays} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
};

await main();
process.exit();
