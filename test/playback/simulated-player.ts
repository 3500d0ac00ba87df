import type { MediaLearningEvent, Segment } from '../../src/events.ts';
import { createSession, type Rules, type Session } from '../../src/playback/session.ts';
import type { History, Subject } from '../../src/playback/subject.ts';
import type { Signal, SignalType, Snapshot } from '../../src/playback/signal.ts';
import type { Adapter } from '../../src/player/adapter.ts';
import { type MediaName, readMedia } from '../../src/player/media-reader.ts';

/** Who orders the events: the traces of Chromium and Firefox, and videojs-youtube's source. */
export type Dialect = 'chromium' | 'firefox' | 'youtube';

export const RULES: Rules = { startOn: 'play', milestones: [0, 25, 50, 75, 100], milestoneBasis: 'watched', completion: {} };
export const NOTHING: History = { segments: [], secondsPlayed: 0, completed: false, milestones: [] };

export interface Settings {
  readonly dialect?: Dialect;
  /** Seconds. */
  readonly duration?: number;
  readonly rules?: Partial<Rules>;
  readonly history?: Partial<History>;
  readonly media?: Partial<Subject['media']>;
  readonly subject?: () => Subject | undefined;
  /** Whether the player knows the length from the beginning. @default true */
  readonly known?: boolean;
  /** Seeds the unevenness of the clocks. */
  readonly seed?: number;
}

/** What really happened in one session: what was played and what the learner did. */
export interface Truth {
  readonly segments: [number, number][];
  /** The events that it ought to lead to, in order, but for milestones and completion. */
  readonly types: string[];
  readonly seeks: { readonly from: number; readonly to: number }[];
}

/** `paused` and `terminated` share a member of the union with others. */
type MediaEvent<T> = Extract<MediaLearningEvent, { type: T }> | (MediaLearningEvent & { type: T });

interface Task {
  at: number;
  readonly run: () => void;
}

/** As much of a page as the adapter needs. */
const page = globalThis as { screen?: object; ResizeObserver?: unknown };
page.screen ??= { width: 1920, height: 1080 };
page.ResizeObserver ??= class {
  observe(): void {}
  disconnect(): void {}
};

/** A media element with Video.js around it, on a clock that only `run` moves; the adapter reads it, the session judges. */
export class SimulatedPlayer {
  readonly events: MediaLearningEvent[] = [];
  readonly signals: Signal[] = [];
  readonly truths: Truth[] = [];
  readonly session: Session;
  truth: Truth = { segments: [], types: [], seeks: [] };
  mono = 5_000;
  /** How fast the clock of the sound card runs by the page's. */
  drift = 1;
  /** By how many seconds the position is told too late, if negative, or too early. */
  skew = 0;
  /** What the wall clock is ahead of the monotonic one. */
  offset = Date.UTC(2026, 0, 5, 8);

  // What the getters of the player say.
  paused = true;
  ended = false;
  seeking = false;
  scrubbing = false;
  held = false;
  /** The browser's own controls are held. */
  gripped = false;
  /** The media broke. */
  broken = false;
  loop = false;
  rate = 1;
  volume = 1;
  muted = false;
  fullscreen = false;
  captions = '';
  height = 0;
  source = '';
  ad = false;
  size: readonly [number, number] = [640, 360];
  private position = 0;
  private shownDuration = NaN;
  private readyState = 0;
  private played: [number, number][] = [];

  private readonly dialect: Dialect;
  private duration = 0;
  private tasks: Task[] = [];
  private hidden = false;
  private stalled = false;
  private synced = 0;
  private startsAt = 0;
  private tickAt = Infinity;
  private split = true;
  private mode: 'idle' | 'playing' | 'paused' | 'ended' = 'idle';
  private seed: number;
  /** Position as an iframe still tells it after it was told to seek. */
  private by: Signal['by'];
  private deaf = false;
  private stale: number | undefined;
  private seekToken = 0;
  private landing: number | undefined;
  private sources = 0;
  private adClock = 0;
  private readonly adapter: Adapter;
  private listen: (event: { type: string }) => void = () => undefined;

