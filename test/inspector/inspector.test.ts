// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEmitter } from '../../src/emitter.js';
import type { LearningEvent } from '../../src/events.js';
import { inspect, type Inspected } from '../../src/inspector/inspector.js';
import type { RecorderEvents } from '../../src/recorder.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  document.body.innerHTML = '';
  vi.useRealTimers();
});

/** What is inspected, made to say what a test wants. */
function analyticsOf(more: Partial<Inspected> = {}) {
  const { listen, emit } = createEmitter<RecorderEvents>(() => undefined);
  let pending = 3;
  const analytics: Inspected = {
    listen,
    pending: async () => pending,
    flush: async () => ({ delivered: 2, rejected: 0, pending: 1, held: [{ destination: 'caliper https://c.example/', why: 'answers 503' }] }),
    check: async () => ({ ok: false, destinations: [{ destination: 'xapi', ok: false, problem: 'it refuses the credential', status: 401 }] }),
    ...more,
  };
  const record = (id: string, event: object = {}) => emit('record', { id, type: 'paused', time: 0, position: 12.34, ...event } as LearningEvent);
  return { analytics, emit, record, wait: (rows: number) => void (pending = rows) };
}

const shadow = () => document.querySelector('section')!.shadowRoot!;
const lines = () => [...shadow().querySelectorAll('summary')].map(({ children }) => [...children].slice(1).map(({ textContent }) => textContent));
const said = () => shadow().querySelector('[role=status]')!.textContent;
const press = async (name: string) => {
  [...shadow().querySelectorAll('button')].find(({ textContent }) => textContent === name)!.click();
  await vi.advanceTimersByTimeAsync(1);
};

test('what became of an event at each destination stands at the event; the worst of it first', () => {
  const { analytics, emit, record } = analyticsOf();
  inspect(analytics);
  record('1');
  record('2', { type: 'progressed', milestone: 25, unit: 'percent' });
  emit('delivered', { destination: 'xapi', ids: ['1', '2', 'of another page'] });
  emit('rejected', { destination: 'caliper', id: '1', type: 'paused', status: 400, reason: 'no actor', when: 0, document: '{}' });
  emit('delivered', { destination: 'custom', ids: ['1', '2'] });
  expect(lines()).toEqual([
    ['progressed', 'at 12.3 s · 25 percent', 'delivered ×2'],
    ['paused', 'at 12.3 s', 'rejected'],
  ]);
  expect(shadow().querySelectorAll('li')[1]!.textContent).toContain('rejected: caliper 400 no actor');
});

test('text of an event stays text', () => {
  const { analytics, record } = analyticsOf();
  inspect(analytics);
  record('1', { reason: '<img src=x onerror=alert(1)>' });
  expect(shadow().querySelector('img')).toBeNull();
  expect(lines()[0]![1]).toContain('<img');
});

test('only the newest events are kept', () => {
  const { analytics, record, emit } = analyticsOf();
  inspect(analytics, { limit: 2 });
  for (const id of ['1', '2', '3']) record(id, { type: id });
  expect(lines().map(([type]) => type)).toEqual(['3', '2']);
  expect(() => emit('delivered', { destination: 'xapi', ids: ['1'] })).not.toThrow();
});

test('what waits is counted once for several events, and a count that fails is no error of the page', async () => {
  const pending = vi.fn(async () => 5);
  const { analytics, record } = analyticsOf({ pending });
  inspect(analytics);
  for (const id of ['1', '2', '3']) record(id);
  await vi.advanceTimersByTimeAsync(300);
  expect(pending).toHaveBeenCalledTimes(1);
  expect(shadow().querySelector('output')!.textContent).toBe('5 waiting');
  pending.mockRejectedValue(new Error('the database is gone'));
  record('4');
  await vi.advanceTimersByTimeAsync(300);
  expect(shadow().querySelector('output')!.textContent).toBe('NaN waiting');
});

test('buttons say what came of it, also where it fails', async () => {
  const { analytics } = analyticsOf();
  inspect(analytics);
  await press('Flush');
  expect(said()).toBe('2 delivered, 0 rejected, 1 waiting\ncaliper https://c.example/: answers 503');
  await press('Check');
  expect(said()).toBe('xapi: it refuses the credential');
  analytics.check satisfies unknown;
  document.body.innerHTML = '';
  inspect({ ...analytics, check: () => Promise.reject(new Error('no network')) });
  await press('Check');
  expect(said()).toBe('Error: no network');
});

test('what was watched is live; a portal has none', async () => {
  const progress = { segments: [[0, 2.5]] as const, fraction: 0.25, threshold: 0.95, secondsPlayed: 2.5 };
  const { analytics } = analyticsOf({ progress });
  const close = inspect(analytics);
  expect(shadow().querySelector('meter')!.value).toBe(0.25);
  expect(shadow().textContent).toContain('25.0 % watched, completed at 95 %; 2.5 s played; 0.0–2.5');
  close();
  inspect(analyticsOf().analytics);
  expect(shadow().querySelector('meter')).toBeNull();
});

test('taken away, it listens to nothing and no timer is left', () => {
  const { analytics, record } = analyticsOf();
  const close = inspect(analytics);
  record('1');
  close();
  expect(document.querySelector('section')).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
  expect(() => record('2')).not.toThrow();
});

test.each([undefined, null, {}, { listen: 'no' }])('%o is nothing that can be inspected', (wrong) => {
  expect(() => inspect(wrong as never)).toThrow(/"analytics" should be what player\.learningAnalytics\(\)/);
});
