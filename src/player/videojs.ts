import type { Signal } from '../playback/signal.js';
import type { Adapter } from './adapter.js';
import { type MediaName, readMedia } from './media-reader.js';

type Listener = (event: { readonly type: string; readonly name?: string; readonly target?: unknown }) => void;

interface QualityLevels extends ArrayLike<{ readonly height?: number; readonly enabled: boolean }> {
  readonly selectedIndex: number;
  on(type: string, listener: () => void): void;
  off(type: string, listener: () => void): void;
}

/** As much of a Video.js 8 player as is read here. */
export interface PlayerLike {
  on(types: readonly string[], listener: Listener): void;
  off(types: readonly string[], listener: Listener): void;
  el(): Element | null;
  currentTime(): unknown;
  tech?(safety: unknown): {
    currentTime?(): unknown;
    on(type: string, listener: Listener): void;
    off(type: string, listener: Listener): void;
    error?(): unknown;
    /** Video.js's own streaming engine. */
    readonly vhs?: { representations?(): readonly { readonly playlist?: { readonly disabled?: boolean } }[] };
  } | undefined;
  scrubbing(): unknown;
  isFullscreen(): unknown;
  isFullWindow?: boolean;
  isInPictureInPicture(): unknown;
  isAudio?(): boolean;
  currentType(): string;
  currentSrc(): string;
  ended(): boolean;
  paused(): boolean;
  qualityLevels?(): QualityLevels;
  ads?: { isInAdMode?(): boolean; isContentResuming?(): boolean; readonly contentSrc?: string };
}

/** What the streaming engine says when it moves the position by itself. */
const ENGINE_SEEKS = /gap-skip|resync|waiting|underflow/;

/** A seek begins within so many ms after the click on a control that asks for it. */
const SOON = 1_000;

/** A key that is held repeats itself within so many ms. */
const REPEAT = 1_000;

const MORE = 'playerreset fullscreenchange enterFullWindow exitFullWindow adstart adend';

/** What contrib-ads calls by other names for as long as it waits for the media to come back. */
const CONTENT = ['contentplaying', 'contentpause', 'contenttimeupdate', 'contentseeking', 'contentseeked', 'contentwaiting'];

