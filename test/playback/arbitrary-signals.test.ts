import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MediaLearningEvent } from '../../src/events.ts';
import type { Checkpoint } from '../../src/playback/checkpoint.ts';
import { createSession, type Rules } from '../../src/playback/session.ts';
import type { Signal, SignalType, Snapshot } from '../../src/playback/signal.ts';
import { checkRecord, covered, total } from './invariants.ts';
import { NOTHING, RULES } from './simulated-player.ts';
import { fixedRuns } from '../support/fixed-runs.js';

const TYPES: readonly SignalType[] = ['tick', 'tick', 'tick', 'playing', 'waiting', 'seeking', 'seeked', 'skipped', 'ended', 'boundary', 'leave', 'hide'];

const seldom = fc.boolean().chain((one) => (one ? fc.boolean() : fc.constant(false)));
const position = fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.integer({ min: 0, max: 4 }).map((n) => n * 5));

const state = fc.record({
  position,
  duration: fc.oneof({ weight: 6, arbitrary: fc.constant(20) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, 0, 10, 20.004, 30) }),
  paused: fc.boolean(),
  ended: seldom,
  seeking: seldom,
  scrubbing: seldom,
  loop: seldom,
  ad: seldom.chain((one) => (one ? fc.boolean() : fc.constant(false))),
  adaptive: fc.boolean(),
  rate: fc.constantFrom(1, 1, 1, 0.25, 2, 16),
  volume: fc.constantFrom(0, 0.35, 1),
  muted: seldom,
  fullscreen: seldom,
  popout: seldom,
  captions: fc.constantFrom(undefined, 'en', 'fr'),
  size: fc.constantFrom(undefined, [640, 360], [1280, 720]),
  quality: fc.constantFrom(undefined, 360, 720),
}) as unknown as fc.Arbitrary<Snapshot>;

interface Given {
  readonly type: SignalType;
  readonly state: Snapshot;
  /** Ms since the last signal, on either clock. */
  readonly mono: number;
  readonly wall: number;
  /** Goes on from where the last one was rather than from `state.position`. */
  readonly follows: boolean;
  readonly played: readonly (readonly [number, number])[] | undefined;
}

const given: fc.Arbitrary<Given> = fc.record({
  type: fc.constantFrom(...TYPES),
  state,
  mono: fc.oneof({ weight: 5, arbitrary: fc.double({ min: 0, max: 1500, noNaN: true }) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1e8, noNaN: true }) }),
  wall: fc.oneof({ weight: 5, arbitrary: fc.constant(NaN) }, { weight: 1, arbitrary: fc.double({ min: -1e8, max: 1e8, noNaN: true }) }),
  follows: fc.boolean(),
  played: fc.option(fc.array(fc.tuple(position, position).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const), { maxLength: 3 }), { nil: undefined }),
});

const rules: fc.Arbitrary<Rules> = fc.record({
  startOn: fc.constantFrom('play', 'metadata'),
  milestones: fc.constantFrom(RULES.milestones, false, { every: 10, unit: 'percent' }, { every: 3, unit: 'seconds' }),
  milestoneBasis: fc.constantFrom('watched', 'reached'),
  completion: fc.constantFrom({}, { threshold: 0.5 }, { secondsFromEnd: 5 }, { threshold: 1, secondsFromEnd: 30 }),
});

/** What was watched before, also of media that was longer then. */
const history = fc.record({
  segments: fc.array(fc.tuple(position, position).filter(([a, b]) => b - a > 0.001).map(([a, b]) => [Math.round(a * 1000) / 1000, Math.round(b * 1000) / 1000] as const), { maxLength: 3 }),
  secondsPlayed: fc.integer({ min: 0, max: 100 }),
  completed: fc.boolean(),
  milestones: fc.subarray([0, 25, 50]),
});

/** The signals with clocks that only go forward, each as it is taken. */
function* signals(list: readonly Given[]): Generator<Signal> {
  let mono = 1000;
  let wall = Date.UTC(2026, 0, 5);
  let at = 0;
  for (const { type, state: given_, mono: step, wall: leap, follows, played } of list) {
    mono += step;
    wall += Number.isNaN(leap) ? step : leap;
    at = follows ? at + (given_.paused ? 0 : (Math.min(step, 2000) / 1000) * given_.rate) : given_.position;
    yield { type, mono, wall, state: { ...given_, position: at }, ...(played && type === 'seeking' && { played }) };
  }
}

/** What another page can tell of the end is what this one told. */
const checkEnd = (events: readonly MediaLearningEvent[], { closing, playing, untold, time, position, session, registration, media, player, progress }: Checkpoint): void => {
  const common = { position, session, registration, media, player, progress };
  const paused = { id: closing[0], type: 'paused', time, ...common, reason: 'leaving', ...(untold && { completed: true }) };
  const end = [...(playing ? [paused] : []), { id: closing[1], type: 'terminated', time: time + (playing ? 1 : 0), ...common }];
  expect(events.slice(-end.length)).toEqual(end);
  expect(events.slice(0, -end.length).map(({ id }) => id)).not.toContain(closing[0]);
};

describe('whatever a player says', () => {
  const options = fixedRuns(300);

  test('the record is well formed, and no seconds appear that the clock did not run', () => {
    fc.assert(
      fc.property(rules, history, fc.array(given, { minLength: 1, maxLength: 60 }), (rule, before, list) => {
        let ids = 0;
        const subject = { media: { id: 'https://example.org/v' }, registration: 'r', history: { ...NOTHING, ...before } };
        const known = total(before.segments);
        const session = createSession(rule, () => subject, () => `id-${++ids}`);
        const events: MediaLearningEvent[] = [];
        let former: Signal | undefined;
        // What the clock can have run since the session opened, and what may be forgiven: see the constants of the session.
        let could = 0;
        let forgiven = 8.05 + 0.25 * 16;
        let id: string | undefined;
        for (const signal of signals(list)) {
          const rate = Math.max(signal.state.rate, former?.state.rate ?? 0);
          if (former) could += ((signal.mono - former.mono) / 1000) * rate;
          const found = session.take(signal);
          events.push(...found);
          if (found.at(-1)?.type === 'terminated') checkEnd(found, session.ended!);
          for (const { type, progress } of found) {
            if (type === 'ended' || type === 'resumed') forgiven += 1;
            if (type === 'initialized' && id === undefined) id = session.id;
            expect(total(progress.segments)).toBeLessThanOrEqual(known + could + forgiven);
            expect(covered(progress.segments)).toBeLessThanOrEqual(known + could + forgiven);
          }
          const wake = session.wake();
          if (wake !== undefined) expect(wake).toBeGreaterThan(signal.mono - 1e-6);
          const checkpoint = session.checkpoint();
          expect(checkpoint?.session).toBe(session.id);
          if (checkpoint) {
            expect(checkpoint.time).toBeGreaterThan(events[events.length - 1]!.time);
            expect(JSON.parse(JSON.stringify(checkpoint))).toEqual(checkpoint);
          }
          former = signal;
        }
        checkRecord(events.map((event) => JSON.parse(JSON.stringify(event)) as MediaLearningEvent), false);
        const left = session.take({ ...former!, type: 'leave', mono: former!.mono + 10, wall: former!.wall + 10 });
        if (left[0]) checkEnd(left, session.ended!);
        events.push(...left);
        checkRecord(events.map((event) => JSON.parse(JSON.stringify(event)) as MediaLearningEvent), true);
        expect(session.id).toBeUndefined();
      }),
      options,
    );
  }, 600_000);
});
