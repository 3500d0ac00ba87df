import type { Answer, Destination } from '../destinations/destination.js';
import { backoff, LONGEST, wanted } from './backoff.js';
import type { Desk } from './courier.js';
import type { Stored } from './store.js';

/** How firm a pause is: the first two end with new events, the third with a wake, the last with its time or `flush`. */
export const SOON = 0;
export const ALONE = 1;
export const BACKOFF = 2;
export const FIRM = 3;

/** Where events are passed by, the pause is no shorter than after so many failures, and hardly longer: a minute or two. */
const CALM = 7;

/** Retry-After and one longest backoff: a pause that ends later is from before the clock was set back, as is one that is backoff alone and longer than that. */
const LONGEST_PAUSE = 3_900_000;

interface State extends Stored {
  readonly failures: number;
  readonly until: number;
  /** Until when nothing but `flush` ends it: what the endpoint asked for; the rest is backoff. */
  readonly firm: number;
  readonly isolates: boolean;
}

/** When a courier runs: one timer, and the pauses between attempts, which outlive the page. */
export interface Pace {
  /** Why nothing goes out; empty where nothing stands in the way. */
  why: string;
  readonly failures: number;
  readonly firmness: number;
  /** Whether it was looked at what pages before have left. */
  readonly known: boolean;
  /** Events were passed by, or may have to be, and since then there was no run without: each is asked about by itself. */
  isolates: boolean;
  /** Runs after so many ms or earlier; `ends` is the firmest pause that it ends. */
  arm(ms: number, ends?: number): void;
  disarm(): void;
  /** Whether an attempt is due; where it is not, it will be made when it is. */
  isDue(ends: number): Promise<boolean>;
  /** Another page may have been asked to wait: heeded where `may` still allows it. */
  heed(may: () => boolean): Promise<void>;
  /** Ends a run for long, with a warning. */
  hold(reason: string, answer: Answer, firmness?: number): false;
  /** Ends a run for as long as backoff and answer demand; where it is one learner's doing, only while that one is here. */
  later(reason: string, answer?: Answer, theirs?: boolean): Promise<false>;
  succeeded(): Promise<void>;
  /** Forgets the pause, not the backoff. */
  release(): void;
}

export function createPace({ key, label }: Destination, { environment, store, report, open }: Desk, run: (force: number) => void): Pace {
  const { now, random, setTimer, clearTimer, warn } = environment;
  const k = ['b', key];
  let timer: unknown;
  let due = 0;
  /** The firmest pause that the timer ends, whoever asked for it. */
  let force = SOON;
  /** Failures in a row that were one learner's doing. */
  let lapses = 0;

  const halt = (firmness: number, delay: number, why: string, status = 0): false => {
    pace.firmness = firmness;
    pace.why = why;
    // Who asked meanwhile that such a pause be ended still wants that.
    if (force < firmness) pace.disarm();
    pace.arm(delay);
    report('retry', { destination: key, status, delay, why });
    return false;
  };

  /** Whether a pause that `counts` goes on: what is to be sent is put off for as long. */
  const pauses = (until: number, firmness: number, counts: boolean) => {
    const left = until - now();
    if (!(left > 0 && left < (firmness < FIRM ? LONGEST : LONGEST_PAUSE) && counts)) return false;
    pace.firmness = firmness;
    pace.arm(left);
    return true;
  };

  const left = async () => {
    const state = await store.get<State>(k);
    pace.known = true;
    return state;
  };

  const pace: { -readonly [name in keyof Pace]: Pace[name] } = {
    why: '',
    failures: 0,
    firmness: SOON,
    known: false,
    isolates: false,
    arm(ms, ends = SOON) {
      if (!open()) return;
      const at = now() + ms;
      force = Math.max(force, ends);
      // One that is overdue has slept with the computer, and sleeps on by the old clock.
      if (timer !== undefined && at >= due && due >= now()) return;
      clearTimer(timer);
      due = at;
      timer = setTimer(
        () => {
          const firmest = force;
          pace.disarm();
          run(firmest);
        },
        Math.min(ms, 2 ** 31 - 1),
      );
    },
    disarm() {
      clearTimer(timer);
      timer = undefined;
      force = SOON;
    },
    async isDue(ends) {
      const state = await left();
      pace.firmness = SOON;
      if (!state) return true;
      // Also once it is over: a visit may be shorter than it takes to fail often.
      pace.failures = state.failures;
      pace.isolates ||= state.isolates;
      const firmness = state.firm > now() ? FIRM : BACKOFF;
      return !pauses(state.until, firmness, ends < firmness);
    },
    async heed(may) {
      const state = await left();
      if (state) pauses(state.firm, FIRM, may());
    },
    hold(reason, { status, body }, firmness = FIRM) {
      warn(`${label} ${reason} (${status}): its events wait.`, body.slice(0, 500));
      return halt(firmness, (LONGEST * (1 + random())) / 2, reason, status);
    },
    async later(reason, answer, theirs) {
      const firm = answer ? wanted(answer, now()) : 0;
      const delay = firm + backoff(theirs ? lapses++ : pace.failures++, random());
      const state: State = { k, failures: pace.failures, until: now() + delay, firm: firm && now() + firm, isolates: pace.isolates };
      warn(`${label} ${reason}: its events wait and are sent later.`);
      if (!theirs) await store.write([state]);
      return halt(firm ? FIRM : BACKOFF, delay, reason, answer?.status);
    },
    async succeeded() {
      lapses = 0;
      // What is passed by is asked about again each time.
      if (pace.isolates) pace.failures = Math.min(pace.failures, CALM);
      else {
        if (pace.failures) await store.write([], [k]);
        pace.failures = 0;
      }
    },
    release() {
      lapses = 0;
      pace.firmness = SOON;
      // Soon enough for a page that goes at once: it has to be known by then.
      if (!pace.known) left().catch(() => {});
      pace.arm(0);
    },
  };
  return pace;
}