/** Reads a Video.js 8 player, through its own methods so that middleware is heard too. */
export function fromVideojs(player: PlayerLike, skipAds = true): Adapter {
  let skip: Signal['by'];
  let clicked = 0;
  /** The bar that is held: of the seek bar the player says so only once the pointer has moved. */
  let held = '';
  /** The finger that held it is gone without a word that Video.js hears: for it, it holds the bar for good. */
  let isLost = false;
  /** After a postroll in the media's own element contrib-ads puts the media back to its end, and waits for an `ended` that Chromium does not fire there. */
  let restored = false;
  let replayed = false;
  return readMedia({
    get(name) {
      const tech = player.tech?.(true);
      // The player's own may be a page's word on anything.
      if (name === 'error') return tech?.error?.();
      // No middleware is asked what was played: its clock may be another.
      if (name === 'played' && Math.abs((player.currentTime() as number) - (tech?.currentTime?.() as number)) > 0.1) return undefined;
      // What a tech lacks, the player would complain about in the console, at each question.
      return !tech || name in tech || name === 'currentSrc' ? (player as unknown as Record<MediaName, () => unknown>)[name]?.() : undefined;
    },
    on(types, listener) {
      // Whoever listens after contrib-ads hears of what plays in the media's place, or comes back to it, under these names alone.
      const others = skipAds ? CONTENT : types.flatMap((type) => [`ad${type}`, `content${type}`]);
      const heard: Listener = ({ type }) => {
        // Other advertisements have events of their own by such names.
        if (type[0] === 'c' || player.ads?.isInAdMode?.()) listener({ type: type.replace(/^(ad|content)/, '') });
      };
      player.on(types, listener);
      player.on(others, heard);
      return () => {
        player.off(types, listener);
        player.off(others, heard);
      };
    },
    element: () => player.el(),
    fullscreen: () => player.isFullscreen() || player.isFullWindow,
    popout: () => player.isInPictureInPicture(),
    scrubbing: () => (!isLost && player.scrubbing()) || /progress/.test(held),
    held: () => /volume/.test(held),
    ad() {
      const { ads } = player;
      const ad = skipAds && !!ads?.isInAdMode?.();
      restored = ad && !!ads!.isContentResuming?.() && (restored || (player.ended() && player.currentSrc() === ads!.contentSrc));
      replayed = restored && (replayed || !player.paused());
      return ad && !replayed;
    },
    quality() {
      const levels = player.qualityLevels?.();
      if (!levels?.length) return undefined;
      let free = Array.from(levels).map(({ enabled }) => enabled);
      try {
        // The engine's own calls those disabled too that it gives up for a while.
        free = player.tech?.(true)?.vhs?.representations?.().map(({ playlist }) => !playlist?.disabled) ?? free;
      } catch {
        // It has no playlist yet.
      }
      // Where there is one, nobody chose it.
      return { height: levels[levels.selectedIndex]?.height, adaptive: free.length < 2 || free.filter(Boolean).length > 1 };
    },
    kind() {
      const mediaType = player.currentType();
      return { ...((player.isAudio?.() || /^audio\//.test(mediaType)) && { type: 'audio' }), ...(mediaType && { mediaType }) };
    },
    skipped() {
      // A control that moves nothing, as before the length is known, has nothing to do with a later seek.
      const by = performance.now() - clicked < SOON ? skip : undefined;
      skip = undefined;
      return by;
    },
    observe(look, skipped, hold) {
      const element = player.el();
      const life = new AbortController();
      const early = { capture: true, signal: life.signal };
      const press = ({ target }: Event): void => {
        const control = (target as Element | null)?.closest?.('[class*=vjs-skip-forward],[class*=vjs-skip-backward]');
        clicked = performance.now();
        skip = control ? (/skip-forward/.test(control.className) ? 'skip-forward' : 'skip-backward') : undefined;
      };
      // Of a touch Video.js lets no click come.
      for (const type of ['click', 'touchend']) element?.addEventListener(type, press, early);
      // In a picture-in-picture window of its own the player has another document.
      const follow = (listener: () => void, ...types: string[]): void => {
        const { ownerDocument } = element!;
        for (const type of types) ownerDocument.addEventListener(type, listener, early);
        // That window may be closed with the bar held.
        if (ownerDocument !== document) ownerDocument.defaultView?.addEventListener('pagehide', listener, early);
      };
      element?.addEventListener('keydown', (event) => {
        // Where the media is right before the learner moves it.
        look();
        if (/^(Arrow|Page)/.test((event as KeyboardEvent).key)) hold(REPEAT);
        follow(lift, 'keyup');
      }, early);
      (element as HTMLElement | null)?.addEventListener('pointerdown', ({ target, button }) => {
        look();
        isLost = false;
        held = (!button && (target as Element | null)?.closest?.('[class*=vjs-volume-control],[class*=vjs-progress-control]')?.className) || '';
        follow(release, 'pointerup', 'pointercancel', 'contextmenu');
      }, early);
      element?.addEventListener('touchcancel', () => {
        isLost = true;
        held = '';
        look();
      }, early);
      const lift = (): void => hold(0);
      const release = (): void => {
        if (!held) return;
        held = '';
        look();
      };
      // Nobody has held it while the page was away, or another window in front.
      for (const type of ['pageshow', 'blur']) for (const listener of [lift, release]) addEventListener(type, listener, { signal: life.signal });
      const levels = player.qualityLevels?.();
      levels?.on('change', look);
      // The tech is another after each source change that needs one.
      let tech: ReturnType<NonNullable<PlayerLike['tech']>>;
      const usage: Listener = ({ name }) => ENGINE_SEEKS.test(name as string) && skipped();
      const attach = (): void => {
        tech?.off('usage', usage);
        tech = player.tech?.(true);
        tech?.on('usage', usage);
      };
      player.on(['ready', 'loadstart'], attach);
      attach();
      return () => {
        life.abort();
        levels?.off('change', look);
        player.off(['ready', 'loadstart'], attach);
        tech?.off('usage', usage);
      };
    },
  }, MORE);
}
