import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { MediaLearningEvent } from '../../src/events.ts';
import { checkRecord } from './invariants.ts';
import { readTrace, replay } from './replayed-trace.ts';

const folder = new URL('../traces/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** What matters of an event, short enough to be judged by eye; the last of a session with all that was watched. */
function brief(event: MediaLearningEvent): object {
  const { type, time, position, progress } = event;
  const { from, to, milestone, language, reason } = event as { readonly [name in 'from' | 'to' | 'milestone' | 'language' | 'reason']?: unknown };
  return {
    at: time - 1e12,
    type,
    position,
    ...(from !== undefined && { from, to }),
    ...(milestone !== undefined && { milestone }),
    ...(language !== undefined && { language }),
    ...(reason !== undefined && { reason }),
    ...(type === 'terminated' && { segments: progress.segments, fraction: progress.fraction, secondsPlayed: progress.secondsPlayed }),
  };
}

describe('recordings of real browsers', () => {
  test.each(files)('%s', (file) => {
    const trace = readTrace(file);
    const events = replay(trace);
    checkRecord(events, true);
    const outcome = events.map(brief);
    if (process.env.UPDATE) {
      const rows = outcome.map((row) => `\n    ${JSON.stringify(row)}`).join(',');
      const text = JSON.stringify({ ...trace, events: 0, outcome: 0 }, null, 2);
      const events_ = trace.events.map((row) => `\n    ${JSON.stringify(row)}`).join(',');
      writeFileSync(fileURLToPath(new URL(file, folder)), `${text.replace('"events": 0', () => `"events": [${events_}\n  ]`).replace('"outcome": 0', () => `"outcome": ${rows ? `[${rows}\n  ]` : '[]'}`)}\n`);
    }
    expect(outcome).toEqual(process.env.UPDATE ? outcome : trace.outcome);
  });
});
