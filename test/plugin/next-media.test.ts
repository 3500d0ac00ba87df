// @vitest-environment happy-dom
import { describe, expect, test, vi } from 'vitest';
import { OPTIONS } from './options.js';
import { setUp, stage } from './real-player.js';
import '../../src/index.js';

setUp();

describe('`remembered`, by which pages move the player,', () => {
  const visit = async (options: object, act: (analytics: any) => unknown) => {
    const { player, play } = await stage();
    const analytics = player.learningAnalytics({ ...OPTIONS, ...options } as never);
    const positions: number[] = [];
    await play(10);
    analytics.listen('remembered', ({ position }) => void positions.push(position));
    act(analytics);
    await vi.advanceTimersByTimeAsync(100);
    return positions;
  };

  test('is not told to who has been watching as consent is granted', async () => {
    expect(await visit({ consent: 'denied' }, (analytics) => analytics.grantConsent())).toEqual([]);
  });

  test('nor as the actor becomes known', async () => {
    let give: (actor: object) => void = () => undefined;
    const actor = new Promise((resolve) => (give = resolve));
    expect(await visit({ actor, resume: { segments: [[0, 3]], position: 3 } }, () => give(OPTIONS.actor as object))).toEqual([]);
  });

  test('nor as another registration begins', async () => {
    expect(await visit({}, (analytics) => analytics.newRegistration())).toEqual([]);
  });
});

describe.each(['src', 'setMedia'] as const)('where a page calls src() and setMedia() in one task, %s first,', (first) => {
  /** Of the next media, which is 50 s long, two seconds are watched. */
  const visit = async (startOn: 'play' | 'metadata', ticks: boolean) => {
    const { player, element, play, tell } = await stage();
    const analytics = player.learningAnalytics({ ...OPTIONS, startOn });
    const events: any[] = [];
    analytics.listen('record', (event) => void events.push(event));
    await play(5);
    const src = 'https://campus.example/media/b.mp4';
    const acts = [() => player.src({ src, type: 'video/mp4' }), () => analytics.setMedia({ id: 'https://campus.example/videos/43' })];
    for (const act of first === 'src' ? acts : acts.reverse()) act();
    // Video.js hands the source over a moment later, the old one plays on until then.
    if (ticks) tell('timeupdate', { currentTime: element.currentTime + 0.2 });
    await vi.advanceTimersByTimeAsync(5);
    tell('emptied', { currentTime: 0, duration: NaN, readyState: 0, paused: true, currentSrc: src });
    tell('loadstart');
    await vi.advanceTimersByTimeAsync(10);
    tell('loadedmetadata', { duration: 50, readyState: 4 });
    tell('durationchange');
    await vi.advanceTimersByTimeAsync(100);
    await play(2);
    analytics.dispose();
    return events.filter(({ media }) => media.id.endsWith('43'));
  };

  test.each([['metadata', false], ['metadata', true], ['play', true]] as const)('the next media has one session, with its own length and places (%s, the one before ticks: %s)', async (startOn, ticks) => {
    const events = await visit(startOn, ticks);
    expect(events.filter(({ type }) => type === 'initialized').map(({ position, media }) => [position, media.duration])).toEqual([[0, 50]]);
    expect(events.at(-1).progress.segments).toEqual([[0, 2]]);
  });
});

test('another media that is named while the same source plays on is the one that is watched', async () => {
  const { player, play } = await stage();
  const analytics = player.learningAnalytics(OPTIONS);
  const events: any[] = [];
  analytics.listen('record', (event) => void events.push(event));
  await play(5);
  analytics.setMedia({ id: 'https://campus.example/videos/43' });
  await play(10);
  analytics.dispose();
  const [[from, to]] = events.at(-1).progress.segments;
  expect(from).toBeGreaterThanOrEqual(5);
  expect(to - from).toBeGreaterThan(4);
});
