import type { EventType, LearningEvent, Media, PlayerState, Progress, Segment, Seconds } from '../events.js';
import { type Completion, due, type Milestones, threshold, unitOf } from './milestones.js';
import { clip, coverage, round, roundDown, union } from './segments.js';
import type { Moment, Signal, Snapshot } from './signal.js';

/** A gesture is over when so many milliseconds pass without more of it. */
const SETTLE = 250;
/** Stretches that meet within so many seconds, with no seek between, are one. */
const MEET = 0.3;
/** Segments that fill about 4 kB of xAPI's `played-segments`. */
const MOST_SEGMENTS = 170;
/** Without a sign of life from the player, the media is not taken to have run on for longer than so many seconds. */
const BLIND = 1.5;

/** What the options say about a session. */
export interface Rules {
  readonly startOn: 'play' | 'metadata';
  readonly milestones: Milestones;
  readonly milestoneBasis: 'watched' | 'reached';
  readonly completion: Completion;
}

/** What was known of this actor, media and registration before. */
export interface History {
  readonly segments: readonly Segment[];
  readonly secondsPlayed: Seconds;
  readonly completed: boolean;
  /** Milestones that were recorded already. */
  readonly milestones: readonly number[];
}

/** Whose record it is: fixed while a session is open. */
export interface Subject {
  readonly media: Media;
  readonly registration: string;
  readonly history: History;
}

/** What somebody else needs to close a session honestly, should its page die. */
export interface Checkpoint {
  readonly session: string;
  /** The ids of the `paused` and `terminated` that will close it, whoever writes them. */
  readonly closing: readonly [paused: string, terminated: string];
  readonly playing: boolean;
  /** Epoch ms of the last event or tick. */
  readonly time: number;
  readonly position: Seconds;
  readonly media: Media;
  readonly registration: string;
  readonly player: PlayerState;
  readonly progress: Progress;
  /** What this session alone adds to the registration. */
  readonly watched: readonly Segment[];
  /** Seconds of real time that this session alone played. */
  readonly secondsPlayed: Seconds;
}

/** Decides what happened from what an adapter saw: signals in, learning events out. */
export interface Session {
  /** The events that a signal leads to, in order. */
  take(signal: Signal): LearningEvent[];
  /** When, on the monotonic clock in ms, it wants a `tick` so that a gesture settles; `undefined`: no need. */
  wake(): number | undefined;
  /** Id of the open session. */
  readonly id: string | undefined;
  readonly progress: Progress & { readonly position: Seconds };
  /** The open session as it stands. */
  checkpoint(): Checkpoint | undefined;
  /** The session that was closed last, as it ended. */
  readonly ended: Checkpoint | undefined;
}

type Mode = 'idle' | 'playing' | 'paused' | 'ended';

/**
 * What cannot be judged before it rests: a seek, the way back from an advertisement, a pause so near the end that it may be
 * one. Then the state before is compared with the state after.
 */
interface Gesture {
  readonly from: Seconds;
  readonly mode: Mode;
  to: Seconds;
  at: Moment;
  rests: boolean;
  /** Not the learner's. */
  engine: boolean;
  by?: Signal['by'];
}

/** A value of the player that may change again before it rests. */
interface Change {
  readonly value: Value;
  readonly from: unknown;
  at: Moment;
  position: Seconds;
  readonly rests: true;
}

/** Values of the player, and how their changes are called: two names where there is nothing but on and off. */
const CHANGES = {
  rate: ['rateChanged'],
  volume: ['volumeChanged'],
  muted: ['muted', 'unmuted'],
  fullscreen: ['fullscreenEntered', 'fullscreenExited'],
  captions: ['captionsEnabled', 'captionsDisabled'],
  popout: ['popoutOpened', 'popoutClosed'],
  size: ['sizeChanged'],
  quality: ['resolutionChanged'],
} as const;
type Value = keyof typeof CHANGES;
const VALUES = Object.keys(CHANGES) as Value[];

/**
 * @param subject gives what the next session is about; nothing is recorded while it gives `undefined`
 * @param newId makes UUIDs
 */
