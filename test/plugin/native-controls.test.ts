// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { OPTIONS } from './options.js';
import { setUp, stage } from './real-player.js';
import '../../src/index.js';

setUp();

/** It plays with the browser's own controls, by finger or by mouse. */
const watch = async (coarse: boolean) => {
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: coarse && query === '(pointer: coarse)' }));
  const { player, element, tell, play } = await stage();
  element.setAttribute('controls', '');
  const events: { type: string; time: number; from?: unknown; to?: unknown }[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => events.push(event));
  await play(2);
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return {
    events,
    player,
    tell,
    play,
    wait,
    types: () => events.map(({ type }) => type).filter((type) => type !== 'progressed'),
    /** As Chromium does: its bar pauses, and what tells of that first is no `pause`. */
    pause() {
      tell('timeupdate', { paused: true });
      tell('pause');
    },
    async seek(currentTime: number, rest: number) {
      tell('seeking', { currentTime });
      tell('seeked');
      await wait(rest);
    },
  };
};

describe('under a finger', () => {
  let player: Awaited<ReturnType<typeof watch>>;
  beforeEach(async () => {
    player = await watch(true);
  });

  test('a bar that pauses before it seeks, and rests for seconds, is one seek and no pause', async () => {
    player.pause();
    await player.wait(200);
    await player.seek(30, 100);
    await player.seek(40, 3_000);
    await player.seek(50, 1_000);
    await player.play(1);
    expect(player.types()).toEqual(['initialized', 'started', 'seeked']);
    expect(player.events.at(-1)).toMatchObject({ from: 2, to: 50 });
  });

  test('a pause is one, as of when it was made', async () => {
    const now = Date.now();
    player.pause();
    await player.wait(700);
    expect(player.types()).toEqual(['initialized', 'started', 'paused']);
    expect(player.events.at(-1)!.time - now).toBeLessThan(20);
    await player.play(1);
    expect(player.types()).toEqual(['initialized', 'started', 'paused', 'resumed']);
  });

  test('a seek long after a pause is another gesture', async () => {
    player.pause();
    await player.wait(1_000);
    await player.seek(30, 1_000);
    await player.play(1);
    expect(player.types()).toEqual(['initialized', 'started', 'paused', 'seeked', 'resumed']);
  });

  test('what is held as the page goes was a pause', async () => {
    player.pause();
    window.dispatchEvent(new Event('pagehide'));
    expect(player.types()).toEqual(['initialized', 'started', 'paused', 'terminated']);
  });

  test('and so was it as the page is hidden, when it was made', async () => {
    const now = Date.now();
    player.pause();
    await player.wait(100);
    document.dispatchEvent(new Event('freeze'));
    expect(player.types()).toEqual(['initialized', 'started', 'paused']);
    expect(player.events.at(-1)!.time - now).toBeLessThan(20);
    await player.wait(3_600_000);
    expect(player.types()).toEqual(['initialized', 'started', 'paused']);
  });

  test('what is changed just after a pause comes behind it', async () => {
    player.pause();
    await player.wait(100);
    player.player.playbackRate(2);
    player.tell('ratechange');
    await player.wait(1_000);
    expect(player.types()).toEqual(['initialized', 'started', 'paused', 'rateChanged']);
  });

  test('a finger that rests for too long has let go, unheard', async () => {
    player.pause();
    await player.wait(100);
    await player.seek(30, 12_000);
    expect(player.types()).toEqual(['initialized', 'started', 'seeked', 'paused']);
  });

  test('the end of the media is no pause', async () => {
    player.tell('timeupdate', { currentTime: 2.1 });
    player.tell('pause', { currentTime: 100, paused: true, ended: true });
    player.tell('ended');
    await player.wait(700);
    expect(player.types()).not.toContain('paused');
    expect(player.types()).toContain('ended');
  });
});

test('by mouse a pause is told at once', async () => {
  const player = await watch(false);
  player.pause();
  expect(player.types()).toEqual(['initialized', 'started', 'paused']);
});

test('a pause while they are held is told as of when it was made', async () => {
  const { events, pause, player, types, wait } = await watch(false);
  let isHeld = true;
  vi.spyOn(player.el(), 'matches').mockImplementation((selector) => isHeld && selector.endsWith(':active'));
  const now = Date.now();
  pause();
  await wait(5_000);
  expect(types()).toEqual(['initialized', 'started']);
  isHeld = false;
  await wait(500);
  expect(types()).toEqual(['initialized', 'started', 'paused']);
  expect(events.at(-1)!.time - now).toBeLessThan(20);
});
