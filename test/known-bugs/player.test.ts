// @vitest-environment happy-dom
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LearningEvent, MediaLearningEvent } from '../../src/core.js';
import { fromMediaElement } from '../../src/player/media-element.js';
import { fromVideojs } from '../../src/player/videojs.js';
import { OPTIONS } from '../plugin/options.js';
import { errors, setUp, stage, videojs } from '../plugin/real-player.js';
import '../../src/index.js';

setUp();

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A player that has played for two seconds, and what is recorded from then on. */
const playing = async (options: object = {}) => {
  const staged = await stage(options);
  const analytics = staged.player.learningAnalytics(OPTIONS);
  const events: MediaLearningEvent[] = [];
  await staged.play(2);
  analytics.listen('record', (event: LearningEvent) => events.push(event as MediaLearningEvent));
  return { ...staged, analytics, events, types: () => events.map(({ type }) => type) };
};

describe('text tracks', () => {
  // Caliper 5: the menu counted as captions, and so did every track that shows; fact 9.
  test.each(['metadata', 'chapters', 'descriptions'])('a track of %s that is switched on is no captions', async (kind) => {
    const { player, types } = await playing();
    const track = player.addTextTrack(kind as TextTrackKind, kind, 'en') as TextTrack;
    track.mode = 'showing';
    await wait(1000);
    expect(types()).toEqual([]);
    // And captions beside it are.
    (player.addTextTrack('captions', 'English', 'en') as TextTrack).mode = 'showing';
    await wait(1000);
    expect(types()).toEqual(['captionsEnabled']);
  });

  test('captions that the page takes away are off, and on again with the next ones', async () => {
    const { player, types } = await playing();
    const add = () => {
      const { track } = player.addRemoteTextTrack({ kind: 'captions', srclang: 'en', src: 'data:text/vtt,WEBVTT' }, false) as unknown as { track: TextTrack };
      track.mode = 'showing';
      return track;
    };
    const track = add();
    await wait(1000);
    player.removeRemoteTextTrack(track);
    await wait(1000);
    expect(types()).toEqual(['captionsEnabled', 'captionsDisabled']);
    add();
    await wait(1000);
    expect(types().slice(2)).toEqual(['captionsEnabled']);
  });

  test.each([
    ['en_US', 'en-US'],
    ['English (US)', 'und'],
    ['', 'und'],
  ])('captions in "%s" are told by a language tag', async (language, tag) => {
    const { player, events } = await playing();
    (player.addTextTrack('captions', 'English', language) as TextTrack).mode = 'showing';
    await wait(1000);
    expect(events.map(({ type, player: { captions } }) => [type, captions])).toEqual([['captionsEnabled', tag]]);
    expect(events[0]).toMatchObject({ language: tag });
  });

  // Caliper 5
  test('a menu that is opened switches no captions on', async () => {
    const { player, types } = await playing();
    player.addTextTrack('captions', 'English', 'en');
    await wait(1000);
    const { subsCapsButton } = (player as unknown as { controlBar: { subsCapsButton: { pressButton(): void; unpressButton(): void } } }).controlBar;
    subsCapsButton.pressButton();
    await wait(1000);
    subsCapsButton.unpressButton();
    await wait(1000);
    expect(types()).toEqual([]);
  });
});