  constructor({ dialect = 'chromium', duration = 60, known = true, seed = 1, ...settings }: Settings = {}) {
    this.dialect = dialect;
    this.seed = seed;
    let ids = 0;
    const media = { id: 'https://example.org/v', ...settings.media };
    const subject = (): Subject => ({ media, registration: 'r', history: { ...NOTHING, ...settings.history } });
    this.session = createSession({ ...RULES, ...settings.rules }, settings.subject ?? subject, () => `id-${++ids}`);
    const values: Partial<Record<MediaName, () => unknown>> = {
      currentTime: () => (this.ad ? this.adClock : (this.stale ?? this.position + this.skew)),
      duration: () => (this.ad ? 15 : this.shownDuration),
      paused: () => this.paused,
      ended: () => this.ended,
      seeking: () => this.seeking,
      loop: () => this.loop,
      // That of videojs-youtube is an object in any case.
      error: () => (this.broken ? { code: 3 } : dialect === 'youtube' ? { code: NaN, message: 'YouTube unknown error (undefined)' } : null),
      playbackRate: () => this.rate,
      volume: () => this.volume,
      muted: () => this.muted,
      currentSrc: () => this.source,
      videoHeight: () => this.height,
      textTracks: () => (this.captions ? [{ kind: 'captions', mode: 'showing', language: this.captions }] : []),
    };
    values.readyState = () => (dialect === 'youtube' && this.source ? undefined : this.readyState);
    if (dialect !== 'youtube') {
      values.played = () => ({ length: this.played.length, start: (i: number) => this.played[i]![0], end: (i: number) => this.played[i]![1] });
    }
    this.adapter = readMedia(
      {
        get: (name) => values[name]?.(),
        on: (types, listener) => {
          this.listen = (event) => types.includes(event.type) && listener(event);
          return () => (this.listen = () => undefined);
        },
        element: () => ({ getBoundingClientRect: () => ({ width: this.size[0], height: this.size[1] }), matches: () => this.gripped, querySelector: () => null }) as object as Element,
        fullscreen: () => this.fullscreen,
        popout: () => false,
        scrubbing: () => this.scrubbing,
        held: () => this.held,
        ad: () => this.ad,
        skipped: () => {
          const { by } = this;
          this.by = undefined;
          return by;
        },
        kind: () => ({}),
      },
      'playerreset texttrackchange adstart adend fullscreenchange playerresize',
    );
    this.load(duration, known);
    this.adapter.observe((type, more_) => this.tell(type, more_));
  }

  // ---------------------------------------------------------------- clock

  /** Lets time pass. */
  run(ms: number): this {
    const until = this.mono + ms;
    for (;;) {
      const end = this.running ? Math.max(this.mono, this.startsAt) + ((this.duration - this.position) / this.rate / this.drift) * 1000 : Infinity;
      const wake = this.deaf ? Infinity : (this.session.wake() ?? Infinity);
      const timer = this.hidden ? Math.ceil(wake / 1000) * 1000 : wake;
      const next = Math.min(this.tasks[0]?.at ?? Infinity, end, this.tickAt, Math.max(this.mono + 1, timer));
      if (next > until) break;
      this.mono = next;
      this.sync();
      if (next === this.tasks[0]?.at) this.tasks.shift()!.run();
      else if (next === end) this.reachEnd();
      else if (next === this.tickAt) this.tick();
      else this.tell('tick');
    }
    this.mono = until;
    this.sync();
    return this;
  }

  /** The computer sleeps: clocks go on, nothing else does. */
  sleep(ms: number): this {
    this.sync();
    this.mono += ms;
    this.synced += ms;
    this.startsAt += ms;
    this.tickAt += ms;
    for (const task of this.tasks) task.at += ms;
    return this;
  }

