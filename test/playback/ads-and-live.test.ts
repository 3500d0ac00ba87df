import { describe, expect, test } from 'vitest';
import { checkRecord, difference, total } from './invariants.ts';
import { SimulatedPlayer } from './simulated-player.ts';

test('what the options say of the length opens no session before anything is loaded', () => {
  for (const media of [{ duration: 60 }, { live: true }]) {
    const player = new SimulatedPlayer({ duration: media.live ? Infinity : 60, media, rules: { startOn: 'metadata' }, known: false });
    player.fire('ready', 'resize');
    expect(player.types).toEqual([]);
    player.grow(media.live ? Infinity : 60).run(100);
    expect(player.types).toEqual(['initialized']);
  }
});

describe('advertisements', () => {
  // V14
  test('nothing of a preroll counts, and the start is the start of the media', () => {
    const player = new SimulatedPlayer({ duration: 60 });
    player.paused = false;
    player.advertise(8000).run(2000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('started')[0]!.position).toBe(0);
    expect(player.of('initialized')[0]!.media.duration).toBe(60);
    expect(total(player.of('terminated')[0]!.progress.segments)).toBeCloseTo(2, 0);
  });

  test('the media that plays a little before the advertisement is said to be over is watched from its start to its end', () => {
    const player = new SimulatedPlayer({ duration: 8 });
    player.paused = false;
    player.advertise(4000, { early: 0.17 }).run(9000);
    expect(player.of('started')[0]!.position).toBe(0);
    expect(player.segments).toEqual([[0, 8]]);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0, 25, 50, 75, 100]);
  });

  test('an advertisement in the media itself is none of it', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000).advertise(5000, { early: 5 }).run(10_000).pause().run(500);
    expect(player.segments.map((pair) => pair.map(Math.round))).toEqual([[0, 10], [15, 25]]);
  });

  test('an advertisement that is over only behind the word of it takes nothing of what follows', async () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000);
    player.ad = true;
    player.fire('adstart').run(3000);
    player.fire('adend');
    player.ad = false;
    await Promise.resolve();
    player.run(2000).pause().run(500);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.02);
  });

  test('a preroll opens no session, not even at the metadata', () => {
    const player = new SimulatedPlayer({ duration: 60, media: { duration: 60 }, rules: { startOn: 'metadata' }, known: false });
    player.ad = true;
    player.fire('adstart', 'playing', 'timeupdate').run(2000);
    expect(player.session.progress.segments).toEqual([]);
    expect(player.types.filter((type) => type !== 'initialized')).toEqual([]);
  });

  test('nothing of a midroll counts, and the stretch goes on after it', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000).advertise(15_000).run(10_000).pause().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
    expect(player.segments).toHaveLength(1);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
    expect(player.session.progress.secondsPlayed).toBeCloseTo(20, 0);
  });

  test('the way back to where the media was is no seek', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000);
    const { position } = player.now;
    player.advertise(5000, { restores: true }).run(3000).pause().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
    expect(player.of('paused')[0]!.position).toBeGreaterThan(position);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
  });

  // Firefox puts the media back some frames beside where it stood.
  test.each([-0.04, -0.003, 0, 0.04])('a stretch that goes on %d s beside where the media stood is still one', (beside) => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000);
    const { position } = player.now;
    player.advertise(5000, { restores: true, restoresAt: position + beside }).run(3000).pause().run(500);
    expect(player.types).toEqual(['initialized', 'started', 'paused']);
    expect(player.segments).toHaveLength(1);
    expect(total(player.segments)).toBeCloseTo(player.now.position, 1);
    expect(player.session.progress.secondsPlayed).toBeCloseTo(13, 0);
  });

  test('it joins no stretches that it did not part', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000).pause().run(500);
    const { position } = player.now;
    player.seek(50).run(500).seek(position).run(500).play().advertise(3000).run(3000).pause().run(500);
    expect(player.segments).toHaveLength(2);
    expect(difference(player.segments, player.truth.segments)).toBeLessThan(0.3);
  });

  test('what the learner sought during it is a seek, and splits', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000);
    player.advertise(5000, { restores: true, restoresAt: 11 }).run(3000).pause().run(500);
    expect(player.segments).toHaveLength(2);
  });

  test('what it did to the volume is not the learner\'s', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(3000);
    player.advertise(3000, { during: () => (player.volume = 0.1) }).run(1000);
    expect(player.types).toEqual(['initialized', 'started']);
  });

  test('a learner who leaves during it leaves the media where it stood', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000);
    player.ad = true;
    player.fire('adstart').run(3000);
    player.tell('hide').tell('leave');
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('paused')[0]!.position).toBeCloseTo(9.97, 1);
    checkRecord(player.events, true);
  });

  test('a page that is hidden during it counts nothing of what is skipped', () => {
    const player = new SimulatedPlayer({ duration: 60 }).play().run(10_000);
    player.advertise(3000, { during: () => player.tell('hide'), resumesAt: 40 }).run(3000).pause().run(500);
    expect(total(player.segments)).toBeCloseTo(13, 0);
  });

  test('a postroll does not end it twice', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(11_000);
    player.ad = true;
    player.fire('adstart', 'playing', 'timeupdate').run(3000);
    player.ad = false;
    player.fire('adend', 'ended').run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended']);
  });

  test('an end that only a postroll lets through is the end', () => {
    const player = new SimulatedPlayer({ duration: 10 }).play().run(9900);
    player.ad = true;
    player.fire('adstart').run(3000);
    player.ad = false;
    player.ended = player.paused = true;
    player.fire('adend', 'ended').run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'ended']);
  });
});

