import type { EventType, MediaLearningEvent, PlayerState, Progress, Segment, Seconds } from '../events.js';
import { type Change, CHANGES, toldOf, type Value, type Watched } from './change.js';
import type { Checkpoint } from './checkpoint.js';
import type { Gesture, Mode } from './gesture.js';
import { type Completion, due, type Milestones, threshold, unitOf } from './milestones.js';
import { keptFor } from './kept-for.js';
import { clip, coverage, round, roundDown, union } from './segments.js';
import type { Moment, Signal, Snapshot } from './signal.js';
import type { Subject } from './subject.js';
import { inOrder, isHeld, isStill, momentOf, pauseIn, type UnderWay } from './under-way.js';

/** A gesture is over when so many milliseconds pass without more of it. */
const SETTLE = 250;
/** Stretches that meet within so many seconds, with no seek between, are one. */
const MEET = 0.3;
/** By so many seconds a clock that runs may be told too early or too late, where nobody says that it was moved. */
const UNEVEN = 0.5;
/** Segments that fill about 4 kB of xAPI's `played-segments`. */
const MOST_SEGMENTS = 170;
/** Without a sign of life from the player, the media is not taken to have run on for longer than so many seconds. */
const BLIND = 1.5;

const VALUES = Object.keys(CHANGES) as Value[];
const differs = (was: Snapshot, now: Snapshot, value: Value): boolean => was[value] !== now[value] && String(was[value]) !== String(now[value]);

/** What the options say about a session. */
export interface Rules {
  readonly startOn: 'play' | 'metadata';
  readonly milestones: Milestones;
  readonly milestoneBasis: 'watched' | 'reached';
  readonly completion: Completion;
}

/** Decides what happened from what an adapter saw: signals in, learning events out. */
export interface Session {
  /** The events that a signal leads to, in order. */
  take(signal: Signal): MediaLearningEvent[];
  /** When, on the monotonic clock in ms, it wants a `tick` so that a gesture settles; `undefined`: no need. */
  wake(): number | undefined;
  /** Id of the open session. */
  readonly id: string | undefined;
  readonly progress: Progress & { readonly position: Seconds };
  /** Its completion was told by another: no pause and no end tells of it. */
  forgo(): void;
  /** The open session as it stands. */
  checkpoint(): Checkpoint | undefined;
  /** The session that was closed last, as it was when all but its `paused` and `terminated` were recorded. */
  readonly ended: Checkpoint | undefined;
}

/**
 * @param subject gives what the next session is about; nothing is recorded while it gives `undefined`
 * @param newId makes UUIDs
 */