  private get running(): boolean {
    return !this.paused && !this.broken && !this.seeking && !this.stalled && !this.ended && !this.ad && this.readyState > 2;
  }

  /** Moves the media clock up to now. */
  private sync(): void {
    const from = Math.max(this.synced, this.startsAt);
    this.synced = this.mono;
    if (!this.running || this.mono <= from) return;
    const to = Math.min(this.duration, this.position + ((this.mono - from) / 1000) * this.rate * this.drift);
    const last = this.truth.segments[this.truth.segments.length - 1];
    if (last && !this.split) last[1] = to;
    else this.truth.segments.push([this.position, to]);
    this.split = false;
    this.play_(this.position, to);
    this.position = to;
  }

  /** Keeps `video.played`, a union. */
  private play_(from: number, to: number): void {
    const apart = this.played.filter(([a, b]) => b < from || a > to);
    const met = this.played.filter(([a, b]) => b >= from && a <= to);
    this.played = [...apart, [Math.min(from, ...met.map(([a]) => a)), Math.max(to, ...met.map(([, b]) => b))] as [number, number]].sort(
      (a, b) => a[0] - b[0],
    );
  }

  private random(): number {
    this.seed = (this.seed * 16807) % 2147483647;
    return this.seed / 2147483647;
  }

  private tick(): void {
    if (this.running || (this.dialect === 'youtube' && !this.paused)) {
      this.tickAt = this.mono + (this.hidden ? 1000 : 240 + this.random() * 40);
      this.fire('timeupdate');
    } else this.tickAt = Infinity;
  }

  /** Queues what happens `delay` ms from now. */
  private later(delay: number, ...runs: (string | (() => void))[]): void {
    const at = this.mono + delay;
    const index = this.tasks.findIndex((task) => task.at > at);
    const tasks = runs.map((run) => ({ at, run: typeof run === 'string' ? () => this.fire(run) : run }));
    this.tasks.splice(index < 0 ? this.tasks.length : index, 0, ...tasks);
  }

  // ---------------------------------------------------------------- signals

  fire(...types: string[]): this {
    for (const type of types) this.listen({ type });
    return this;
  }

  tell(type: SignalType, more: Pick<Signal, 'played' | 'by'> = {}): this {
    this.sync();
    const signal: Signal = { type, wall: Math.floor(this.mono + this.offset), mono: this.mono, state: this.adapter.read(true), ...more };
    this.signals.push(signal);
    this.events.push(...this.session.take(signal));
    return this;
  }

  private expect(...types: string[]): void {
    if (this.mode !== 'idle') this.truth.types.push(...types);
  }

  private conclude(): void {
    if (this.mode !== 'idle') {
      if (this.mode === 'playing') this.expect('paused');
      this.expect('terminated');
      this.truths.push(this.truth);
    }
    this.truth = { segments: [], types: [], seeks: [] };
    this.split = true;
    this.mode = 'idle';
  }

  // ---------------------------------------------------------------- what a learner does

  play(): this {
    if (!this.paused) return this;
    this.sync();
    const again = this.position >= this.duration;
    if (again && this.mode !== 'idle') this.mode = 'ended';
    if (this.mode === 'idle') this.truth.types.push('initialized', 'started');
    else this.expect(this.mode === 'ended' ? 'restarted' : 'resumed');
    this.mode = 'playing';
    this.unpause(again);
    return this;
  }

