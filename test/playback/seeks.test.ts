import { describe, expect, test } from 'vitest';
import { difference, total } from './invariants.ts';
import { type Dialect, SimulatedPlayer } from './simulated-player.ts';

const DIALECTS: readonly Dialect[] = ['chromium', 'firefox', 'youtube'];
const near = (value: number): number => expect.closeTo(value, 0.5) as number;

/** One `seeked`, and that it says where from and where to. */
function expectSeek(player: SimulatedPlayer, from: number, to: number): void {
  const seeks = player.of('seeked');
  expect(seeks).toHaveLength(1);
  const [seek] = seeks;
  expect(Math.abs(seek!.from - from), `from ${seek!.from}`).toBeLessThan(0.1);
  expect(Math.abs(seek!.to - to), `to ${seek!.to}`).toBeLessThan(0.1);
  expect(seek!.position).toBe(seek!.to);
}

describe.each(DIALECTS)('in %s', (dialect) => {
  const start = (ms = 3000): SimulatedPlayer => new SimulatedPlayer({ dialect, duration: 100 }).play().run(ms);

  // T02, V11: the reference implementation sent nothing without a pause, and counted what was skipped as watched.
  test('a seek by keyboard or API while it plays is one seeked, without pause or resume', () => {
    const player = start();
    const { position } = player.now;
    player.seek(40).run(2000).leave();
    expectSeek(player, position, 40);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
  });

  // Firefox's own bar tells of the end that a drag touches on its way.
  test.each([16, 80, 200])('a drag beyond the end and back within %i ms is one seek, and no end', (hold) => {
    const player = start();
    const { position } = player.now;
    player.drag([100, 60], { hold, pace: 60 }).run(2000);
    expectSeek(player, position, 60);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
  });

  test('a seek to the end is the end, when and where it landed', () => {
    const player = start();
    const { position } = player.now;
    player.seek(100).run(2000);
    expectSeek(player, position, 100);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'ended']);
    const [[seeked], [ended]] = [player.of('seeked'), player.of('ended')];
    expect(ended!.time - seeked!.time).toBeLessThan(50);
    expect(ended!.position).toBe(100);
  });

  test('who plays on at once after a seek to the end starts over', () => {
    const player = start();
    const { position } = player.now;
    player.seek(100);
    for (let step = 0; step < 40 && !player.ended; step++) player.run(10);
    player.run(60).play().run(2000);
    expectSeek(player, position, 100);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'ended', 'restarted']);
  });

  // xAPI §1.1: the ends of played-segments are times of played, paused and seeked.
  test('a seek while it plays tells nothing of what was played after it', () => {
    const player = start().setRate(2).run(500).seek(40);
    for (let look = 0; look < 40; look++) player.run(20).fire('timeupdate');
    const [{ progress, time }] = player.of('seeked') as [any];
    expect(progress.segments).toHaveLength(1);
    expect(progress.secondsPlayed).toBeCloseTo((3_000 + 500 * 2) / 1_000 - 0.5, 0);
    player.pause().run(1000);
    expect(player.of('paused')[0]!.progress.segments[1]![0]).toBeCloseTo(40, 1);
    expect(player.of('paused')[0]!.time).toBeGreaterThan(time);
  });

  test('a pause just after a seek has landed is when and where it was made', () => {
    const player = start().seek(40).run(1000).seek(60);
    while (player.now.position < 60.05 || player.now.position > 62) player.run(10);
    const made = player.mono + player.offset;
    player.pause().run(1000);
    expect(player.types.slice(-2)).toEqual(['seeked', 'paused']);
    const [paused] = player.of('paused');
    expect(Math.abs(paused!.time - made)).toBeLessThan(70);
    expect(paused!.position).toBeCloseTo(player.now.position, 1);
  });

  // T03, T52, V10, Caliper 11: reported late or never, and the resumed after it was lost.
  test('a seek while paused is recorded when it rests, and the resumed after it too', () => {
    const player = start().pause().run(1000);
    const { position } = player.now;
    player.seek(50).run(1000);
    expectSeek(player, position, 50);
    player.play().run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'resumed', 'paused', 'terminated']);
    expect(player.of('resumed')[0]!.position).toEqual(near(50));
  });

  // WebKit: between `play` and the seek it tells of nothing, neither `playing` nor a time.
  test('a seek right after it went on comes after the resumed, though only the seek tells that it went on', () => {
    const player = start().pause().run(1000);
    const { position } = player.now;
    player.mute(() => player.play());
    player.fire('play', 'waiting');
    player.mute(() => player.run(130));
    player.seek(50).run(1000).leave();
    // YouTube's player cannot say what it has played.
    const order = dialect === 'youtube' ? ['seeked', 'resumed'] : ['resumed', 'seeked'];
    expect(player.types).toEqual(['initialized', 'started', 'paused', ...order, 'paused', 'terminated']);
    expect(player.of('resumed')[0]!.position).toEqual(near(dialect === 'youtube' ? 50 : position));
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
  });

  // T25, T51, V9, A7: the player pauses and plays by itself while the seek bar is dragged.
  test('a drag is one seeked from where it played to where it was let go, and no pause', () => {
    const player = start();
    const { position } = player.now;
    player.drag([20, 30, 35, 32, 60]).run(1500).leave();
    expectSeek(player, position, 60);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
  });

  test('a drag that rests for seconds with the button down is still one', () => {
    const player = start();
    player.drag([20, 30, 60], { pace: 3000 }).run(1500);
    expect(player.of('seeked')).toHaveLength(1);
    expect(player.of('paused')).toHaveLength(0);
  });

  // Chromium, Firefox and WebKit alike: nobody is told that it is held.
  test.each([[100, 0], [100, 600], [1_500, 300]])('on the browser’s own bar, %i ms a step and %i ms before the first, too', (pace, hold) => {
    const player = start();
    const { position } = player.now;
    player.drag([20, 30, 60], { native: true, pace, hold }).run(1500);
    expectSeek(player, position, 60);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
    player.pause().run(500).drag([20, 30], { native: true, pace, hold }).run(1500);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'seeked']);
    expect(player.of('seeked')[1]!.to).toBe(30);
  });

  test('a bar that pauses before it seeks, and is let go of where it was, made no pause', () => {
    const player = start();
    player.gripped = true;
    player.pause().run(1000);
    player.gripped = false;
    player.play().run(1000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
  });

  test('a drag while paused stays paused', () => {
    const player = start().pause().run(500);
    player.drag([20, 60]).run(1500);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked']);
  });

  // T51: the pause that comes with a click on the seek bar already tells the target as its position.
  test.each([0, 120])('a click on the seek bar with the button down for %d ms is one seeked and no pause', (down) => {
    const player = start();
    const { position } = player.now;
    player.click(70, down).run(1500);
    expectSeek(player, position, 70);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
  });

  test('seeks that follow each other within 250 ms are one, from the first origin to the last target', () => {
    const player = start();
    const { position } = player.now;
    player.chain([30, 40, 50], 120).run(1500);
    expectSeek(player, position, 50);
  });

  test('seeks half a second apart are two', () => {
    const player = start().seek(30).run(700).seek(40).run(700);
    expect(player.of('seeked')).toHaveLength(2);
  });

  // Caliper 9, T05: the play after a seek carried the old position.
  test('play right after a seek while paused says where it plays on', () => {
    const player = start().pause().run(800);
    player.seek(19).play().run(1500);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'resumed']);
    expect(player.of('resumed')[0]!.position).toEqual(near(19));
  });
});

