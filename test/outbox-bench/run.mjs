import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { json, readBody, send, serve } from '../../demo/http.mjs';
import { LRS_HEADERS, startLrs } from '../../demo/lrs.mjs';
import { sendFile } from '../../demo/static-files.mjs';
import { findBrowser } from '../support/find-browser.mjs';
import { spawnGroup } from '../support/process-group.mjs';

// What the outbox costs beside the least that must be done: numbers to look at, never a test. `npm run build && npm run bench`.

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');
const FILES = { page: 'test/outbox-bench', dist: 'dist', 'idb-keyval': 'node_modules/idb-keyval/dist' };
const { values } = parseArgs({ options: { most: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } } });

const deferred = () => {
  let resolve;
  const promise = new Promise((settle) => { resolve = settle; });
  return { promise, resolve };
};
/** The page asks what to do, does it and reports: no debugger is attached, which would keep every request and answer, and slow both sides by half. */
let asking = deferred();
let reporting;

const counts = {};
const server = await serve(async (request, response) => {
  const [, folder, ...path] = request.url.split('/');
  if (FILES[folder]) return sendFile(request, response, `${root}/${FILES[folder]}`, path.join('/'));
  if (folder === 'job') return asking.resolve(response);
  const body = await readBody(request);
  if (folder === 'report') {
    reporting.resolve(JSON.parse(body));
    return send(response, json([]));
  }
  const seen = (counts[folder] ??= { requests: 0, bytes: 0 });
  seen.requests += 1;
  seen.bytes += body.length;
  return send(response, json([]));
});

const table = (rows) => {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  for (const line of lines) console.log(`  ${line.map((text, at) => (at ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('   ')}`);
};
const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const most = (numbers) => Math.max(...numbers);
const verdict = (holds) => (holds ? 'holds' : 'MISSED');
const MB = 1_048_576;
const BATCH = 50;

const { path, reason } = await findBrowser('chromium');
if (!path) throw new Error(reason);
const profile = await mkdtemp(join(tmpdir(), 'bench-profile-'));
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = spawnGroup(path, [...FLAGS, '--js-flags=--expose-gc', '--enable-precise-memory-info', `--user-data-dir=${profile}`, `${server.url}/page/page.html`], { stdio: 'ignore' });
const gone = browser.ended.then(() => { throw new Error('The browser has ended'); });
gone.catch(() => {});
/** A page that cannot load what it needs asks for nothing. */
const silence = () => sleep(60_000, undefined, { ref: false }).then(() => { throw new Error('No page asks for work: is dist built?'); });
process.once('exit', browser.kill);

/** A fresh page does this. */
const work = async (name, count) => {
  const response = await Promise.race([asking.promise, gone, silence()]);
  asking = deferred();
  reporting = deferred();
  send(response, json([name, count]));
  const { error, seen } = await Promise.race([reporting.promise, gone]);
  if (error) throw new Error(`${name}: ${error}`);
  return seen;
};

const SIDES = { Ours: 'outbox', Bare: 'bare loop', Texts: 'bare loop over texts alone' };

