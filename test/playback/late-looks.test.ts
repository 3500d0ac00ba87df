import { describe, expect, test } from 'vitest';
import { SimulatedPlayer } from './simulated-player.js';

// What a page says that was busy, throttled or asleep, or whose media is not what it was.

const segmentsOf = (player: SimulatedPlayer) => player.of('terminated').at(-1)!.progress.segments;

describe('a seek long after the last look', () => {
  test.each([1_400, 1_600, 2_000, 60_000])('after %i ms: what was played until then counts, and it is left from there', (gap) => {
    const player = new SimulatedPlayer({ duration: 600 }).play().run(5000);
    player.mute(() => player.run(gap));
    const { position } = player.now;
    player.seek(200).run(1000).leave();
    expect(player.of('seeked')[0]!.from).toBeCloseTo(position, 1);
    expect(segmentsOf(player)[0]![1]).toBeCloseTo(position, 1);
  });

  test('to where it played before: what the element says of that is not new', () => {
    const player = new SimulatedPlayer({ duration: 600 }).play().run(20_000).seek(5).run(2000);
    player.mute(() => player.run(60_000));
    const { position } = player.now;
    player.seek(200).run(1000).leave();
    const [, to] = segmentsOf(player)[1]!;
    expect(to).toBeLessThanOrEqual(position + 0.1);
  });
});

test('where what was played before ends, nobody need have been again', () => {
  const player = new SimulatedPlayer({ duration: 600 }).play().run(20_000).seek(5).run(2000);
  player.mute(() => player.stall(60_000));
  player.seek(200).run(1000).leave();
  expect(segmentsOf(player)[1]).toEqual([5, expect.closeTo(7, 0)]);
});

test('nor where a session before this one has watched it', () => {
  const player = new SimulatedPlayer({ duration: 600, history: { segments: [[0, 20]] } });
  Object.assign(player, { played: [[0, 20]] });
  player.play().run(2000);
  player.mute(() => player.stall(60_000));
  player.seek(200).run(1000).leave();
  expect(segmentsOf(player)[1]).toEqual([0, expect.closeTo(2, 0)]);
});

test('what runs on beyond what was played before, while nobody looks, was watched', () => {
  const player = new SimulatedPlayer({ duration: 600 }).play().run(20_000).seek(5).run(2000);
  player.mute(() => player.run(60_000));
  const { position } = player.now;
  player.seek(200).run(1000).leave();
  expect(position).toBeGreaterThan(60);
  expect(player.of('seeked').at(-1)!.from).toBeCloseTo(position, 1);
  expect(segmentsOf(player)[1]).toEqual([5, expect.closeTo(position, 1)]);
});

