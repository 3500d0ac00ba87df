import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest';

// Import this before Video.js. It makes happy-dom enough of a browser for a real player.

HTMLMediaElement.prototype.canPlayType = () => 'maybe';

// Video.js copies native events by their enumerable members, and happy-dom has none.
for (const { prototype } of [Event, CustomEvent, UIEvent, MouseEvent, KeyboardEvent]) {
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (member.get) Object.defineProperty(prototype, name, { ...member, enumerable: true });
  }
}

const { default: videojs } = await import('video.js');

export { videojs };
export type Player = ReturnType<typeof videojs>;

/** What a media element says of itself; happy-dom's plays nothing. */
interface Playing {
  duration: number;
  currentTime: number;
  paused: boolean;
  ended: boolean;
  readyState: number;
  currentSrc: string;
}

const SOURCE = 'https://campus.example/media/lecture.mp4';

/** A player whose media a test moves by hand. */
export interface Stage {
  readonly player: Player;
  readonly element: HTMLVideoElement;
  /** Changes what the element says, then tells. */
  tell(type: string, change?: Partial<Playing>): void;
  /** Plays so many seconds of media, in steps as browsers make them. */
  play(seconds: number): Promise<void>;
}

const pause = (ms: number): Promise<void> => vi.advanceTimersByTimeAsync(ms).then(() => undefined);

let players: Player[] = [];
/** Video.js catches what listeners throw, and a test would pass although everything is broken. */
export let errors: MockInstance<(...words: unknown[]) => void>;

export const setUp = (): void => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    vi.stubGlobal('fetch', vi.fn(async () => new Response('[]', { status: 200 })));
    errors = vi.spyOn(videojs.log, 'error').mockImplementation(() => undefined);
  });

  afterEach(async () => {
    for (const player of players) if (!player.isDisposed()) player.dispose();
    players = [];
    await pause(1000);
    document.body.innerHTML = '';
    localStorage.clear();
    expect(errors).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
};

export const newElement = (): HTMLVideoElement => {
  const element = document.createElement('video');
  element.className = 'video-js';
  document.body.append(element);
  return element;
};

export async function stage(options: object = {}): Promise<Stage> {
  const element = newElement();
  const playing: Playing = { duration: NaN, currentTime: 0, paused: true, ended: false, readyState: 0, currentSrc: SOURCE };
  for (const name of Object.keys(playing) as (keyof Playing)[]) {
    const set = (value: unknown): void => void Object.assign(playing, { [name]: value });
    Object.defineProperty(element, name, { configurable: true, get: () => playing[name], set });
  }
  const player = videojs(element, { sources: [{ src: SOURCE, type: 'video/mp4' }], ...options });
  players.push(player);
  await pause(10);
  const tell = (type: string, change: Partial<Playing> = {}): void => {
    Object.assign(playing, change);
    element.dispatchEvent(new Event(type));
  };
  tell('loadstart');
  tell('loadedmetadata', { duration: 100, readyState: 4 });
  tell('durationchange');
  return {
    player,
    element,
    tell,
    async play(seconds) {
      tell('play', { paused: false });
      tell('playing');
      for (let step = 0; step < seconds * 4; step += 1) {
        await pause(250);
        tell('timeupdate', { currentTime: playing.currentTime + 0.25 });
      }
      await pause(10);
    },
  };
}
