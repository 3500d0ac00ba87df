import { expect } from 'vitest';
import type { MediaLearningEvent, Segment } from '../../src/events.ts';
import { coverage, union } from '../../src/playback/segments.ts';

const DUST = 0.0015;

/** Seconds played at least once. */
export const covered = (segments: readonly Segment[]): number => coverage(union(segments));

/** Seconds that only one of them has. */
export function difference(a: readonly Segment[], b: readonly Segment[]): number {
  return 2 * covered([...a, ...b]) - covered(a) - covered(b);
}

/** Seconds played, repeats counted. */
export const total = (segments: readonly Segment[]): number => segments.reduce((sum, [from, to]) => sum + to - from, 0);

/**
 * What holds for every record, whatever the player did.
 * @param closed the last session has ended too; `undefined`: others may have ended any of them
 */
export function checkRecord(events: readonly MediaLearningEvent[], closed: boolean | undefined): void {
  expect(JSON.parse(JSON.stringify(events)), 'JSON holds all of it').toEqual(events);
  expect(JSON.stringify(events)).not.toContain('null');
  const ids = events.map(({ id }) => id);
  expect(new Set(ids).size, 'every event has an id of its own').toBe(ids.length);
  const sessions = [...new Set(events.map(({ session }) => session))];
  for (const session of sessions) {
    const own = events.filter((event) => event.session === session);
    const first = events.indexOf(own[0]!);
    expect(events.slice(first, first + own.length), 'sessions do not overlap').toEqual(own);
    expect(own[0]).toMatchObject({ type: 'initialized', id: session });
    expect(own.filter(({ type }) => type === 'initialized' || type === 'started' || type === 'terminated').length).toBeLessThanOrEqual(3);
    const over = own.findIndex(({ type }) => type === 'terminated');
    if (over >= 0 || closed || (closed === false && session !== sessions[sessions.length - 1])) expect(over, 'terminated comes last').toBe(own.length - 1);
    const milestones = own.flatMap((event) => (event.type === 'progressed' ? [event.milestone] : []));
    expect(milestones, 'milestones rise and never repeat').toEqual([...new Set(milestones)].sort((a, b) => a - b));
    expect(own.filter(({ type }) => type === 'completed').length).toBeLessThanOrEqual(1);
    let playing = false;
    for (const [index, event] of own.entries()) {
      const former = own[index - 1];
      const length = event.media.duration ?? Infinity;
      const { segments, fraction, secondsPlayed } = event.progress;
      expect(Number.isInteger(event.time)).toBe(true);
      if (former) expect(event.time, `${event.type} after ${former.type}`).toBeGreaterThan(former.time);
      for (const [from, to] of segments) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(length);
      }
      // What media has no more of, nobody has watched of it.
      if (former && (former.media.duration ?? Infinity) <= length) expect(covered(segments)).toBeGreaterThanOrEqual(covered(former.progress.segments) - DUST);
      expect(event.position).toBeGreaterThanOrEqual(0);
      expect(event.position).toBeLessThanOrEqual(length);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThanOrEqual(1);
      if (length < Infinity) expect(fraction).toBeLessThanOrEqual(covered(segments) / length + 0.001 * segments.length);
      expect(secondsPlayed).toBeGreaterThanOrEqual(0);
      // Who plays is paused before anything else stops it, and the other way round.
      if (event.type === 'paused' || event.type === 'ended') expect(playing, `${event.type} while playing`).toBe(true);
      if (/^(started|resumed|restarted)$/.test(event.type)) expect(playing, `${event.type} while standing`).toBe(false);
      if (event.type === 'terminated') expect(playing).toBe(false);
      playing = /^(started|resumed|restarted)$/.test(event.type) || (playing && !/^(paused|ended)$/.test(event.type));
    }
  }
}