// An iframe says that it paused before it says where it is, and knows nothing of what was played.
describe.each(['chromium', 'firefox'] as const)('in %s, a media element', (dialect) => {
  const start = (ms = 3000): SimulatedPlayer => new SimulatedPlayer({ dialect, duration: 100 }).play().run(ms);

  test('a pause during a seek is recorded after it', () => {
    const player = start().seek(30, 120).run(20);
    player.pause().run(1500);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused']);
  });

  // On a dead network that is when learners give up.
  describe('a pause while a seek waits for its data', () => {
    const stuck = (): { player: SimulatedPlayer; at: number } => {
      const player = start().seek(50, 20_000).run(1500);
      player.pause();
      return { player, at: player.mono + player.offset };
    };

    test('is recorded when it was made, after the seek', () => {
      const { player, at } = stuck();
      player.run(400);
      expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused']);
      expect(player.of('seeked')[0]!.to).toBe(50);
      expect(player.of('paused')[0]!.position).toBe(50);
      expect(Math.abs(player.of('paused')[0]!.time - at)).toBeLessThan(50);
      player.run(30_000).leave();
      expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    });

    test('is recorded though it goes on before the data are there, which tells when it goes on', () => {
      const { player } = stuck();
      player.run(3000).play().run(25_000).leave();
      expect(player.types.filter((type) => type !== 'progressed')).toEqual(['initialized', 'started', 'seeked', 'paused', 'resumed', 'paused', 'terminated']);
      expect(player.of('resumed')[0]!.position).toEqual(near(50));
      expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
    });

    test.each(['hide', 'leave'] as const)('is not for leaving, where the page goes right after it (%s)', (how) => {
      const { player } = stuck();
      player.run(100);
      if (how === 'hide') player.hide();
      player.run(how === 'hide' ? 5000 : 0).leave();
      expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
      expect(player.of('paused')[0]).not.toHaveProperty('reason');
    });

    test('leaves the rest of the seek nobody’s, though that lands beside its target', () => {
      const { player } = stuck();
      player.run(400).beside(49.7).run(25_000).leave();
      expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    });

    test('counts from the seek that came with it, as where a page jumps and stops', () => {
      const player = start();
      player.pause().seek(50, 20_000);
      const at = player.mono + player.offset;
      player.run(5000);
      expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused']);
      expect(Math.abs(player.of('paused')[0]!.time - at)).toBeLessThan(50);
    });

    test('is none where the player does it for a moment', () => {
      const player = start().seek(50, 5000).run(500);
      player.pause().run(150);
      player.play().run(8000);
      expect(player.types.filter((type) => type !== 'progressed')).toEqual(['initialized', 'started', 'seeked']);
    });
  });

  // Firefox, in a random walk: the way back to the start was taken for a part of the seek.
  test('play right after a seek to the end while paused starts over, and is no part of the seek', () => {
    const player = start().pause().run(1000);
    const { position } = player.now;
    player.seek(100).run(60).play().run(1000).leave();
    expectSeek(player, position, 100);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'restarted', 'paused', 'terminated']);
  });

  test('what is played between two seeks counts where a slow page tells of both at once', () => {
    const player = start().seek(30, 20).run(4);
    player.mute(() => player.run(160));
    player.seek(50).run(1000).leave();
    expect(player.of('seeked').map(({ to }) => to)).toEqual([50]);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.05);
  });

  test('a click that plays on is no pause where a busy page hears of it late', () => {
    const player = start();
    player.drag([50], { hold: 100 });
    player.mute(() => player.run(500));
    player.fire('play', 'playing').run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
  });

  test('a seek goes where it went, though a busy page looks only after it has played on from there', () => {
    const player = start().seek(50, 20).run(4);
    player.mute(() => player.run(900));
    player.fire('seeked').run(1000).leave();
    expect(player.of('seeked').map(({ to }) => to)).toEqual([50]);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.05);
  });

  // A pause so near the end waits for whether it is one.
  test('a pause right before the end is recorded before the seek that follows', () => {
    const player = new SimulatedPlayer({ dialect, duration: 8 }).play().run(7900);
    const { position } = player.pause().run(100).now;
    player.drag([4, 5]).run(500).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'terminated']);
    expect(player.of('paused')[0]!.position).toBeCloseTo(position, 1);
  });

  test('what was played there before is not taken for what runs now', () => {
    const player = start().seek(2.9, 200).run(230);
    player.seek(20).run(1000).leave();
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.05);
  });

  test('a seek that another one cuts off before it arrives is not taken for watched', () => {
    const player = start().seek(50).run(2000).seek(48, 1000).run(200);
    player.seek(49.5, 1000).run(200).seek(20).run(1000).leave();
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.05);
    expect(total(player.of('terminated')[0]!.progress.segments)).toBeCloseTo(total(player.truths[0]!.segments), 1);
  });

  test.each([1, 4, 16])('a seek back to the start with loop on at %d× is no loop that goes round', (rate) => {
    const player = start(300).setRate(rate);
    player.loop = true;
    player.run(1000 * ((88 - player.now.position) / rate));
    const { position } = player.now;
    player.seek(3).run(500).leave();
    expect(player.types).toEqual(['initialized', 'started', ...(rate > 1 ? ['rateChanged'] : []), 'seeked', 'paused', 'terminated']);
    expectSeek(player, position, 3);
  });
});

