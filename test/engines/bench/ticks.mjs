import { cpuUsage, memoryUsage } from 'node:process';
import { readMedia } from '../../../build/player/media-reader.js';
import { createSession } from '../../../build/playback/session.js';

// Adapter and session alone, with a media that is made up: `node --expose-gc ticks.mjs <playing|paused> <ticks>`.

const [how, count] = [process.argv[2], Number(process.argv[3])];
const STEP = 0.25;

globalThis.screen ??= { width: 1920, height: 1080 };
// There is no element whose size it could tell.
globalThis.ResizeObserver ??= function ResizeObserver() {};

let position = 0;
let mono = 1000;
const paused = how === 'paused';
const values = {
  currentTime: () => position,
  duration: () => 1_000_000,
  paused: () => paused && position > 1,
  ended: () => false,
  seeking: () => false,
  loop: () => false,
  playbackRate: () => 1,
  volume: () => 1,
  muted: () => false,
  readyState: () => 4,
  currentSrc: () => 'https://campus.example/v.mp4',
  videoHeight: () => 360,
};
let listen;
const host = {
  get: (name) => values[name]?.(),
  on(_, listener) {
    listen = listener;
    return () => {};
  },
  element: () => null,
  fullscreen: () => false,
  popout: () => false,
  kind: () => ({}),
};
const adapter = readMedia(host, '');
const rules = { startOn: 'play', milestones: [0, 25, 50, 75, 100], milestoneBasis: 'watched', completion: {} };
const subject = { media: { id: 'https://campus.example/v' }, registration: 'r', history: { segments: [], secondsPlayed: 0, completed: false, milestones: [] } };
let ids = 0;
let events = 0;
const session = createSession(rules, () => subject, () => `id-${(ids += 1)}`);
adapter.observe((type, more) => {
  events += session.take({ type, mono, wall: 1e12 + mono, state: adapter.read(), ...more }).length;
});

const tick = () => {
  mono += 250;
  if (!paused || position < 2) position += STEP;
  listen({ type: 'timeupdate' });
};

listen({ type: 'playing' });
for (let at = 0; at < 20_000; at += 1) tick();
if (paused) listen({ type: 'pause' });
const before = events;
gc();
gc();
const heap = memoryUsage().heapUsed;
let longest = 0;
const began = cpuUsage();
for (let left = count; left > 0; left -= 1000) {
  const from = performance.now();
  for (let at = 0; at < 1000; at += 1) tick();
  longest = Math.max(longest, performance.now() - from);
}
// Time of the processor, not of the clock on the wall: others may be at work on this machine.
const { user, system } = cpuUsage(began);
const milliseconds = (user + system) / 1000;
gc();
gc();
console.log(JSON.stringify({ how, count, milliseconds, longest, survived: memoryUsage().heapUsed - heap, events: events - before }));
