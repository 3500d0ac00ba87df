import type { MediaLearningEvent } from '../../src/events.js';
import type { Options } from '../../src/options/options.js';
import type { Page } from '../../src/page.js';
import type { SignalType, Snapshot } from '../../src/playback/signal.js';
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
  let isFrozen = false;
  let overdue: (() => void)[] = [];
  const page: Page = {
    ...tab.environment,
    setTimer: (run, ms) => tab.environment.setTimer(() => (isFrozen ? overdue.push(run) : run()), throttled ? Math.ceil(ms / 60_000) * 60_000 : ms),
    moment: () => ({ wall: clock.time + clock.skew, mono: clock.time }),
    newId: () => crypto.randomUUID(),
    url: 'https://campus.example/',
    origin: 'https://campus.example',
    gpc: false,
    log: () => undefined,
    onLife: (listener) => void listeners.add(listener),
  };
  let state = SNAPSHOT;
  let source = 'https://campus.example/media/lecture.mp4';
  let hear: Hear = () => undefined;
  const adapter = {
    read: () => state,
    source: () => source,
    audio: () => false,
    mediaType: () => '',
    observe(listener: Hear) {
      hear = listener;
      return () => (hear = () => undefined);
    },
  };
  const all: Options = { actor: { id: 'https://campus.example/users/1' }, media: { id: 'https://campus.example/videos/42' }, ...options };
  const analytics = createTracker(adapter, all, [destination()], page, undefined);
  const events: MediaLearningEvent[] = [];
  analytics.listen('record', (event) => void events.push(event as MediaLearningEvent));
  return {
    analytics,
    /** What it recorded. */
    events,
    /** What the player says, and then tells. */
    tell(type: SignalType, change: Partial<Snapshot> = {}, from = source) {
      state = { ...state, ...change };
      source = from;
      hear(type);
    },
    /** @param goesOn it is playing already */
    async play(seconds: number, goesOn = false) {
      state = { ...state, paused: false };
      if (!goesOn) hear('playing');
      for (let step = 0; step < seconds * 2; step++) {
        await clock.advance(500);
        state = { ...state, position: state.position + 0.5 };
        hear('tick');
      }
    },
    leave: () => listeners.forEach((listener) => listener('leave')),
    /** Its timers stand still, and come all at once when it thaws. */
    freeze() {
      isFrozen = true;
    },
    thaw() {
      isFrozen = false;
      overdue.splice(0).forEach((run) => run());
    },
    /** The renderer is gone, without a word. */
    kill: () => tab.kill(),
  };
}
