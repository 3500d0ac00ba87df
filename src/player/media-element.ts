import type { Adapter } from './adapter.js';
import { type MediaName, readMedia } from './media-reader.js';

/** A media element, or what behaves like one: Video.js 10's media hosts, media-chrome's custom elements. */
export type MediaLike = EventTarget & Partial<Pick<HTMLVideoElement, Exclude<MediaName, 'textTracks'>>>;

/** Reads a plain `<video>` or `<audio>`. */
export function fromMediaElement(media: MediaLike): Adapter {
  const element = media instanceof Element ? media : null;
  return readMedia({
    get: (name) => (media as unknown as Record<MediaName, unknown>)[name],
    on(types, listener) {
      for (const type of types) media.addEventListener(type, listener);
      return () => types.forEach((type) => media.removeEventListener(type, listener));
    },
    element: () => element,
    fullscreen: () => !!element && !!document.fullscreenElement?.contains(element),
    popout: () => !!element && document.pictureInPictureElement === element,
    audio: () => element?.localName === 'audio',
    mediaType: () => '',
    observe(hear) {
      const changed = (): void => hear('tick');
      document.addEventListener('fullscreenchange', changed);
      return () => document.removeEventListener('fullscreenchange', changed);
    },
  }, ['enterpictureinpicture', 'leavepictureinpicture']);
}
