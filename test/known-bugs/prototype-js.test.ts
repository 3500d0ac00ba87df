import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromVideojs } from '../../src/player/videojs.js';
import { namesIn } from '../../src/outbox/names-in.js';
import { uuidV5 } from '../../src/destinations/xapi/uuid-v5.js';
import { World } from '../outbox/world.js';
import { SimulatedPlayer } from '../playback/simulated-player.js';
import { trackedPage } from './tracked-page.js';

// Prototype.js puts a method of its own in place of this one, that heeds no mapping.
const { from } = Array;
beforeEach(() => {
  Array.from = ((list: ArrayLike<unknown>) => {
    const found = [];
    for (let i = 0; i < list.length; i++) found.push(list[i]);
    return found;
  }) as never;
});
afterEach(() => {
  Array.from = from;
});

test('a page with Prototype.js records what another does', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).setRate(2).run(1000).seek(30).run(1000).pause().run(500).play().run(1000).leave();
  expect(player.types).toEqual(['initialized', 'started', 'rateChanged', 'seeked', 'paused', 'resumed', 'paused', 'terminated']);
});

test('and finds what a page before has left', () => {
  const names = ['host', 'videojs-learning-analytics:a', 'videojs-learning-analytics:b'];
  expect(namesIn({ length: names.length, key: (i) => names[i]! }, 'videojs-learning-analytics:')).toEqual(names.slice(1));
});

test('and names what it names elsewhere', () => {
  expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('and knows who chose a rendition', () => {
  const levels = Object.assign([{ height: 360, enabled: false }, { height: 720, enabled: true }], { selectedIndex: 1, on() {}, off() {} });
  const player = { on() {}, off() {}, el: () => null, scrubbing() {}, currentTime() {}, isFullscreen() {}, isInPictureInPicture() {}, currentType: () => 'video/mp4', currentSrc: () => '', ended: () => false, paused: () => false, qualityLevels: () => levels };
  expect(fromVideojs(player).read()).toMatchObject({ quality: 720, adaptive: false });
});

test('one so old that lists turn into text says that nothing can be kept, and nothing reaches the page', async () => {
  const lists = Array.prototype as { toJSON?: () => string };
  const world = new World();
  lists.toJSON = () => '[]';
  try {
    trackedPage(world);
    await world.clock.advance(1_000);
  } finally {
    delete lists.toJSON;
  }
  expect(world.warnings[0]).toContain('What is kept cannot be looked at.');
});