  private unpause(again: boolean): void {
    const starts = (): void => {
      this.sync();
      this.startsAt = this.mono + 20 + this.random() * 20;
      this.tickAt = this.mono + (this.dialect === 'firefox' ? 45 : 290);
    };
    if (this.dialect === 'youtube') {
      this.later(60, () => {
        this.sync();
        this.paused = this.ended = false;
        this.stalled = true;
        if (again) this.jump(0);
        this.tickAt = this.mono + 250;
        this.fire('timeupdate', 'waiting');
      });
      this.later(200, () => this.youtubePlays());
      return;
    }
    this.paused = false;
    if (again) {
      this.jump(0);
      this.ended = false;
      this.seeking = true;
      if (this.dialect === 'chromium') this.later(2, 'seeking', 'play', 'waiting');
      else this.later(2, 'play', 'waiting', 'canplay', 'playing', 'seeking', 'timeupdate', 'waiting');
      this.arrive(8);
    } else if (this.readyState > 2 && !this.seeking) {
      starts();
      this.later(1, 'play', 'playing');
    } else this.later(1, 'play', ...(this.dialect === 'firefox' && this.seeking ? ['playing'] : ['waiting']));
  }

  pause(): this {
    if (this.paused) return this;
    this.halt(true);
    return this;
  }

  private halt(meant = false): void {
    const pause = (): void => {
      this.sync();
      if (meant && !this.paused) {
        this.expect('paused');
        this.mode = this.mode === 'idle' ? 'idle' : 'paused';
      }
      this.paused = true;
    };
    if (this.dialect === 'youtube') {
      this.later(50, () => {
        pause();
        if (this.seeking) {
          this.seeking = false;
          this.fire('canplay', 'seeked');
        } else this.fire('canplay', 'pause');
      });
    } else {
      pause();
      this.later(1, 'timeupdate', 'pause');
    }
  }

  /** By keyboard or API. `latency`: ms until the data is there. */
  seek(to: number, latency = 5 + this.random() * 30): this {
    this.sync();
    this.intend(this.position, to);
    this.move(to, latency);
    return this;
  }

  /** The seek that is under way lands there. */
  beside(position: number): this {
    this.landing = position;
    return this;
  }

  /** Seeks that follow each other too fast to be told apart: one gesture. */
  chain(steps: readonly number[], pace: number): this {
    this.sync();
    this.intend(this.position, steps[steps.length - 1]!);
    for (const step of steps) {
      this.move(step, 5 + this.random() * 30);
      this.run(pace);
    }
    return this;
  }

  /** What the session makes of a signal that nobody simulated, so many ms after the last one that was heard. */
  hand(after: number, type: SignalType, state: Partial<Snapshot>, more: Partial<Signal> = {}): MediaLearningEvent[] {
    const { played: _, ...last } = this.signals.at(-1)!;
    return this.session.take({ ...last, type, mono: last.mono + after, wall: last.wall + after, ...more, state: { ...last.state, ...state } });
  }

  /** Video.js' own button. */
  skipForward(seconds: number): this {
    this.by = 'skip-forward';
    return this.seek(this.now.position + seconds);
  }

  /** The streaming engine jumps over what is missing, and says so at once. */
  skipGap(to: number): this {
    this.move(to, 10);
    return this.tell('skipped');
  }

  private intend(from: number, to: number): void {
    const target = Math.max(0, Math.min(to, this.duration));
    if (this.mode === 'idle' || Math.abs(target - from) < 0.05) return;
    this.truth.seeks.push({ from, to: target });
    this.expect('seeked');
  }

  private jump(to: number): void {
    this.split = true;
    this.position = Math.max(0, Math.min(to, this.duration));
  }

  private move(to: number, latency: number): void {
    this.sync();
    const before = this.position;
    this.jump(to);
    this.stalled = false;
    if (this.dialect === 'youtube') return this.moveYoutube(before);
    this.seeking = true;
    this.ended = false;
    this.later(1, ...(this.paused ? ['seeking'] : ['seeking', 'waiting']));
    this.arrive(latency);
  }

