// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { errors, newElement, setUp, stage, videojs } from './real-player.js';
import { OPTIONS, recordOf } from './options.js';

setUp();

const isRegistered = () => videojs.getPlugin('learningAnalytics') !== undefined;

test('the core entry registers nothing by itself', async () => {
  await import('../../src/core.js');
  expect(isRegistered()).toBe(false);
});

test('register() does, with the copy of Video.js that it is given', async () => {
  const { register, VERSION } = await import('../../src/core.js');
  const registerPlugin = vi.fn();
  register({ getPlugin: videojs.getPlugin, getPlayers: videojs.getPlayers, registerPlugin: registerPlugin as never });
  expect(registerPlugin).toHaveBeenCalledExactlyOnceWith('learningAnalytics', expect.any(Function));
  expect(registerPlugin.mock.calls[0]![1].VERSION).toBe(VERSION);
  expect(isRegistered()).toBe(false);
});

test('the main entry registers at once', async () => {
  const { VERSION } = await import('../../src/index.js');
  expect(isRegistered()).toBe(true);
  expect(videojs.getPluginVersion('learningAnalytics')).toBe(VERSION);
  expect(VERSION).toBe((await import('../../package.json')).version);
  const player = videojs(newElement());
  expect(player.learningAnalytics).toBeTypeOf('function');
  expect(player.usingPlugin('learningAnalytics')).toBe(false);
  player.dispose();
});

test('a player that plays is recorded', async () => {
  const { player, play, tell } = await stage();
  const types = recordOf(player.learningAnalytics(OPTIONS));
  expect(player.usingPlugin('learningAnalytics')).toBe(true);
  await play(2);
  tell('pause', { paused: true });
  player.dispose();
  expect(types).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
  expect(errors).not.toHaveBeenCalled();
});

test('set up while it plays, it begins there', async () => {
  const { player, play } = await stage();
  await play(2);
  const analytics = player.learningAnalytics(OPTIONS);
  const types = recordOf(analytics);
  await play(2);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
  expect(analytics.progress.segments).toEqual([[expect.closeTo(2.0, 0), 4]]);
});

test('track() names the destinations that it was not given', async () => {
  const { track } = await import('../../src/core.js');
  const options = { actor: { id: 'a:b' }, xapi: { endpoint: 'https://lrs.example/xapi', auth: false } };
  expect(() => track(document.createElement('video'), options as never)).toThrow('option "destinations" should be an array of destinations such as [xapi({ … })], but is undefined');
});
