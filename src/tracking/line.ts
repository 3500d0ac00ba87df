import type { MediaLearningEvent } from '../events.js';
import type { HistoryStore, SessionRow } from '../history/history.js';
import type { Claim } from '../history/resume-record.js';
import type { Known, Recorder } from '../recorder.js';

/** An event that waits for its turn to be recorded. */
export interface Waiting {
  readonly event: MediaLearningEvent;
  readonly known: Known;
  /** What of it happens once per registration. */
  readonly claim: Claim | undefined;
  /** The session that it ends. */
  readonly ended: SessionRow | undefined;
}

/** Events in order; those that happen once per registration wait for their claim, the others behind them, and the end behind them all. */
export interface Line {
  /** While claims are being made. */
  readonly claiming: Promise<void> | undefined;
  /** Whether an event is being recorded, and somebody asked or told of it. */
  readonly busy: boolean;
  /** The session whose beginning was vetoed, so that none of it is recorded. */
  readonly vetoed: string | undefined;
  push(events: readonly Waiting[]): void;
  /** Records what has not to wait. */
  move(): void;
  /** Records all of it: nobody waits for a claim where the page goes. */
  hurry(): void;
  /**
   * Goes on where the script was stopped amid `hurry`, with what was being recorded then: under the same ids, byte for byte.
   * @param fallback how a session is to end whose end did not come so far
   */
  resume(fallback: SessionRow | undefined, known: Known): void;
  /**
   * Records the end of a session, this page's or a dead one's, and that it has ended: in one transaction, so that where any of it
   * is stored nobody ends it otherwise.
   */
  close(row: SessionRow, known: Known): Promise<void>;
  /** All is being cleared: what is being recorded leaves nothing behind. */
  clear(): void;
}

/**
 * @param wrong is told of what goes wrong
 * @param isAway whether the page stands still
 * @param forgo another session of the registration has told of the completion of this one
 */
export function createLine(recorder: Recorder, history: HistoryStore, wrong: (error: unknown) => void, isAway: () => boolean, forgo: (session: string) => void): Line {
  const waiting: Waiting[] = [];
  let clearings = 0;
  /** What is being recorded as the page goes. */
  let current: Waiting | undefined;
  /** The session whose end was recorded last. */
  let over: string | undefined;

  const commit = ({ event, known, ended }: Waiting): void => {
    if (event.session === line.vetoed) return;
    if (ended) return void line.close(ended, known).catch(wrong);
    line.busy = true;
    const kept = recorder.record([event], known);
    line.busy = false;
    if (kept || event.type !== 'initialized') return;
    line.vetoed = event.session;
    history.drop(known.key, event.session);
  };

  const pump = async (): Promise<void> => {
    // Noted first.
    await undefined;
    for (let first = waiting[0]; first; first = waiting[0]) {
      const { event, known, claim } = first;
      const { session } = event;
      const mine = claim === undefined || session === line.vetoed || (await history.claim(known.key, event, claim).catch(() => true));
      if (waiting[0] !== first) continue;
      waiting.shift();
      if (mine) commit(first);
      else if (claim === 'completed') {
        forgo(session);
        waiting.forEach(({ event, ended, ...one }, n) => {
          if (event.session === session) waiting[n] = { ...one, event: Object.assign({}, event, { completed: undefined }), ended: ended && { ...ended, checkpoint: { ...ended.checkpoint, untold: false } } };
        });
      }
    }
    line.claiming = undefined;
  };

  const line: { -readonly [name in keyof Line]: Line[name] } = {
    claiming: undefined,
    busy: false,
    vetoed: undefined,
    push: (events) => void waiting.push(...events),
    move() {
      if (!waiting.some(({ claim }) => claim !== undefined)) line.hurry();
      else line.claiming ??= pump().catch(wrong);
    },
    hurry() {
      // Whoever is asked or told may end the session: that comes behind what is being recorded, and all that is still in line.
      if (!line.busy)
        for (let first; (first = waiting.shift()); ) {
          current = first;
          commit(first);
          current = undefined;
        }
    },
    resume(fallback, known) {
      line.busy = false;
      if (current) waiting.unshift(current);
      current = undefined;
      line.hurry();
      if (fallback && over !== fallback.checkpoint.session) line.close(fallback, known).catch(wrong);
    },
    async close(row, known) {
      const { closing, playing, untold, time, session: id, registration: of, position, media: what, player: state, progress } = row.checkpoint;
      const last = { session: id, registration: of, position, media: what, player: state, progress, context: row.context };
      const ends: object[] = [{ ...last, type: 'terminated', id: closing[1], time: time + +playing }];
      if (playing) ends.unshift({ ...last, type: 'paused', id: closing[0], time, reason: 'leaving', ...(untold && { completed: true }) });
      // Of somebody anonymous nothing is kept.
      const kept = !known.actor.anonymous;
      const before = clearings;
      recorder.record(ends as MediaLearningEvent[], known, kept ? [{ ...row, ended: true } as SessionRow] : undefined);
      // Whoever was told of it may have cleared all.
      const joining = kept && before === clearings && history.close(row, isAway());
      over = id;
      await joining;
    },
    clear() {
      clearings++;
    },
  };
  return line;
}
