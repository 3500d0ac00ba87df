import { describe, expect, test } from 'vitest';
import { SimulatedPlayer } from './simulated-player.ts';

const start = (): SimulatedPlayer => new SimulatedPlayer({ duration: 600 }).play().run(1000);

describe('a value that the learner changes', () => {
  // T15: no ratechange at all.
  test('is one event with the value before and after, and where it was', () => {
    const player = start().setRate(1.5).run(500);
    expect(player.of('rateChanged')).toMatchObject([{ from: 1, to: 1.5, position: expect.closeTo(0.98, 1) as number, player: { rate: 1.5 } }]);
  });

  // T25: one statement for each tick of the slider.
  test('is one event for a whole drag, with the last value and the value before the first', () => {
    const player = start().setVolume(0.9, 0.7, 0.5, 0.3, 0.35).run(500);
    expect(player.of('volumeChanged')).toMatchObject([{ from: 1, to: 0.35 }]);
  });

  // T25: who listens for a moment before going on has not let go.
  test('is one event for a drag that rests on its way', () => {
    const player = start();
    player.held = true;
    player.fire('change').setVolume(0.8).run(1000).setVolume(0.4).run(1000).setVolume(0.5).run(1000);
    expect(player.of('volumeChanged')).toHaveLength(0);
    player.held = false;
    player.fire('change').run(500);
    expect(player.of('volumeChanged')).toMatchObject([{ from: 1, to: 0.5 }]);
  });

  test('is recorded before the pause that comes while the bar is held', () => {
    const player = start();
    player.held = true;
    player.fire('change').setVolume(0.8).run(1000).pause().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'volumeChanged', 'paused']);
  });

  test('is one event for rates that are clicked through', () => {
    const player = start().setRate(1.25).run(100).setRate(1.5).run(100).setRate(2).run(500);
    expect(player.of('rateChanged')).toMatchObject([{ from: 1, to: 2 }]);
  });

  // T15: volume was read two seconds late, and lost while paused.
  test('is recorded while paused too, and no later than 250 ms after it rests', () => {
    const player = start().pause().run(1000).setVolume(0.2).run(260);
    expect(player.of('volumeChanged')).toHaveLength(1);
  });

  test('is told with the player as it stood then, not as it was a moment later', () => {
    const player = start().setVolume(0.35).run(100).setMuted(true).run(500);
    expect(player.of('volumeChanged')).toMatchObject([{ to: 0.35, player: { volume: 0.35, muted: false } }]);
    expect(player.of('muted')).toMatchObject([{ player: { muted: true } }]);
    player.setRate(2).run(100).setVolume(0.2).run(500);
    expect(player.of('rateChanged')).toMatchObject([{ player: { rate: 2, volume: 0.35 } }]);
  });

  // Caliper 15: rates outside of the list.
  test('may be any rate', () => {
    expect(start().setRate(1.337).run(500).of('rateChanged')).toMatchObject([{ to: 1.337 }]);
  });
});

describe('what did not change is no event, whatever fired', () => {
  // N6
  test('the same value again', () => {
    const player = start().fire('volumechange', 'ratechange', 'resize', 'texttrackchange', 'fullscreenchange').run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
  });

  test('there and back within a gesture', () => {
    const player = start().setVolume(0.5, 0).setVolume(1).run(500);
    expect(player.of('volumeChanged')).toHaveLength(0);
  });

  // Fact 8: the load algorithm sets the rate back, and reset() tells of changes that are none.
  test('the rate that a source change sets back', () => {
    const player = start().setRate(2).run(500).changeSource(20).run(500).play().run(500);
    expect(player.of('rateChanged')).toHaveLength(1);
    player.reset().run(500);
    expect(player.types.filter((type) => /Changed|muted/.test(type))).toEqual(['rateChanged']);
  });

  // N7
  test('what was so when the session opened', () => {
    const player = new SimulatedPlayer();
    player.muted = true;
    player.volume = 0.3;
    player.captions = 'en';
    player.fire('volumechange').play().run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    expect(player.of('started')[0]!.player).toMatchObject({ muted: true, volume: 0.3, captions: 'en' });
  });
});

describe('what goes on and off', () => {
  test('muting is not a volume of 0', () => {
    const player = start().setMuted(true).run(500).setMuted(false).run(500).setVolume(0).run(500);
    expect(player.types.slice(2)).toEqual(['muted', 'unmuted', 'volumeChanged']);
    expect(player.of('volumeChanged')).toMatchObject([{ from: 1, to: 0, player: { volume: 0, muted: false } }]);
  });

  // V16
  test('fullscreen', () => {
    const player = start();
    for (const fullscreen of [true, false]) {
      player.fullscreen = fullscreen;
      player.fire('fullscreenchange').run(500);
    }
    expect(player.types.slice(2)).toEqual(['fullscreenEntered', 'fullscreenExited']);
    expect(player.of('fullscreenEntered')[0]!.player.fullscreen).toBe(true);
  });
});