describe('however short', () => {
  const start = (): SimulatedPlayer => new SimulatedPlayer({ duration: 100 }).play().run(16_893);

  // T01: the start of the next stretch was snapped to the end of the last, and segments ran backwards.
  test('a seek back by less than a second splits the segment where it was left', () => {
    const player = start();
    const { position } = player.now;
    player.seek(position - 0.9).run(210).pause().run(500);
    const [, second] = player.segments;
    expect(player.segments).toHaveLength(2);
    expect(second![0]).toBeCloseTo(position - 0.9, 1);
    expect(second![1]).toBeGreaterThan(second![0]);
    expectSeek(player, position, position - 0.9);
  });

  // T04: seeks under a second were ignored.
  test('a seek forward by half a second is a seeked', () => {
    const player = start();
    const { position } = player.now;
    player.seek(position + 0.5).run(1000);
    expectSeek(player, position, position + 0.5);
    expect(player.segments).toHaveLength(2);
  });

  // V10: a click where it plays anyway.
  test('a seek to the same position is no event, but splits', () => {
    const player = start().pause().run(300);
    player.seek(player.now.position).run(500).play().run(1000);
    expect(player.of('seeked')).toHaveLength(0);
    expect(player.segments).toHaveLength(2);
  });
});

describe('where it came from', () => {
  // T05, T50: at `seeking` the clock is at the target, and the last timeupdate is up to 0.9 s old at 4×.
  test.each([1, 4, 16])('is exact at %d× where the element tells what was played', (rate) => {
    const player = new SimulatedPlayer({ duration: 300 }).play().run(1000).setRate(rate).run(3130);
    const { position } = player.now;
    player.seek(200).run(800);
    expect(player.of('seeked')[0]!.from).toBeCloseTo(position, 2);
  });

  test('is exact where what is played now runs into what was played before', () => {
    const player = new SimulatedPlayer({ duration: 100 }).play().run(20_000).seek(5).run(3170);
    const { position } = player.now;
    player.seek(60).run(800);
    expect(player.of('seeked')[1]!.from).toBeCloseTo(position, 1);
  });

  test('counts on the clock where the element says nothing', () => {
    const player = new SimulatedPlayer({ dialect: 'youtube', duration: 100 }).play().run(5130);
    const { position } = player.now;
    player.seek(60).run(800);
    expect(player.of('seeked')[0]!.from).toBeCloseTo(position, 1);
  });

  // V10
  test('is where it stood when the data ran out', () => {
    const player = new SimulatedPlayer({ dialect: 'youtube', duration: 100 }).play().run(5000);
    const { position } = player.now;
    player.stall(4000).seek(60).run(800);
    expect(Math.abs(player.of('seeked')[0]!.from - position)).toBeLessThan(0.1);
  });
});