// Chromium tells where the media was when a callback began, Firefox where it was when it last said so; the element knows what it played.
describe('what played while the page was busy was watched, and nobody sought, as the element says', () => {
  const ran = (from: number, seconds: number) => ({ position: from + seconds, paused: false, played: [[0, from + seconds]] as [number, number][] });

  test('from a resume on', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(1400).pause().run(500);
    const from = player.now.position;
    const events = player.hand(2_600, 'playing', ran(from, 2.6));
    expect(events.map(({ type }) => type)).toEqual(['resumed']);
    expect(player.session.progress).toMatchObject({ segments: [[0, expect.closeTo(from + 2.6, 1)]], secondsPlayed: expect.closeTo(from + 2.6, 0) });
  });

  test('from the first play on', () => {
    const player = new SimulatedPlayer({ duration: 60 }).run(300);
    const events = player.hand(2_600, 'playing', ran(0, 2.5));
    expect(events.map(({ type, position }) => [type, position]).slice(0, 2)).toEqual([['initialized', 0], ['started', 0]]);
    expect(events.map(({ type }) => type)).not.toContain('seeked');
    expect(player.session.progress.segments).toEqual([[0, 2.5]]);
  });

  test('from a first play on, of which the page had seen nothing but the source', () => {
    const player = new SimulatedPlayer({ duration: 60 }).run(300);
    const { mono, wall, state } = player.signals.at(-1)!;
    const events = ([[10, 'boundary', 0, true], [2_700, 'tick', 0, false], [2_712, 'playing', 0, false], [2_736, 'tick', 2.5, false]] as const).flatMap(([after, type, position, paused]) =>
      player.session.take({ type, mono: mono + after, wall: wall + after, state: { ...state, position, paused }, ...(position && { played: [[0, position]] }) }),
    );
    expect(events.map(({ type }) => type)).not.toContain('seeked');
    expect(player.session.progress).toMatchObject({ segments: [[0, 2.5]], secondsPlayed: expect.closeTo(2.5, 1) });
  });

  test('where the clock of the page says less', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(1_500);
    const from = player.now.position;
    const stale = player.signals.at(-1)!;
    for (const [after, seconds] of [[900, 0], [940, 0.94], [1_240, 1.24]] as const)
      expect(player.session.take({ ...stale, type: 'tick', mono: stale.mono + after, wall: stale.wall + after, state: { ...stale.state, ...ran(from, seconds) } })).toEqual([]);
    expect(player.session.progress).toMatchObject({ segments: [[0, expect.closeTo(from + 1.24, 1)]], secondsPlayed: expect.closeTo(from + 1.24, 1) });
  });

  test('but not where no clock can have run so far, whatever the element says', () => {
    const player = new SimulatedPlayer({ duration: 600 }).play().run(10_000);
    expect(player.hand(250, 'tick', { position: 300, played: [[0, 300]] })).toEqual([]);
    expect(player.hand(550, 'tick', { position: 300.3 })).toMatchObject([{ type: 'seeked', to: 300 }]);
    expect(player.session.progress.secondsPlayed).toBeLessThan(11);
  });

  test('but not where the element has played it before', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000).seek(2).run(1_000);
    const from = player.now.position;
    expect(player.hand(40, 'tick', { position: 8, played: [[0, 10]] })).toEqual([]);
    expect(player.hand(340, 'tick', { position: 8.3 })).toMatchObject([{ type: 'seeked', from: expect.closeTo(from, 0), to: 8 }]);
  });
});

test('a loop that goes round while the page is busy is an end and a new start, and no seek', () => {
  const player = new SimulatedPlayer({ duration: 6 });
  player.loop = true;
  player.play().run(4000);
  player.mute(() => player.run(4000));
  player.fire('seeking', 'timeupdate', 'seeked', 'playing').run(1000).leave();
  expect(player.types.filter((type) => !/progressed|completed/.test(type))).toEqual(player.truths[0]!.types);
  const [first, second] = segmentsOf(player);
  expect(first).toEqual([0, 6]);
  expect(second![1]).toBeCloseTo(player.truths[0]!.segments[1]![1], 1);
});

test('a page that is hidden while the seek bar is held invents no pause', () => {
  const player = new SimulatedPlayer({ duration: 100 }).play().run(3000);
  const hands = player as unknown as { halt(): void; move(to: number, ms: number): void; unpause(quietly: boolean): void };
  hands.halt();
  hands.move(20, 20);
  player.run(100);
  player.scrubbing = true;
  hands.move(30, 20);
  player.run(100).hide().run(100).fire('timeupdate').run(2000).hide(false).run(300);
  hands.move(50, 20);
  player.run(100);
  player.scrubbing = false;
  player.fire('timeupdate');
  hands.unpause(false);
  player.run(1500).leave();
  expect(player.types.filter((type) => type !== 'progressed')).toEqual(['initialized', 'started', 'seeked', 'seeked', 'paused', 'terminated']);
  expect(player.of('seeked').map(({ from, to }) => [Math.round(from), to])).toEqual([[3, 30], [30, 50]]);
});

describe('a length that is another one later', () => {
  const history = { segments: [[0, 100]] as const, completed: true, milestones: [0, 25, 50, 75, 100] };

  test('shorter: nothing lies outside', () => {
    const player = new SimulatedPlayer({ duration: 100, history }).play().run(1000).grow(90).run(1000).leave();
    for (const [, to] of segmentsOf(player)) expect(to).toBeLessThanOrEqual(90);
    expect(player.of('terminated')[0]!.progress.fraction).toBe(1);
  });

  test('longer, as it is guessed too short at first: what was watched before is whole again', () => {
    const player = new SimulatedPlayer({ duration: 80, history }).play().run(1000).grow(100).run(1000).leave();
    expect(segmentsOf(player)[0]).toEqual([0, 100]);
    expect(player.of('terminated')[0]!.progress.fraction).toBe(1);
  });
});