describe('captions', () => {
  const show = (player: SimulatedPlayer, language: string): SimulatedPlayer => {
    player.captions = language;
    return player.fire('texttrackchange').run(500);
  };

  // Caliper 5: the menu counted as switching them on; a language switch is not off and on.
  test('on, another language, off', () => {
    const player = show(show(show(start(), 'en'), 'fr'), '');
    expect(player.types.slice(2)).toEqual(['captionsEnabled', 'captionsLanguageChanged', 'captionsDisabled']);
    expect(player.of('captionsEnabled')[0]).toMatchObject({ language: 'en', player: { captions: 'en' } });
    expect(player.of('captionsLanguageChanged')[0]).toMatchObject({ from: 'en', to: 'fr' });
    expect(player.of('captionsDisabled')[0]).toMatchObject({ language: 'fr' });
    expect(player.of('captionsDisabled')[0]!.player).not.toHaveProperty('captions');
  });

  // Video.js takes the tracks of a source away some milliseconds before it says that the source goes.
  test.each([[true, 'while it plays'], [false, 'at its end']])('captions that go with their source nobody switched off (%s: %s)', (playing) => {
    const player = show(start(), 'en');
    if (!playing) player.run(60_000);
    player.captions = '';
    player.fire('texttrackchange').run(20).changeSource(20).play().run(1000).leave();
    expect(player.types).not.toContain('captionsDisabled');
    expect(player.of('terminated')[0]!.player).not.toHaveProperty('captions');
    expect(player.types.filter((type) => type === 'started')).toHaveLength(2);
  });

  // Fact 9: texttrackchange comes with each cue.
  test('a cue that shows is no change', () => {
    const player = show(start(), 'en');
    for (let i = 0; i < 5; i++) player.fire('texttrackchange').run(400);
    expect(player.types.slice(2)).toEqual(['captionsEnabled']);
  });
});

describe('size and quality', () => {
  test('a resize drag is one event', () => {
    const player = start();
    for (const width of [700, 800, 900]) {
      player.size = [width, 506];
      player.fire('playerresize').run(100);
    }
    player.run(500);
    expect(player.of('sizeChanged')).toMatchObject([{ from: [640, 360], to: [900, 506] }]);
  });

  test('a quality that only becomes known is no change, the next one is', () => {
    const player = start();
    player.height = 360;
    player.fire('resize').run(500);
    expect(player.types).toEqual(['initialized', 'started']);
    player.height = 720;
    player.fire('resize').run(500);
    expect(player.of('resolutionChanged')).toMatchObject([{ from: 360, to: 720, by: 'bitrate', player: { quality: 720 } }]);
  });

  test('a quality or size that is no longer known is no change, and of no other value it is said who changed it', () => {
    const player = start();
    player.height = 360;
    player.fire('resize').run(500);
    player.height = 0;
    player.size = [0, 0];
    player.fire('resize', 'playerresize').run(500);
    expect(player.types).toEqual(['initialized', 'started']);
    player.setRate(2).setVolume(0.5).run(500);
    for (const event of [...player.of('rateChanged'), ...player.of('volumeChanged')]) expect(event).not.toHaveProperty('by');
    expect(player.types.slice(2)).toEqual(['rateChanged', 'volumeChanged']);
  });
});

test('what changes before the media moves is told with the time that was played by then', () => {
  const player = new SimulatedPlayer().run(500);
  player.hand(0, 'playing', { paused: false, position: 0 });
  player.hand(100, 'tick', { paused: false, position: 0, volume: 0.5 });
  player.hand(300, 'tick', { paused: false, position: 0.2, volume: 0.5 });
  const told = player.hand(600, 'tick', { paused: false, position: 0.5, volume: 0.5 });
  expect(told).toMatchObject([{ type: 'volumeChanged', progress: { segments: [], secondsPlayed: 0 } }]);
});

test('nor is what ran too shortly to be a stretch any time there', () => {
  const player = new SimulatedPlayer({ rules: { startOn: 'metadata' } }).run(500);
  player.hand(0, 'tick', { paused: false, position: 0 });
  player.hand(50, 'tick', { paused: false, position: 0.05, volume: 0.5 });
  const told = player.hand(300, 'tick', { paused: false, position: 0.3, volume: 0.5 });
  expect(told[0]).toMatchObject({ type: 'volumeChanged', progress: { segments: [], secondsPlayed: 0 } });
});
