import type { Segment } from '../events.js';
import { isLanguage } from '../options/expect.js';
import type { Signal, SignalType, Snapshot } from '../playback/signal.js';
import type { Adapter } from './adapter.js';

/** What a media element calls a property, a Video.js player calls a method of the same name. */
export type MediaName =
  | 'currentTime'
  | 'duration'
  | 'paused'
  | 'ended'
  | 'error'
  | 'seeking'
  | 'seekable'
  | 'loop'
  | 'preload'
  | 'playbackRate'
  | 'volume'
  | 'muted'
  | 'played'
  | 'buffered'
  | 'readyState'
  | 'networkState'
  | 'currentSrc'
  | 'videoHeight'
  | 'textTracks';

/** What differs between the players. */
export interface MediaHost {
  get(name: MediaName): unknown;
  on(types: readonly string[], listener: (event: { readonly type: string }) => void): () => void;
  /** The element that the learner sees. */
  element(): Element | null | undefined;
  fullscreen(): unknown;
  popout(): unknown;
  scrubbing?(): unknown;
  held?(): boolean;
  ad?(): unknown;
  /** The rendition's height, and whether the bitrate logic chose it. */
  quality?(): { readonly height?: number | undefined; readonly adaptive: boolean } | undefined;
  kind: Adapter['kind'];
  /** The control that asked for the seek that begins now. */
  skipped?(): Signal['by'];
  /**
   * Attaches what only this player has: `look` where something may have changed, `skipped` where the engine itself sought, `hold` where the
   * learner holds something for so many ms from now on, if nobody says otherwise.
   */
  observe?(look: () => void, skipped: () => void, hold: (ms: number) => void): () => void;
}

/** Events that are signals of the same name, and those after which another source may be there. */
const SIGNALS = /^(playing|waiting|seeking|seeked|ended)$/;
const BOUNDARIES = /^(emptied|loadstart|playerreset)$/;

/** The browser's own controls. That they are held nobody tells: so often, in ms, is it looked whether they still are. */
const NATIVE = '[controls]:not(.video-js)';
const LOOK = 100;
/** Not even that shows where it is a finger: of Chromium's bar it pauses so many ms before it seeks, and goes on after no more than so many. */
const TOUCH = 250;
const REST = 10_000;

const TRACK_EVENTS = ['change', 'removetrack'];

const EVENTS =
  'loadstart suspend emptied loadedmetadata durationchange play playing pause waiting timeupdate seeking seeked ended error ratechange volumechange resize enterpictureinpicture leavepictureinpicture ';

