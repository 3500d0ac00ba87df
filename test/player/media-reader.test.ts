// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { type MediaName, readMedia } from '../../src/player/media-reader.js';

/** What is heard of a media that says so, and of each change of it that `tell` makes. */
const listenTo = (first: Partial<Record<MediaName, unknown>>) => {
  let said = first;
  let hear: (event: { readonly type: string }) => void = () => undefined;
  const adapter = readMedia(
    {
      get: (name) => said[name],
      on: (_, listener) => {
        hear = listener;
        return () => undefined;
      },
      element: () => null,
      fullscreen: () => false,
      popout: () => false,
      kind: () => ({}),
    },
    'none',
  );
  const heard: string[] = [];
  const stop = adapter.observe((type) => {
    heard.push(type);
    adapter.read(true);
  });
  return {
    heard,
    stop,
    read: () => adapter.read(),
    tell(type: string, change: Partial<Record<MediaName, unknown>>) {
      heard.length = 0;
      said = { ...said, ...change };
      hear({ type });
      return heard;
    },
  };
};

const ranges = (...all: readonly (readonly [number, number])[]) => ({ length: all.length, start: (i: number) => all[i]![0], end: (i: number) => all[i]![1] });

describe('a streaming engine on a plain element', () => {
  const STREAM = { readyState: 4, currentSrc: 'blob:https://campus.example/1', duration: 60, paused: false, currentTime: 5.9, buffered: ranges([0, 6], [8.1, 20]) };

  test('that bridges a gap has sought by itself', () => {
    const media = listenTo(STREAM);
    expect(media.tell('seeking', { currentTime: 8.134, seeking: true })).toEqual(['skipped', 'seeking']);
    media.stop();
  });

  test.each([
    ['to another place', STREAM, 12],
    ['from another place', { ...STREAM, currentTime: 3 }, 8.134],
    ['while it is paused', { ...STREAM, paused: true }, 8.134],
    ['in a file', { ...STREAM, currentSrc: 'https://campus.example/lecture.mp4' }, 8.134],
    ['where all is there', { ...STREAM, buffered: ranges([0, 20]) }, 8.134],
  ])('has not where the learner seeks %s', (_, first, currentTime) => {
    const media = listenTo(first);
    expect(media.tell('seeking', { currentTime, seeking: true })).toEqual(['seeking']);
    media.stop();
  });

  test('that stops the clock by a rate of 0 has not changed the speed', () => {
    const media = listenTo({ ...STREAM, playbackRate: 1.5 });
    media.tell('ratechange', { playbackRate: 0 });
    expect(media.read().rate).toBe(1.5);
    media.tell('ratechange', { playbackRate: 2 });
    expect(media.read().rate).toBe(2);
    media.stop();
  });
});

describe('a file whose address says where it begins', () => {
  const CLIP = { readyState: 4, currentSrc: 'https://campus.example/lecture.mp4#t=90,120', duration: 600, paused: false, currentTime: 90.1 };
  const MEANT = { currentTime: 90, seeking: true };

  test.each(['#t=90', '#t=90,120', '#t=npt:90', '#t=1:30', '#t=00:01:30.0', '#xywh=0,0,9,9&t=90'])('(%s) seeks there by itself, though it plays already, and later the learner does', (fragment) => {
    const media = listenTo({ ...CLIP, currentSrc: `https://campus.example/lecture.mp4${fragment}` });
    expect(media.tell('seeking', MEANT)).toEqual(['skipped', 'seeking']);
    media.tell('seeked', { seeking: false });
    media.tell('timeupdate', { currentTime: 100 });
    expect(media.tell('seeking', MEANT)).toEqual(['seeking']);
    media.stop();
  });

  test('does so once more when it is loaded again', () => {
    const media = listenTo(CLIP);
    media.tell('seeking', MEANT);
    media.tell('emptied', { readyState: 0, currentTime: 0, seeking: false });
    media.tell('playing', { readyState: 4, currentTime: 90 });
    expect(media.tell('seeking', MEANT)).toEqual(['skipped', 'seeking']);
    media.stop();
  });

  test.each([
    ['elsewhere', CLIP, 200],
    ['without one', { ...CLIP, currentSrc: 'https://campus.example/lecture.mp4' }, 90],
    ['where only its end is said', { ...CLIP, currentSrc: 'https://campus.example/lecture.mp4#t=,90' }, 90],
    ['where a query says it', { ...CLIP, currentSrc: 'https://campus.example/lecture.mp4?t=90' }, 90],
  ])('is sought by the learner %s', (_, first, currentTime) => {
    const media = listenTo(first);
    expect(media.tell('seeking', { currentTime, seeking: true })).toEqual(['seeking']);
    media.stop();
  });
});

describe('a live stream', () => {
  const LIVE = { readyState: 4, duration: Infinity, paused: false, seeking: false, currentTime: 30, seekable: ranges([20, 40]) };

  test.each([
    ['to the newest from where nothing is given any more', { ...LIVE, currentTime: 10 }, 40, true],
    ['right behind the oldest from there', { ...LIVE, currentTime: 10 }, 20.1, true],
    ['elsewhere from there', { ...LIVE, currentTime: 10 }, 30, false],
    ['to the newest from where there is more', LIVE, 40, false],
  ])('is put right by its engine where it is moved %s', (_, first, currentTime, corrected) => {
    const media = listenTo(first);
    media.tell('seeking', { currentTime, seeking: true });
    expect(media.read().corrected).toBe(corrected);
    media.tell('seeked', { seeking: false });
    expect(media.read().corrected).toBe(false);
    media.stop();
  });
});

describe('what is not loaded before it is played', () => {
  const EMPTY = { readyState: 0, networkState: 2, duration: NaN, paused: true, currentTime: 0, currentSrc: 'https://campus.example/lecture.m3u8' };

  test.each([
    ['an element that waits', { networkState: 1 }, true],
    ['a stream that may not be loaded', { preload: 'none' }, true],
    ['a live stream', { duration: Infinity }, true],
    ['what is being loaded', {}, false],
    ['what is loaded', { preload: 'none', readyState: 1, duration: 60 }, false],
    ['a player that has no source yet', { preload: 'none', networkState: 0, currentSrc: '' }, false],
  ])('is said of %s: %j, %s', (_, change, unloaded) => {
    const media = listenTo({ ...EMPTY, ...change });
    expect(media.read().unloaded).toBe(unloaded);
    media.stop();
  });
});

test('a position that is no number is the start', () => {
  expect(listenTo({ currentTime: NaN }).read().position).toBe(0);
});
