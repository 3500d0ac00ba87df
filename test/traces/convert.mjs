// Rewrites what the browsers told (../shared/traces/*.txt) as one JSON file per engine and scenario:
//   node test/traces/convert.mjs ../shared/traces
// The outcomes in the files are judged by hand; they stay when this is run again.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const from = process.argv[2] ?? join(here, '../../../shared/traces');

/** Recordings that begin while it plays: ms that it had played for, and the length. What went before is added. */
const BEFORE = {
  'API seek': [1000, 6.003],
  'scrub with': [1000, 8.003],
  'rate: set 2': [380, 6.003],
  'reset()': [1000, 6.003],
  'player.load()': [1000, 6.003],
  fullscreen: [370, 6.003],
};

/** Recordings of what nobody plays: their sessions open at the metadata. */
const STANDING = /^(volume|text tracks)/;

const round = (value) => Math.round(value * 1000) / 1000;

function added(title, first) {
  const [ms, d] = Object.entries(BEFORE).find(([start]) => title.startsWith(start))?.[1] ?? [];
  if (STANDING.test(title)) return [{ at: -1000, event: 'loadedmetadata', t: 0, d: 6.003, is: 'paused', rate: 1, added: true }];
  if (!ms || first?.d !== d) return title.startsWith('reset()') ? added('API seek', { d: 6.003 }) : [];
  const event = (at, name, is) => ({ at, event: name, t: (at + ms) / 1000, d, is, rate: 1, added: true });
  const ticks = [];
  for (let at = 250 - ms; at < -50; at += 250) ticks.push(event(at, 'timeupdate', 'playing'));
  return [event(-ms, 'loadedmetadata', 'paused'), event(-ms, 'play', 'playing'), event(-ms, 'playing', 'playing'), ...ticks];
}

function parse(lines) {
  const events = [];
  let elided;
  const fill = (next) => {
    const { last, count } = elided;
    elided = undefined;
    for (let i = 1; i <= count; i++) {
      const at = round(last.at + ((next.at - last.at) * i) / (count + 1));
      const ran = last.is.includes('playing') ? ((at - last.at) / 1000) * last.rate : 0;
      events.push({ ...last, at, t: round(Math.min(last.d, last.t + ran)), elided: true });
    }
  };
  for (const line of lines) {
    const more = /… \+(\d+) more (\w+)/.exec(line);
    const told = /^\s*(\d+)\s+(\S+)\s+t=(\S+) d=(\S+) (.*) rate=(\S+)/.exec(line);
    const note = /^\s*\d+ --- (.*\S)/.exec(line);
    const volume = /vol=(\S+) muted=(\S+)/.exec(line);
    const fullscreen = /isFullscreen\(\)\s+(\w+)/.exec(line);
    const tracks = /^\s*(\d+) TextTrackList change\s+(.*\S)/.exec(line);
    const last = events[events.length - 1];
    if (more) elided = { last, count: Number(more[1]) };
    else if (told) {
      const [, at, event, t, d, is, rate] = told;
      const next = { at: Number(at), event, t: Number(t), d: d === 'NaN' ? null : Number(d), is, rate: Number(rate) };
      if (elided) fill(next);
      events.push(next);
    } else if (tracks) events.push({ ...last, at: Number(tracks[1]), event: 'texttrackchange', captions: /(\w+)=showing/.exec(tracks[2])?.[1] ?? '' });
    else if (volume && last?.event === 'volumechange') Object.assign(last, { volume: Number(volume[1]), muted: volume[2] === 'true' });
    else if (fullscreen && last?.event === 'fullscreenchange') last.fullscreen = fullscreen[1] === 'true';
    else if (note) events.push({ note: note[1] });
  }
  if (elided) fill({ at: elided.last.at + 250 * (elided.count + 1) });
  return events;
}

for (const file of readdirSync(from).filter((name) => name.endsWith('.txt'))) {
  const engine = file.split('-')[0];
  for (const scenario of readFileSync(join(from, file), 'utf8').split(/^## /m).slice(1)) {
    const [heading, ...lines] = scenario.split('\n');
    const [, number, title] = /^(\w+) (.*)/.exec(heading);
    const told = parse(lines);
    const first = told.find(({ event }) => event);
    if (!first) continue;
    const slug = title.toLowerCase().replace(/[^a-z0-9]+/g, '-').split('-').filter(Boolean).slice(0, 5).join('-');
    const path = join(here, `${engine}-${number.padStart(2, '0')}-${slug}.json`);
    const { outcome = [] } = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    const rows = (list) => list.length === 0 ? '[]' : `[\n${list.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`;
    const head = `"engine": ${JSON.stringify(engine)},\n  "scenario": ${JSON.stringify(`${number} ${title}`)}`;
    const start = STANDING.test(title) ? 'metadata' : 'play';
    writeFileSync(path, `{\n  ${head},\n  "startOn": "${start}",\n  "events": ${rows([...added(title, first), ...told])},\n  "outcome": ${rows(outcome)}\n}\n`);
  }
}
