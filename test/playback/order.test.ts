import { describe, expect, test } from 'vitest';
import { checkRecord } from './invariants.ts';
import { SimulatedPlayer } from './simulated-player.ts';

const DAY = 86_400_000;
const times = (player: SimulatedPlayer): number[] => player.events.map(({ time }) => time);

describe('order', () => {
  test('a volume drag at 1.0 s comes before a pause at 1.2 s, with its own time', () => {
    const player = new SimulatedPlayer().play().run(1000).setVolume(0.5);
    const dragged = player.mono + player.offset;
    player.run(100).pause().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'volumeChanged', 'paused']);
    expect(player.of('volumeChanged')[0]!.time).toBeLessThan(dragged);
  });

  test('a seek that has just landed comes before what follows it', () => {
    const player = new SimulatedPlayer().play().run(1000).seek(30).run(150).pause().run(20).leave();
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
  });

  test('what rests together comes in the order in which it happened', () => {
    const player = new SimulatedPlayer().play().run(1000).pause().run(500).setMuted(true).run(50).seek(30).run(50).setVolume(0.4).run(1000);
    expect(player.types.slice(3)).toEqual(['muted', 'seeked', 'volumeChanged']);
  });

  // A coarse clock, or one look, may tell of both at one moment.
  test('what is seen to have changed as a seek lands comes after it', () => {
    const player = new SimulatedPlayer().play().run(1000).seek(30, 100).run(5);
    expect(player.seeking).toBe(true);
    expect(player.hand(100, 'seeked', { seeking: false, position: 30, rate: 2 })).toEqual([]);
    const told = player.hand(500, 'tick', { seeking: false, position: 31, rate: 2 });
    expect(told.map(({ type, position }) => [type, Math.round(position)])).toEqual([['seeked', 30], ['rateChanged', 30]]);
  });

  test('of what changes at one moment, what has changed again comes last', () => {
    const player = new SimulatedPlayer().play().run(1000);
    player.hand(100, 'tick', { volume: 0.5 });
    player.hand(0, 'tick', { volume: 0.5, popout: true });
    player.hand(0, 'tick', { volume: 0.4, popout: true });
    const told = player.hand(500, 'tick', { volume: 0.4, popout: true });
    expect(told.map(({ type }) => type)).toEqual(['popoutOpened', 'volumeChanged']);
  });

  test('what was changed between two quick seeks comes between them, each stretch with its ends', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).seek(10).run(130).setMuted(true).run(60).seek(5).run(130).setVolume(0.4).run(60).seek(15).run(1000).leave();
    expect(player.types.slice(2)).toEqual(['seeked', 'muted', 'seeked', 'volumeChanged', 'seeked', 'paused', 'terminated']);
    const [one, two, three] = player.of('seeked') as unknown as { from: number; to: number }[];
    expect([one!.to, two!.to, three!.to]).toEqual([10, 5, 15]);
    expect([two!.from, three!.from]).toEqual([expect.closeTo(10.15, 1), expect.closeTo(5.15, 1)]);
    expect(player.of('muted')[0]!.position).toBeCloseTo(10.1, 1);
    checkRecord(player.events, true);
  });

  test('what was sought to the end is an end, whatever was changed before it is played again', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).seek(60).run(60).setMuted(true).run(60).play().run(2000).leave();
    expect(player.types.slice(2, 6)).toEqual(['seeked', 'muted', 'ended', 'restarted']);
  });

  test('a size or rendition that changes amid seeks splits them not', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).seek(10).run(130);
    player.size = [320, 180];
    player.fire('playerresize').run(60).seek(5).run(1000);
    expect(player.types.slice(2)).toEqual(['sizeChanged', 'seeked']);
  });

  test('milestones come before the end that brought them, and completed after its milestone', () => {
    const player = new SimulatedPlayer({ duration: 10, rules: { completion: { threshold: 1 } } }).play().run(11_000);
    expect(player.events.slice(-3).map(({ type }) => type)).toEqual(['progressed', 'completed', 'ended']);
  });

  // T35: terminated was sent before paused.
  test('leaving: what is pending, paused, terminated', () => {
    const player = new SimulatedPlayer().play().run(1000).setVolume(0.4).leave();
    expect(player.types).toEqual(['initialized', 'started', 'volumeChanged', 'paused', 'terminated']);
  });

  test('a page that is hidden has everything recorded by then, and goes on', () => {
    const player = new SimulatedPlayer().play().run(1000).seek(30, 2000).run(20).setVolume(0.4).hide();
    expect(player.types).toEqual(['initialized', 'started', 'volumeChanged', 'seeked']);
    player.run(5000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'volumeChanged', 'seeked', 'paused', 'terminated']);
  });
});

describe('timestamps', () => {
  test('rise strictly where many events happen at once', () => {
    const player = new SimulatedPlayer({ duration: 6 }).play().run(7000).leave();
    checkRecord(player.events, true);
  });

  test('go on by the monotonic clock where the wall clock is set back by a day', () => {
    const player = new SimulatedPlayer({ duration: 600 }).play().run(1000);
    player.offset -= DAY;
    player.run(60_000).pause().run(60_000).play().run(1000);
    checkRecord(player.events, false);
    const [started, , paused, resumed] = times(player).slice(1);
    expect(paused! - started!).toBeGreaterThan(60_000);
    expect(resumed! - paused!).toBeGreaterThan(59_900);
    expect(resumed! - paused!).toBeLessThan(60_200);
  });

  test('follow the wall clock again when it has caught up', () => {
    const player = new SimulatedPlayer({ duration: 600 }).play().run(1000);
    player.offset -= 5000;
    player.pause().run(300).play().run(20_000);
    player.offset += 5000;
    player.run(10_000).pause().run(500);
    const [last] = times(player).slice(-1);
    expect(Math.abs(last! - (player.mono - 500 + player.offset))).toBeLessThan(50);
    checkRecord(player.events, false);
  });

  test('are whole milliseconds', () => {
    const player = new SimulatedPlayer().play().run(1000.7).pause().run(300.3);
    for (const time of times(player)) expect(Number.isInteger(time)).toBe(true);
  });
});

test('a pause near the end comes before what was changed in the moment after it', () => {
  const player = new SimulatedPlayer({ duration: 10 }).play().run(1000).setRate(3).run(1000).seek(8).run(500).pause().run(20).setRate(4).run(1000).leave();
  expect(player.types.slice(-4)).toEqual(['seeked', 'paused', 'rateChanged', 'terminated']);
  const [, paused, changed] = times(player).slice(-4);
  expect(changed! - paused!).toBeGreaterThan(10);
});

test.each([
  ['chromium', 100],
  ['chromium', 249.9],
  ['firefox', 100],
  ['firefox', 249.9],
] as const)('who pauses near the end and plays on at once has paused there, in %s, after %d ms', (dialect, ms) => {
  const player = new SimulatedPlayer({ dialect, duration: 8 }).play().run(1000).setRate(2).run(3000).run(350);
  const { position } = player.pause().run(ms).now;
  player.play().run(1000);
  expect(player.types).toEqual(['initialized', 'started', 'rateChanged', 'paused', 'resumed', 'ended']);
  expect(player.of('paused')[0]!.position).toBeCloseTo(position, 1);
});