describe('what is no seek', () => {
  // N4
  test('a loop that goes round', () => {
    const player = new SimulatedPlayer({ duration: 6 });
    player.loop = true;
    player.play().run(8000);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'restarted']);
    expect(player.segments[0]).toEqual([0, 6]);
  });

  test('the way back to the start when it is played again', () => {
    const player = new SimulatedPlayer({ duration: 6 }).play().run(8000).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'restarted']);
    expect(player.of('restarted')[0]!.position).toBe(0);
  });

  // N3: VHS goes to the live edge, a resume position is set.
  test('what happens before the first play: the start tells', () => {
    const player = new SimulatedPlayer({ duration: 60 }).run(500).seek(30).run(1000).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    expect(player.of('initialized')[0]!.position).toBe(30);
    expect(player.of('started')[0]!.position).toBe(30);
  });

  test('what happens before the first play where the session opened at the metadata', () => {
    const player = new SimulatedPlayer({ duration: 60, rules: { startOn: 'metadata' } }).run(500).seek(30).run(1000).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    expect(player.of('started')[0]!.position).toBe(30);
  });

  test('but one from the last moment of a loop into its midst is', () => {
    const player = new SimulatedPlayer({ duration: 6 });
    player.loop = true;
    player.play().run(5960).seek(3).run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
  });

  test('a gap that the streaming engine skips, which splits all the same', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000);
    player.skipGap(4).run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
    expect(player.segments).toHaveLength(2);
  });

  test('a gap that is skipped amid a seek of the learner, which stays one', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000).seek(20, 60).run(80);
    player.skipGap(21).run(1000);
    expectSeek(player, player.of('seeked')[0]!.from, 21);
  });

  test('a gap that is skipped just before the learner seeks, who has a seeked', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000);
    player.skipGap(4).run(120).seek(30).run(1000);
    expect(player.of('seeked')).toHaveLength(1);
    expect(player.of('seeked')[0]!.to).toBe(30);
  });
});