describe('how it is shown', () => {
  // V16, T36: guessed by toggling, wrong from the first miss on.
  test('fullscreen of the player is told by what it is, however often it is said', async () => {
    const { player, types } = await playing();
    for (const full of [true, true, false, false]) {
      player.isFullscreen(full);
      player.trigger('fullscreenchange');
      await wait(500);
    }
    expect(types()).toEqual(['fullscreenEntered', 'fullscreenExited']);
  });

  // V16: without the API of the browser there is no fullscreenchange at all.
  test('a player that fills the window is in fullscreen', async () => {
    const { player, types } = await playing();
    player.enterFullWindow();
    await wait(500);
    player.exitFullWindow();
    await wait(500);
    expect(types()).toEqual(['fullscreenEntered', 'fullscreenExited']);
  });

  // V16: only the media element itself was looked at.
  test('a media element within a container in fullscreen is in fullscreen, and none beside it', () => {
    document.body.innerHTML = '<div id="player"><p><video></video></p></div><div id="other"></div>';
    onTestFinished(() => void Object.defineProperty(document, 'fullscreenElement', { configurable: true, value: null }));
    const adapter = fromMediaElement(document.querySelector('video')!);
    onTestFinished(adapter.observe(() => undefined));
    for (const [id, full] of [['player', true], ['other', false]] as const) {
      Object.defineProperty(document, 'fullscreenElement', { configurable: true, value: document.getElementById(id) });
      document.dispatchEvent(new Event('fullscreenchange'));
      expect(adapter.read().fullscreen).toBe(full);
    }
  });

  // Caliper 15 (FEC-11971): a learner who watches in a picture-in-picture was taken for gone.
  test('a picture-in-picture is opened and closed, and what plays there is watched, though the page is hidden', async () => {
    onTestFinished(() => void Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' }));
    const { player, play, analytics, types } = await playing();
    player.isInPictureInPicture(true);
    player.trigger('enterpictureinpicture');
    await wait(500);
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    await play(4);
    player.isInPictureInPicture(false);
    player.trigger('leavepictureinpicture');
    await wait(500);
    expect(types()).toEqual(['popoutOpened', 'popoutClosed']);
    expect(analytics.progress.segments).toEqual([[0, expect.closeTo(6, 0)]]);
  });
});

test('a bar that is let go of in a picture-in-picture window of its own is held no longer', async () => {
  const { player } = await playing();
  const adapter = fromVideojs(player as never);
  const stop = adapter.observe(() => undefined);
  const other = document.implementation.createHTMLDocument();
  other.adoptNode(player.el());
  other.body.append(player.el());
  for (const [bar, isHeld] of [['.vjs-progress-control', () => adapter.read().scrubbing], ['.vjs-volume-control', () => adapter.read().held]] as const) {
    player.el().querySelector(bar)!.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    expect(isHeld()).toBe(true);
    other.dispatchEvent(new Event('pointerup'));
    expect(isHeld()).toBe(false);
  }
  stop();
});

test('nor is one whose picture-in-picture window was closed with it held', async () => {
  const { player } = await playing();
  const adapter = fromVideojs(player as never);
  const stop = adapter.observe(() => undefined);
  const window = new EventTarget();
  const other = Object.defineProperty(document.implementation.createHTMLDocument(), 'defaultView', { value: window });
  other.adoptNode(player.el());
  other.body.append(player.el());
  player.el().querySelector('.vjs-volume-control')!.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  expect(adapter.read().held).toBe(true);
  window.dispatchEvent(new Event('pagehide'));
  expect(adapter.read().held).toBe(false);
  stop();
});

test('a source that does not load is not what is watched where the element goes on to the next one', () => {
  const media = Object.assign(new EventTarget(), { currentSrc: '', readyState: 0, duration: NaN, paused: false, currentTime: 0 });
  const adapter = fromMediaElement(media as never);
  const heard: string[] = [];
  const stop = adapter.observe((type) => heard.push(type));
  const tell = (type: string, change: object) => {
    Object.assign(media, change);
    media.dispatchEvent(new Event(type));
  };
  tell('loadstart', { currentSrc: 'https://campus.example/nope.mp4' });
  tell('play', {});
  heard.length = 0;
  tell('durationchange', { currentSrc: 'https://campus.example/lecture.mp4', readyState: 1, duration: 60 });
  tell('playing', { readyState: 4 });
  expect(heard).toEqual(['boundary', 'playing']);
  stop();
});

// Caliper 15 (FEC-8320): each rendition that the bitrate logic chose was the learner's choice.
test('another rendition is the learner\'s only where the learner left no other', async () => {
  const { player, events } = await playing();
  interface Levels {
    addQualityLevel(level: object): { enabled: boolean };
    selectedIndex_: number;
    trigger(event: object): void;
  }
  const levels = (player as unknown as { qualityLevels(): Levels }).qualityLevels();
  const added = [360, 720].map((height) => {
    let on = true;
    return levels.addQualityLevel({ id: `${height}`, height, width: height * 2, bitrate: height, enabled: (value?: boolean) => (value === undefined ? on : (on = value)) });
  });
  const choose = async (selectedIndex: number) => {
    levels.selectedIndex_ = selectedIndex;
    levels.trigger({ type: 'change', selectedIndex });
    await wait(500);
  };
  await choose(0);
  await choose(1);
  added[1]!.enabled = false;
  await choose(0);
  expect(events).toMatchObject([
    { type: 'resolutionChanged', from: 360, to: 720, by: 'bitrate' },
    { type: 'resolutionChanged', from: 720, to: 360, by: 'learner' },
  ]);
});

// The event table: useractive and its like are noise, and so is all that is told of loading.
test('what is not the learner\'s doing with the media is no event', async () => {
  const { player, types } = await playing();
  for (const type of ['useractive', 'userinactive', 'mousemove', 'progress', 'suspend', 'stalled', 'canplay', 'canplaythrough', 'loadeddata', 'firstplay', 'ready', 'languagechange']) {
    player.trigger(type);
    await wait(300);
  }
  expect(types()).toEqual([]);
});

// The event table: an error clears and reloads, or it is the end; Video.js says so in the console by itself.
test('media that breaks off was watched up to there, and not a second longer', async () => {
  const { player, analytics, types, events } = await playing();
  player.error({ code: 2, message: 'the network is gone' } as never);
  errors.mockClear();
  await wait(60_000);
  expect(types()).toEqual([]);
  analytics.dispose();
  expect(events.at(-1)).toMatchObject({ type: 'terminated', position: 2, progress: { segments: [[0, 2]] } });
});

describe('where it is', () => {
  /** A player of something longer of which a middleware makes a clip. */
  const clip = async (type: string, middleware: object, begins: number) => {
    videojs.use(type, () => ({ setSource: (source: object, next: (error: null, source: object) => void) => next(null, source), ...middleware }) as never);
    const staged = await stage({ sources: [] });
    const { player, tell } = staged;
    player.src({ src: 'https://campus.example/media/lecture.mp4', type });
    await wait(10);
    tell('emptied', { duration: NaN, readyState: 0 });
    tell('loadstart');
    tell('loadedmetadata', { duration: 100, readyState: 4, currentTime: begins });
    tell('durationchange');
    return staged;
  };

  // Caliper 15 (SUP-42252): of a clip the place in the whole was told. What Video.js says is what its middleware makes of it.
  test('a clip that a middleware cuts out of something longer has places of its own', async () => {
    const { player, play } = await clip('video/x-clip', { currentTime: (seconds: number) => seconds - 30, duration: () => 20 }, 30);
    const analytics = player.learningAnalytics(OPTIONS);
    await play(5);
    expect(analytics.progress).toMatchObject({ segments: [[0, 5]], fraction: 0.25, position: 5 });
  });

  test('a seek within such a clip is from where it was by the clip’s clock, not from the last timeupdate', async () => {
    const shift = (seconds: number) => seconds - 10;
    const { player, element, tell, play } = await clip('video/x-shifted', { currentTime: shift, duration: shift }, 10);
    // As the element counts it.
    Object.defineProperty(element, 'played', { configurable: true, get: () => ({ length: 1, start: () => 10, end: () => element.currentTime }) });
    const seeks: LearningEvent[] = [];
    player.learningAnalytics(OPTIONS).listen('record', (event) => void (event.type === 'seeked' && seeks.push(event)));
    await play(5);
    await wait(200);
    tell('seeking', { currentTime: 60 });
    tell('seeked');
    await wait(1_000);
    expect(seeks).toMatchObject([{ from: expect.closeTo(5.2, 1), to: 50 }]);
  });

  // T05: what the last timeupdate had said was taken for where the seek went.
  test('a seek goes where it lands, not where the player last said it was on the way', async () => {
    const { tell, element, events } = await playing();
    const seeking = (value: boolean) => Object.defineProperty(element, 'seeking', { configurable: true, get: () => value });
    seeking(true);
    tell('seeking', { currentTime: 40 });
    await wait(200);
    tell('timeupdate', { currentTime: 38 });
    await wait(100);
    seeking(false);
    tell('seeked', { currentTime: 41.5 });
    tell('playing');
    await wait(500);
    expect(events).toMatchObject([{ type: 'seeked', from: expect.closeTo(2, 1), to: 41.5 }]);
  });

  // V15
  test('a player that is disposed of amid a seek says where the learner wanted to go, and how far it was watched', async () => {
    const { player, tell, element, events } = await playing();
    Object.defineProperty(element, 'seeking', { configurable: true, get: () => true });
    tell('seeking', { currentTime: 40 });
    await wait(50);
    player.dispose();
    expect(events).toMatchObject([
      { type: 'seeked', to: 40 },
      { type: 'paused', reason: 'leaving', position: 40 },
      { type: 'terminated', position: 40, progress: { segments: [[0, expect.closeTo(2, 1)]] } },
    ]);
  });
});

// Fact 1: Video.js goes on telling the length of the source before, from `emptied` until `loadstart`.
test('no session opens with the length of the source before, also where sessions open with the metadata', async () => {
  const { player, tell, play } = await stage();
  const source = 'https://campus.example/media/next.mp4';
  const media = (it: typeof player) => ({ id: `https://campus.example/of/${it.currentSrc().replace(/.*\//, '')}` });
  const analytics = player.learningAnalytics({ ...OPTIONS, startOn: 'metadata', media });
  const told: unknown[] = [];
  analytics.listen('record', (event) => 'player' in event && event.type === 'initialized' && told.push([event.media.id.replace(/.*\//, ''), event.media.duration]));
  await wait(500);
  await play(3);
  player.src({ src: source, type: 'video/mp4' });
  await wait(10);
  tell('emptied', { currentTime: 0, duration: NaN, readyState: 0, paused: true, currentSrc: source });
  expect(player.duration()).toBe(100);
  tell('timeupdate');
  await wait(4);
  tell('loadstart');
  await wait(20);
  tell('loadedmetadata', { duration: 50, readyState: 4 });
  tell('durationchange');
  await wait(1000);
  analytics.dispose();
  expect(told).toEqual([['lecture.mp4', 100], ['next.mp4', 50]]);
});
