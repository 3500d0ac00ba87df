import { IDBDatabase, IDBObjectStore } from 'fake-indexeddb';
import { vi } from 'vitest';
import type { Media, MediaLearningEvent } from '../../src/events.js';
import type { SessionRow } from '../../src/history/history.js';
import type { Options } from '../../src/options/options.js';
import type { Page } from '../../src/page.js';
import type { SignalType, Snapshot } from '../../src/playback/signal.js';
import type { Hear } from '../../src/player/adapter.js';
import { createTracker } from '../../src/tracker.js';
import { destination, rest, type World } from '../outbox/world.js';

const SNAPSHOT: Snapshot = {
  position: 0, duration: 100, paused: true, ended: false, seeking: false, scrubbing: false, loop: false, ad: false, adaptive: true,
  rate: 1, volume: 1, muted: false, fullscreen: false, popout: false,
};

/** What the endpoint holds, as it was recorded. */
export const recordedIn = (world: World): MediaLearningEvent[] =>
  world.endpoint().held.map((id) => JSON.parse([...world.endpoint().bytes.get(id)!][0]!) as MediaLearningEvent);

/** Events that were sent with one id and in two ways. */
export const contradictions = (world: World) => [...world.endpoint().bytes].filter(([, bytes]) => bytes.size > 1).map(([, bytes]) => [...bytes]);

/** A visit of so many seconds that is long over; in which registration it was. */
export async function formerVisit(world: World, seconds: number, options: Partial<Options> = {}): Promise<string> {
  const page = trackedPage(world, options);
  await page.play(seconds);
  page.leave();
  await world.clock.advance(10_000);
  page.kill();
  return page.events[0]!.registration;
}

/** It is hidden and sleeps for so long that another page closes its session. */
export async function sleepUntilTakenOver(world: World, page: ReturnType<typeof trackedPage>): Promise<void> {
  page.tell('hide');
  await world.clock.advance(100);
  page.freeze();
  await world.clock.advance(600_000);
  const other = trackedPage(world);
  await other.play(3);
  other.leave();
  await world.clock.advance(20_000);
}

/** Sessions that somebody has yet to close; what has ended only waits to join what is remembered. */
export const checkpoints = async (world: World) => (await (await world.open()).store.page<SessionRow>(['s'], 99)).flatMap(({ k, ended }) => (ended ? [] : [k]));

/**
 * A page with a player, in a browser whose tabs can be killed.
 * @param denials those of another player on the same page
 * @param source what is loaded at first
 * @param throttled its timers come once a minute, as in a tab in the background
 */
export function trackedPage(world: World, { throttled = false, kind = {}, denials = new Set(), destinations = [destination()], source = 'https://campus.example/media/lecture.mp4', ...options }: Partial<Options> & { source?: string; throttled?: boolean; kind?: Pick<Media, 'type'>; denials?: Page['denials'] } = {}) {
  const { clock } = world;
  // Its own outbox has nothing to send: the tracker brings another.
  const tab = world.tab({ destinations: [], storage: 'memory' });
  const listeners = new Set<(what: 'hide' | 'leave' | 'return', still?: boolean) => void>();
  let isFrozen = false;
  let lag = 0;
  let overdue: (() => void)[] = [];
  const page: Page = {
    ...tab.environment,
    setTimer: (run, ms) => tab.environment.setTimer(() => (isFrozen ? overdue.push(run) : run()), throttled ? Math.ceil(ms / 60_000) * 60_000 : ms),
    // Whoever looks at the clock twice sees two times.
    moment: () => ({ wall: (clock.time += lag) + clock.skew, mono: clock.time }),
    newId: () => crypto.randomUUID(),
    url: 'https://campus.example/',
    origin: 'https://campus.example',
    gpc: false,
    denials,
    log: () => undefined,
    onLife: (listener) => void listeners.add(listener),
  };
  let state = SNAPSHOT;
  let hear: Hear = () => undefined;
  const adapter = {
    read: () => state,
    source: () => source,
    kind: () => kind,
    observe(listener: Hear) {
      hear = listener;
      return () => (hear = () => undefined);
    },
  };
  const all: Options = { actor: { id: 'https://campus.example/users/1' }, media: { id: 'https://campus.example/videos/42' }, ...options };
  const analytics = createTracker(adapter, all, destinations, page, undefined);
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
    /** What the player would say, which nobody has asked it yet. */
    look(change: Partial<Snapshot>) {
      state = { ...state, ...change };
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
    leave: () => listeners.forEach((listener) => listener('leave', true)),
    hide: () => listeners.forEach((listener) => listener('hide')),
    /** It is told that it is about to stand still. */
    halt: () => listeners.forEach((listener) => listener('hide', true)),
    /** Out of the back/forward cache. */
    comeBack: () => listeners.forEach((listener) => listener('return')),
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
    /**
     * It is gone amid what `last` makes it do: so many of the transactions that write come through. Says whether there were more.
     * @param answered or else nothing comes through either of what had to wait for an answer
     */
    async die(last: () => unknown, transactions: number, answered = true): Promise<boolean> {
      const { transaction } = IDBDatabase.prototype;
      const stuck = { objectStore: () => new Proxy({ transaction: {} }, { get: (it: object, name) => Reflect.get(it, name) ?? (() => ({})) }) };
      let begun = 0;
      let over = false;
      const begin = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
        if (args[1] === 'readwrite' && !over) begun++;
        return args[1] === 'readwrite' && (over || begun > transactions) ? (stuck as never) : transaction.apply(this, args);
      });
      lag = 1;
      const done = last();
      const put = !answered && vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => ({}) as never);
      over = !answered;
      await done;
      await rest();
      tab.kill();
      await rest();
      begin.mockRestore();
      if (put) put.mockRestore();
      return begun > transactions;
    },
  };
}