// None of these is the way back by which a player starts over.
describe('who goes on at once after a seek has sought', () => {
  test('from a pause in its midst to its start', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(20_000).pause().run(500);
    player.seek(0.1, 3).run(10).play().run(1000);
    expectSeek(player, player.of('paused')[0]!.position, 0.1);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'resumed']);
  });

  test('from its end to its midst', () => {
    const player = new SimulatedPlayer({ duration: 6 }).play().run(8000);
    player.seek(3, 3).run(10).play().run(1000);
    expectSeek(player, 6, 3);
    expect(player.types).toEqual(['initialized', 'started', 'ended', 'seeked', 'restarted']);
  });

  test('from the last moment, in which it still played, to its start', () => {
    const player = new SimulatedPlayer({ duration: 6 }).play().run(5850).seek(0).run(1000);
    const [seeked] = player.of('seeked');
    expect(seeked!.from).toBeGreaterThan(5.7);
    expect(seeked!.to).toBe(0);
    expect(player.types).toEqual(['initialized', 'started', 'seeked']);
  });
});

describe('what never comes to rest', () => {
  // T53: a drag that is let go outside of an iframe leaves scrubbing() on for good.
  test('scrubbing that stays on loses neither what is played nor a pause', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).drag([10, 20]);
    player.scrubbing = true;
    player.run(5000).pause().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused']);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
  });

  // T52: videojs-youtube says `seeked` only when it plays on.
  test('a seek whose seeked is missing is recorded before the page goes', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).pause().run(500);
    player.seek(30, 1e9).run(2000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'terminated']);
  });

  // V15
  test('a seek that the source change cuts off is recorded with where it was to go', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).seek(30, 5000).run(400).changeSource(20);
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    expect(player.of('seeked')[0]).toMatchObject({ to: 30 });
    expect(player.of('terminated')[0]!.progress.segments).toEqual([[0, near(1.97)]]);
  });
});

describe('a seek that lands beside its target led to where it landed', () => {
  test.each([29.8, 30.3, 28, 33])('at %d s, while it is paused', (landed) => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000).pause().run(500);
    player.seek(30).beside(landed).run(1000);
    expectSeek(player, player.of('paused')[0]!.position, landed);
  });

  test.each([28, 33])('at %d s, while it plays', (landed) => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(2000);
    const { position } = player.now;
    const sought = player.mono + player.offset;
    player.seek(30).beside(landed).run(1000);
    expectSeek(player, position, landed);
    expect(player.of('seeked')[0]!.time - sought).toBeLessThan(50);
    expect(player.segments[1]).toEqual([expect.closeTo(landed, 1), expect.closeTo(player.now.position, 0)]);
  });
});

