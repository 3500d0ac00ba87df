// Records what a browser tells of a Video.js player, one JSON file per scenario, beside those that were converted:
//   node test/traces/record.mjs webkit && UPDATE=1 npx vitest run test/playback/traces.test.ts
// The outcomes that the second command writes have to be judged by hand.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findBrowser, launch } from '../support/browsers.mjs';
import { startSite } from '../engines/site.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const ARGS = { chromium: [], firefox: [], webkit: ['--autoplay-policy=allow'] };

/** Runs in the page. @param {string} scenario */
const perform = async (scenario) => {
  const { videojs } = window;
  const SHORT = { src: '/media/short.mp4', type: 'video/mp4' };
  const LECTURE = { src: '/media/lecture.mp4', type: 'video/mp4' };
  const element = document.createElement('video');
  element.className = 'video-js';
  document.querySelector('.place').append(element);
  const loop = scenario.includes('loop');
  const player = videojs(element, { controls: true, muted: true, loop, preload: 'auto', width: 400, height: 225, sources: [/drag|chain|source/.test(scenario) ? LECTURE : SHORT] });
  const events = [];
  const began = performance.now();
  const round = (value) => Math.round(value * 1000) / 1000;
  const row = (event) => {
    const duration = player.duration();
    return {
      at: Math.round(performance.now() - began),
      event,
      t: round(player.currentTime()),
      d: duration > 0 ? round(duration) : null,
      is: [player.paused() ? 'paused' : 'playing', ...(player.ended() ? ['ended'] : []), ...(player.seeking() ? ['seeking'] : []), ...(player.scrubbing() ? ['scrub'] : [])].join(' '),
      rate: player.playbackRate(),
      volume: round(player.volume()),
      muted: player.muted(),
    };
  };
  const TYPES = 'loadstart sourceset abort emptied durationchange loadedmetadata loadeddata canplay canplaythrough play playing pause waiting stalled suspend timeupdate seeking seeked ended ratechange volumechange resize playerreset error';
  for (const type of TYPES.split(' ')) player.on(type, () => events.push(row(type)));
  const on = (target, type) => new Promise((done) => target.one(type, done));
  const to = async (seconds) => {
    while (player.currentTime() < seconds && !player.ended()) await on(player, 'timeupdate');
  };
  const note = (text, act) => {
    events.push({ note: text });
    return act();
  };
  const rested = () => new Promise((done) => setTimeout(done, 400));
  const seek = async (seconds) => {
    const seeked = on(player, 'seeked');
    note(`currentTime(${seconds})`, () => player.currentTime(seconds));
    await seeked;
  };
  await on(player, 'loadeddata');
  note('play()', () => player.play());
  await to(1);
  const scenarios = {
    async 'play to the end, replay'() {
      await to(9);
      await rested();
      note('play()', () => player.play());
      await on(player, 'playing');
      await to(0.7);
    },
    async 'loop goes round'() {
      await on(player, 'seeked');
      await to(0.7);
    },
    async 'seek while playing, seek while paused, seek to the end'() {
      await seek(4);
      await rested();
      note('pause()', () => player.pause());
      await rested();
      await seek(2);
      await rested();
      note('play()', () => player.play());
      await to(2.6);
      const ended = on(player, 'ended');
      note('currentTime(8)', () => player.currentTime(8));
      await ended;
    },
    async 'chain of seeks'() {
      for (const seconds of [5, 15, 10]) await seek(seconds);
      await rested();
    },
    async 'drag of the seek bar'() {
      const bar = player.controlBar.progressControl.seekBar;
      const { x, y, width, height } = bar.el().getBoundingClientRect();
      const point = (share) => ({ bubbles: true, button: 0, buttons: 1, clientX: x + width * share, clientY: y + height / 2, pageX: x + width * share });
      const tell = (type, share) => (type === 'mousedown' ? bar.el() : document).dispatchEvent(new MouseEvent(type, point(share)));
      note('mousedown', () => tell('mousedown', 0.3));
      for (const share of [0.4, 0.5, 0.7]) {
        await new Promise((done) => setTimeout(done, 60));
        note('mousemove', () => tell('mousemove', share));
      }
      await new Promise((done) => setTimeout(done, 60));
      note('mouseup', () => tell('mouseup', 0.7));
      await rested();
    },
    async 'rates'() {
      for (const rate of [2, 0.5, 1]) {
        note(`playbackRate(${rate})`, () => player.playbackRate(rate));
        await rested();
        await rested();
      }
    },
    async 'another source while it plays'() {
      note('src()', () => player.src(SHORT));
      await on(player, 'loadeddata');
      note('play()', () => player.play());
      await on(player, 'playing');
      await to(0.7);
    },
    async 'load() of the same source while it plays'() {
      note('load()', () => player.load());
      await on(player, 'loadeddata');
      note('play()', () => player.play());
      await on(player, 'playing');
      await to(0.7);
    },
    async 'reset() while it plays'() {
      note('reset()', () => player.reset());
      await rested();
    },
    async 'volume and mute'() {
      for (const volume of [0.8, 0.6, 0.4]) {
        note(`volume(${volume})`, () => player.volume(volume));
        await new Promise((done) => setTimeout(done, 60));
      }
      await rested();
      note('muted(false)', () => player.muted(false));
      await rested();
    },
    async 'dispose while it plays'() {},
  };
  await scenarios[scenario]();
  events.push({ ...row('dispose') });
  player.dispose();
  return events;
};

const SCENARIOS = [
  'play to the end, replay',
  'loop goes round',
  'seek while playing, seek while paused, seek to the end',
  'chain of seeks',
  'drag of the seek bar',
  'rates',
  'another source while it plays',
  'load() of the same source while it plays',
  'reset() while it plays',
  'volume and mute',
  'dispose while it plays',
];

const main = async () => {
  const [kind = 'webkit'] = process.argv.slice(2);
  const { path, reason } = await findBrowser(kind);
  if (!path) throw new Error(reason);
  const site = await startSite();
  const browser = await launch(kind, { path, args: ARGS[kind] });
  try {
    const page = await browser.newPage();
    for (const [at, scenario] of SCENARIOS.entries()) {
      await page.goto(`${site.url}/engines/walks.html`);
      const events = await page.evaluate(perform, scenario);
      const file = `${here}${kind}-${String(at + 1).padStart(2, '0')}-${scenario.replace(/\W+/g, '-')}.json`;
      const { outcome = [] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
      const text = JSON.stringify({ engine: kind, scenario: `${at + 1} ${scenario}`, startOn: 'play', events: 0, outcome }, null, 2);
      writeFileSync(file, `${text.replace('"events": 0', () => `"events": [${events.map((one) => `\n    ${JSON.stringify(one)}`).join(',')}\n  ]`)}\n`);
      console.log(`${scenario}: ${events.length} rows`);
    }
  } finally {
    await browser.close();
    await site.stop();
  }
};

await main();