  /** The seek is done `latency` ms from now, unless there is another before. */
  private arrive(latency: number): void {
    const token = ++this.seekToken;
    this.later(Math.max(3, latency), () => {
      if (token !== this.seekToken) return;
      this.sync();
      this.seeking = false;
      this.position = this.landing ?? this.position;
      this.landing = undefined;
      const over = this.position >= this.duration && !this.loop;
      this.ended = over;
      const wasPaused = this.paused;
      if (over) this.paused = true;
      this.startsAt = this.mono + (this.dialect === 'chromium' ? 0 : 30);
      this.tickAt = this.mono + 260;
      this.fire('timeupdate', 'seeked', 'canplay');
      if (!wasPaused) this.fire('playing');
      if (over && !wasPaused) {
        this.arriveAtEnd();
        this.fire('timeupdate', 'pause', 'ended');
      } else if (over && this.dialect === 'firefox') this.fire('timeupdate', 'ended');
    });
  }

  /**
   * @param steps where it goes, 100 ms each; `hold`: how long the button is down before the first step; `native`: on the browser's own
   * bar, which tells of nothing but what comes of it
   */
  drag(steps: readonly number[], { hold = 60, pace = 100, native = false } = {}): this {
    this.sync();
    const wasPaused = this.paused;
    this.gripped = native;
    this.intend(this.position, steps[steps.length - 1]!);
    if (!wasPaused) this.halt();
    this.move(steps[0]!, 20);
    this.run(hold);
    for (const step of steps.slice(1)) {
      this.scrubbing = !native;
      this.move(step, 5 + this.random() * 30);
      this.run(pace);
    }
    this.scrubbing = this.gripped = false;
    if (!native) this.fire('timeupdate');
    else if (wasPaused) this.later(100, 'resize');
    if (!wasPaused) this.unpause(false);
    return this;
  }

  /** The media breaks: WebKit puts the clock back to its beginning, and says that it plays. */
  break(): this {
    this.sync();
    this.broken = true;
    this.jump(0);
    return this.fire('error');
  }

  /** A click on the seek bar: pause, seek and play in one task, or `down` ms apart. */
  click(to: number, down = 0): this {
    this.sync();
    const wasPaused = this.paused;
    this.intend(this.position, to);
    if (!wasPaused) this.halt();
    this.move(to, 15 + down);
    this.run(down);
    this.fire('timeupdate');
    if (!wasPaused) this.unpause(false);
    return this;
  }

  private youtubePlays(): void {
    this.sync();
    if (this.mode === 'ended') {
      // Video.js went back to the start by itself.
      this.expect('restarted');
      this.mode = 'playing';
    }
    this.stalled = this.paused = this.ended = false;
    this.stale = undefined;
    this.startsAt = this.mono;
    this.tickAt = this.mono + 250;
    this.fire('timeupdate', 'durationchange', 'playing', 'play');
    if (this.seeking) {
      this.seeking = false;
      this.fire('seeked');
    }
  }

  private moveYoutube(before: number): void {
    const token = ++this.seekToken;
    this.stale = before;
    const still = (run: () => void) => (): void => {
      if (token === this.seekToken) run();
    };
    this.fire('timeupdate', 'seeking');
    this.seeking = true;
    this.stalled = true;
    this.ended = false;
    this.later(90, still(() => (this.stale = undefined)));
    if (!this.paused) {
      this.later(100, still(() => this.paused || this.fire('timeupdate', 'waiting')));
      this.later(220, still(() => this.paused || this.youtubePlays()));
    }
    this.later(
      250,
      still(() => {
        if (!this.paused || !this.seeking) return;
        this.seeking = false;
        this.stalled = false;
        this.fire('timeupdate', 'seeked');
      }),
    );
  }

  // ---------------------------------------------------------------- what happens to media

  private arriveAtEnd(): void {
    this.expect('ended');
    this.mode = this.mode === 'idle' ? 'idle' : 'ended';
  }

