import { describe, expect, test } from 'vitest';
import type { Subject } from '../../src/playback/subject.ts';
import { checkRecord, difference } from './invariants.ts';
import { NOTHING, SimulatedPlayer } from './simulated-player.ts';

const near = (value: number): number => expect.closeTo(value, 1) as number;

describe('media that breaks', () => {
  // WebKit says that it stands at 0 and plays.
  test('is paused where it broke, and nobody sought or watched anything since', () => {
    const player = new SimulatedPlayer().play().run(3100).break().run(5000);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
    player.fire('play').run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    const [from, to] = player.of('terminated')[0]!.progress.segments[0]!;
    const [[begin, end]] = player.truths[0]!.segments as [[number, number]];
    expect([from, to]).toEqual([expect.closeTo(begin, 2), expect.closeTo(end, 1)]);
    expect(player.of('paused')[0]!.position).toBeCloseTo(end, 1);
    expect(player.of('terminated')[0]!.position).toBeCloseTo(end, 1);
  });
});

describe('a session opens', () => {
  // Caliper 4: started at the load, or at every play.
  test('at the first play, and started comes once', () => {
    const player = new SimulatedPlayer().run(5000);
    expect(player.events).toEqual([]);
    player.play().run(1000).pause().run(1000).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'resumed']);
    // Caliper 1: at 0 the position was taken for missing.
    expect(player.of('started')[0]!.position).toBe(0);
  });

  // Firefox: Video.js learns after the loadstart that /v.mp4 is https://example.org/v.mp4, and the replay began another session.
  test('once, where the player calls its source by another of its names meanwhile', () => {
    const player = new SimulatedPlayer({ duration: 8 }).play().run(2000);
    player.source = '/1.mp4';
    player.run(8000).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'restarted']);
  });

  test('where the media began, also where a busy page looks only later', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).changeSource(20).fire('emptied');
    player.mute(() => player.play().run(400));
    player.fire('loadedmetadata', 'playing').run(1000).leave();
    expect(player.of('started')[1]!.position).toBe(0);
    expect(difference(player.of('terminated')[1]!.progress.segments, player.truths[1]!.segments)).toBeLessThan(0.01);
  });

  // T29
  test('with the id of its initialized', () => {
    const player = new SimulatedPlayer().play().run(1000);
    expect(player.session.id).toBe(player.of('initialized')[0]!.id);
    for (const { session } of player.events) expect(session).toBe(player.session.id);
  });

  test('where it plays already when it is first looked at', () => {
    const player = new SimulatedPlayer({ subject: () => undefined }).play().run(5000);
    expect(player.events).toEqual([]);
    const late = new SimulatedPlayer();
    late.mute(() => late.play().run(5000));
    late.run(1000);
    expect(late.types).toEqual(['initialized', 'started']);
  });

  // T23, T24, Caliper 16: statements before the length was known were dropped, or an exception was thrown.
  test('as soon as the length is known, where it plays before; nothing that was played is lost', () => {
    const player = new SimulatedPlayer({ duration: 60, known: false }).play().run(2000);
    expect(player.events).toEqual([]);
    player.grow(60).run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('initialized')[0]!.media.duration).toBe(60);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
    checkRecord(player.events, true);
  });

  test('with the length that the media option tells, where the player does not', () => {
    const player = new SimulatedPlayer({ duration: 60, known: false, media: { duration: 60 } }).play().run(2000);
    expect(player.of('initialized')[0]!.media.duration).toBe(60);
  });

  test('not before it is known what it is about', () => {
    let subject: Subject | undefined;
    const player = new SimulatedPlayer({ subject: () => subject }).play().run(2000);
    expect(player.events).toEqual([]);
    subject = { media: { id: 'https://example.org/late' }, registration: 'r', history: NOTHING };
    player.run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('terminated')[0]!.progress.segments).toEqual([[0, near(2.97)]]);
  });

  test('at the metadata where that is asked for, and started at the first play', () => {
    const player = new SimulatedPlayer({ known: false, rules: { startOn: 'metadata' } }).run(1000).grow(60).run(1000);
    expect(player.types).toEqual(['initialized']);
    player.play().run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0]);
  });

  test('at the metadata; a play that is moved before a tenth of a second has gone is told as watched by nothing', () => {
    const player = new SimulatedPlayer({ duration: 60, rules: { startOn: 'metadata' } }).run(500);
    player.hand(10, 'tick', { paused: false });
    const events = [...player.hand(70, 'tick', { paused: false, position: 0.06, muted: true }), ...player.hand(80, 'hide', { paused: false, position: 0.07, muted: true })];
    expect(player.session.progress).toMatchObject({ segments: [], fraction: 0 });
    events.push(...player.hand(90, 'seeking', { paused: false, seeking: true, position: 30, muted: true }), ...player.hand(2000, 'leave', { position: 30, muted: true }));
    expect(events.map(({ type }) => type)).toEqual(['muted', 'terminated']);
    for (const { progress } of events) expect(progress.segments).toEqual([]);
  });

  // V13
  test('not by a play that only waits', () => {
    const player = new SimulatedPlayer();
    player.paused = false;
    player.fire('play', 'waiting').run(5000);
    expect(player.events).toEqual([]);
  });

  test('in a clip that is over before its first tick', () => {
    const player = new SimulatedPlayer({ duration: 0.15 }).play().run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'terminated']);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0, 25, 50, 75, 100]);
  });
});

