import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { Actor } from '../../src/events.js';
import type { Answer, Destination, Verdict } from '../../src/destinations/destination.js';
import type { Environment } from '../../src/outbox/environment.js';
import { createOutbox, type Outbox, type OutboxEvents, type OutboxInput } from '../../src/outbox/outbox.js';
import type { NewRow } from '../../src/outbox/row.js';
import { createStore } from '../../src/outbox/resilient-store.js';
import type { OutboxStore } from '../../src/outbox/store.js';

globalThis.IDBKeyRange = IDBKeyRange;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets promises and the fake database come to rest. */
export const rest = async (turns = 40) => {
  for (let i = 0; i < turns; i++) await turn();
};

/** A clock that moves only when it is told. */
export class Clock {
  time = Date.UTC(2026, 10, 15, 10);
  readonly timers = new Map<number, { at: number; run: () => void }>();
  #next = 1;
  /** What `now()` shows besides: a wall clock that somebody sets. */
  skew = 0;

  set(run: () => void, ms: number): number {
    this.timers.set(this.#next, { at: this.time + Math.max(0, ms), run });
    return this.#next++;
  }

  async advance(ms: number) {
    const end = this.time + ms;
    await rest();
    for (;;) {
      const [id, first] = [...this.timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (!first || first.at > end) break;
      this.time = Math.max(this.time, first.at);
      this.timers.delete(id!);
      first.run();
      await rest();
    }
    this.time = end;
    await rest();
  }
}

/** `localStorage` of one origin. */
export class FakeStorage {
  readonly items = new Map<string, string>();
  quota = Infinity;
  get length() {
    return this.items.size;
  }
  key(i: number) {
    return [...this.items.keys()][i] ?? null;
  }
  getItem(name: string) {
    return this.items.get(name) ?? null;
  }
  setItem(name: string, value: string) {
    if (value.length > this.quota) throw new DOMException('full', 'QuotaExceededError');
    this.items.set(name, value);
  }
  removeItem(name: string) {
    this.items.delete(name);
  }
}

/** Web Locks of one origin; a page that dies lets go of its own. */
export class FakeLocks {
  readonly held = new Map<string, object>();
  forTab(tab: object) {
    return {
      request: async <T>(name: string, _: unknown, run: (lock: unknown) => T | PromiseLike<T>): Promise<T> => {
        if (this.held.has(name)) return run(null);
        this.held.set(name, tab);
        try {
          return await run({ name });
        } finally {
          if (this.held.get(name) === tab) this.held.delete(name);
        }
      },
    };
  }
  release(tab: object) {
    for (const [name, holder] of this.held) if (holder === tab) this.held.delete(name);
  }
}

/** One request as the endpoint saw it. */
export interface Seen {
  readonly url: string;
  readonly body: string;
  readonly documents: readonly string[];
  readonly headers: Record<string, string>;
  readonly init: RequestInit;
  readonly time: number;
}

type Reply = Response | Promise<Response>;
export type Behaviour = (seen: Seen, count: number) => Reply;

export const reply = (status: number, body = '', headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : body, { status, headers });

export const idsOf = (seen: Seen) => seen.documents.map((document) => JSON.parse(document).id as string);

/** Somebody deletes the database; rejects where he is kept waiting. */
export const deleteDatabase = ({ indexedDB }: World) =>
  new Promise((resolve, reject) => {
    const request = indexedDB!.deleteDatabase('videojs-learning-analytics');
    request.onsuccess = resolve;
    request.onblocked = reject;
  });

/** Refuses a request with any of these in it. */
export const refusing = (poison: (id: string) => boolean, status = 400) => (seen: Seen) =>
  idsOf(seen).some(poison) ? reply(status, `bad: ${idsOf(seen).find(poison)}`) : reply(200, '[]');

/** Holds what it acknowledged, by id, in order of arrival. */
export class Endpoint {
  readonly requests: Seen[] = [];
  readonly held: string[] = [];
  readonly repeats: string[] = [];
  readonly bytes = new Map<string, Set<string>>();
  behave: Behaviour = () => reply(200, '[]');

  take(seen: Seen): Reply {
    this.requests.push(seen);
    for (const document of seen.documents) {
      const { id } = JSON.parse(document);
      this.bytes.set(id, (this.bytes.get(id) ?? new Set()).add(document));
    }
    const answer = this.behave(seen, this.requests.length);
    if (answer instanceof Response && answer.status >= 200 && answer.status < 300) this.store(seen);
    return answer;
  }

  store(seen: Seen) {
    for (const document of seen.documents) {
      const { id } = JSON.parse(document);
      (this.held.includes(id) ? this.repeats : this.held).push(id);
    }
  }
}

const VERDICTS: { readonly [status: number]: Verdict } = {
  400: 'refused', 401: 'unauthorized', 403: 'unauthorized', 409: 'settle', 413: 'refused', 415: 'version', 422: 'refused',
};

export const judge = ({ status, body }: Answer): Verdict =>
  status >= 200 && status < 300 ? (/^\s*</.test(body) ? 'later' : 'stored') : (VERDICTS[status] ?? 'later');

export const destination = (more: Partial<Destination> = {}): Destination => {
  const url = more.url ?? 'https://lrs.example/statements';
  return {
    key: url,
    label: `xapi ${url}`,
    url,
    auth: false,
    map: (event) => event,
    wrap: (documents) => `[${documents.join(',')}]`,
    headers: () => ({ 'Content-Type': 'application/json' }),
    authorization: (credential) => `Bearer ${credential}`,
    judge,
    probe: { method: 'POST', url },
    ...more,
  };
};

export const documentOf = (id: string, filler = '') => JSON.stringify({ id, ...(filler && { filler }) });

/** One browser: what its tabs share, and all endpoints that they can reach. */
export class World {
  readonly clock = new Clock();
  readonly endpoints = new Map<string, Endpoint>();
  readonly storage = new FakeStorage();
  readonly locks = new FakeLocks();
  readonly warnings: string[] = [];
  indexedDB: IDBFactory | undefined = new IDBFactory();
  withLocks = true;
  online = true;
  random = () => 0.5;
  readonly tabs: Tab[] = [];

  endpoint(url = 'https://lrs.example/statements'): Endpoint {
    const found = this.endpoints.get(url) ?? new Endpoint();
    this.endpoints.set(url, found);
    return found;
  }

  /** A tab that has looked once for what others left. */
  async open(input: Parameters<World['tab']>[0] = {}): Promise<Tab> {
    const tab = this.tab(input);
    await this.clock.advance(0);
    return tab;
  }

  tab(input: Omit<Partial<OutboxInput>, 'environment'> & { storage?: 'memory'; environment?: Partial<Environment> } = {}): Tab {
    const tab = new Tab(this, input);
    this.tabs.push(tab);
    return tab;
  }
}

let names = 0;

/** One page with an outbox. */
export class Tab {
  alive = true;
  readonly environment: Environment & { keepalive: { left: number } };
  readonly store: OutboxStore;
  readonly outbox: Outbox;
  readonly said: { name: keyof OutboxEvents; detail: any }[] = [];
  readonly wakes = new Set<Parameters<Environment['onWake']>[0]>();
  readonly freezes = new Set<() => void>();
  readonly actor: string;
  #count = 0;
  #name = String.fromCharCode(97 + (names++ % 26));

  constructor(readonly world: World, { storage, environment, ...input }: Omit<Partial<OutboxInput>, 'environment'> & { storage?: 'memory'; environment?: Partial<Environment> }) {
    const { clock } = world;
    let said = new Set<string>();
    const seed = Math.random();
    let first = true;
    this.actor = 'https://campus.example/users/1';
    this.environment = {
      now: () => clock.time + clock.skew,
      random: () => {
        if (!first) return world.random();
        // Names the tab's journal.
        first = false;
        return seed;
      },
      fetch: (url, init) => this.#fetch(url, init),
      setTimer: (run, ms) => clock.set(() => this.alive && run(), ms),
      clearTimer: (timer) => void clock.timers.delete(timer as number),
      locks: world.withLocks ? world.locks.forTab(this) : undefined,
      journal: world.storage,
      indexedDB: world.indexedDB,
      keepalive: { left: 60_000 },
      onWake: (listener, signal) => {
        this.wakes.add(listener);
        signal.addEventListener('abort', () => this.wakes.delete(listener));
      },
      onFreeze: (listener, signal) => {
        this.freezes.add(listener);
        signal.addEventListener('abort', () => this.freezes.delete(listener));
      },
      warn: (message, error) => {
        if (said.has(message)) return;
        said.add(message);
        world.warnings.push(`${message} ${error instanceof Error ? error.message : (error ?? '')}`);
      },
      ...(environment as Partial<Environment>),
    };
    this.store = createStore(this.environment, storage ? { storage } : {});
    this.outbox = createOutbox({
      destinations: [destination()],
      store: this.store,
      environment: this.environment,
      report: (name, detail) => this.said.push({ name, detail }),
      ...input,
    });
    this.destinations = input.destinations ?? [destination()];
  }

  readonly destinations: readonly Destination[];

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const { world } = this;
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      if (!world.online) return reject(new TypeError('Failed to fetch'));
      const body = String(init.body);
      const documents = (JSON.parse(body) as unknown[]).map((document) => JSON.stringify(document));
      const seen = { url, body, documents, headers: init.headers as Record<string, string>, init, time: world.clock.time };
      Promise.resolve()
        .then(() => world.endpoint(url).take(seen))
        .then((answer) => {
          if (this.alive) resolve(answer);
        }, reject);
    });
  }

  row(more: Partial<NewRow> = {}): NewRow {
    const id = more.id ?? `${this.#name}-${String(this.#count).padStart(5, '0')}`;
    const time = more.time ?? this.world.clock.time + this.#count;
    this.#count++;
    return { destination: this.destinations[0]!.key, actor: this.actor, type: 'paused', worth: 9, document: documentOf(id), ...more, id, time };
  }

  /** Adds events without waiting; their ids. */
  add(count: number, more: Partial<NewRow> = {}): string[] {
    return Array.from({ length: count }, () => {
      const rows = this.destinations.map(({ key }) => key);
      const row = this.row(more);
      void this.outbox.add(more.destination ? [row] : rows.map((key) => ({ ...row, destination: key })));
      return row.id;
    });
  }

  wake(event?: { readonly persisted?: boolean; readonly cleared?: boolean }) {
    for (const listener of this.wakes) listener(event);
  }

  /** It is told that it is about to stand still. */
  freeze() {
    for (const listener of this.freezes) listener();
  }

  /** The renderer is gone: no timer, no answer, no lock. */
  kill() {
    this.alive = false;
    this.world.locks.release(this);
  }

  /** What was said under a name. */
  heard<N extends keyof OutboxEvents>(name: N): OutboxEvents[N][] {
    return this.said.filter((said) => said.name === name).map(({ detail }) => detail);
  }

  /** Flushes while the clock runs. */
  async flush() {
    let done: Awaited<ReturnType<Outbox['flush']>> | undefined;
    void this.outbox.flush().then((report) => {
      done = report;
    });
    for (let i = 0; i < 200 && !done; i++) await rest(10);
    for (let i = 0; i < 200 && !done; i++) await this.world.clock.advance(5_000);
    return done!;
  }
}

export const person = (id: string): Actor => ({ id });
