import type { Adapter } from './adapter.js';
import { type MediaName, readMedia } from './media-reader.js';

/** A media element, or what behaves like one: Video.js 10's media hosts, media-chrome's custom elements. */
export type MediaLike = EventTarget & Partial<Pick<HTMLVideoElement, Exclude<MediaName, 'textTracks'>>>;

/** What only some of them have. */
interface More {
  /** The element that Video.js 10's hosts and elements drive; theirs have no size. */
  readonly target?: unknown;
  /** iOS shows a video in full without the page's doing. */
  readonly webkitDisplayingFullscreen?: boolean;
  /** Chosen by the learner, −1 where the bitrate logic chooses. */
  readonly videoRenditions?: { readonly selectedIndex: number };
}

/** Reads a plain `<video>` or `<audio>`. */
export function fromMediaElement(media: MediaLike & More): Adapter {
  // That of a frame is no `Element` of this page's.
  const element = (): Element | undefined => [media.target, media].find((one) => (one as Node | undefined)?.nodeType === 1) as Element | undefined;
  const home = (): Document => element()?.ownerDocument ?? document;
  const on = (of: EventTarget, types: readonly string[], listener: (event: Event) => void) => {
    for (const type of types) of.addEventListener(type, listener);
    return () => types.forEach((type) => of.removeEventListener(type, listener));
  };
  /** Somebody holds the pointer down: players' own bars pause while they are held, or seek at each move. */
  let pressed = false;
  return readMedia({
    get: (name) => (media as unknown as Record<MediaName, unknown>)[name],
    on: (types, listener) => on(media, types, listener),
    element,
    fullscreen() {
      // Players hide their media in shadow roots, where contains() does not look.
      const { fullscreenElement } = home();
      let node: Node | null | undefined = fullscreenElement && element();
      while (node && node !== fullscreenElement) node = node.parentNode ?? (node as ShadowRoot).host;
      return node || media.webkitDisplayingFullscreen;
    },
    popout() {
      const own = element();
      return own && (own.getRootNode() as Document).pictureInPictureElement === own;
    },
    quality: () => ({ adaptive: (media.videoRenditions?.selectedIndex ?? -1) < 0 }),
    kind: () => (/audio/.test(element()?.localName as string) ? { type: 'audio' } : {}),
    scrubbing: () => pressed,
    held: () => pressed,
    observe(look) {
      const life = new AbortController();
      const early = { capture: true, signal: life.signal };
      for (const type of ['pointerdown', 'pointerup', 'pointercancel', 'contextmenu', 'blur'])
        home().defaultView?.addEventListener(type, (event) => {
          pressed = type === 'pointerdown' && !(event as PointerEvent).button;
          // With this very event the bar puts right what it held.
          setTimeout(look);
        }, early);
      home().addEventListener('fullscreenchange', look, early);
      return () => life.abort();
    },
  }, 'webkitbeginfullscreen webkitendfullscreen');
}