  private reachEnd(): void {
    this.position = this.duration;
    this.arriveAtEnd();
    if (this.loop && this.dialect !== 'youtube') {
      this.expect('restarted');
      if (this.mode !== 'idle') this.mode = 'playing';
      this.jump(0);
      if (this.dialect === 'chromium') {
        this.seeking = true;
        this.later(1, 'seeking', 'waiting');
        this.arrive(6);
      } else this.later(35, 'seeking', 'timeupdate', 'seeked');
      return;
    }
    this.tickAt = Infinity;
    if (this.dialect === 'firefox') {
      this.duration += 0.004;
      this.shownDuration = this.duration;
      this.fire('durationchange');
      this.sync();
      this.position = this.duration;
      const last = this.truth.segments[this.truth.segments.length - 1];
      if (last && !this.split) last[1] = this.duration;
      this.paused = this.ended = true;
      this.later(1, 'timeupdate', 'pause', 'ended');
    } else if (this.dialect === 'youtube') {
      this.paused = this.ended = true;
      if (this.loop) {
        this.move(0, 0);
        this.unpause(false);
      }
      this.fire('ended');
    } else {
      this.paused = this.ended = true;
      this.later(0, 'timeupdate', 'pause', 'ended');
    }
  }

  /** For lack of data, or because the tab gets no time. */
  stall(ms: number): this {
    this.sync();
    this.stalled = true;
    this.fire('waiting');
    this.run(ms);
    this.stalled = false;
    this.startsAt = this.mono;
    this.tickAt = this.mono + 250;
    if (!this.paused && !this.seeking) this.fire('playing');
    return this.run(10);
  }

  /** Nothing is heard of the player meanwhile, not even that the session's timers are due. */
  mute(run: () => unknown): this {
    const { listen } = this;
    this.listen = () => undefined;
    this.deaf = true;
    run();
    this.deaf = false;
    this.listen = listen;
    return this;
  }

  setRate(rate: number): this {
    this.sync();
    if (rate !== this.rate) this.expect('rateChanged');
    this.rate = rate;
    this.later(1, 'ratechange');
    return this.run(5);
  }

  /** The slider is dragged through `values`. */
  setVolume(...values: number[]): this {
    if (values[values.length - 1] !== this.volume) this.expect('volumeChanged');
    for (const volume of values) {
      this.volume = volume;
      this.later(1, 'volumechange');
      this.run(40);
    }
    return this;
  }

  setMuted(muted: boolean): this {
    if (muted !== this.muted) this.expect(muted ? 'muted' : 'unmuted');
    this.muted = muted;
    this.later(1, 'volumechange');
    return this.run(5);
  }

  hide(hidden = true): this {
    this.hidden = hidden;
    if (hidden) this.tell('hide');
    return this;
  }

  grow(duration: number): this {
    this.sync();
    this.shownDuration = duration;
    if (duration > 0) this.duration = duration;
    this.later(1, 'durationchange');
    return this;
  }

  // ---------------------------------------------------------------- sources

  /** As at the start of the page: nobody hears it. */
  private load(duration: number, known: boolean): void {
    this.duration = duration;
    this.shownDuration = known ? duration : NaN;
    if (duration === Infinity) this.duration = 1e6;
    this.readyState = 4;
    this.source = `https://example.org/${++this.sources}.mp4`;
  }

  /** Another source, or the same again. */
  changeSource(duration: number, { same = false } = {}): this {
    this.sync();
    this.conclude();
    const moved = this.position > 0;
    this.tasks = [];
    this.seekToken++;
    this.position = this.readyState = 0;
    this.stale = undefined;
    this.seeking = this.ended = this.stalled = this.scrubbing = false;
    this.played = [];
    if (!same) this.source = `https://example.org/${++this.sources}.mp4`;
    this.duration = duration;
    if (this.dialect === 'youtube') {
      // It says nothing before its iframe does, but the position is gone at once.
      this.later(80, () => {
        this.readyState = 4;
        this.paused = true;
        this.shownDuration = duration;
        this.fire('loadstart', 'loadedmetadata', 'durationchange');
      });
      return this.run(120);
    }
    this.paused = true;
    this.tickAt = Infinity;
    this.later(2, 'sourceset', 'abort', 'emptied', ...(moved ? ['timeupdate'] : []));
    if (this.rate !== 1) this.later(2, () => void (this.rate = 1), 'ratechange');
    this.later(5, () => void (this.shownDuration = NaN), 'loadstart', 'suspend');
    this.later(20, () => void ((this.shownDuration = duration), (this.readyState = 1)), 'durationchange', 'loadedmetadata');
    this.later(30, () => void (this.readyState = 4), 'loadeddata', 'canplay', 'canplaythrough');
    return this.run(40);
  }