/** Everything that a player shares with a media element. */
export function readMedia(host: MediaHost, moreEvents: string): Adapter {
  // What cannot change without an event is read when one comes, and not at every tick.
  let view: Omit<Snapshot, 'position' | 'duration' | 'paused' | 'ended' | 'seeking' | 'scrubbing' | 'loop' | 'ad'>;
  let ready = 0;
  let source = '';
  let inAd = false;
  let tracks: Partial<EventTarget> | undefined;
  /** The position that was read last for a signal; what was played before the first one is nobody's. */
  let told = Infinity;
  /** The seek under way is the streaming engine's, as far as it says so. */
  let own = false;
  /** What is loaded was sought before. */
  let sought = false;

  /** A tech may lack any of it, and some throw then. */
  const get = <T>(name: MediaName, otherwise?: T): T => {
    try {
      return (host.get(name) ?? otherwise) as T;
    } catch {
      return otherwise as T;
    }
  };

  /** Whether the clock stood where what is there ends, and was put to where that goes on: engines bridge a gap so. */
  const bridges = (): boolean => {
    const there = /^blob:/.test(address()) ? get<TimeRanges | undefined>('buffered') : undefined;
    const to = get('currentTime', 0);
    for (let i = there?.length ?? 0; --i > 0; ) if (Math.abs(told - there!.end(i - 1)) < 0.5 && Math.abs(to - there!.start(i)) < 0.2) return !get('paused', true);
    return false;
  };

  const look = (): void => {
    const track = Array.from(get<ArrayLike<TextTrack>>('textTracks', [])).find(({ mode, kind }) => mode === 'showing' && /^(captions|subtitles)$/.test(kind));
    // Pages name languages as their servers do.
    const language = track?.language?.replace(/_/g, '-');
    const { width = 0, height = 0 } = host.element()?.getBoundingClientRect() ?? {};
    const rendition = host.quality?.();
    const quality = rendition?.height || get('videoHeight', 0);
    view = {
      // Engines stop the clock by a rate of 0 while they wait for data.
      rate: get('playbackRate', 1) || (view?.rate ?? 1),
      volume: get('volume', 1),
      muted: get('muted', false),
      fullscreen: !!host.fullscreen(),
      popout: !!host.popout(),
      adaptive: rendition?.adaptive ?? true,
      screen: [screen.width, screen.height],
      ...(track && { captions: isLanguage(language) ? language! : 'und' }),
      ...(width && height && { size: [Math.round(width), Math.round(height)] }),
      ...(quality && { quality }),
    };
  };

  /** Until when a key is held, and a finger is taken to hold the browser's own controls. */
  let keyed = 0;
  let touched = 0;
  let runs = false;
  const coarse = !!globalThis.matchMedia?.('(pointer: coarse)').matches;

  const has = (selector: string): boolean => {
    const element = host.element();
    return !!(element?.matches(selector) || element?.querySelector(selector));
  };

  const isKeyed = (): boolean => keyed > performance.now();
  /** Whether those are held, which may pause before they seek. */
  const isGripped = (): boolean => touched > performance.now() || has(`${NATIVE}:active`);

  const feel = (type: string): void => {
    const now = performance.now();
    const ran = runs;
    runs = !get('paused', true);
    if (runs || /^(emptied|ended)$/.test(type)) touched = 0;
    // A `timeupdate` may tell of the pause first.
    else if (ran && coarse && !get('ended', false) && has(NATIVE)) touched = now + TOUCH;
    else if (type === 'seeking' && touched > now) touched = now + REST;
  };

  const ranges = (): Segment[] => {
    const played = get<TimeRanges | undefined>('played');
    const found: Segment[] = [];
    for (let i = 0; i < (played?.length ?? 0); i++) found.push([played!.start(i), played!.end(i)]);
    // A tech that does not keep count says 0 to 0.
    return found.filter(([, end]) => end);
  };

  let name = '';
  let href = '';
  /** Video.js tells it as the page gave it, which may be relative, and differently once it is loaded. */
  const address = (): string => {
    const now = get('currentSrc', '');
    if (now === name) return href;
    name = href = now;
    try {
      href = now && new URL(now, document.baseURI).href;
    } catch {
      // It is as it is.
    }
    return href;
  };

  /** Whether it is where its address lets it begin (Media Fragments 1.0 §4.2.1): Firefox may play a moment before it seeks there by itself. */
  const begins = (): boolean => {
    const [, start] = /#(?:.*&)?t=(?:npt:)?([\d:.]+)/.exec(address()) ?? [];
    return !!start && Math.abs(start.split(':').reduce((whole, part) => whole * 60 + +part, 0) - get('currentTime', 0)) < 0.05;
  };

  look();
  return {
    read(heard) {
      const ad = !!host.ad?.();
      let position = get('currentTime', 0) || 0;
      // Of media that broke WebKit tells that it plays at 0. Firefox plays on what it has.
      const broken = !position && told < Infinity && (get<{ readonly code: number } | null>('error')?.code ?? 0) > 0;
      if (broken) position = ranges().find(([from, to]) => from <= told && to > told && to < told + 1)?.[1] ?? told;
      const played = heard && position - told > 0.4 ? ranges() : undefined;
      const given = get('duration') === Infinity && get<TimeRanges | undefined>('seekable');
      let corrected = false;
      if (given && given.length) {
        const first = given.start(0);
        // From where nothing is given any more nobody can go on.
        own = get<boolean>('seeking', false) && (own || told < first);
        // Where an engine puts what is not given: to the newest, or right behind the oldest.
        corrected = own && [first + 0.1, given.end(given.length - 1)].some((edge) => Math.abs(position - edge) < 0.05);
      }
      if (heard) told = position;
      const empty = !get('readyState', -1);
      const gripped = isGripped();
      return {
        ...view,
        position,
        ...(played && { played }),
        corrected,
        // Video.js goes on telling the length of the source before, until the next one is there.
        duration: empty ? NaN : get('duration', NaN),
        // Whatever plays there, the media itself stands still.
        paused: ad || broken || get('paused', true),
        ended: get('ended', false),
        seeking: get('seeking', false),
        scrubbing: gripped || !!host.scrubbing?.(),
        loop: get('loop', false),
        gone: ready > 0 && empty,
        empty,
        // A streaming engine looks as if it were loading, and says of what is live no more than that.
        unloaded: empty && (get<number>('networkState', 0) === 1 || (!!address() && (get('preload') === 'none' || get('duration') === Infinity))),
        ad,
        held: gripped || isKeyed() || host.held?.(),
      };
    },
    source: address,
    kind: host.kind,
    observe(hear) {
      const listen = (event: { readonly type: string }): void => {
        let type = BOUNDARIES.test(event.type) ? 'boundary' : SIGNALS.test(event.type) ? (event.type as SignalType) : 'tick';
        if (event.type !== 'timeupdate') {
          look();
          follow(get('textTracks'));
        }
        feel(event.type);
        watch();
        const now = address();
        const wasReady = ready;
        const wasAd = inAd;
        inAd = !!host.ad?.();
        // An advertisement comes and goes with sources of its own: all that counts is whether the media is another one then.
        if (inAd) {
          // Who listened later than we did, or told of it, may let the media go on with this very event.
          if (/^(playing|adend)$/.test(event.type)) queueMicrotask(changed);
          type = 'tick';
        } else {
          ready = get('readyState', -1);
          source ||= now;
          // A tech that says loadstart at the first play has not changed its source.
          if (event.type === 'loadstart' && source === now && get('duration', 0) > 0) type = 'tick';
          // The source goes some milliseconds before the event that says so, and the position is lost by then.
          else if (wasReady && !ready) type = 'boundary';
          // A tech of an iframe says nothing at all before the next play, and an element nothing where it goes on to its next
          // source. Of one that is loaded Video.js may only learn later by which of its names it goes.
          else if (source !== now && (wasAd || !wasReady || (ready < 0 && !get('currentTime', 0)))) type = 'boundary';
          if (type === 'boundary' || ready >= 0) source = now;
        }
        if (type === 'seeking' && (bridges() || (!sought && begins()))) skipped();
        if (/^(boundary|seeking)$/.test(type)) sought = type === 'seeking';
        hear(type, event.type === 'timeupdate' && !get('seeking', false) ? undefined : { played: ranges(), by: type === 'seeking' ? host.skipped?.() : undefined });
      };
      let watching: ReturnType<typeof setTimeout> | undefined;
      const watch = (): void => {
        if (isKeyed() || isGripped())
          watching ??= setTimeout(() => {
            watching = undefined;
            changed();
          }, LOOK);
      };
      const hold = (ms: number): void => {
        const before = keyed;
        keyed = performance.now() + ms;
        if (ms) watch();
        else if (before > keyed) changed();
      };
      const skipped = (): void => {
        own = true;
        hear('skipped', { played: ranges() });
      };
      const changed = (): void => listen({ type: 'change' });
      /** Some media have no tracks, or others, before they are attached. */
      const follow = (now?: Partial<EventTarget>): void => {
        for (const type of TRACK_EVENTS) tracks?.removeEventListener?.(type, changed);
        tracks = now;
        for (const type of TRACK_EVENTS) tracks?.addEventListener?.(type, changed);
      };
      // Component tests run without.
      const observer = globalThis.ResizeObserver && new ResizeObserver(changed);
      const element = host.element();
      if (element) observer?.observe(element);
      const undo = [host.on((EVENTS + moreEvents).split(' '), listen), host.observe?.(changed, skipped, hold)];
      changed();
      return () => {
        for (const stop of undo) stop?.();
        clearTimeout(watching);
        follow();
        observer?.disconnect();
      };
    },
  };
}
