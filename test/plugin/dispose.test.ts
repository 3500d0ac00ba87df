// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LearningEvent } from '../../src/core.js';
import { setUp, stage } from './real-player.js';
import { OPTIONS, recordOf } from './options.js';
import '../../src/index.js';

setUp();

/** What is listened to on something from now on, by type. */
const watch = (target: object, add: string, remove: string) => {
  const open = new Set<string>();
  const ids = new Map<unknown, number>();
  const change = (what: 'add' | 'delete', types: string | readonly string[], listener: unknown): void => {
    if (!ids.has(listener)) ids.set(listener, ids.size);
    for (const type of [types].flat()) open[what](`${type} ${ids.get(listener)}`);
  };
  const methods = target as Record<string, (...args: unknown[]) => unknown>;
  const { [add]: adds, [remove]: removes } = methods;
  methods[add] = function (this: unknown, ...args) {
    const [types, listener, options] = args as [string | string[], unknown, AddEventListenerOptions | undefined];
    change('add', types, listener);
    options?.signal?.addEventListener('abort', () => change('delete', types, listener));
    return adds!.apply(this ?? target, args);
  };
  methods[remove] = function (this: unknown, ...args) {
    const [types, listener] = args as [string | string[], unknown];
    change('delete', types, listener);
    return removes!.apply(this ?? target, args);
  };
  onTestFinished(() => void Object.assign(methods, { [add]: adds, [remove]: removes }));
  return () => [...open].map((one) => one.split(' ')[0]).sort();
};

test('the session ends with the player, where it was', async () => {
  const { player, play } = await stage();
  const events: LearningEvent[] = [];
  player.learningAnalytics(OPTIONS).listen('record', (event) => events.push(event as (typeof events)[number]));
  await play(3);
  player.dispose();
  expect(events.slice(-2)).toEqual([
    expect.objectContaining({ type: 'paused', reason: 'leaving', position: 3 }),
    expect.objectContaining({ type: 'terminated', position: 3 }),
  ]);
});

test('what is left is sent', async () => {
  const { player, play } = await stage();
  player.learningAnalytics(OPTIONS);
  await play(3);
  vi.mocked(fetch).mockClear();
  player.dispose();
  await vi.advanceTimersByTimeAsync(100);
  const bodies = vi.mocked(fetch).mock.calls.map(([, init]) => String((init as RequestInit).body));
  expect(bodies.some((body) => body.includes('verbs/terminated'))).toBe(true);
  expect(bodies.some((body) => body.includes('"action":"Paused"'))).toBe(true);
});

test('what was watched while it was being found out who watches is sent once that is known, though the player has gone', async () => {
  const { player, play } = await stage();
  let give!: (actor: { id: string }) => void;
  const said = vi.spyOn(console, 'warn');
  player.learningAnalytics({ ...OPTIONS, actor: new Promise<{ id: string }>((resolve) => (give = resolve)) });
  await play(3);
  player.dispose();
  await vi.advanceTimersByTimeAsync(1_000);
  vi.mocked(fetch).mockClear();
  give({ id: 'https://campus.example/users/1' });
  await vi.advanceTimersByTimeAsync(10_000);
  const verbs = vi.mocked(fetch).mock.calls.flatMap(([, init]) => [...String((init as RequestInit).body).matchAll(/verbs\/(\w+)"/g)].map(([, verb]) => verb));
  expect(verbs).toEqual(['initialized', 'played', 'progressed', 'paused', 'terminated']);
  expect(said).not.toHaveBeenCalled();
});

test('what is delivered after the player has gone is told to those who still listen alone', async () => {
  const { player, play } = await stage();
  const delivered: unknown[] = [];
  player.learningAnalytics(OPTIONS).listen('delivered', (detail) => delivered.push(detail));
  await play(3);
  const trigger = vi.spyOn(player, 'trigger');
  player.dispose();
  // Video.js looks for the parent of what is no more, and throws.
  trigger.mockClear();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(delivered.length).toBeGreaterThan(0);
  expect(trigger).not.toHaveBeenCalled();
});

test('no listener of it stays, on player, tech, tracks, document and window', async () => {
  const { player, play } = await stage();
  await play(1);
  // Video.js makes the list, with a listener of its own, when it is asked for first.
  (player as unknown as { qualityLevels(): unknown }).qualityLevels();
  const listening = [
    watch(window, 'addEventListener', 'removeEventListener'),
    watch(document, 'addEventListener', 'removeEventListener'),
    watch(player.textTracks(), 'addEventListener', 'removeEventListener'),
    watch(player, 'on', 'off'),
    watch(player.tech(true) as object, 'on', 'off'),
  ];
  const all = () => listening.map((those) => those());
  const analytics = player.learningAnalytics(OPTIONS);
  const types = recordOf(analytics);
  await play(2);
  expect(all().map((those) => those.length > 0)).toEqual([true, true, true, true, true]);
  analytics.dispose();
  expect(all()).toEqual([[], [], [], [], []]);

  const recorded = types.length;
  expect(types.slice(-2)).toEqual(['paused', 'terminated']);
  await play(2);
  window.dispatchEvent(new Event('pagehide'));
  window.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(types).toHaveLength(recorded);
  expect(player.usingPlugin('learningAnalytics')).toBe(false);
});

test('no timer runs on', async () => {
  const { player, play } = await stage();
  await play(1);
  const analytics = player.learningAnalytics(OPTIONS);
  await play(1);
  player.dispose();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(() => analytics.dispose()).not.toThrow();
});

test('disposed and set up again, as React does it, it is another one', async () => {
  const { player, play } = await stage();
  const first = player.learningAnalytics(OPTIONS);
  first.dispose();
  const second = player.learningAnalytics(OPTIONS);
  expect(second).not.toBe(first);
  const types = recordOf(second);
  await play(1);
  expect(types).toEqual(['initialized', 'started', 'progressed']);
});