test('a clock that was a day ahead dates the session that it was ahead in, and no other', () => {
  const player = new SimulatedPlayer({ duration: 60 });
  player.offset += 86_400_000;
  player.play().run(2000);
  player.offset -= 86_400_000;
  player.run(1000).changeSource(60).run(100).play().run(1000).leave();
  const [first, second] = player.of('initialized').map(({ time }) => time);
  expect(second! - first!).toBeLessThan(-86_000_000);
});

test('a clock that is set back by less tells the next session after what came before it', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(2000);
  player.offset -= 30_000;
  player.run(1000).changeSource(60).run(100).play().run(1000).leave();
  const times = player.events.map(({ time }) => time);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
});

test.each([0.5, 1, 2])('a first play that is noticed late, at %d times the speed, began when it began', (rate) => {
  const player = new SimulatedPlayer({ duration: 60 });
  player.setRate(rate);
  player.run(300);
  const { mono, wall, state } = player.tell('tick').signals.at(-1)!;
  const look = (after: number, type: 'tick' | 'playing', position: number, paused: boolean) =>
    player.session.take({ type, mono: mono + after, wall: wall + after, state: { ...state, position, paused }, ...(position && { played: [[0, position]] }) });
  look(10, 'tick', 0, true);
  const events = look(2_510, 'playing', 2 * rate, false);
  expect(events.slice(0, 2).map(({ type, time }) => [type, time - wall])).toEqual([['initialized', expect.closeTo(510, -1)], ['started', expect.closeTo(510, -1)]]);
  expect(player.session.progress.secondsPlayed).toBeCloseTo(2, 1);
});

test.each(['midroll', 'preroll'])('the clock of an advertisement in the media’s own element (%s) counts for nothing', (when) => {
  const player = new SimulatedPlayer({ duration: 60 });
  const inside = player as unknown as { adClock: number; played: readonly (readonly [number, number])[]; stalled: boolean };
  if (when === 'midroll') player.play().run(10_000);
  else {
    player.paused = false;
    inside.stalled = true;
    player.fire('play', 'waiting').run(20);
  }
  player.ad = true;
  inside.played = [];
  player.fire('adstart', 'playing');
  for (let t = 0.1; t <= 15; t += 0.1) {
    player.run(100);
    inside.adClock = t;
    inside.played = [[0, t]];
    player.volume = 1 - t / 20;
    player.fire('volumechange', 'timeupdate');
  }
  const { segments } = player.session.progress;
  expect(segments.reduce((sum, [from, to]) => sum + to - from, 0)).toBeCloseTo(when === 'midroll' ? 10 : 0, 1);
});

// Chromium at 16 times the speed: the learner clicks when the media has just ended, and the end is told after the seek has begun.
test('media that was over in the moment in which it was moved has ended, and is then moved', () => {
  const player = new SimulatedPlayer({ duration: 8 }).play().run(7950);
  const inside = player as unknown as { position: number; played: readonly (readonly [number, number])[] };
  inside.played = [[0, 8]];
  player.paused = player.seeking = true;
  inside.position = 4;
  player.fire('timeupdate', 'pause', 'ended', 'seeking').run(10);
  player.seeking = false;
  player.fire('timeupdate', 'seeked').run(500);
  player.leave();
  expect(player.types.filter((type) => !/progressed|completed/.test(type))).toEqual(['initialized', 'started', 'ended', 'seeked', 'terminated']);
  expect(player.of('seeked')[0]).toMatchObject({ from: 8, to: 4 });
  expect(player.of('ended')[0]).toMatchObject({ position: 8 });
  expect(segmentsOf(player)).toEqual([[0, 8]]);
  expect(player.of('progressed').at(-1)!.milestone).toBe(100);
  expect(player.of('completed')).toHaveLength(1);
});

