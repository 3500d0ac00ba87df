// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import type { LearningEvent, MediaLearningEvent } from '../../src/core.js';
import { OPTIONS, recordOf } from '../plugin/options.js';
import { type Player, setUp, type Stage, stage } from '../plugin/real-player.js';
import '../../src/index.js';

setUp();

const SIGNED = 'https://cdn.example/lectures/42/720p.mp4?token=top-secret&expires=1#t=5';
/** Gives a player another source, as Video.js tells of it. */
const change = async ({ player, tell }: Stage, src: string, duration = 100) => {
  player.src({ src, type: 'video/mp4' });
  await vi.advanceTimersByTimeAsync(10);
  tell('emptied', { currentTime: 0, duration: NaN, readyState: 0, paused: true, currentSrc: src });
  tell('loadstart');
  tell('loadedmetadata', { duration, readyState: 4 });
  tell('durationchange');
  expect(player.currentSrc()).toBe(src);
};
const load = async (src: string) => {
  const loaded = await stage();
  await change(loaded, src);
  return loaded;
};
const { media: _, ...UNNAMED } = OPTIONS;
const QUEUE = { storage: 'memory', flushInterval: 0 } as const;

const bodies = () => (vi.mocked(fetch).mock.calls as [string, RequestInit][]).map(([, { body }]) => JSON.parse(String(body)));
/** What the statements and the Caliper events are about. */
const objects = () => [...new Set(bodies().flatMap((body) => (body.data ?? body) as { object: { id: string } }[]).map(({ object }) => object.id))];

// T13: the URL of the source was the identity, with its token, and another one with each rendition.
// T36, Caliper 8: the address of the page was, the same for two videos in it.
test('what is watched is what the options name, whatever is loaded from wherever, on whatever page', async () => {
  const { player, play } = await load(SIGNED);
  player.learningAnalytics({ ...OPTIONS, queue: QUEUE });
  await play(1);
  expect(objects()).toEqual(['https://campus.example/videos/42']);
  expect(JSON.stringify(bodies())).not.toMatch(/cdn\.example|top-secret/);
});

// T13: signed tokens and fragments are no part of it.
test('where no option names it, it is the URL less query and fragment', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player, play } = await load(SIGNED);
  player.learningAnalytics({ ...UNNAMED, queue: QUEUE });
  await play(1);
  expect(objects()).toEqual(['https://cdn.example/lectures/42/720p.mp4']);
  expect(JSON.stringify([bodies(), warn.mock.calls])).not.toContain('top-secret');
  expect(warn).toHaveBeenCalledTimes(1);
});

test('a source that is relative to the page is the address that it is loaded from', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player, play } = await load('/lectures/42.mp4?token=top-secret');
  player.learningAnalytics({ ...UNNAMED, queue: QUEUE });
  await play(1);
  expect(objects()).toEqual([new URL('/lectures/42.mp4', document.baseURI).href]);
});

// An advertisement comes before the media with a source, a kind and a length of its own.
test.each([
  ['a function of the player', { media: (player: Player) => ({ id: `https://m.example${new URL(player.currentSrc()).pathname}` }) }, 'https://m.example/lecture.mp4'],
  ['no option', {}, 'https://cdn.example/lecture.mp4'],
  ['an option', { media: OPTIONS.media }, 'https://campus.example/videos/42'],
])('what is watched is no advertisement, by %s', async (_, media, id) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const page = await load('https://cdn.example/lecture.mp4');
  const { player, play } = page;
  let ad = true;
  Object.assign(player, { ads: { isInAdMode: () => ad } });
  const audio = vi.spyOn(player, 'currentType').mockImplementation(() => (ad ? 'audio/mpeg' : 'video/mp4'));
  const analytics = player.learningAnalytics({ ...UNNAMED, ...media, queue: QUEUE } as typeof OPTIONS);
  const types = recordOf(analytics);
  await change(page, 'https://ads.example/spot.mp3', 20);
  await play(2);
  expect([types, analytics.progress.segments]).toEqual([[], []]);
  await change(page, 'https://cdn.example/lecture.mp4');
  ad = false;
  player.trigger('adend');
  await play(2);
  expect(objects()).toEqual([id]);
  expect(JSON.stringify(bodies())).not.toMatch(/spot|audio/);
  audio.mockRestore();
});

// T13: blob: says nothing, and another one each time.
test('where nothing names it, nothing is recorded until something does', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player, play } = await load('blob:https://campus.example/6a1c');
  const analytics = player.learningAnalytics({ ...UNNAMED, queue: QUEUE });
  const types = recordOf(analytics);
  await play(1);
  expect(types).toEqual([]);
  analytics.setMedia({ id: 'https://campus.example/videos/42' });
  await play(1);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
  expect(objects()).toEqual(['https://campus.example/videos/42']);
});

// Caliper 8: two videos in a page were one object.
test('two players in a page are about two things', async () => {
  for (const n of [1, 2]) {
    const { player, play } = await stage();
    player.learningAnalytics({ ...OPTIONS, media: { id: `https://campus.example/videos/${n}` }, queue: QUEUE });
    await play(1);
  }
  expect(objects()).toEqual(['https://campus.example/videos/1', 'https://campus.example/videos/2']);
});

// T17, Caliper 15 (FEC-8452): after a change of source the old session went on about the old object.
test('another source is another session, about what the option names then', async () => {
  const loaded = await stage();
  const { player, play } = loaded;
  const events: MediaLearningEvent[] = [];
  const media = (of: Player) => ({ id: `https://campus.example/of/${of.currentSrc().replace(/.*\//, '')}` });
  player.learningAnalytics({ ...OPTIONS, media, queue: QUEUE }).listen('record', (event: LearningEvent) => events.push(event as MediaLearningEvent));
  await play(3);
  await change(loaded, 'https://campus.example/media/next.mp4', 50);
  await play(2);
  const brief = events.filter(({ type }) => /initialized|terminated/.test(type)).map((event) => [event.type, event.media.id, event.position]);
  expect(brief).toEqual([
    ['initialized', 'https://campus.example/of/lecture.mp4', 0],
    ['terminated', 'https://campus.example/of/lecture.mp4', expect.closeTo(3, 1)],
    ['initialized', 'https://campus.example/of/next.mp4', 0],
  ]);
  expect(new Set(events.map(({ session, media: { id } }) => `${session} ${id}`)).size).toBe(2);
});