export function createSession(rules: Rules, subject: () => Subject | undefined, newId: () => string): Session {
  let out: LearningEvent[] = [];
  // The open session, and the one before it.
  let about: Subject | undefined;
  let id: string | undefined;
  let closing: readonly [string, string];
  let live: boolean;
  let mode: Mode;
  let last: Moment = { wall: 0, mono: 0 };
  let before: Checkpoint | undefined;
  // What the player said last; where and when the media clock was read last.
  let state: Snapshot | undefined;
  const sample = { wall: 0, mono: 0, position: 0 };
  let duration: Seconds;
  let moving: boolean;
  let over: boolean;
  let slack: Seconds;
  // What is under way.
  let gesture: Gesture | undefined;
  const changes = new Map<Value, Change>();
  let wrapping: boolean;
  let inAd: boolean;
  // What was watched.
  let old: readonly Segment[];
  let closed: Segment[];
  let open: [Seconds, Seconds] | undefined;
  let covered: Segment[];
  let joined: boolean;
  let entry: Seconds;
  let played: Seconds;
  let furthest: Seconds;
  let reached: number;
  let completed: boolean;
  let claimed: Set<number>;

  const reset = (): void => {
    about = id = gesture = open = undefined;
    mode = 'idle';
    old = closed = covered = [];
    live = moving = over = wrapping = joined = inAd = completed = false;
    duration = slack = played = furthest = 0;
    reached = -1;
    changes.clear();
  };

  /** Seconds; 0 while unknown and for live media. */
  const length = (): Seconds => (live ? 0 : duration || about?.media.duration || 0);

  const within = (position: Seconds): Seconds => Math.max(0, Math.min(position, length() || Infinity));

  const rate = (): number => Math.max(1, state!.rate);

  const here = (): Seconds => (open ? open[1] : sample.position);

  const portion = (seconds: Seconds): number => roundDown(Math.min(1, seconds / (length() || Infinity)));

  const mark = ({ wall, mono }: Moment, position: Seconds): unknown => Object.assign(sample, { wall, mono, position });

  /** What this session watched. */
  const own = (): Segment[] => {
    const [from, to] = open ? open.map(round) : [0, 0];
    return to! > from! ? [...closed, [from!, to!]] : closed;
  };

  /** The order that they were watched in is given up, of the oldest first, where they would be too many. */
  const segments = (): Segment[] => {
    const all = [...old, ...own()];
    if (all.length <= MOST_SEGMENTS) return all;
    const former = union(old);
    const rest = all.splice(old.length);
    const many = former.length + rest.length > MOST_SEGMENTS;
    return [...union(many ? [...former, ...rest.splice(0, rest.length - MOST_SEGMENTS / 2)] : former), ...rest];
  };

  const progress = (): Progress => ({
    segments: segments(),
    fraction: portion(coverage(covered, open)),
    threshold: threshold(rules.completion, length()),
    secondsPlayed: round(played),
  });

  /** What an event and a checkpoint have in common. */
  const common = () => {
    const { position, duration: _, paused, ended, seeking, scrubbing, loop, ad, adaptive, ...player } = state!;
    const { duration: __, ...media } = about!.media;
    return {
      session: id!,
      registration: about!.registration,
      media: { ...media, ...(live ? { live } : { duration: length() }) },
      player,
      progress: progress(),
    };
  };

  /** Later than everything before it, also where the wall clock was set back. */
  const stamp = ({ wall, mono }: Moment): number => {
    const time = Math.floor(wall);
    last = {
      wall: time > last.wall ? time : last.wall + Math.max(1, Math.floor(mono - last.mono)),
      mono: Math.max(mono, last.mono),
    };
    return last.wall;
  };

  const emit = (type: EventType, at: Moment, position: Seconds, more?: object, eventId = newId()): unknown =>
    out.push({ id: eventId, type, time: stamp(at), position: round(within(position)), ...common(), ...more } as LearningEvent);

  /** Closes the stretch that is open. */
  const cut = (): void => {
    closed = own();
    covered = union([...old, ...closed]);
    open = undefined;
  };

  /** Opens a stretch, or goes on with the last one where nothing but a pause lies between. */
  const begin = (position: Seconds): void => {
    const former = closed[closed.length - 1];
    entry = position;
    if (joined && former && Math.abs(former[1] - position) <= MEET) {
      closed = closed.slice(0, -1);
      open = [...former];
    } else open = [position, position];
    joined = false;
  };

  /** The clock ran up to there. */
  const extend = (to: Seconds): void => {
    if (to <= here()) return;
    if (!open) begin(sample.position);
    played += (to - here()) / (state!.rate || 1);
    furthest = Math.max(furthest, to);
    open![1] = to;
  };

  /** The clock stops, or leaps, and what it ran since it was read last counts. Says up to where. */
  const halt = (signal: Signal): Seconds => {
    const { position } = sample;
    const seconds = Math.max(0, signal.mono - sample.mono) / 1000;
    const run = moving ? Math.min(seconds, BLIND) * state!.rate : 0;
    // The element knows exactly, unless what was played now runs into what was played before.
    const range = signal.played?.find(([from, to]) => from <= position + 0.1 && to >= position - 0.1);
    const exact = range && range[1] <= position + run + 0.1 * rate() ? range[1] : undefined;
    const to = within(exact ?? position + (seconds > BLIND ? 0 : run));
    if (moving) extend(to);
    mark(signal, to);
    moving = false;
    advance(signal);
    return to;
  };

  /** Milestones and completion, as soon as they are true. */
  const advance = (at: Moment): void => {
    if (mode === 'idle') return;
    const basis = rules.milestoneBasis;
    const unit = unitOf(rules.milestones);
    const watched = coverage(covered, open);
    const seconds = basis === 'reached' ? furthest : length() ? watched : played;
    const now = unit === 'seconds' ? round(seconds) : length() ? round(100 * portion(seconds)) : -1;
    const passed = now > reached ? due(rules.milestones, now, claimed, reached) : [];
    reached = Math.max(reached, now);
    const complete = !completed && portion(watched) > 0 && portion(watched) >= threshold(rules.completion, length());
    if (!passed.length && !complete) return;
    settle(at, 'rested');
    for (const milestone of passed) {
      claimed.add(milestone);
      emit('progressed', at, here(), { milestone, unit, basis });
    }
    if (!complete) return;
    completed = true;
    emit('completed', at, here());
  };

  const pause = (at: Moment, more?: object, eventId?: string): void => {
    const position = here();
    cut();
    joined = true;
    mode = 'paused';
    emit('paused', at, position, more, eventId);
  };

  /** The media was played to its end. */
  const finish = (at: Moment): void => {
    // What the clock cannot have run is not played, whatever the player calls it.
    if (open && length() - open[1] <= (Math.max(0, at.mono - sample.mono) / 1000) * rate() + 1) extend(length());
    advance(at);
    const position = here();
    cut();
    joined = false;
    mode = 'ended';
    emit('ended', at, position);
  };

  const report = ({ value, from, at, position }: Change): void => {
    const to = state![value];
    const [on, off] = CHANGES[value] as readonly EventType[];
    const both = from !== undefined && to !== undefined;
    if (String(from) === String(to)) return;
    if (value === 'captions') {
      if (both) emit('captionsLanguageChanged', at, position, { from, to });
      else emit(to ? on! : off!, at, position, { language: to ?? from });
    } else if (off) emit(to ? on! : off, at, position);
    // A size or quality that only becomes known is no change.
    else if (both) emit(on!, at, position, { from, to, ...(value === 'quality' && { by: state!.adaptive ? 'bitrate' : 'learner' }) });
  };

  /** Playing on from the end starts over by itself: that jump is nobody's seek. */
  const replays = ({ mode: was, from, to }: Gesture): boolean =>
    !state!.paused && (was === 'ended' || (was === 'paused' && length() > 0 && from >= length() - MEET)) && to < MEET * rate();

  /** A gesture has come to rest, or nobody waits for it any longer. */
  const land = (one: Gesture): void => {
    const { from, to, mode: was, at, rests, engine, by } = one;
    gesture = undefined;
    furthest = Math.max(furthest, to);
    if (replays(one)) mode = 'ended';
    else if (!engine && Math.abs(to - from) >= 0.05) emit('seeked', at, to, { from: round(from), to: round(to), ...(by && { by }) });
    if (was !== 'playing' || !rests || !state!.paused) return;
    if (over) finish(at);
    else pause(at);
  };

  const pending = (): (Change | Gesture)[] => [...changes.values(), ...(gesture ? [gesture] : [])].sort((a, b) => a.at.mono - b.at.mono);

  /**
   * Records what has come to rest: what is `due` by the clock, all that has `rested` before something else is recorded, or,
   * before the page may go, `all`.
   */
  const settle = (now: Moment, which: 'due' | 'rested' | 'all'): void => {
    if (!gesture && !changes.size) return;
    for (const one of pending()) {
      if (which === 'all' || (one.rests && (which === 'rested' || now.mono - one.at.mono >= SETTLE))) {
        if (!('value' in one)) one === gesture && land(one);
        else if (changes.delete(one.value)) report(one);
      }
    }
  };

  /** Opens a session as soon as its media and length are known. */
  const initialize = (at: Moment): void => {
    about = id === undefined ? subject() : about;
    if (id !== undefined || !about) return;
    const { media, history } = about;
    live = media.live ?? state!.duration === Infinity;
    if (!live && !length()) return;
    old = clip(history.segments, length() || Infinity);
    covered = union([...old, ...closed]);
    played += history.secondsPlayed;
    completed = history.completed;
    claimed = new Set(history.milestones);
    id = newId();
    closing = [newId(), newId()];
    emit('initialized', at, open ? entry : sample.position, undefined, id);
  };

  /** The media moves, as the learner wants it to. */
  const play = (at: Moment): void => {
    if (!open) begin(sample.position);
    initialize(at);
    if (id === undefined) return;
    settle(at, 'rested');
    const type = mode === 'idle' ? 'started' : mode === 'ended' ? 'restarted' : 'resumed';
    mode = 'playing';
    emit(type, at, entry);
    advance(at);
  };

  const end = (at: Moment): void => {
    if (id !== undefined) {
      settle(at, 'all');
      if (mode === 'playing') pause(at, { reason: 'leaving' }, closing[0]);
      emit('terminated', at, here(), undefined, closing[1]);
      before = checkpoint();
    }
    reset();
  };

  /** A loop went round: an end and a new start, and no seek. */
  const wrapped = (signal: Signal, from: Seconds): boolean => {
    const { loop, paused, position, seeking } = signal.state;
    const near = Math.max(1, 0.5 * rate());
    if (!loop || paused || mode !== 'playing' || gesture?.rests === false || position >= 0.5 * rate() || from < length() - near) return false;
    // What paused here has gone on meanwhile.
    if (gesture) land({ ...gesture, rests: false });
    settle(signal, 'rested');
    finish(signal);
    begin(0);
    mode = 'playing';
    emit('restarted', signal, 0);
    mark(signal, 0);
    wrapping = seeking;
    moving = !seeking;
    return true;
  };

  /** The position is moved. */
  const leap = (signal: Signal, to: Seconds, rests: boolean): void => {
    const { type, by } = signal;
    const from = halt(signal);
    if (wrapped(signal, from)) return;
    cut();
    joined = false;
    mark(signal, to);
    if (mode === 'idle') return;
    gesture ??= { from, mode, to, at: signal, rests, engine: type === 'skipped' };
    if (type === 'seeking' && Math.abs(to - gesture.to) >= 0.05) gesture.engine = false;
    Object.assign(gesture, { to, at: signal, rests }, by && { by });
  };

  /** Reads the media clock: what it ran since it was read last was watched, a leap was not. Says whether it ran. */
  const measure = (signal: Signal): boolean => {
    const { type, mono, state: now } = signal;
    const position = within(now.position);
    const unrest = type === 'seeking' || now.seeking || (!!gesture && now.scrubbing && now.paused);
    if (wrapping && unrest) return false;
    wrapping = false;
    if (gesture && !gesture.rests && !unrest) {
      // A seek may land beside its target; what was played since is no part of it.
      if (now.paused || Math.abs(position - gesture.to) > 0.5 * rate()) gesture.to = position;
      if (open && Math.abs(open[1] - gesture.to) > MEET) cut();
      mark(signal, gesture.to);
      gesture.at = signal;
      gesture.rests = true;
    }
    const seconds = state!.paused && now.paused ? 0 : Math.max(0, mono - sample.mono) / 1000;
    const elapsed = (moving ? seconds : Math.min(seconds, BLIND)) * state!.rate;
    const delta = position - sample.position;
    if (unrest || delta > elapsed + Math.max(0, 0.25 * rate() + 0.05 - slack) || delta < -MEET * rate()) {
      leap(signal, position, !unrest);
      return false;
    }
    slack = Math.max(0, slack + delta - elapsed);
    const ran = delta > 0 && seconds > 0;
    if (ran) extend(position);
    moving ||= ran;
    // A clock that steps back a little while it runs is only read unevenly.
    mark(signal, now.paused || gesture ? position : Math.max(position, sample.position));
    return ran;
  };

  /** Notes values that differ from what they were; how often the player said so does not matter. */
  const compare = (at: Moment, was: Snapshot, now: Snapshot): void => {
    for (const value of VALUES) {
      if (was[value] === now[value] || String(was[value]) === String(now[value])) continue;
      const { from } = changes.get(value) ?? { from: was[value] };
      changes.set(value, { value, from, at, position: here(), rests: true });
    }
  };

  const heed = (signal: Signal): void => {
    const { type, state: now } = signal;
    if (!state || inAd) {
      // Nothing is concluded from a first look, nor from what an advertisement left behind.
      mark(signal, now.position);
      state = now;
      inAd = false;
    }
    const was = state;
    settle(signal, 'due');
    if (now.duration > 0 && now.duration < Infinity) duration = Math.max(round(now.duration), furthest);
    const ran = measure(signal);
    // Before the new state counts: what was passed was passed on the way to it.
    advance(signal);
    state = now;
    if (id !== undefined) compare(signal, was, now);
    if (type === 'waiting' || now.paused) moving = false;
    else if (type === 'playing' && !now.seeking) moving = true;
    over = now.ended || type === 'ended';
    if (gesture?.rests && replays(gesture)) land(gesture);
    const stands = now.paused || over;
    if (mode !== 'playing' && (ran || (type === 'playing' && !stands && !now.seeking))) play(signal);
    if (!stands || mode !== 'playing') return;
    if (over) settle(signal, 'rested');
    if (mode !== 'playing' || gesture) return;
    if (over) finish(signal);
    else if (length() && length() - here() <= 0.25 * rate()) {
      gesture = { from: here(), mode, to: here(), at: signal, rests: true, engine: false };
    } else {
      settle(signal, 'rested');
      pause(signal);
    }
  };

  const checkpoint = (): Checkpoint | undefined =>
    id === undefined
      ? undefined
      : {
          ...common(),
          closing,
          playing: mode === 'playing',
          time: Math.max(last.wall + 1, Math.floor(sample.wall)),
          position: round(within(here())),
          watched: own(),
          secondsPlayed: round(played - about!.history.secondsPlayed),
        };

  reset();
  return {
    take(signal) {
      const { type, state: now } = signal;
      if (out.length) out = [];
      if (now.ad) {
        if (state) {
          halt(signal);
          settle(signal, 'all');
          if (mode !== 'idle') gesture = { from: here(), mode, to: here(), at: signal, rests: false, engine: true };
          inAd = true;
        }
      } else if (type === 'boundary') {
        // The player has let go of the old source: only what was read before holds.
        if (state) halt(signal);
        if (gesture && gesture.to < MEET) {
          // It had let go of the position already: nobody went there.
          mark(signal, gesture.from);
          gesture = undefined;
        }
        end(signal);
        state = undefined;
      } else {
        heed(signal);
        if (rules.startOn === 'metadata' && type !== 'leave') initialize(signal);
      }
      if (type === 'hide') settle(signal, 'all');
      if (type === 'leave') end(signal);
      return out;
    },
    wake() {
      const next = Math.min(...pending().map(({ at, rests }) => (rests ? at.mono + SETTLE : Infinity)));
      return next < Infinity ? next : undefined;
    },
    get id() {
      return id;
    },
    get progress() {
      return { ...progress(), position: round(sample.position) };
    },
    checkpoint,
    get ended() {
      return before;
    },
  };
}