  /** Video.js unloads it and makes a new tech. */
  reset(): this {
    this.sync();
    this.conclude();
    this.tasks = [];
    this.position = this.readyState = 0;
    this.shownDuration = NaN;
    this.paused = true;
    this.seeking = this.ended = this.scrubbing = false;
    this.rate = 1;
    this.source = '';
    this.played = [];
    this.tickAt = Infinity;
    return this.fire('sourceset', 'ratechange', 'volumechange', 'playerreset', 'ready');
  }

  /** The page or the player goes, or the learner does. */
  leave(): this {
    this.sync();
    this.conclude();
    if (!this.paused) {
      this.mode = 'playing';
      this.truth.types.push('initialized', 'started');
    }
    return this.tell('leave');
  }

  /**
   * A break by videojs-contrib-ads: the media stands still, the getters tell of the advertisement. `restores`: it played in the
   * media's own element, which begins at 0 again before it is put back. `early`: seconds that the media plays before the player
   * says that the advertisement is over.
   */
  advertise(ms: number, { restores = false, during, resumesAt, restoresAt, early = 0 }: { restores?: boolean; during?: () => unknown; resumesAt?: number; restoresAt?: number; early?: number } = {}): this {
    this.sync();
    this.ad = true;
    this.fire('adstart');
    for (const until = this.mono + ms; this.mono < until; ) {
      this.run(250);
      this.adClock += 0.25;
      this.fire('timeupdate');
    }
    during?.();
    if (early) {
      this.truth.segments.push([this.position, this.position + early]);
      this.split = false;
      this.play_(this.position, this.position + early);
      this.position += early;
    }
    this.adClock = 0;
    this.ad = false;
    this.startsAt = this.synced = this.mono;
    this.tickAt = this.mono + 250;
    if (resumesAt !== undefined) this.jump(resumesAt);
    if (!restores) return this.fire('playing', 'adend');
    const position = restoresAt ?? this.position;
    this.paused = true;
    this.position = 0;
    this.fire('adend', 'timeupdate').run(100);
    this.position = position;
    this.seeking = true;
    this.fire('seeking').run(30);
    this.seeking = this.paused = false;
    this.startsAt = this.synced = this.mono;
    return this.fire('play', 'seeked', 'playing');
  }

  /** Whether events wait to be heard. */
  get pressed(): boolean {
    return this.tasks.some(({ at }) => at <= this.mono + 2);
  }

  /** Whether the media is so near its end that what happens now and the end come at once. */
  get isEnding(): boolean {
    this.sync();
    return !this.paused && this.duration > 0 && (this.duration - this.position) / this.rate < 0.005;
  }

  get now(): { readonly position: number; readonly duration: number } {
    this.sync();
    return { position: this.position, duration: this.duration };
  }

  /** The types of what was recorded, but for milestones and completion. */
  get types(): string[] {
    return this.events.map(({ type }) => type as string).filter((type) => type !== 'progressed' && type !== 'completed');
  }

  /** What was recorded of one type. */
  of<T extends MediaLearningEvent['type']>(type: T): MediaEvent<T>[] {
    return this.events.filter((event): event is MediaEvent<T> => event.type === type);
  }

  get segments(): readonly Segment[] {
    return this.session.progress.segments;
  }
}
