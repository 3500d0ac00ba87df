import type { Answer, Destination } from '../../src/destinations/destination.js';
import type { Environment } from '../../src/outbox/environment.js';
import { spread } from '../../src/outbox/backoff.js';
import { createPace, FIRM, type Pace } from '../../src/outbox/pace.js';
import type { Store } from '../../src/outbox/store.js';

/** An outage that many clients live through, each with the pace of a real courier. */
export interface Outage {
  readonly clients: number;
  /** How long the endpoint is away, in ms. */
  readonly lasts: number;
  /** Requests that each client has to send then, one after the other. */
  readonly requests: number;
  /** What the endpoint answers in a second once it is back; it refuses the rest with 503. */
  readonly capacity?: number;
  /** Goes with those refusals. */
  readonly retryAfter?: string;
  /** What fails is everybody's network, and all browsers see it come back at the same moment. */
  readonly network?: boolean;
}

export interface Recovery {
  /** From the end of the outage until the last client has delivered all, in s. */
  readonly seconds: number;
  readonly requests: number;
  /** Of them, how many were refused. */
  readonly refused: number;
  /** In the busiest second. */
  readonly peak: number;
  readonly mean: number;
  /** Seconds until half of the clients and 99 % of them have delivered all. */
  readonly half: number;
  readonly most: number;
  /** Attempts in the busiest minute of the outage, per second. */
  readonly during: number;
}

const { createRandom } = (await import(new URL('../engines/random.mjs', import.meta.url).href)) as {
  createRandom(seed: number): { unit(): number };
};

const LATENCY = 200;

interface Timer {
  readonly at: number;
  run: (() => void) | undefined;
}

/** Timers by the second in which they end, sorted when it comes. */
const createAgenda = (start: number) => {
  const seconds: Timer[][] = [];
  let second = 0;
  let due: Timer[] = [];
  let next = 0;
  return {
    add(at: number, run: () => void): Timer {
      const timer = { at, run };
      const its = Math.floor((at - start) / 1_000);
      if (its >= second) (seconds[its] ??= []).push(timer);
      else {
        // In the second that is under way.
        let place = due.length;
        while (place > next && due[place - 1]!.at > at) place--;
        due.splice(place, 0, timer);
      }
      return timer;
    },
    next(): Timer | undefined {
      while (next >= due.length) {
        if (second >= seconds.length) return undefined;
        due = (seconds[second] ?? []).sort((a, b) => a.at - b.at);
        delete seconds[second];
        second++;
        next = 0;
      }
      return due[next++];
    },
  };
};

const answerOf = (status: number, retryAfter: string | undefined): Answer => ({ status, body: '', header: (name) => (name === 'retry-after' ? (retryAfter ?? null) : null) });

/** Runs it on a simulated clock. */
export async function recover({ clients, lasts, requests, capacity = Infinity, retryAfter, network }: Outage, seed = 1): Promise<Recovery> {
  const start = Date.UTC(2026, 10, 15, 8);
  const end = start + lasts;
  let now = start;
  const { unit: random } = createRandom(seed);
  const agenda = createAgenda(start);
  const perSecond: number[] = [];
  const outage: number[] = [];
  const done: number[] = [];
  let all = 0;
  let refused = 0;
  let under: Promise<unknown> | undefined;
  const destination = { key: 'xapi', label: 'xapi' } as Destination;

  const isTaken = () => {
    if (now < end) {
      outage[Math.floor((now - start) / 60_000)] = (outage[Math.floor((now - start) / 60_000)] ?? 0) + 1;
      return false;
    }
    const second = Math.floor((now - end) / 1_000);
    perSecond[second] = (perSecond[second] ?? 0) + 1;
    all++;
    if (perSecond[second] <= capacity) return true;
    refused++;
    return false;
  };

  const paces: Pace[] = [];
  for (let i = 0; i < clients; i++) {
    let state: any;
    let left = requests;
    const store = {
      get: async () => state,
      write: async ([row]: readonly unknown[]) => {
        state = row;
      },
    } as unknown as Store;
    const environment = {
      now: () => now,
      random,
      setTimer: (run: () => void, ms: number) => agenda.add(now + ms, run),
      clearTimer: (timer: any) => {
        if (timer) timer.run = undefined;
      },
      warn() {},
    } as unknown as Environment;

    const send = async (): Promise<unknown> => {
      if (!isTaken()) return pace.later('', now < end ? undefined : answerOf(503, retryAfter));
      await pace.succeeded();
      if (--left) agenda.add(now + LATENCY, () => {
        under = send();
      });
      else done.push(now - end);
      return undefined;
    };
    const run = async (force: number) => (await pace.isDue(force)) && send();
    const pace = createPace(destination, { environment, store, report() {}, open: () => true } as never, (force) => {
      under = run(force);
    });
    paces.push(pace);
    // Learners do something every now and then: the outage is noticed within the first minute.
    pace.arm(random() * 60_000);
  }
  // As a courier does at its browser's word that there is a network.
  if (network)
    agenda.add(end, () => {
      for (const pace of paces) if (pace.firmness < FIRM) pace.arm(spread(random()), 2);
    });

  for (let timer = agenda.next(); timer && done.length < clients; timer = agenda.next()) {
    if (!timer.run) continue;
    now = timer.at;
    under = undefined;
    timer.run();
    if (under) await under;
  }

  done.sort((a, b) => a - b);
  const seconds = done[done.length - 1]! / 1_000;
  return {
    seconds,
    requests: all,
    refused,
    peak: perSecond.reduce((a, b) => Math.max(a, b ?? 0), 0),
    mean: all / seconds,
    half: done[clients >> 1]! / 1_000,
    most: done[Math.ceil(clients * 0.99) - 1]! / 1_000,
    during: Math.max(...outage.slice(10).map((count) => count ?? 0)) / 60,
  };
}