/** Each run on a page of its own; they alternate, so that what the machine does besides hits all. */
const compare = async (what, count, rounds, sides) => {
  const seen = Object.fromEntries(sides.map((who) => [who, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const who of round % 2 ? sides.toReversed() : sides) {
      const folder = who === 'Ours' ? 'ours' : 'bare';
      counts[folder] = { requests: 0, bytes: 0 };
      seen[who].push({ ...(await work(`${what}${who}`, count)), ...counts[folder] });
    }
  }
  const rowOf = (who) => {
    const of = (name) => seen[who].map((one) => one[name]);
    return {
      [what === 'store' ? 'storing' : 'draining']: `${count.toLocaleString('en')}, ${SIDES[who]}`,
      'µs an event': ((middle(of('ms')) * 1_000) / count).toFixed(0),
      ms: middle(of('ms')).toFixed(0),
      requests: most(of('requests')),
      'kB sent': (most(of('bytes')) / 1_000).toFixed(0),
      'longest task ms': most(of('longest')) ? most(of('longest')).toFixed(0) : '< 50',
      'heap peak with garbage MB': (middle(of('peak')) / MB).toFixed(1),
    };
  };
  const ratioTo = (who) => middle(seen[who].map(({ ms }) => ms)) / middle(seen.Ours.map(({ ms }) => ms));
  return { rows: sides.map(rowOf), ratioTo, seen, count };
};

/** What one node of a record store takes: the demo's, in memory, batch after batch and by four clients at once. */
const measureLrs = async () => {
  const samples = JSON.parse(await readFile(`${root}/docs/samples/xapi.json`, 'utf8'));
  const lrs = await startLrs({ log: () => {} });
  const post = async (batches) => {
    for (let batch = 0; batch < batches; batch += 1) {
      const statements = Array.from({ length: BATCH }, (_, n) => ({ ...samples[n % samples.length], id: randomUUID() }));
      const response = await fetch(`${lrs.url}/statements`, { method: 'POST', headers: { ...LRS_HEADERS, 'Content-Type': 'application/json' }, body: JSON.stringify(statements) });
      if (response.status !== 200) throw new Error(`The record store answers ${response.status}: ${await response.text()}`);
      await response.text();
    }
  };
  try {
    await post(5);
    const rate = async (clients, batches) => {
      const began = performance.now();
      await Promise.all(Array.from({ length: clients }, () => post(batches)));
      return ((clients * batches * BATCH) / (performance.now() - began)) * 1_000;
    };
    return [await rate(1, 20), await rate(4, 10)];
  } finally {
    await lrs.stop();
  }
};

try {
  const [one, four] = await measureLrs();
  console.log(`\nThe demo's record store, one node in memory: ${one.toFixed(0)} statements a second from one client, ${four.toFixed(0)} from four at once, ${BATCH} a request`);

  const stored = await compare('store', 1_000, Number(values.rounds), ['Ours', 'Bare']);
  console.log('\nStoring, event after event, mapping and serialising included');
  table(stored.rows);
  console.log(`  ${stored.ratioTo('Bare').toFixed(2)} of the speed of a bare put`);

  const drained = [];
  for (const count of [1_000, 10_000, 100_000]) if (count <= Number(values.most)) drained.push(await compare('drain', count, Number(values.rounds), ['Ours', 'Bare', 'Texts']));
  console.log('\nDraining, 50 events a request');
  table(drained.flatMap(({ rows }) => rows));
  /** How many times the cheapest the dearest event costs. The bare loop's costs differ too: the first requests of a page are the cheapest. */
  const unevenness = (who) => {
    const costs = drained.map(({ seen, count }) => middle(seen[who].map(({ ms }) => ms)) / count);
    return most(costs) / Math.min(...costs);
  };
  const [ours, bare] = ['Ours', 'Bare'].map(unevenness);
  for (const { count, ratioTo } of drained) {
    const [ratio, form] = ['Bare', 'Texts'].map(ratioTo);
    console.log(`  ${count.toLocaleString('en')}: ${ratio.toFixed(2)} of the bare loop's speed; goal 0.9: ${verdict(ratio >= 0.9)}; ${form.toFixed(2)} of its speed over texts alone`);
  }
  // Where endpoint, browser and page share two cores, any task may be made to wait: the bare loop's are the measure.
  const longest = (who) => most(drained.flatMap(({ seen }) => seen[who].map((one) => one.longest)));
  console.log(`  the dearest event costs ${ours.toFixed(2)} times the cheapest, with the bare loop ${bare.toFixed(2)} times; goal, flat within a third: ${verdict(ours < 1.34)}`);
  console.log(`  longest task ${longest('Ours').toFixed(0)} ms, of the bare loop ${longest('Bare').toFixed(0)} ms; goal, none over 50 ms: ${verdict(longest('Ours') === 0)}`);

  const { count } = drained.at(-1);
  const { peak } = await work('heapOurs', count);
  console.log(`  draining ${count.toLocaleString('en')}, what survives a collection is at most ${(peak / MB).toFixed(1)} MB above idle; goal 20: ${verdict(peak < 20 * MB)}`);

  const [first, second] = await work('days', 20_000);
  const kB = ({ left }) => (left / 1_024).toFixed(0);
  console.log(`\nA day of 20,000 events, sent by the hundred: ${(second.ms / 1_000).toFixed(1)} s`);
  console.log(`  the heap grows by ${kB(first)} kB in the first (code is compiled) and by ${kB(second)} kB in the second; goal there, less than 100: ${verdict(second.left < 102_400)}`);
} finally {
  await browser.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await server.stop();
}