describe('a session ends', () => {
  // T10, T11: lost, or with a stale time and without the open stretch.
  test('where the page goes while it plays: paused, leaving, and terminated, at the true position', () => {
    const player = new SimulatedPlayer().play().run(5123).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    const [paused] = player.of('paused');
    const [terminated] = player.of('terminated');
    const [[, end]] = player.truths[0]!.segments as [[number, number]];
    expect(paused).toMatchObject({ reason: 'leaving', position: near(end), progress: { segments: [[0, near(end)]] } });
    expect(terminated!.position).toBe(paused!.position);
    expect(terminated!.progress).toEqual(paused!.progress);
  });

  // Caliper 12, T30: leaving is no end, and neither is completed.
  test('where the page goes while it is paused: terminated alone', () => {
    const player = new SimulatedPlayer().play().run(5000).pause().run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('paused')[0]!).not.toHaveProperty('reason');
  });

  // WebKit on a busy page: a timer was due before the event, and a pause nobody made was recorded.
  test('where the source has gone though no event has said so yet', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000).seek(10, 20).run(100);
    player.run(player.session.wake()! - player.mono - 1).changeSource(20);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    expect(player.of('paused')[0]).toMatchObject({ reason: 'leaving' });
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.01);
  });

  // T17, fact 1: the same session went on with another video; no pause comes, and the position is gone.
  test.each(['chromium', 'firefox', 'youtube'] as const)('where the source changes while it plays, at its last true position (%s)', (dialect) => {
    const player = new SimulatedPlayer({ dialect, duration: 60 }).play().run(5123).changeSource(30).play().run(2000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated', 'initialized', 'started', 'paused', 'terminated']);
    const [first, second] = player.of('terminated');
    expect(difference(first!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.1);
    expect(first!.media.duration).toBe(60);
    expect(second!.media.duration).toBe(30);
    expect(second!.progress.segments[0]![0]).toBe(0);
    expect(second!.session).not.toBe(first!.session);
    checkRecord(player.events, true);
  });

  test('where load() or reset() empties the player', () => {
    const player = new SimulatedPlayer().play().run(3000).changeSource(60, { same: true }).run(500).play().run(2000).reset().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated', 'initialized', 'started', 'paused', 'terminated']);
    for (const [index, { progress }] of player.of('terminated').entries()) {
      expect(difference(progress.segments, player.truths[index]!.segments)).toBeLessThan(0.1);
    }
  });

  test('where a playlist goes on after the end', () => {
    const player = new SimulatedPlayer({ duration: 6 }).play().run(6100).changeSource(8).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'terminated', 'initialized', 'started']);
  });

  // N5, V12
  test('once, however many signs of it there are, and not at a loadstart of the same source', () => {
    const player = new SimulatedPlayer().play().run(2000);
    player.fire('loadstart').run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    player.changeSource(20).fire('emptied', 'loadstart', 'playerreset').tell('leave').tell('boundary').tell('leave');
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
  });

  // T18: fullscreenchange at dispose.
  test('with nothing after it', () => {
    const player = new SimulatedPlayer().play().run(2000).pause().run(500).setVolume(0.5).leave();
    const { length } = player.events;
    player.fullscreen = true;
    player.fire('fullscreenchange', 'volumechange', 'pause', 'seeking', 'seeked', 'ended').run(2000);
    expect(player.events).toHaveLength(length);
  });

  test('and a held pause near the end is recorded first', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(9900).pause().run(20).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('paused')[0]).not.toHaveProperty('reason');
  });
});

