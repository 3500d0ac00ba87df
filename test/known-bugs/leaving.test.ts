// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LearningEvent, MediaLearningEvent } from '../../src/core.js';
import { OPTIONS, recordOf } from '../plugin/options.js';
import { setUp, stage } from '../plugin/real-player.js';
import '../../src/index.js';

setUp();

const calls = () => vi.mocked(fetch).mock.calls as [string, RequestInit][];
const bodies = () => calls().map(([, { body }]) => String(body));
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const show = (visible: boolean) => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (visible ? 'visible' : 'hidden') });
  document.dispatchEvent(new Event('visibilitychange'));
};

// T26, T40, T45, Caliper 17: a plain fetch or a synchronous XHR at unload, and the last events were lost.
// F5: where sendBeacon is missing or blocked, and it cannot carry a credential anywhere.
// Finding 9: pagehide was listened to on document, where it never comes.
test('a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential', async () => {
  const beacon = vi.fn(() => false);
  Object.defineProperty(navigator, 'sendBeacon', { configurable: true, value: beacon });
  const xhr = vi.fn();
  vi.stubGlobal('XMLHttpRequest', xhr);
  const { player, play } = await stage();
  player.learningAnalytics({ ...OPTIONS, xapi: { endpoint: 'https://lrs.example/xapi', auth: { key: 'key', secret: 'secret' } } });
  await play(3);
  vi.mocked(fetch).mockClear();
  window.dispatchEvent(new Event('pagehide'));
  const last = calls().filter(([url]) => url.startsWith('https://lrs.example'));
  expect(last).toHaveLength(1);
  const [[, { keepalive, headers, body }]] = last as [[string, RequestInit]];
  expect(keepalive).toBe(true);
  expect(headers).toMatchObject({ Authorization: `Basic ${btoa('key:secret')}` });
  expect(String(body)).toMatch(/verbs\/paused[^]*verbs\/terminated/);
  expect(beacon).not.toHaveBeenCalled();
  expect(xhr).not.toHaveBeenCalled();
});

// T10, F7: the player was paused and disposed of in beforeunload, although the learner stayed.
test('a learner who is asked whether to leave, and stays, goes on in the same session', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  const types = recordOf(analytics);
  await play(2);
  const { session } = analytics;
  window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  await wait(3000);
  await play(2);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
  expect(analytics.session).toBe(session);
  expect(player.isDisposed()).toBe(false);
});

// F36: one unload listener keeps a page out of the back/forward cache, and phones never call it.
test('nobody listens to unload or beforeunload', async () => {
  const heard = [window, document].map((target) => vi.spyOn(target, 'addEventListener'));
  const { player, play } = await stage();
  for (const spy of heard) spy.mockClear();
  player.learningAnalytics(OPTIONS);
  await play(2);
  window.dispatchEvent(new Event('pagehide'));
  const types = heard.flatMap((spy) => (spy.mock.calls as unknown as [string][]).map(([type]) => type));
  expect(types).toContain('pagehide');
  expect(types.filter((type) => /unload/.test(type))).toEqual([]);
});

// F37, New Relic: what was flushed once was taken for flushed for good, and the second leave sent nothing.
test('a page back from the cache has a new session of the same registration, and sends its end as well', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  const events: MediaLearningEvent[] = [];
  analytics.listen('record', (event: LearningEvent) => events.push(event as MediaLearningEvent));
  await play(2);
  window.dispatchEvent(new Event('pagehide'));
  await wait(10_000);
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await play(2);
  vi.mocked(fetch).mockClear();
  window.dispatchEvent(new Event('pagehide'));
  expect(bodies().some((body) => body.includes('verbs/terminated'))).toBe(true);
  const ends = events.filter(({ type }) => type === 'terminated');
  expect(new Set(ends.map(({ session }) => session)).size).toBe(2);
  expect(new Set(events.map(({ registration }) => registration)).size).toBe(1);
  // The time in the cache was not watched.
  expect(ends[1]!.progress.secondsPlayed).toBeLessThan(4.5);
});

// T43: each time that the tab was hidden it was terminated, and resumed afterwards.
// F38, F39: a page is hidden, frozen and discarded without another word.
test('a hidden tab sends what there is, ends nothing, and goes on', async () => {
  onTestFinished(() => show(true));
  const { player, play, tell } = await stage();
  const types = recordOf(player.learningAnalytics(OPTIONS));
  await play(2);
  tell('pause', { paused: true });
  vi.mocked(fetch).mockClear();
  show(false);
  expect(bodies().some((body) => body.includes('verbs/paused'))).toBe(true);
  document.dispatchEvent(new Event('freeze'));
  await wait(10_000);
  show(true);
  await play(2);
  expect(types).toEqual(['initialized', 'started', 'progressed', 'paused', 'resumed']);
});

/** Waits amid the pause of half a minute that follows the sixth attempt at an endpoint that is down; what is asked afterwards counts. */
const inTheLongPause = async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(Math, 'random').mockReturnValue(0.99);
  vi.mocked(fetch).mockRejectedValue(new TypeError('Failed to fetch'));
  const { player, play } = await stage();
  player.learningAnalytics({ ...OPTIONS, queue: { storage: 'memory', flushInterval: 0 } });
  await play(1);
  await wait(35_000);
  vi.mocked(fetch).mockClear();
};

// F23: the event that was to say that the network is back did not come; F18: all come back at once.
test.each([
  ['network', window, 'online'],
  ['page', window, 'pageshow'],
  ['tab', document, 'visibilitychange'],
])('what waits goes out within two seconds of the %s being back', async (_, target, type) => {
  await inTheLongPause();
  vi.mocked(fetch).mockImplementation(async () => new Response('[]', { status: 200 }));
  await wait(3_000);
  expect(fetch).not.toHaveBeenCalled();
  target.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
  await wait(2_100);
  expect(bodies().some((body) => body.includes('verbs/played'))).toBe(true);
});

// F18: every page load asked an endpoint that was down, whatever its backoff said.
test('a page that is shown for the first time wakes nothing', async () => {
  await inTheLongPause();
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  await wait(2_100);
  expect(fetch).not.toHaveBeenCalled();
});

// V17: the first player that stopped took the heartbeat of the others along.
test('a player that is disposed of leaves the others of the page as they are', async () => {
  const [one, two] = [await stage(), await stage()];
  const other = { ...OPTIONS, media: { id: 'https://campus.example/videos/43' } };
  one.player.learningAnalytics(OPTIONS);
  const analytics = two.player.learningAnalytics(other);
  const types = recordOf(analytics);
  await one.play(1);
  await two.play(1);
  one.player.dispose();
  await wait(40_000);
  await two.play(2);
  window.dispatchEvent(new Event('pagehide'));
  expect(types).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
});

// T54: completed went out when the page was closed, and mostly not at all then.
test('completed goes out at the next flush, while the media plays on', async () => {
  const { player, play } = await stage();
  player.learningAnalytics({ ...OPTIONS, completion: { threshold: 0.03 } });
  await play(10);
  expect(bodies().some((body) => body.includes('verbs/completed'))).toBe(true);
  expect(bodies().some((body) => body.includes('verbs/terminated'))).toBe(false);
});