describe('live media', () => {
  // T16, T24, Caliper 15: lengths of Infinity, exceptions, progress events in live.
  test('has no length, no percent milestones and is never completed', () => {
    const player = new SimulatedPlayer({ duration: Infinity }).play().run(60_000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'terminated']);
    expect(player.of('progressed')).toEqual([]);
    expect(player.of('completed')).toEqual([]);
    const [terminated] = player.of('terminated');
    expect(terminated!.media).toMatchObject({ live: true });
    expect(terminated!.media).not.toHaveProperty('duration');
    expect(terminated!.progress.fraction).toBe(0);
    expect(terminated!.progress.secondsPlayed).toBeCloseTo(60, 0);
    checkRecord(player.events, true);
  });

  test.each([
    ['that is said not to be live, and has no length, is live all the same', { live: false }, true],
    ['is not where its length is said', { live: false, duration: 60 }, false],
  ])('what has no end %s', (_, media, live) => {
    const player = new SimulatedPlayer({ duration: Infinity, media }).play().run(15_000).leave();
    expect(player.types.filter((type) => type !== 'progressed')).toEqual(['initialized', 'started', 'paused', 'terminated']);
    const { progress, media: told } = player.of('terminated')[0]!;
    expect([!!told.live, told.duration]).toEqual([live, live ? undefined : 60]);
    expect(progress.fraction).toBeCloseTo(live ? 0 : 0.25, 2);
  });

  test('has milestones of seconds played', () => {
    const player = new SimulatedPlayer({ duration: Infinity, rules: { milestones: { every: 10, unit: 'seconds' } } }).play().run(15_000).seek(2).run(16_000);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([0, 10, 20, 30]);
  });

  // The window of a DVR grows, and where it begins is not 0.
  test('is so where the media option says it, though the player tells a length', () => {
    const player = new SimulatedPlayer({ duration: 600, media: { live: true } }).play().run(5000).grow(700).seek(650).run(5000).leave();
    expect(player.types).toEqual(['initialized', 'started', 'seeked', 'paused', 'terminated']);
    expect(player.of('completed')).toEqual([]);
    expect(difference(player.of('terminated')[0]!.progress.segments, player.truths[0]!.segments)).toBeLessThan(0.3);
  });

  test.each([
    [{ duration: 60 }, true],
    [{ live: true, duration: 60 }, true],
    [{ live: false, duration: 60 }, false],
    [{ live: false }, true],
  ])('is so where the player tells no end, unless the media option %o says that it is not, and its length', (media, live) => {
    const [initialized] = new SimulatedPlayer({ duration: Infinity, media }).play().run(5000).of('initialized');
    expect(initialized!.media).toMatchObject(live ? { live: true } : { duration: 60 });
    expect(initialized!.media).not.toHaveProperty(live ? 'duration' : 'live');
  });

  test('does not pass again what was passed elsewhere, also where nobody says which', () => {
    const rules = { milestones: { every: 10, unit: 'seconds' } } as const;
    const player = new SimulatedPlayer({ duration: Infinity, rules, history: { secondsPlayed: 25 } }).play().run(16_000);
    expect(player.of('progressed').map(({ milestone }) => milestone)).toEqual([30, 40]);
  });

  test('stays so for the session where a length comes at its end', () => {
    const player = new SimulatedPlayer({ duration: Infinity }).play().run(30_000).grow(31).run(5000);
    expect(player.of('progressed')).toEqual([]);
    expect(player.of('completed')).toEqual([]);
    expect(player.of('ended')).toHaveLength(1);
  });

  test.each([
    ['by the engine, which told the first move alone, is no seek', { corrected: true } as const, 0],
    ['by the learner is one', {}, 1],
  ])('that is moved once more before it is there, %s', (_, how, count) => {
    const player = new SimulatedPlayer({ duration: Infinity }).play().run(3000);
    player.hand(10, 'skipped', { position: 14, seeking: true });
    player.hand(510, 'tick', { position: 16, seeking: true, ...how });
    player.hand(520, 'seeking', { position: 16, seeking: true, ...how });
    player.hand(1_020, 'seeked', { position: 16, seeking: false });
    expect(player.hand(1_620, 'tick', { position: 16.6, seeking: false }).map(({ type }) => type)).toEqual(Array(count).fill('seeked'));
    expect(player.session.progress.segments).toEqual([[0, expect.closeTo(3, 0)], [16, 16.6]]);
  });

  test('that goes on where nothing of the place before is given any more is not sought in', () => {
    const player = new SimulatedPlayer({ duration: Infinity }).play().run(3000).pause().run(20_000);
    const events = [
      ...player.hand(10, 'seeking', { position: 22, paused: false, seeking: true, corrected: true }),
      ...player.hand(310, 'seeked', { position: 22, paused: false, seeking: false }),
      ...player.hand(1_310, 'tick', { position: 23, paused: false, seeking: false }),
    ];
    expect(events).toMatchObject([{ type: 'resumed', position: 22 }]);
  });

  test('can be seeked while paused at its very beginning', () => {
    const player = new SimulatedPlayer({ duration: Infinity }).play().run(3000).pause().run(500).seek(0.1).run(100).play().run(1000);
    expect(player.types).toEqual(['initialized', 'started', 'paused', 'seeked', 'resumed']);
  });
});

// T16
test('lengths and positions are seconds of three decimals', () => {
  const player = new SimulatedPlayer({ duration: 60.123456789 }).play().run(5000).seek(33.3333333).run(1000).pause().run(500);
  for (const { media, position, progress } of player.events) {
    for (const value of [media.duration!, position, ...progress.segments.flat()]) expect(String(value)).toMatch(/^\d+(\.\d{1,3})?$/);
  }
});