describe('after a leave', () => {
  test('another learner has a session of their own from there on, and no progress of the first', () => {
    const player = new SimulatedPlayer({ duration: 100 }).play().run(30_000).leave().run(2000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated', 'initialized', 'started', 'paused', 'terminated']);
    const [first, second] = player.of('terminated');
    expect(second!.progress.segments).toEqual([[first!.position, near(first!.position + 2)]]);
    expect(second!.progress.secondsPlayed).toBeLessThan(2.1);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0, 25, 0]);
  });

  test('a page that comes back out of the cache paused opens nothing until it plays', () => {
    const player = new SimulatedPlayer().play().run(2000).leave();
    player.paused = true;
    player.sleep(60_000).tell('tick').run(1000);
    expect(player.session.id).toBeUndefined();
    player.paused = false;
    player.fire('play', 'playing').run(1000);
    expect(player.session.id).toBeDefined();
  });
});

describe('pauses and ends', () => {
  // Caliper 9, V4, N2
  test('the natural end is no pause', () => {
    for (const dialect of ['chromium', 'firefox', 'youtube'] as const) {
      const player = new SimulatedPlayer({ dialect, duration: 6 }).play().run(8000);
      expect(player.types).toEqual(['initialized', 'started', 'ended']);
    }
  });

  test('ended may come before the pause', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000);
    player.fire('ended');
    player.paused = true;
    player.fire('pause').run(500);
    expect(player.types).toEqual(['initialized', 'started', 'ended']);
  });

  test('a pause a moment before the end waits for the end', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(9900);
    player.paused = true;
    player.fire('pause').run(100);
    player.ended = true;
    player.fire('ended').run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended']);
  });

  test('a pause a moment before the end that is one is recorded with its own time', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(9900).pause();
    const { mono, offset } = player;
    player.run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
    expect(player.of('paused')[0]!.time).toBeCloseTo(mono + offset, -1);
  });

  // T09: the video sat at its end after a resume, and the pause button sent seeked.
  test('what is played again from the end can be paused', () => {
    const player = new SimulatedPlayer({ duration: 10 }).seek(10).run(500).play().run(2000).pause().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
  });

  // V8
  test('any play after the end is a restart, also from the middle', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(11_000).seek(4).run(500).play().run(1000).pause().run(500).play().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'seeked', 'restarted', 'paused', 'resumed']);
    expect(player.of('restarted')[0]!.position).toBe(4);
  });

  test('a seek to the end while paused is no end, and playing on is a restart', () => {
    for (const dialect of ['chromium', 'firefox'] as const) {
      const player = new SimulatedPlayer({ dialect, duration: 10 }).play().run(3000).pause().run(500).seek(10).run(1000).play().run(1000);
      expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'restarted']);
    }
  });

  // Caliper 11: buffering was taken for a pause and a resume.
  test('lack of data is neither a pause nor a resume', () => {
    const player = new SimulatedPlayer().play().run(2000).stall(4000).run(2000);
    expect(player.types).toEqual(['initialized', 'started']);
  });
});

// Video.js moves to where it was told to resume as late as at `canplay`, and some milliseconds may have run by then.
test('a resume position that is reached late is where it starts, and nobody\'s seek', () => {
  const player = new SimulatedPlayer();
  const { fire } = player;
  player.fire = (...types) => fire.apply(player, types.filter((type) => type !== 'playing'));
  player.play().run(80).fire('loadedmetadata');
  player.fire = fire;
  player.seek(10).run(2000);
  expect(player.types).toEqual(['initialized', 'started']);
  expect(player.of('started')[0]!.position).toBeCloseTo(10, 1);
  expect(player.session.progress.segments).toEqual([[10, expect.any(Number)]]);
});
