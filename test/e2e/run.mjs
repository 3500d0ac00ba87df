import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../../demo/server.mjs';
import { findBrowser } from '../support/browsers.mjs';
import { findOracle } from '../support/oracle.mjs';
import { createReport } from './support/report.mjs';
import { createStage } from './support/stage.mjs';

// The whole way: a real browser plays, and what the record store and the Caliper endpoint hold afterwards is looked at.
// `node test/e2e/run.mjs [part of a scenario's name …]`

const folder = fileURLToPath(new URL('scenarios/', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort();

const report = createReport(console.log);

const run = async () => {
  if (files.length === 0) throw new Error(`No scenario has ${wanted.join(' or ')} in its name.`);
  const { path, reason } = await findBrowser('chromium', { install: true });
  if (!path) throw new Error(reason);
  const oracle = await findOracle();
  const demo = await startDemo();
  try {
    if (!demo.lrsUrl) throw new Error('Without the record store there is nothing to look at.');
    for (const file of files) {
      const { title, play } = await import(new URL(file, new URL('scenarios/', import.meta.url)).href);
      const tag = `${file.replace('.mjs', '')}-${randomBytes(4).toString('hex')}`;
      report.begin(title);
      const stage = createStage({ tag, demo, path, oracle, report });
      try {
        await play(stage);
      } catch (error) {
        report.fail('the scenario runs to its end', error);
      }
      await stage.close();
      report.end();
    }
  } finally {
    await demo.stop();
  }
};

// What a scenario lets run beside it may fail while nobody waits for it.
process.on('unhandledRejection', (error) => report.fail('what runs beside a scenario runs to its end', error));

await run().catch((error) => report.fail('the browser tests can be run', error));
report.total();
// A faulty endpoint may still be holding back an answer.
process.exit(report.failed > 0 ? 1 : 0);