test('a drag that began with a pause, and is let go of paused, tells the player as it stood at its end', () => {
  const player = new SimulatedPlayer({ duration: 100 }).play().run(3000);
  const hands = player as unknown as { halt(): void; move(to: number, ms: number): void };
  hands.halt();
  hands.move(20, 20);
  player.run(100);
  player.scrubbing = true;
  hands.move(30, 20);
  player.run(100).setVolume(0.5).run(400);
  hands.move(50, 20);
  player.run(100);
  player.scrubbing = false;
  player.fire('timeupdate').run(1500);
  expect(player.types.slice(2)).toEqual(['volumeChanged', 'seeked', 'paused']);
  for (const event of player.events.slice(-3)) expect(event.player.volume).toBe(0.5);
});

// Chromium, a page that is busy for a second after a seek: it led to where the media was when the page looked again.
test.each([[1.39, 1], [3.2, 1], [2.4, 2]])('a seek that a busy page hears of %f s of media later, at %i times the speed, led to where it was to', (ran, rate) => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(1000);
  if (rate > 1) player.setRate(rate).run(500);
  const from = player.signals.at(-1)!.state.position;
  const played = player.session.progress.secondsPlayed;
  const events = [
    ...player.hand(5, 'seeking', { position: 10, seeking: true }, { played: [[0, from]] }),
    ...player.hand(8, 'seeked', { position: 10 + ran }, { played: [[0, from], [10, 10 + ran]] }),
    ...player.hand(258, 'tick', { position: 10 + ran + 0.25 * rate }),
    ...player.hand(600, 'tick', { position: 10 + ran + 0.6 * rate }),
  ];
  expect(events.filter(({ type }) => type === 'seeked')).toMatchObject([{ to: 10 }]);
  const [, second] = player.session.progress.segments;
  expect(second).toEqual([10, expect.closeTo(10 + ran + 0.6 * rate, 1)]);
  expect(player.session.progress.secondsPlayed - played).toBeCloseTo(ran / rate + 0.6, 1);
});

// Chromium: what is heard first may already tell of the pause.
test.each([false, true])('nor to where it was paused while that page was busy (told of with the seek: %s)', (paused) => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(1000);
  const from = player.signals.at(-1)!.state.position;
  const played = player.session.progress.secondsPlayed;
  const there = { position: 12.9, paused: true };
  const events = [
    ...player.hand(paused ? 2900 : 5, 'seeking', { position: 10, seeking: true, paused }, { played: [[0, from]] }),
    ...player.hand(2905, 'tick', there, { played: [[0, from], [10, 12.9]] }),
    ...player.hand(2906, 'seeked', there, { played: [[0, from], [10, 12.9]] }),
    ...player.hand(3500, 'tick', there),
  ];
  expect(events.filter(({ type }) => type !== 'progressed').map(({ type, position }) => [type, position])).toEqual([['seeked', 10], ['paused', 12.9]]);
  expect(player.session.progress.segments[1]).toEqual([10, 12.9]);
  expect(player.session.progress.secondsPlayed - played).toBeCloseTo(2.9, 1);
});

test('a paused seek that lands beside its target, where it was played before, went where it landed', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(1000).seek(10).run(5000).pause().run(500);
  const { segments } = player.session.progress;
  const played: [number, number][] = segments.map(([from, to]) => [from, to]);
  const there = { position: 10.3, paused: true };
  const events = [
    ...player.hand(5, 'seeking', { ...there, position: 10, seeking: true }, { played }),
    ...player.hand(205, 'seeked', there, { played }),
    ...player.hand(800, 'tick', there),
  ];
  expect(events.map(({ type, position }) => [type, position])).toEqual([['seeked', 10.3]]);
  expect(player.session.progress.segments).toEqual(segments);
});

