// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import type { LearningEvent } from '../../src/core.js';
import { setUp, stage } from './real-player.js';
import { OPTIONS } from './options.js';
import '../../src/index.js';

setUp();

const listenTo = async (options: object = {}) => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics({ ...OPTIONS, ...options });
  const events: LearningEvent[] = [];
  analytics.listen('record', (event) => void events.push(event));
  return { analytics, events, play };
};

test('a portal event is about what is watched, unless it says otherwise', async () => {
  const { analytics, events } = await listenTo();
  analytics.record({ type: 'liked' });
  analytics.record({ type: 'liked', media: { id: 'https://campus.example/videos/43' } });
  analytics.record({ type: 'searched', query: 'sorting' });
  expect(events).toMatchObject([
    { type: 'liked', media: { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting', mediaType: 'video/mp4' } },
    { type: 'liked', media: { id: 'https://campus.example/videos/43' } },
    { type: 'searched', application: location.origin },
  ]);
  expect(events[2]).not.toHaveProperty('media');
});

test('it is recorded while nothing plays, and does not disturb the session', async () => {
  const { analytics, events, play } = await listenTo();
  analytics.record({ type: 'mediaViewed' });
  await play(1);
  analytics.record({ type: 'commented', text: 'my secret' });
  await play(1);
  expect(events.map(({ type }) => type)).toEqual(['mediaViewed', 'initialized', 'started', 'progressed', 'commented']);
  expect(analytics.progress.segments).toEqual([[0, 2]]);
  expect(JSON.stringify(events)).not.toContain('my secret');
});

test('it is recorded without a registration of its own', async () => {
  const { analytics, events, play } = await listenTo();
  await play(1);
  analytics.record({ type: 'liked' });
  expect(events.pop()).not.toHaveProperty('registration');
});

test.each([
  [{ type: 'liked', tool: 'https://campus.example/tools/1' }, 'tool'],
  [{ type: 'liked', query: 'cats' }, 'query'],
  [{ type: 'liked', with: [] }, 'with'],
  [{ type: 'shared', collaborator: { id: 'https://campus.example/users/2' } }, 'collaborator'],
  [{ type: 'loggedIn', media: { id: 'https://campus.example/videos/43' } }, 'media'],
  [{ type: 'loggedOut', media: {} }, 'media'],
  [{ type: 'searched', query: 'cats', tool: 'x' }, 'tool'],
  [{ type: 'captureLaunched', tool: 'https://campus.example/tools/1', category: 5 }, 'category'],
  [{ type: 'captureLaunched', tool: 'https://campus.example/tools/1', position: 61.5 }, 'position'],
  [{ type: 'loggedIn', position: 3 }, 'position'],
  [{ type: 'searched', query: 'cats', target: 'https://campus.example/courses/1' }, 'target'],
  [{ type: 'commented', target: 'https://campus.example/courses/1' }, 'target'],
])('what would make another event of it is left out, and said: %j', async (given, name) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { analytics, events } = await listenTo();
  analytics.record(given as never);
  const { [name]: _, ...rest } = given as { [name: string]: unknown };
  expect(events).toMatchObject([rest]);
  expect(events[0]).not.toHaveProperty(name);
  expect(warn.mock.calls.flat().join()).toContain(`"${given.type}" has no "${name}"`);
});

test('what belongs to it stays', async () => {
  const { analytics, events } = await listenTo();
  const application = 'https://campus.example/apps/1';
  const all = [
    { type: 'captureLaunched', tool: 'https://campus.example/tools/1', application },
    { type: 'searched', query: 'cats', results: 2, application },
    { type: 'loggedIn', application, target: 'https://campus.example/courses/1' },
    { type: 'commented', comment: 'https://campus.example/comments/1', text: 'a', includeText: true, position: 3 },
    { type: 'shared', with: [{ id: 'https://campus.example/users/2' }] },
    { type: 'collaboratorAdded', collaborator: { id: 'https://campus.example/users/2' }, role: 'editor' },
  ];
  for (const event of all) analytics.record(event as never);
  expect(events).toMatchObject(all);
});

test.each(['liked', null, 7])('an event that is none is shown: %j', async (event) => {
  const { analytics } = await listenTo();
  expect(() => analytics.record(event as never)).toThrow(`"event" should be an object with a type, but is ${JSON.stringify(event)}`);
});

test('the type of an event is its own', async () => {
  const { analytics } = await listenTo();
  const event = new (class {
    get type() {
      return 'liked';
    }
  })();
  expect(() => analytics.record(event as never)).toThrow('"event.type" should be one of ');
});

test.each([5, 'x', [1]])('a context that is none is named: %j', async (context) => {
  const { analytics } = await listenTo();
  expect(() => analytics.record({ type: 'liked', context } as never)).toThrow(/event "liked": "context" should be an object of plain data \(edApp, .+\), but is/);
});

test('a wrong one throws', async () => {
  const { analytics } = await listenTo({ media: undefined, actor: 'anonymous' });
  expect(() => analytics.record({ type: 'paused' } as never)).toThrow(TypeError);
  expect(() => analytics.record({ type: 'categoryViewed' } as never)).toThrow('"category" should be');
});

/** A player that has such a skip control, and the seeks that are recorded. */
const withSkip = async (name: string) => {
  const { player, tell, play } = await stage();
  const seeks: LearningEvent[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => void (event.type === 'seeked' && seeks.push(event)));
  await play(2);
  const control = player.el().appendChild(Object.assign(document.createElement('button'), { className: `vjs-control ${name}` }));
  const step = async (currentTime: number): Promise<void> => {
    tell('seeking', { currentTime });
    tell('seeked');
    await vi.advanceTimersByTimeAsync(100);
  };
  const seek = async (currentTime: number): Promise<void> => {
    await step(currentTime);
    await vi.advanceTimersByTimeAsync(1_900);
  };
  return { control, step, seek, seeks };
};

test('a skip control that moved nothing has nothing to do with a later seek', async () => {
  const { control, seek, seeks } = await withSkip('vjs-skip-forward-5');
  control.click();
  await seek(7);
  control.click();
  await vi.advanceTimersByTimeAsync(2_000);
  await seek(40);
  expect(seeks).toMatchObject([{ to: 7, by: 'skip-forward' }, { to: 40 }]);
  expect(seeks[1]).not.toHaveProperty('by');
});

test.each([
  ['skip-backward', 'forward', 35, 25, 29.9],
  ['skip-forward', 'backward', 45, 55, 50.1],
])('the last of several controls has not made what went the other way: %s', async (_, last, ...places) => {
  const { control, step, seek, seeks } = await withSkip(`vjs-skip-${last}-5`);
  await seek(40);
  for (const place of places.slice(0, 2)) await step(place);
  control.click();
  await seek(places[2]!);
  expect(seeks).toHaveLength(2);
  expect(seeks[1]).toMatchObject({ to: expect.closeTo(places[2]!, 1) });
  expect(seeks[1]).not.toHaveProperty('by');
});

test('a skip control that is touched is known too: Video.js lets no click come of a touch', async () => {
  const { control, seek, seeks } = await withSkip('vjs-skip-backward-5');
  control.dispatchEvent(new Event('touchend', { bubbles: true }));
  await seek(0.5);
  expect(seeks).toMatchObject([{ to: 0.5, by: 'skip-backward' }]);
});

/** It plays, and the volume bar is held. */
const withHeldBar = async (button = 0) => {
  const { player, ...staged } = await stage();
  const types: string[] = [];
  player.learningAnalytics(OPTIONS).listen('record', ({ type }) => void types.push(type));
  await staged.play(1);
  player.$('.vjs-volume-bar')!.dispatchEvent(Object.assign(new Event('pointerdown', { bubbles: true }), { button }));
  return { player, types, ...staged };
};

test('a seek bar whose finger is gone without a word is held no more, until it is gripped again', async () => {
  const { player, element, tell, play } = await stage();
  const events: LearningEvent[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => void events.push(event));
  await play(2);
  let seeking = false;
  Object.defineProperty(element, 'seeking', { configurable: true, get: () => seeking });
  const bar = player.$('.vjs-progress-holder')!;
  const told = async (change: () => void): Promise<string[]> => {
    events.length = 0;
    change();
    await vi.advanceTimersByTimeAsync(1_000);
    return events.map(({ type }) => type);
  };
  const grip = (it = bar): void => {
    it.dispatchEvent(Object.assign(new Event('pointerdown', { bubbles: true }), { button: 0 }));
    player.scrubbing(true);
  };
  expect(
    await told(() => {
      grip();
      // It is told of the pause when it is on its way already.
      seeking = true;
      tell('pause', { paused: true, currentTime: 40 });
      tell('seeking');
      seeking = false;
      tell('seeked');
    }),
  ).toEqual([]);
  // The browser takes the touch away: Video.js does not listen to that.
  expect(
    await told(() => {
      document.dispatchEvent(new Event('pointercancel'));
      bar.dispatchEvent(new Event('touchcancel', { bubbles: true }));
    }),
  ).toEqual(['seeked', 'paused']);
  expect(player.scrubbing()).toBe(true);
  expect(
    await told(() => {
      // A bar of the page's own that says so to the player.
      grip(player.el());
      tell('seeking', { currentTime: 60 });
      tell('seeked');
    }),
  ).toEqual([]);
  expect(
    await told(() => {
      player.scrubbing(false);
      tell('timeupdate');
    }),
  ).toEqual(['seeked']);
});

test('a bar that was held as the page went is held no more when it is back', async () => {
  const { player, types, tell, play } = await withHeldBar();
  window.dispatchEvent(new Event('pagehide'));
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await play(1);
  player.volume(0.4);
  tell('volumechange');
  await vi.advanceTimersByTimeAsync(600);
  expect(types).toContain('volumeChanged');
});

test('the volume bar is held until it is let go, wherever that is', async () => {
  const { player, types, tell } = await withHeldBar();
  for (const volume of [0.8, 0.4]) {
    player.volume(volume);
    tell('volumechange');
    await vi.advanceTimersByTimeAsync(600);
  }
  expect(types).not.toContain('volumeChanged');
  document.dispatchEvent(new Event('pointerup'));
  expect(types.filter((type) => type === 'volumeChanged')).toHaveLength(1);
});

// Between the first step and those that follow by themselves, keyboards wait for half a second.
test('an arrow key that is held is one seek, and over when it is let go or another window comes', async () => {
  const { player, tell, play } = await stage();
  const seeks: object[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => event.type === 'seeked' && seeks.push({ from: event.from, to: event.to }));
  await play(1);
  const bar = player.el();
  const hold = async (steps: readonly number[]) => {
    for (const currentTime of steps) {
      bar.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      tell('seeking', { currentTime });
      tell('seeked');
      await vi.advanceTimersByTimeAsync(500);
    }
  };
  await hold([10, 15, 20]);
  expect(seeks).toEqual([]);
  bar.dispatchEvent(new KeyboardEvent('keyup', { key: 'ArrowRight', bubbles: true }));
  await vi.advanceTimersByTimeAsync(300);
  expect(seeks).toMatchObject([{ to: 20 }]);
  await hold([30, 35]);
  // Not that of a button.
  bar.dispatchEvent(new Event('blur'));
  await vi.advanceTimersByTimeAsync(300);
  expect(seeks).toHaveLength(1);
  window.dispatchEvent(new Event('blur'));
  await vi.advanceTimersByTimeAsync(300);
  expect(seeks).toMatchObject([{ to: 20 }, { to: 35 }]);
});

test('an arrow key of which nobody hears that it was let go, as of a remote control, holds nothing for long', async () => {
  const { player, tell, play } = await stage();
  const seeks: unknown[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => event.type === 'seeked' && seeks.push(event.to));
  await play(1);
  for (const currentTime of [10, 20, 30]) {
    player.el().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    tell('seeking', { currentTime });
    tell('seeked');
    await vi.advanceTimersByTimeAsync(2_000);
  }
  expect(seeks).toEqual([10, 20, 30]);
});

// Its menu may take the word that it was let go.
test('the right button holds nothing, nor what a menu comes of', async () => {
  for (const button of [2, 0]) {
    const { player, types, tell } = await withHeldBar(button);
    if (!button) document.dispatchEvent(new Event('contextmenu'));
    player.volume(0.4);
    tell('volumechange');
    await vi.advanceTimersByTimeAsync(600);
    expect(types).toContain('volumeChanged');
  }
});

test('a key that is let go lets go of no bar', async () => {
  const { player, types, tell } = await withHeldBar();
  player.el().dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift', bubbles: true }));
  document.dispatchEvent(new KeyboardEvent('keyup', { key: 'Shift' }));
  player.volume(0.4);
  tell('volumechange');
  await vi.advanceTimersByTimeAsync(600);
  expect(types).not.toContain('volumeChanged');
});

test('what is changed while a bar is held, but for that, is told', async () => {
  const { player, types, tell } = await withHeldBar();
  for (const rate of [2, 1]) {
    player.playbackRate(rate);
    tell('ratechange');
    await vi.advanceTimersByTimeAsync(600);
  }
  expect(types.filter((type) => type === 'rateChanged')).toHaveLength(2);
});

test('an engine that has no playlist yet costs nothing', async () => {
  const { player, play } = await stage();
  const levels = Object.assign([{ height: 360, enabled: true }], { selectedIndex: 0, on() {}, off() {} });
  Object.assign(player, { qualityLevels: () => levels });
  Object.assign(player.tech(true), {
    vhs: {
      representations() {
        throw new TypeError('main is undefined');
      },
    },
  });
  const analytics = player.learningAnalytics(OPTIONS);
  await play(1);
  expect(analytics.session).toBeDefined();
});

/** It plays, and an arrow key is held, which repeats itself. */
const withHeldKey = async () => {
  const { player, ...staged } = await stage();
  const events: { readonly type: string; readonly time: number; readonly to?: unknown; readonly progress: { readonly segments: readonly (readonly number[])[] } }[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => event.type !== 'progressed' && events.push(event as never));
  await staged.play(2);
  const press = () => player.el().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
  const hold = async (ms: number) => {
    for (let past = 0; past < ms; past += 50) {
      press();
      await vi.advanceTimersByTimeAsync(50);
    }
  };
  return { player, events, hold, types: () => events.map(({ type }) => type), ...staged };
};

test('a held key keeps no pause, nor that it goes on', async () => {
  const { hold, play, tell, types } = await withHeldKey();
  await hold(100);
  tell('pause', { paused: true });
  await hold(1_500);
  await play(1);
  expect(types()).toEqual(['initialized', 'started', 'paused', 'resumed']);
});

test('what is changed while a key moves the volume comes behind that', async () => {
  const { events, hold, player, tell, types } = await withHeldKey();
  player.volume(0.5);
  tell('volumechange');
  await hold(400);
  tell('timeupdate', { currentTime: 2.4 });
  player.playbackRate(2);
  tell('ratechange');
  await hold(400);
  player.el().dispatchEvent(new KeyboardEvent('keyup', { key: 'ArrowUp', bubbles: true }));
  await vi.advanceTimersByTimeAsync(600);
  expect(types()).toEqual(['initialized', 'started', 'volumeChanged', 'rateChanged']);
  const ends = events.slice(2).map(({ progress }) => progress.segments.at(-1)![1]!);
  expect(ends[0]).toBeLessThanOrEqual(ends[1]!);
});

test('a seek by key that has landed goes nowhere else with a pause', async () => {
  const { events, player, tell, types } = await withHeldKey();
  player.el().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  tell('seeking', { currentTime: 7 });
  tell('seeked');
  tell('playing');
  for (const currentTime of [7.2, 7.4, 7.6]) {
    await vi.advanceTimersByTimeAsync(200);
    tell('timeupdate', { currentTime });
  }
  tell('pause', { currentTime: 7.6, paused: true });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(types()).toEqual(['initialized', 'started', 'seeked', 'paused']);
  expect(events[2]!.to).toBe(7);
});
