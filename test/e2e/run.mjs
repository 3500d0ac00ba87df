import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../../demo/server.mjs';
import { findBrowser } from '../support/browsers.mjs';
import { findOracle } from '../support/oracle.mjs';
import { createReport } from './support/report.mjs';
import { createStage } from './support/stage.mjs';

// The whole way: a real browser plays, and what the record store and the Caliper endpoint hold afterwards is looked at.
// `node test/e2e/run.mjs [part of a scenario's name …]`
// Media plays in its own time, which is mostly waiting: E2E_LANES says how many scenarios run beside each other, each lane with
// servers of its own.

const folder = fileURLToPath(new URL('scenarios/', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort();

const report = createReport(console.log);
const lanes = Math.min(Number(process.env.E2E_LANES) || 2, availableParallelism(), files.length);

const playOne = async (file, { demo, path, oracle }) => {
  const { title, play } = await import(new URL(`scenarios/${file}`, import.meta.url).href);
  const scenario = report.scenario(title);
  const tag = `${file.replace('.mjs', '')}-${randomBytes(4).toString('hex')}`;
  const stage = createStage({ tag, demo, path, oracle, report: scenario });
  try {
    await play(stage);
  } catch (error) {
    error.stack += `\n${await stage.describe()}`;
    scenario.fail('the scenario runs to its end', error);
  }
  await stage.close();
  scenario.end();
};

const run = async () => {
  if (files.length === 0) throw new Error(`No scenario has ${wanted.join(' or ')} in its name.`);
  const { path, reason } = await findBrowser('chromium', { install: true });
  if (!path) throw new Error(reason);
  const oracle = await findOracle();
  const queue = [...files];
  const playLane = async () => {
    const demo = await startDemo();
    try {
      if (!demo.lrsUrl) throw new Error('Without the record store there is nothing to look at.');
      for (let file = queue.shift(); file; file = queue.shift()) await playOne(file, { demo, path, oracle });
    } finally {
      await demo.stop();
    }
  };
  await Promise.all(Array.from({ length: lanes }, playLane));
};

// What a scenario lets run beside it may fail while nobody waits for it.
process.on('unhandledRejection', (error) => report.fail('what runs beside a scenario runs to its end', error));

await run().catch((error) => report.fail('the browser tests can be run', error));
report.total();
// A faulty endpoint may still be holding back an answer.
process.exit(report.failed > 0 ? 1 : 0);