export function createSession(rules: Rules, subject: () => Subject | undefined, newId: () => string): Session {
  const { milestones, milestoneBasis: basis, completion } = rules;
  const unit = unitOf(milestones);
  const coveredBy = keptFor((before: readonly Segment[], now: readonly Segment[], length: Seconds) => union([...clip(before, length), ...now]));
  let out: MediaLearningEvent[] = [];
  // The open session, and the one before it.
  let about: Subject | undefined;
  let id: string | undefined;
  let closing: readonly [string, string];
  let live: boolean;
  let mode: Mode;
  let before: Checkpoint | undefined;
  // The time of the last event, and when that was on the monotonic clock.
  let stamped = 0;
  let stampedAt = 0;
  // What the player says now, what it said last, and where and when the media clock was read last.
  let signal: Signal;
  let state: Snapshot | undefined;
  let position = 0;
  let read: Moment;
  /** As it was read before the look that is under way. */
  let looked: Moment;
  /** Seconds; 0 while unknown and for live media. */
  let duration: Seconds;
  let moving: boolean;
  let over: boolean;
  let slack: Seconds;
  /** The rate, or what is left of a faster one: what is in the sound card is still played at that. */
  let pace = 1;
  /** What the element had played when it was moved last: what it says beyond that was played since. */
  let passed: readonly Segment[] = [];
  /** How much further the clock can have run since it was moved than it is told to have. */
  let lag: Seconds = 0;
  /** Since when the clock is told long before where it was. */
  let doubt: Moment | undefined;
  // What is under way.
  let gesture: Gesture | undefined;
  const changes = new Map<Value, Change>();
  let inAd: boolean;
  // What was watched.
  let old: readonly Segment[];
  let closed: readonly Segment[];
  let open: [Seconds, Seconds] | undefined;
  let entry: Seconds;
  /** Of real time, of the stretch that is open. */
  let took: Seconds;
  let played: Seconds;
  let furthest: Seconds;
  let reached: number;
  let completed: boolean;
  /** Completion that no pause or end has told of yet. */
  let untold: boolean;
  let claimed: readonly number[];

  const reset = (): void => {
    about = id = gesture = open = undefined;
    mode = 'idle';
    old = closed = [];
    live = moving = over = inAd = completed = untold = false;
    duration = slack = played = furthest = 0;
    reached = -1;
    changes.clear();
  };

  const within = (seconds: Seconds): Seconds => round(Math.max(0, Math.min(seconds, duration || Infinity)));

  const rate = (): number => Math.max(1, state!.rate);

  /** Where the learner is. */
  const here = (): Seconds => (open ? open[1] : position);

  const portion = (seconds: Seconds): number => roundDown(Math.min(1, seconds / (duration || Infinity)));

  const mark = (seconds: Seconds, at: Moment = signal): void => {
    read = at;
    position = seconds;
  };

  /** Seconds since the media clock was read. */
  const since = (): Seconds => Math.max(0, signal.mono - read.mono) / 1000;

  /** Who is told where to resume may run before it is moved there: so little is no start yet. */
  const flickers = (): boolean => mode === 'idle' && here() < entry + 0.1 * rate();

  /** The stretch that is open, as far as it counts. */
  const growing = (): Segment | undefined => (open && open[1] > open[0] && !flickers() ? open : undefined);

  /** Seconds of real time; what is no stretch was no time. */
  const spent = (): Seconds => (open && flickers() ? played - took : played);

  /** What this session watched. */
  const own = (): readonly Segment[] => {
    const last = growing();
    return last ? [...closed, [...last]] : closed;
  };

  /** What was watched before, as far as the media goes: its length may be another by now, and may still change. */
  const past = (): readonly Segment[] => clip(old, duration || Infinity);

  /** What was watched at least once, but for the stretch that grows. */
  const covered = (): readonly Segment[] => coveredBy(old, closed, duration || Infinity);

  /** How many seconds were played at least once. */
  const seen = (): Seconds => coverage(covered(), growing());

  /** Where they would be too many, the oldest give up the order that they were watched in. */
  const segments = (): readonly Segment[] => {
    const before = past();
    const all = [...before, ...own()];
    let found = all;
    for (const split of [before.length, all.length - MOST_SEGMENTS / 2, all.length]) {
      if (found.length > MOST_SEGMENTS) found = [...union(all.slice(0, split)), ...all.slice(split)];
    }
    return found;
  };

  const progress = (): Progress => ({
    segments: segments(),
    fraction: portion(seen()),
    threshold: threshold(completion, duration),
    secondsPlayed: round(spent()),
  });

  /** What an event and a checkpoint have in common. */
  const common = (player: Snapshot) => {
    const { duration: _, live: __, ...media } = about!.media;
    return {
      session: id!,
      registration: about!.registration,
      media: { ...media, ...(live ? { live } : { duration }) },
      player: Object.fromEntries(Object.entries(player).filter(([name]) => name in CHANGES || name === 'screen')) as unknown as PlayerState,
      progress: progress(),
    };
  };

  /** Later than everything before it, also where the wall clock was set back. */
  const stamp = (at: Moment): number => {
    const time = Math.floor(at.wall);
    return time > stamped ? time : stamped + Math.max(1, Math.floor(at.mono - stampedAt));
  };

  /** @param at when, and how the player stood then; by default it is now, on the way to what the player says now */
  const emit = (type: EventType, where: Seconds, more?: object | false, at?: Signal): void => {
    const when = at ?? signal;
    stamped = stamp(when);
    stampedAt = Math.max(when.mono, stampedAt);
    out.push({ id: newId(), type, time: stamped, position: within(where), ...common(at?.state ?? state!), ...more } as MediaLearningEvent);
  };

  /** Closes the stretch that is open. */
  const cut = (): void => {
    played = spent();
    closed = own();
    open = undefined;
  };

  const begin = (): void => {
    entry = position;
    took = 0;
    open = [position, position];
  };

  /** The clock ran up to there: a new stretch, or the one that stands open where nothing but a pause lies between. */
  const extend = (to: Seconds, least = 0): void => {
    if (open && Math.abs(open[1] - position) > MEET) cut();
    if (!open) begin();
    if (to <= here()) return;
    const ran = Math.min((to - here()) / (state!.rate || 1), Math.max(least, since() + MEET));
    took += ran;
    played += ran;
    furthest = Math.max(furthest, to);
    open![1] = to;
  };

  /** What the element knows to be played around there. */
  const rangeAt = (seconds: Seconds): Segment | undefined => signal.played?.find(([from, to]) => from <= seconds + 0.01 && to > seconds - 0.01);

  /** The clock stops, or leaps: what it ran since it was read counts. Says how exactly it is known, in seconds of it. */
  const halt = (): Seconds => {
    const seconds = since();
    const run = moving && seconds <= BLIND ? seconds * state!.rate : 0;
    // The element knows how far it can have run at most, and exactly unless that was played before: also what it played between
    // two seeks, of which a slow page tells at once.
    const known = state!.paused ? undefined : rangeAt(position)?.[1];
    const most = known ?? (signal.played?.length ? position : Infinity);
    // A range that ends where nothing ended that was watched before is that of the stretch that is open, however long ago the clock was read.
    const exact = known! <= position + seconds * state!.rate + 0.1 * rate() && ![...old, ...closed].some(([, end]) => Math.abs(end - known!) < 0.05);
    const to = within(exact ? most : Math.min(most, position + run));
    if (to > position) {
      extend(to);
      // WebKit need not tell that it plays before it is moved again.
      if (mode !== 'playing' && !flickers() && !state!.paused) play();
    }
    mark(to);
    moving = false;
    advance();
    return exact ? 0.1 : MEET * rate();
  };

  /** How far milestones are reached, in their unit: by the furthest position, what was seen at least once, or for live media what was played, in seconds. */
  const gauge = (to = furthest, covers = seen(), ran = played): number => {
    const seconds = !duration ? ran : basis === 'reached' ? to : covers;
    return unit === 'seconds' ? round(seconds) : duration ? round(100 * portion(seconds)) : -1;
  };

  /** Milestones and completion, as soon as they are true. */
  const advance = (): void => {
    if (mode === 'idle') return;
    const share = portion(seen());
    const now = gauge();
    const passed = now > reached ? due(milestones, now, claimed, reached) : [];
    const complete = !completed && share > 0 && share >= threshold(completion, duration);
    reached = Math.max(reached, now);
    // What is settled first may come here too.
    completed ||= complete;
    if (!passed.length && !complete) return;
    settle();
    for (const milestone of passed) {
      claimed = [...claimed, milestone];
      emit('progressed', here(), { milestone, unit, basis });
    }
    if (!complete) return;
    untold = true;
    emit('completed', here());
  };

  const stop = (how: 'paused' | 'ended', more?: object, at?: Signal): void => {
    mode = how;
    entry = here();
    emit(how, entry, { ...more, ...(untold && { completed: true }) }, at);
    untold = false;
  };

  /** The media was played to its end. */
  const finish = (at?: Signal): void => {
    // What the clock cannot have run is not played, whatever the player calls it.
    if (duration && duration - position <= since() * rate() + 1) {
      if (open) extend(duration);
      mark(duration);
    }
    advance();
    stop('ended', undefined, at);
  };

  /** It was over in the moment in which it was moved: the end came first. */
  const leftAtTheEnd = ({ to, at, rests, engine }: Gesture): void => {
    const last = closed.at(-1);
    if (last && duration - last[1] <= MEET * rate()) closed = [...closed.slice(0, -1), [last[0], duration]];
    gesture = undefined;
    mark(duration);
    advance();
    stop('ended', undefined, at);
    mark(to);
    gesture = { ...begun(rests, engine), from: duration, to };
  };

  /** What was played since then is no part of what is told of then. */
  const asOf = (then: Watched, tell: () => void): void => {
    const now = { open, closed, played, took };
    // What is told there of time is without what was no stretch then.
    ({ open, closed, played } = then);
    took = 0;
    tell();
    ({ open, closed, played, took } = now);
  };

  const report = (change: Change): void => {
    const told = toldOf(change);
    if (told) asOf(change.watched, () => emit(told[0], change.where, told[1], change.at));
  };

  /** Playing on from the end starts over by itself: that jump is nobody's seek. */
  const replays = ({ mode: was, from, to }: Gesture): boolean =>
    !state!.paused && (was === 'ended' || (was === 'paused' && duration > 0 && from >= duration - MEET)) && to < MEET * rate();

  const begun = (rests: boolean, engine: boolean): Gesture => ({ from: here(), to: here(), mode, at: signal, rests, played, engine });

  /** A gesture has come to rest, or nobody waits for it any longer. */
  const land = (one: Gesture): void => {
    const { from, to, mode: was, rests, stands, halted, engine, ad, by } = one;
    const at = momentOf(one);
    gesture = undefined;
    furthest = Math.max(furthest, to);
    // Where the media is put back to where it was, the stretch before the advertisement goes on.
    if (closed.length > ad! && Math.abs(to - from) < 0.05 && Math.abs(closed.at(-1)![1] - from) < 0.05) {
      open = [closed.at(-1)![0], Math.max(from, here())];
      closed = closed.slice(0, -1);
    }
    if (replays(one)) mode = 'ended';
    else if (!engine && Math.abs(to - from) >= 0.05) {
      // Of several controls the last need not have to do with where it went.
      asOf({ open: undefined, closed, played: one.played }, () => emit('seeked', to, { from, to, ...(by === (to > from ? 'skip-forward' : 'skip-backward') && { by }) }, at));
    }
    // What goes on by now was not paused, though a busy page heard of both too late.
    const pause = pauseIn(one);
    if (was === 'playing' && (rests || stands || pause) && state!.paused && signal.state.paused) pauses(pause || (halted && halted.mono > at.mono ? halted : at));
    // Where it will land beside its target is no seek of its own.
    if (stands && !rests && id) gesture = begun(false, true);
  };

  /** The gesture was a pause, or led to one. */
  const pauses = (at: Signal): void => {
    gesture = undefined;
    settle(0, at.mono);
    if (over) finish(at);
    else stop('paused', undefined, at);
  };

  const pending = (): UnderWay[] => inOrder(gesture, changes.values());

  /** What is under way may still become something else. */
  const isUnclear = ({ held, scrubbing, paused }: Snapshot): boolean =>
    !!(held || scrubbing || (gesture && (gesture.nearEnd || gesture.ad !== undefined || (gesture.mode === 'playing' && paused))));

  /**
   * Records what has rested, or stood paused, for `wait` ms, or else since any time: before something else is recorded; below 0, before the page
   * may go, also what has not. What happened after `until` is left for later.
   */
  const settle = (wait = 0, until = Infinity): void => {
    for (const one of pending()) {
      const at = momentOf(one);
      if (at.mono > until) return;
      // What came after it waits for it.
      if (wait > 0 && (isStill(one) || pauseIn(one)) && (isHeld(one, signal) || signal.mono - at.mono < wait)) return;
      if (wait >= 0 && !(isStill(one) && signal.mono - at.mono >= wait)) continue;
      if ('value' in one) {
        if (changes.delete(one.value)) report(one);
      } else if (one === gesture) land(one);
    }
  };

  /** Opens a session as soon as its media and length are known. */
  const initialize = (): void => {
    if (id) return;
    about = subject();
    if (!about) return;
    const { media, history } = about;
    // A file may say the same until its end is reached.
    live = media.live || (state!.duration === Infinity && !(media.live === false && media.duration));
    duration = live ? 0 : duration || (media.duration ?? 0);
    if (!live && !duration) return;
    // A live stream's clock begins anew with each page: its seconds are no place in anything that was, or will be, watched.
    old = live ? [] : history.segments;
    played += history.secondsPlayed;
    completed = history.completed;
    claimed = history.milestones;
    // What was watched elsewhere passed them there, also where nobody says which.
    if (old[0] || (live && history.secondsPlayed)) {
      reached = gauge(Math.max(0, ...past().map(([, to]) => to)), coverage(union(past())), history.secondsPlayed);
      claimed = [...new Set([...claimed, ...due(milestones, reached, [], 0)])];
    }
    id = newId();
    // A clock that was ahead and was set right meanwhile dates nothing but the session that it was ahead in.
    if (stamped > signal.wall + 60_000) stamped = 0;
    closing = [newId(), newId()];
    emitBegun('initialized', open ? entry : position, { id });
  };

  /** The media began to play, as of then where that is noticed late. */
  const emitBegun = (type: EventType, where: Seconds, more?: object): void => {
    const ran = open ? (open[1] - entry) / (state!.rate || 1) : 0;
    const earlier = { wall: signal.wall - ran * 1000, mono: signal.mono - ran * 1000 };
    // When it was looked at before, it did not.
    const at = looked.mono > earlier.mono ? looked : earlier;
    emit(type, where, more, { ...signal, wall: at.wall, mono: at.mono, state: state! });
  };

  /** The media moves, as the learner wants it to. */
  const play = (): void => {
    if (!open) begin();
    initialize();
    if (!id) return;
    settle();
    const type = mode === 'idle' ? 'started' : mode === 'ended' ? 'restarted' : 'resumed';
    mode = 'playing';
    emitBegun(type, entry);
    advance();
  };

  const end = (): void => {
    if (id) {
      settle(-1);
      // From this on nothing happens but what can be told from it.
      before = checkpoint();
      if (mode === 'playing') stop('paused', { id: closing[0], reason: 'leaving' });
      emit('terminated', here(), { id: closing[1] });
    }
    reset();
  };

  /** A loop went round: an end and a new start, and no seek. @param spare what it can have run since the end */
  const wrapped = ({ loop, paused, seeking, position: to }: Snapshot, spare: Seconds, unsure: Seconds): boolean => {
    if (!loop || paused || mode !== 'playing' || gesture?.rests === false) return false;
    if (to >= 0.5 * rate() + spare || position < duration - unsure) return false;
    // What paused here has gone on meanwhile.
    if (gesture) land({ ...gesture, rests: false });
    settle();
    finish();
    cut();
    mark(0);
    play();
    moving = !seeking;
    if (seeking) gesture = begun(false, true);
    else {
      extend(to);
      mark(to);
    }
    return true;
  };

  /** The position is moved. */
  const leap = (to: Seconds, rests: boolean): void => {
    const { type, by } = signal;
    if (wrapped(signal.state, Math.max(0, position + since() * rate() - duration), halt())) return;
    // What the learner changed since it came to rest, of which this may be the first word, lies between two seeks.
    if (gesture?.rests && !over && !isUnclear(signal.state) && VALUES.some((value) => !/size|quality/.test(value) && ((changes.get(value)?.at.mono ?? -1) >= gesture!.at.mono || differs(state!, signal.state, value)))) settle();
    cut();
    // At the end: a pause was one, and who plays on starts over, as a loop does that the player goes round by itself.
    if (gesture && (gesture.rests || (!state!.seeking && !signal.state.paused)) && state!.paused && position >= duration - MEET * rate() && (signal.state.paused ? gesture.from === gesture.to || (over && signal.state.loop) : to < MEET * rate())) {
      const { at } = gesture;
      // A bar that is held there is let go of with this.
      if (!gesture.rests) land(gesture);
      settle();
      if (over && mode === 'playing' && !signal.state.paused) finish(at);
    }
    if (mode !== 'idle') {
      const engine = type === 'skipped' || !!signal.state.corrected;
      gesture ??= begun(rests, engine);
      // Whoever moved it last. A click on the bar may tell of the place before it tells of a seek.
      if (!engine && (type === 'seeking' || signal.state.seeking)) {
        const moved = Math.abs(to - gesture.to) >= 0.05;
        if (moved) gesture.engine = false;
        if (moved || by) gesture.by = by;
      }
      Object.assign(gesture, { to, at: signal, rests, played });
    }
    slack = lag = 0;
    mark(to);
    passed = signal.played ?? passed;
  };

  /** Whether the element counts all between the last position and there as played. */
  const inOnePiece = (to: Seconds): boolean => (rangeAt(to)?.[0] ?? Infinity) <= position + 0.01;

  /** How much between the last position and there the element has played since it was moved last, if in one piece: a busy page hears of it late. */
  const ranTo = (to: Seconds): Seconds => (inOnePiece(to) ? coverage(passed, [position, to]) - coverage(passed) : 0);

  /** Reads the media clock: what it ran since was watched, a leap was not. Says whether it ran. */
  const measure = ({ seeking, scrubbing, paused, ended, position: told, rate: next }: Snapshot): boolean => {
    const to = within(told);
    const unrest = signal.type === 'seeking' || seeking || (!!gesture && scrubbing && paused && !(gesture.rests && played - gesture.played > SETTLE / 1000));
    let late = false;
    if (gesture && !gesture.rests && !unrest) {
      // A page that was busy hears of it after it has played on from there, and may have been paused again.
      late = Math.abs((rangeAt(to)?.[0] ?? Infinity) - gesture.to) < 0.5 * rate() && (!paused || ranTo(to) > 0.1);
      // A seek may land beside its target; what was played since is no part of it.
      if (!late && (paused || to < gesture.to - 0.5 * rate() || to > gesture.to + (0.5 + since()) * rate())) gesture.to = to;
      mark(gesture.to, gesture.at);
      slack = 0;
      gesture.at = signal;
      gesture.rests = true;
      gesture.played = played;
    }
    const runs = late || !state!.paused || !paused;
    // At which rate it ran in between nobody knows where that has changed.
    const elapsed = runs ? Math.min(since(), moving ? Infinity : BLIND) * Math.max(state!.rate, next) : 0;
    const delta = to - position;
    const fast = Math.max(rate(), next, pace);
    const uneven = (runs ? UNEVEN : MEET) * fast;
    // At another rate WebKit tells for a moment where it last sought to. Of a seek a media element would say that it is one.
    if (!unrest && delta < -uneven && (doubt ? signal.mono - doubt.mono < 500 : signal.played?.length)) {
      doubt ??= signal;
      return false;
    }
    doubt = undefined;
    const far = !unrest && !late && delta > elapsed + Math.max(0, uneven - slack);
    const could = lag + since() * fast;
    // Over before the length that it was said to have: the element goes to that, and calls it played.
    const short = far && ended && !gesture && inOnePiece(to);
    const ranFar = short || (far && delta <= could + uneven && delta - ranTo(to) <= elapsed + uneven);
    if (unrest || (far && !ranFar) || delta < -uneven) {
      leap(to, !unrest);
      return false;
    }
    // The clock of the sound card and that of the page do not run quite alike.
    slack = late || ranFar ? 0 : Math.max(0, slack + delta - 1.02 * elapsed);
    lag = runs ? Math.max(0, could - delta) : 0;
    const ran = runs && delta > 0;
    pace = ran ? fast / 2 : fast;
    if (ran) extend(to, late || (ranFar && !short) ? delta / Math.max(state!.rate, next) : 0);
    moving ||= ran;
    // A clock that steps back a little while it runs is only read unevenly.
    mark(paused || gesture ? to : Math.max(to, position));
    return ran;
  };

  /** Notes values that differ from what they were; how often the player said so does not matter. */
  const compare = (was: Snapshot, now: Snapshot): void => {
    for (const value of VALUES) {
      if (!differs(was, now, value)) continue;
      // While a seek is on its way, it is where that began.
      const where = gesture?.rests === false ? gesture.from : here();
      const former = changes.get(value);
      // Behind the others: the clock may not tell two moments apart.
      changes.delete(value);
      changes.set(value, { value, from: was[value], ...former, at: signal, where, watched: { open: open && [...open], closed, played: spent() }, rests: true });
    }
  };

  /** Of what is not there yet the clock tells where it shall begin. */
  const tellsStart = (now: Snapshot): boolean => {
    const delta = now.position - position;
    if (!state!.empty || id || Math.abs(delta) <= MEET * now.rate) return false;
    // A page that was busy hears late that it is there: what was played meanwhile, as the element says it, ends elsewhere.
    if (signal.played?.some(([from, to]) => Math.abs(from - position) < 0.01 && Math.abs(to - now.position) > 0.01)) return false;
    return now.empty || now.seeking || delta > since() * now.rate + UNEVEN;
  };

  const heed = ({ type, state: now }: Signal): void => {
    if (!state || inAd || tellsStart(now)) {
      // A page that was busy since the source was there may look before its clock is read anew.
      lag = state || !read || now.paused || now.empty ? 0 : since() * now.rate;
      // Nothing is concluded from a first look, nor from what an advertisement left behind, unless it comes late: the media goes on
      // a little before it is said to.
      const start = (now.empty ? undefined : rangeAt(now.position)?.[0]) ?? Infinity;
      mark(within(!state || now.position - start < MEET * now.rate ? Math.min(start, now.position) : now.position));
      state = now;
      inAd = false;
    }
    const was = state;
    // Who plays on so near the end, and moved nothing, had paused there; without `seeking` nobody knows that.
    if (gesture?.nearEnd && gesture.from === gesture.to && signal.played?.length && !now.paused && !now.seeking) pauses(gesture.at);
    settle(SETTLE);
    // What was played lies within the length that is known: nothing else is looked at where that is told again.
    if (!live && now.duration > 0 && now.duration < Infinity && round(now.duration) !== duration) duration = Math.max(round(now.duration), ...own().map(([, to]) => to));
    looked = read;
    const ran = measure(now);
    // Firefox finds out how long it is when it ends.
    if (mode === 'ended' && now.ended && open && duration - position < MEET) extend(duration);
    // Before the new state counts: what was passed was passed on the way to it, unless nobody has told yet that it goes on.
    if (mode === 'playing' || now.paused || now.ended) advance();
    state = now;
    if (id) compare(was, now);
    if (type === 'waiting' || now.paused) moving = false;
    else if (type === 'playing' && !now.seeking) moving = true;
    over = now.ended || type === 'ended';
    // A seek may never end, and who pauses meanwhile has paused.
    if (gesture && gesture.ad === undefined && !/^(hide|leave)$/.test(type))
      gesture.stands = mode === 'playing' && now.paused && !now.scrubbing && !over && ((type !== 'seeking' && gesture.stands) || (!gesture.rests && signal));
    if (gesture) gesture.halted = now.paused && (gesture.halted || signal);
    if (type === 'ended' && !now.ended && duration && gesture?.mode === 'playing' && gesture.from >= duration - MEET * rate()) leftAtTheEnd(gesture);
    if (gesture?.rests && replays(gesture)) land(gesture);
    const stands = now.paused || over;
    if (mode !== 'playing' && ((ran && !flickers()) || (type === 'playing' && !stands && !now.seeking))) play();
    if (!stands || mode !== 'playing') return;
    // Who drags beyond the end may come back.
    if (over && !(gesture?.rests && !gesture.nearEnd && Math.abs(gesture.to - gesture.from) >= 0.05)) settle();
    if (mode !== 'playing' || gesture) return;
    if (over) finish();
    // The browser's own bar may pause before it seeks.
    else if (now.scrubbing && now.held) gesture = { ...begun(false, true), halted: signal };
    else if (duration && duration - here() <= 0.25 * rate()) gesture = { ...begun(true, false), nearEnd: true };
    else {
      settle();
      stop('paused');
    }
  };

  const checkpoint = (): Checkpoint | undefined =>
    id
      ? {
          ...common(state!),
          closing,
          playing: mode === 'playing',
          time: stamp(signal),
          position: within(here()),
          watched: live ? [] : own(),
          secondsPlayed: round(spent() - about!.history.secondsPlayed),
          completed,
          untold,
          milestones: claimed,
        }
      : undefined;

  reset();
  return {
    take(given) {
      signal = given.state.played ? { played: given.state.played, ...given } : given;
      const { type, state: now } = given;
      if (type === 'boundary') passed = [];
      // A tick that changes nothing leaves nothing behind.
      if (out.length) out = [];
      // What the element says to be played is the advertisement's.
      if (now.ad) signal = { ...given, played: [] };
      if (now.ad && type !== 'boundary') {
        if (state) {
          if (!inAd) halt();
          settle(-1);
          if (mode !== 'idle') gesture = { ...begun(false, true), ad: closed.length };
          inAd = true;
        }
      } else if (type === 'boundary' || now.gone) {
        // The player has let go of the old source: only what was read before holds. Captions that are gone went with it.
        if (!state?.captions) changes.delete('captions');
        if (state && !inAd) halt();
        end();
        state = undefined;
        if (now.empty) position = 0;
        read = given;
      } else {
        heed(given);
        // What the options say of its length does not say that it is there.
        if (rules.startOn === 'metadata' && type !== 'leave' && now.duration > 0) initialize();
        if (type === 'aside' && !isUnclear(now)) settle();
        if (type === 'hide') {
          const held = gesture?.rests === false;
          settle(-1);
          // What is still held goes on from there.
          if (held) gesture = begun(false, true);
        }
      }
      // What has not begun does not end.
      if (type === 'leave' && id) end();
      return out;
    },
    wake() {
      const first = pending().find((one) => isStill(one) || pauseIn(one));
      return first && isStill(first) && !isHeld(first, signal) ? momentOf(first).mono + SETTLE : undefined;
    },
    get id() {
      return id;
    },
    get progress() {
      return { ...progress(), position };
    },
    forgo() {
      untold = false;
    },
    checkpoint,
    get ended() {
      return before;
    },
  };
}
