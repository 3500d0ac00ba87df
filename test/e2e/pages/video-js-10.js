import { videoFeatures } from '@videojs/core/dom';
import { addMediaExtension, CustomMediaElement, HTMLVideoAdapter } from '@videojs/media/dom';
import { HlsVideoAdapter } from '@videojs/spf/hls-video';
import { combine, createStore } from '@videojs/store';
import { caliper, track, xapi } from 'videojs-learning-analytics/core';

const { optionsOf } = window;

const options = (media) => {
  const { xapi: toXapi, caliper: toCaliper, ...more } = optionsOf({ media });
  return { ...more, destinations: [xapi(toXapi), caliper(toCaliper)] };
};

const listen = (analytics) => {
  const recorded = [];
  analytics.listen('record', (event) => recorded.push(event));
  return { analytics, recorded, times: (type) => recorded.filter((event) => event.type === type).length };
};

// What @videojs/html defines as <hls-video>, and the store behind its <video-player>.
customElements.define('hls-video', class extends CustomMediaElement('video', HlsVideoAdapter) {});
const media = document.getElementById('lecture');
const store = createStore()(combine(...videoFeatures));
// Its engine resolves what the playlist names against the playlist’s own address, which has to be a whole one.
media.src = `${location.origin}/hls/lecture.m3u8`;
store.attach({ media, container: document.getElementById('container') });
document.getElementById('full').onclick = () => void store.toggleFullscreen();

/** As an extension of Video.js 10, beside any media. */
class LearningAnalytics {
  #options;
  #adapter;
  tracked;

  constructor(given) {
    this.#options = given;
  }

  setAdapter(adapter) {
    this.#adapter = adapter;
  }

  attach() {
    this.tracked = listen(track(this.#adapter, this.#options));
  }

  detach() {
    this.tracked?.analytics.dispose();
  }

  destroy() {
    this.detach();
  }
}

const adapter = new HTMLVideoAdapter();
const extension = new LearningAnalytics(options({ id: 'https://campus.example/plain' }));
const remove = addMediaExtension(adapter, extension);
adapter.attach(document.getElementById('plain'));

Object.assign(window, { media, store, adapter, remove, tracked: { lecture: listen(track(media, options(({ src }) => ({ id: `https://campus.example/lecture${new URL(src).search}` })))), plain: extension.tracked }, isReady: true });