// What browsers said where a page set `currentTime` before the metadata was there, and played then.
describe('where it shall begin, said before anything of it is there, was not played up to', () => {
  type Look = readonly [after: number, type: 'tick' | 'boundary' | 'waiting' | 'seeking' | 'seeked' | 'playing', state: object, played?: readonly (readonly [number, number])[]];
  const NONE = { empty: true, duration: NaN };
  const THERE = { empty: false, duration: 12, paused: false };

  const record = (looks: readonly Look[], rate = 1) => {
    const player = new SimulatedPlayer({ duration: 12 }).run(300);
    const { mono, wall, state } = player.signals.at(-1)!;
    const events = looks.flatMap(([after, type, more, played]) => player.session.take({ type, mono: mono + after, wall: wall + after, state: { ...state, rate, position: 0, ...more }, ...(played && { played }) }));
    return { events, progress: player.session.progress };
  };

  const start = (to: number, rate: number, before: readonly Look[], claimed: readonly (readonly [number, number])[]) =>
    record([
      ...before,
      [1_200, 'tick', { ...NONE, position: to, paused: false }, claimed],
      [1_210, 'waiting', { ...NONE, position: to, paused: false }, claimed],
      [1_260, 'tick', { ...THERE, position: to, seeking: true }, claimed],
      [1_265, 'seeking', { ...THERE, position: to, seeking: true }, claimed],
      [1_280, 'seeked', { ...THERE, position: to }, claimed],
      [1_281, 'playing', { ...THERE, position: to }, claimed],
      [2_281, 'tick', { ...THERE, position: to + rate }],
    ], rate);

  test.each([
    ['at once', 1, 1, [[0, 'tick', NONE]]],
    ['at twice the rate', 3.2, 2, [[0, 'tick', NONE]]],
    ['where the source was seen to come', 1.2, 1, [[0, 'tick', NONE], [10, 'boundary', NONE]]],
  ] as [string, number, number, Look[]][])('%s', (_, to, rate, before) => {
    // Firefox says nothing was played; Chromium says that all before it was.
    for (const claimed of [[], [[0, to]]] as [number, number][][]) {
      const { events, progress } = start(to, rate, before, claimed);
      expect(progress.segments).toEqual([[to, expect.closeTo(to + rate, 1)]]);
      expect(progress.secondsPlayed).toBeCloseTo(1, 1);
      expect(events.slice(0, 2).map(({ type, position }) => [type, position])).toEqual([['initialized', to], ['started', to]]);
    }
  });

  // A long task held back `loadedmetadata` until the media ran.
  test.each([0.5, 1, 2, 3])('but what a busy page hears of %s s late was played', (late) => {
    const at = 100 + late * 1000;
    const { progress } = record([
      [0, 'boundary', NONE],
      [5, 'tick', { ...NONE, paused: false }],
      [at, 'tick', { ...THERE, position: late }, [[0, late]]],
      [at + 2, 'playing', { ...THERE, position: late }, [[0, late]]],
      [at + 252, 'tick', { ...THERE, position: late + 0.25 }],
    ]);
    expect(progress.segments).toEqual([[0, expect.closeTo(late + 0.25, 1)]]);
  });

  test('nor is what it played before the learner sought, of which the page hears late too', () => {
    const { events, progress } = record([
      [0, 'boundary', NONE],
      [5, 'tick', { ...NONE, paused: false }],
      [1_100, 'seeking', { ...THERE, position: 7, seeking: true }, [[0, 1]]],
      [1_120, 'seeked', { ...THERE, position: 7 }, [[0, 1]]],
      [1_121, 'playing', { ...THERE, position: 7 }, [[0, 1], [7, 7]]],
      [2_121, 'tick', { ...THERE, position: 8 }],
    ]);
    expect(events.filter(({ type }) => type !== 'progressed').map(({ type }) => type)).toEqual(['initialized', 'started', 'seeked']);
    expect(progress.segments).toEqual([[0, expect.closeTo(1, 1)], [7, expect.closeTo(8, 1)]]);
  });
});
