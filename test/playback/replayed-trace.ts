import { readFileSync } from 'node:fs';
import type { MediaLearningEvent } from '../../src/events.ts';
import { createSession, type Rules } from '../../src/playback/session.ts';
import type { SignalType } from '../../src/playback/signal.ts';
import { type MediaName, readMedia } from '../../src/player/media-reader.ts';
import { NOTHING, RULES } from './simulated-player.ts';

/** One event as a browser told it, with what the player's getters said then. */
export interface Told {
  readonly at: number;
  readonly event: string;
  readonly t: number;
  /** `null`: NaN. */
  readonly d: number | null;
  readonly is: string;
  readonly rate: number;
  readonly volume?: number;
  readonly muted?: boolean;
  readonly captions?: string;
  readonly fullscreen?: boolean;
}

export interface Trace {
  readonly engine: string;
  readonly scenario: string;
  readonly startOn: Rules['startOn'];
  readonly events: readonly (Told | { readonly note: string })[];
  /** What was recorded, judged by hand. */
  readonly outcome: readonly object[];
}

export const readTrace = (file: string): Trace => JSON.parse(readFileSync(new URL(`../traces/${file}`, import.meta.url), 'utf8')) as Trace;

/** Takes the recording through the adapter's reader and the session, with the timers that the session asks for; then the page goes. */
export function replay({ events, startOn, scenario }: Trace, rules: Partial<Rules> = {}): MediaLearningEvent[] {
  const told = events.filter((row): row is Told => 'at' in row);
  let now: Told = { at: told[0]!.at - 1, event: '', t: 0, d: null, is: 'paused', rate: 1, volume: 1, muted: false, captions: '', fullscreen: false };
  let loaded = told[0]!.event !== 'ready' && told[0]!.event !== 'loadstart';
  let mono = now.at;
  // Only the title says it.
  const loop = /loop/.test(scenario);
  const recorded: MediaLearningEvent[] = [];
  let ids = 0;
  const subject = { media: { id: 'https://example.org/v' }, registration: 'r', history: NOTHING };
  const session = createSession({ ...RULES, startOn, ...rules }, () => subject, () => `id-${++ids}`);
  const is = (what: string): boolean => now.is.split(' ').includes(what);
  const runs = (): boolean => is('playing') && !is('seeking');
  const values: Partial<Record<MediaName, () => unknown>> = {
    currentTime: () => Math.min(now.d ?? Infinity, now.t + (runs() ? ((mono - now.at) / 1000) * now.rate : 0)),
    duration: () => now.d ?? NaN,
    paused: () => is('paused'),
    ended: () => is('ended'),
    seeking: () => is('seeking'),
    loop: () => loop,
    playbackRate: () => now.rate,
    volume: () => now.volume,
    muted: () => now.muted,
    readyState: () => (loaded ? 4 : 0),
    currentSrc: () => 'https://example.org/v.mp4',
    textTracks: () => (now.captions ? [{ kind: 'captions', mode: 'showing', language: now.captions }] : []),
  };
  let listen: (event: { type: string }) => void = () => undefined;
  const adapter = readMedia(
    {
      get: (name) => values[name]?.(),
      on: (types, listener) => {
        listen = (event) => types.includes(event.type) && listener(event);
        return () => undefined;
      },
      element: () => null,
      fullscreen: () => now.fullscreen!,
      popout: () => false,
      scrubbing: () => is('scrub'),
      kind: () => ({}),
    },
    'playerreset fullscreenchange texttrackchange',
  );
  const tell = (type: SignalType): unknown => recorded.push(...session.take({ type, mono, wall: 1e12 + mono, state: adapter.read(true) }));
  const wait = (until: number): void => {
    for (let wake = session.wake(); wake !== undefined && wake < until; wake = session.wake()) {
      mono = Math.max(mono, Math.ceil(wake));
      tell('tick');
    }
    mono = until;
  };
  adapter.observe(tell);
  for (const row of events) {
    if ('note' in row) continue;
    wait(row.at);
    now = { ...now, ...row };
    if (/^(emptied|loadstart|playerreset)$/.test(now.event) || now.d === null) loaded = false;
    if (now.event === 'loadedmetadata') loaded = true;
    if (now.event === 'dispose') tell('leave');
    else listen({ type: now.event });
  }
  wait(mono + 400);
  if (session.id) tell('leave');
  return recorded;
}
