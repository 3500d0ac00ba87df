import type { MediaLearningEvent } from '../../src/events.js';
import type { Options } from '../../src/options/options.js';
import type { Page } from '../../src/page.js';
import type { Snapshot } from '../../src/playback/signal.js';
import type { Hear } from '../../src/player/adapter.js';
import { createTracker } from '../../src/tracker.js';
import { destination, type World } from '../outbox/world.js';

const SNAPSHOT: Snapshot = {
  position: 0, duration: 100, paused: true, ended: false, seeking: false, scrubbing: false, loop: false, ad: false, adaptive: true,
  rate: 1, volume: 1, muted: false, fullscreen: false, popout: false,
};

/** What the endpoint holds, as it was recorded. */
export const recordedIn = (world: World): MediaLearningEvent[] =>
  world.endpoint().held.map((id) => JSON.parse([...world.endpoint().bytes.get(id)!][0]!) as MediaLearningEvent);

/**
 * A page with a player, in a browser whose tabs can be killed.
 * @param throttled its timers come once a minute, as in a tab in the background
 */
export function trackedPage(world: World, { throttled = false, ...options }: Partial<Options> & { throttled?: boolean } = {}) {
  const { clock } = world;
  // Its own outbox has nothing to send: the tracker brings another.
  const tab = world.tab({ destinations: [], storage: 'memory' });
  const listeners = new Set<(what: 'hide' | 'leave' | 'return') => void>();
  const page: Page = {
    ...tab.environment,
    setTimer: (run, ms) => tab.environment.setTimer(run, throttled ? Math.ceil(ms / 60_000) * 60_000 : ms),
    moment: () => ({ wall: clock.time, mono: clock.time }),
    newId: () => crypto.randomUUID(),
    url: 'https://campus.example/',
    origin: 'https://campus.example',
    gpc: false,
    log: () => undefined,
    onLife: (listener) => void listeners.add(listener),
  };
  let state = SNAPSHOT;
  let hear: Hear = () => undefined;
  const adapter = {
    read: () => state,
    source: () => 'https://campus.example/media/lecture.mp4',
    audio: () => false,
    mediaType: () => '',
    observe(listener: Hear) {
      hear = listener;
      return () => (hear = () => undefined);
    },
  };
  const all: Options = { actor: { id: 'https://campus.example/users/1' }, media: { id: 'https://campus.example/videos/42' }, ...options };
  const analytics = createTracker(adapter, all, [destination()], page, undefined);
  return {
    analytics,
    async play(seconds: number) {
      state = { ...state, paused: false };
      hear('playing');
      for (let step = 0; step < seconds * 2; step++) {
        await clock.advance(500);
        state = { ...state, position: state.position + 0.5 };
        hear('tick');
      }
    },
    leave: () => listeners.forEach((listener) => listener('leave')),
    /** The renderer is gone, without a word. */
    kill: () => tab.kill(),
  };
}
