// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { errors, setUp, stage, videojs } from './real-player.js';
import { OPTIONS, recordOf } from './options.js';
import '../../src/index.js';

setUp();

test('called again, it gives the instance that is there, whatever it is given', async () => {
  const { player } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  expect(player.learningAnalytics()).toBe(analytics);
  expect(player.learningAnalytics({ actor: 'anonymous' })).toBe(analytics);
  expect(analytics.player).toBe(player);
});

test('given as an option, it is there from the beginning', async () => {
  const { player, play } = await stage({ plugins: { learningAnalytics: OPTIONS } });
  const types = recordOf(player.learningAnalytics());
  await play(1);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
});

test('with wrong options it stays inert, whoever comes', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { player, play } = await stage({ plugins: { learningAnalytics: { ...OPTIONS, consent: 'no' } } } as never);
  expect(said).toHaveBeenCalledTimes(1);
  said.mockRestore();
  const analytics = player.learningAnalytics();
  const types = recordOf(analytics);
  analytics.setActor({ id: 'https://campus.example/users/1' });
  analytics.setMedia({ id: 'https://campus.example/videos/42' });
  await play(2);
  expect(types).toEqual([]);
  expect(analytics.session).toBeUndefined();
});

test('two players have two', async () => {
  const [one, two] = [await stage(), await stage()];
  const [a, b] = [one.player.learningAnalytics(OPTIONS), two.player.learningAnalytics(OPTIONS)];
  expect(a).not.toBe(b);
  await one.play(1);
  expect(a.session).toBeTypeOf('string');
  expect(b.session).toBeUndefined();
});

test('progress and session are live', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  expect(analytics.session).toBeUndefined();
  expect(analytics.progress).toMatchObject({ segments: [], fraction: 0 });
  await play(5);
  expect(analytics.session).toMatch(/^[\da-f-]{36}$/);
  expect(analytics.progress).toMatchObject({ segments: [[0, 5]], fraction: 0.05, position: 5 });
});

test('before the first play, progress is what is remembered', async () => {
  const { player, play } = await stage();
  const resume = vi.fn(async () => ({ segments: [[10, 30], [20, 50]] as const, position: 45 }));
  const analytics = player.learningAnalytics({ ...OPTIONS, resume });
  await vi.advanceTimersByTimeAsync(50);
  expect(analytics.progress).toMatchObject({ segments: [[10, 30], [20, 50]], fraction: 0.4, position: 45 });
  expect(resume).toHaveBeenCalledTimes(1);
  await play(5);
  expect(analytics.progress).toMatchObject({ segments: [[10, 30], [20, 50], [0, 5]], fraction: 0.45, position: 5 });
  analytics.setActor({ id: 'https://campus.example/users/2' });
  await vi.advanceTimersByTimeAsync(50);
  expect(analytics.session).toBeUndefined();
});

test('what is recorded is triggered on plugin and player', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  const heard: string[] = [];
  const { VERSION } = await import('../../src/core.js');
  analytics.listen('record', ({ type }) => heard.push(`listener ${type}`));
  analytics.on('record', ({ detail }) => heard.push(`plugin ${(detail as { type: string }).type}`));
  player.on('learninganalytics:record', ({ detail }: { detail: { type: string } }) => heard.push(`player ${detail.type}`));
  await play(1);
  expect(heard.slice(0, 6).sort()).toEqual(['listener initialized', 'listener started', 'player initialized', 'player started', 'plugin initialized', 'plugin started']);
  expect(analytics.version()).toBe(VERSION);
});

test('what is delivered is triggered on plugin and player', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics({ ...OPTIONS, queue: { storage: 'memory', flushInterval: 0 } });
  const heard: unknown[] = [];
  analytics.on('delivered', ({ detail }) => heard.push(detail));
  player.on('learninganalytics:delivered', ({ detail }: { detail: unknown }) => heard.push(detail));
  await play(2);
  expect(heard.length).toBeGreaterThan(2);
  expect(heard[0]).toEqual({ destination: expect.stringContaining('https://'), ids: expect.any(Array) });
});

test('with debug, the console hears what is recorded and delivered, and without it nothing', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { player, play } = await stage();
  player.learningAnalytics({ ...OPTIONS, queue: { storage: 'memory', flushInterval: 0 } });
  await play(1);
  expect(log).not.toHaveBeenCalled();
  const other = await stage();
  other.player.learningAnalytics({ ...OPTIONS, queue: { storage: 'memory', flushInterval: 0 }, debug: true });
  await other.play(1);
  expect(log.mock.calls.map(([message]) => message)).toEqual(expect.arrayContaining(['learningAnalytics: record', 'learningAnalytics: delivered']));
});

test('a listener that throws stops nobody', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  analytics.listen('record', () => {
    throw new Error('not mine');
  });
  const types = recordOf(analytics);
  await play(1);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
  expect(warn.mock.calls.filter((call) => /listener/.test(call.join(' ')))).toHaveLength(1);
});

test('what was watched before is told as soon as it is known, for who wants to go back there', async () => {
  const { player, tell, play } = await stage();
  const told: unknown[] = [];
  const analytics = player.learningAnalytics({ ...OPTIONS, resume: async () => ({ segments: [[10, 30]], position: 30 }) });
  analytics.listen('remembered', (detail) => void told.push(detail));
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  tell('canplay');
  expect(told).toEqual([expect.objectContaining({ segments: [[10, 30]], position: 30, fraction: 0.2 })]);
  await play(2);
  expect(told).toHaveLength(1);
});

test('listening to what nobody tells is said, with what there is', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { player } = await stage();
  player.learningAnalytics(OPTIONS).listen('recorded' as 'record', () => {});
  expect(warn.mock.calls.join(' ')).toMatch(/"recorded": listen to record, remembered, delivered, retry, rejected, dropped/);
});

test('listen() gives the function that ends it', async () => {
  const { player, play } = await stage();
  const listener = vi.fn();
  player.learningAnalytics(OPTIONS).listen('record', listener)();
  await play(1);
  expect(listener).not.toHaveBeenCalled();
});

test('an endpoint without answers stops no playback', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.mocked(fetch).mockRejectedValue(new TypeError('Failed to fetch'));
  const { player, play } = await stage();
  const types = recordOf(player.learningAnalytics({ ...OPTIONS, queue: { storage: 'memory', flushInterval: 0 } }));
  await play(3);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
  expect(errors).not.toHaveBeenCalled();
  expect(await player.learningAnalytics().pending()).toBe(5);
  expect(videojs.getPlayers()).toBeDefined();
});