// The event that tells of it comes ahead of the seek's own, and finds the element seeking.
test.each([[{ volume: 0.3 }, 'volumeChanged'], [{ muted: true }, 'muted'], [{ rate: 2 }, 'rateChanged']])('what is changed in one go with a seek lies between that and the one before: %o', (change, type) => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(1500).seek(10, 20).run(150);
  const { position } = player.now;
  const from = player.truth.seeks[0]!.from;
  const played: [number, number][] = [[0, from], [10, position]];
  const there = { position: 18, seeking: true, ...change };
  const events = [
    ...player.hand(130, 'tick', there, { played }),
    ...player.hand(131, 'seeking', there, { played }),
    ...player.hand(200, 'seeked', { position: 18, ...change }, { played }),
    ...player.hand(500, 'tick', { position: 18.3, ...change }),
  ];
  expect(events.map((event) => event.type)).toEqual(['seeked', type, 'seeked']);
  expect(events.map((event) => event.position)).toEqual([10, expect.closeTo(position, 1), 18]);
  expect(events[2]).toMatchObject({ from: expect.closeTo(position, 1), to: 18 });
});

// videojs-youtube tells of the end, and then seeks to the start by itself.
test('a seek to the very end of what plays in a loop is one, then an end and a new start', () => {
  const player = new SimulatedPlayer({ dialect: 'youtube', duration: 10.002 });
  player.loop = true;
  player.play().run(1200).seek(10.002).run(1500).leave();
  expect(player.types).toEqual(['initialized', 'started', 'seeked', 'ended', 'restarted', 'paused', 'terminated']);
  expect(player.types).toEqual(player.truths[0]!.types);
  expectSeek(player, player.truths[0]!.seeks[0]!.from, 10.002);
});

test('a seek says which control asked for it', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(2000);
  player.skipForward(10).run(800);
  expect(player.of('seeked')[0]).toMatchObject({ by: 'skip-forward' });
});

test.each([
  ['skip-backward', 5, 'skip-backward'],
  ['skip-backward', 30, undefined],
  ['skip-forward', 5, undefined],
  ['restart', 0, undefined],
] as const)('a seek that %s asked for and that goes to %d says %s', (by, to, told) => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(12_000);
  Object.assign(player, { by });
  player.seek(to).run(800);
  expect(player.of('seeked')).toHaveLength(1);
  expect(player.of('seeked')[0]!.by).toBe(told);
});

test('also where a tick tells where it goes before the seek does', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(12_000);
  player.skipForward(10).fire('timeupdate').run(800);
  expect(player.of('seeked')).toEqual([expect.objectContaining({ by: 'skip-forward' })]);
});

test('a seek that goes elsewhere after all is not the control\'s', () => {
  const player = new SimulatedPlayer({ duration: 60 }).play().run(12_000);
  player.skipForward(10).run(40).seek(2).run(800);
  expect(player.of('seeked')).toEqual([expect.objectContaining({ to: 2 })]);
  expect(player.of('seeked')[0]!.by).toBeUndefined();
});

// Both engines: at the end the browser starts over when its bar is let go of.
test('a bar that is held at the end, and let go of, was sought to the end, and starts over', () => {
  const player = new SimulatedPlayer().play().run(2000);
  const held = { paused: true, scrubbing: true };
  const freed = { paused: false, scrubbing: false, ended: false };
  const events = [
    ...player.hand(10, 'tick', { ...held, position: 30, seeking: true }),
    ...player.hand(20, 'seeking', { ...held, position: 60, seeking: true }),
    ...player.hand(60, 'seeked', { ...held, position: 60, seeking: false, ended: true }),
    ...player.hand(960, 'seeking', { ...freed, position: 0, seeking: true }),
    ...player.hand(980, 'seeked', { ...freed, position: 0.01, seeking: false }),
    ...player.hand(1_480, 'tick', { ...freed, position: 0.51, seeking: false }),
  ];
  expect(events).toMatchObject([{ type: 'seeked', from: expect.closeTo(2, 0), to: 60 }, { type: 'ended', position: 60 }, { type: 'restarted', position: expect.closeTo(0, 1) }]);
  expect(player.session.progress.segments).toEqual([[0, expect.closeTo(2, 0)], [0, expect.closeTo(0.5, 1)]]);
});
