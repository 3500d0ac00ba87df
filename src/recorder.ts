import type { Actor, Context, EventOf, EventType, LearningEvent, Media, PortalInput, PortalLearningEvent, Progress, Seconds } from './events.js';
import { EVENTS } from './events.js';
import type { Destination } from './destinations/destination.js';
import { check, type CheckReport } from './check.js';
import { defined } from './defined.js';
import { createEmitter } from './emitter.js';
import { givenBy } from './given-by.js';
import { joinRows } from './history/history.js';
import { checkActor, checkContext, checkEvent, checkMedia } from './options/check-options.js';
import { isObject } from './options/expect.js';
import type { Consent, RecorderOptions } from './options/options.js';
import { createOutbox, type DeliveryReport, type OutboxEvents, type Rejected } from './outbox/outbox.js';
import { SOON } from './outbox/pace.js';
import { createStore } from './outbox/resilient-store.js';
import type { OutboxStore, Stored } from './outbox/store.js';
import type { Page } from './page.js';
import { plain } from './plain.js';
import { wholeEvent } from './whole-event.js';

/** What can be listened to. */
export interface RecorderEvents extends OutboxEvents {
  /** Something was recorded: the event as it was kept. */
  record: LearningEvent;
  /** What was watched before of the media that is loaded is known, before it plays: seconds of media, `position` where it was left. */
  remembered: Progress & { readonly position: Seconds };
}

/** Their names. */
export const HEARD: readonly (keyof RecorderEvents)[] = ['record', 'remembered', 'delivered', 'retry', 'rejected', 'dropped'];

type About<E> = E extends { readonly media: Media } ? Omit<E, 'media'> & { readonly media?: Media | undefined } : E;

/** A portal event as an instance takes it: what is watched is what it is about, unless it says otherwise. */
export type PlayerInput = About<PortalInput>;

/** What a tracker and a portal both offer. */
export interface RecorderFace {
  /**
   * Records what a learner did in the portal. Id and time are those of this call, also where it waits in memory until the
   * actor is known.
   * @throws {TypeError} that names the field, what was expected and what came
   */
  record(event: PlayerInput): void;
  /** Tells `listener` of everything with that name, until the returned function is called. */
  listen<N extends keyof RecorderEvents>(name: N, listener: (detail: RecorderEvents[N]) => void): () => void;
  /** Sends now what can be sent. Never rejects. */
  flush(): Promise<DeliveryReport>;
  /** How many rows (event × destination) wait to be sent, other tabs' included. */
  pending(): Promise<number>;
  /** What the endpoints refused, with their reasons. */
  rejected(): Promise<Rejected[]>;
  /** Puts the refused events back into the queue; how many. */
  retryRejected(): Promise<number>;
  /** Asks each destination, storing nothing, and says in words what is wrong: CORS, key, path, version, mixed content. */
  check(): Promise<CheckReport>;
  /**
   * Takes the place of the context before, on every event from now on; a registration holds until another is named.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setContext(context: Context): void;
  /** Keeps and sends what was gathered in memory, and what comes from now on; settles once it is kept. */
  grantConsent(): Promise<void>;
  /** Nothing is kept or sent any more, and what was kept is cleared: for all players and portals of the page. Settles once it is cleared. */
  denyConsent(): Promise<void>;
  /** Empties what is kept on this computer: events, progress, open sessions. */
  clear(): Promise<void>;
}

/** Who is here, and under which name the store keeps what is theirs. */
export interface Known {
  readonly actor: Actor;
  readonly key: string;
}

/** From an event to rows in the outbox: what a player and a portal have in common. */
export interface Recorder {
  readonly face: RecorderFace & {
    /** @param media gives what an event is about that does not say so */
    record(event: PlayerInput, media?: () => Media | undefined): void;
    context(): Context;
  };
  readonly store: OutboxStore;
  readonly consent: Consent;
  /** Who is here; `undefined` while that is not known, `null` where nobody is. */
  readonly known: Known | null | undefined;
  /** Gives the next session of somebody anonymous an actor of its own. */
  renew(): void;
  /**
   * Keeps events for all destinations, and `more` with them: all of it or nothing. Says whether any was recorded. What was begun
   * is begun when this returns.
   */
  record(events: readonly LearningEvent[], known: Known, more?: readonly Stored[]): boolean;
  tell<N extends keyof RecorderEvents>(name: N, detail: RecorderEvents[N]): void;
  setActor(actor: RecorderOptions['actor'] | null): void;
  /** The page is hidden, or goes; `still`: nothing of it goes on behind this. */
  depart(what: 'hide' | 'leave', still?: boolean): void;
  /** Whoever was here goes, the page stays. */
  leave(): void;
  dispose(): Promise<void>;
}

/**
 * @param destinations all that the options name
 * @param changed is called when the actor or the consent became another
 */
export function createRecorder(options: RecorderOptions, destinations: readonly Destination[], page: Page, changed: () => void): Recorder {
  const { queue = {}, respectGpc, beforeRecord, debug } = options;
  const { listen, emit } = createEmitter<RecorderEvents>(page.warn);
  if (debug) for (const name of HEARD) listen(name, (detail) => page.log(`learningAnalytics: ${name}`, detail));
  const refuses = respectGpc && page.gpc;
  let context = plain(defined(options.context ?? {}));
  let consent: Consent = refuses ? 'denied' : (options.consent ?? 'granted');
  let wished: Consent;
  /** What was kept before a denial is being cleared. */
  let clearing: Promise<void> | undefined;
  let known: Known | null | undefined;
  let asked: unknown;
  /** Settles when the actor that is found out is known, or cannot be. */
  let asking: Promise<unknown> | undefined;
  /** Epoch ms of the portal's event before. */
  let last = 0;
  /** Of the portal, from before it was known who is here. */
  const early: LearningEvent[] = [];

  const createAll = (consent: Consent) => {
    const store = createStore(page, { storage: queue.storage, join: joinRows });
    return { store, outbox: createOutbox({ destinations, store, environment: page, consent, queue, report: emit as never }) };
  };
  const { store, outbox } = createAll(consent);
  /** Settles when nothing is left of it but what waits. */
  let over: Promise<void> | undefined;
  let flushing: Promise<DeliveryReport> | undefined;

  const know = (actor: Actor | 'anonymous' | null): void => {
    if (actor === 'anonymous' || actor?.anonymous) {
      const name = page.newId();
      known = { key: 'anonymous', actor: { id: `urn:uuid:${name}`, account: { homePage: page.origin, name }, anonymous: true } };
    } else known = actor && { key: actor.id, actor: { ...actor } };
    outbox.setActor(known?.actor ?? null, known?.key ?? '');
    catchUp();
  };

  const setConsent = async (to: Consent): Promise<void> => {
    if (refuses) return;
    wished = to;
    while (to !== 'denied' && clearing) await clearing;
    if (to !== wished) return;
    consent = to;
    if (to === 'denied') early.length = 0;
    changed();
    const done = outbox.setConsent(to);
    if (to === 'denied') {
      const mine = (clearing = done.catch(() => {}).then(() => {
        if (mine === clearing) clearing = undefined;
      }));
    }
    await done;
    // What was gathered waits for whoever sends it.
    if (over) store.close(false);
  };

  const deny = (): Promise<void> => setConsent('denied');
  page.denials.add(deny);

  /** What is left is sent as by one that comes after on this page, so that a denial and a clearing hold for it too. */
  const flushRest = async (force?: number): Promise<DeliveryReport> => {
    await over;
    const { store, outbox } = createAll('pending');
    const deny = (): Promise<void> => outbox.setConsent('denied');
    page.denials.add(deny);
    outbox.setActor(known?.actor ?? null, known?.key ?? '');
    await outbox.setConsent('granted');
    const report = await outbox.flush(force);
    page.denials.delete(deny);
    store.close(await outbox.dispose());
    return report;
  };

  const flush = async (force?: number): Promise<DeliveryReport> => {
    const first = await outbox.flush(force);
    if (!over || consent !== 'granted') return first;
    flushing ??= flushRest(force).finally(() => (flushing = undefined));
    const { delivered, rejected, ...now } = await flushing;
    return { ...now, delivered: first.delivered + delivered, rejected: first.rejected + rejected };
  };

  const missed = (type: EventType): void => emit('dropped', { count: 1, types: { [type]: 1 }, why: 'hook' });

  const redacted = (event: LearningEvent): LearningEvent | null => {
    if (!beforeRecord) return event;
    const { id, type, time } = event;
    try {
      const all = plain(givenBy('beforeRecord', beforeRecord(plain(event)), 'time'));
      if (!all) return null;
      // What is redacted by `null` or an empty text is not there.
      const given = defined(all);
      const own = { id, type, time };
      // What would be refused with all that it stands in.
      if ('session' in event) {
        const kept = { ...given, ...own, session: event.session } as LearningEvent & { readonly media: Media };
        checkMedia(kept.media, false, true);
        checkContext(kept.context, true);
        return kept;
      }
      const kept = { ...wholeEvent({ ...given, type } as PlayerInput, given.context ?? {}, page), ...own } as PortalLearningEvent;
      checkEvent(kept);
      return kept;
    } catch (error) {
      // What should have been redacted must not leave because the redaction broke.
      page.warn('beforeRecord gave no event: it was dropped', error);
      missed(type);
      return null;
    }
  };

  const keep: Recorder['record'] = (given, { actor, key }, more) => {
    const events = consent === 'denied' ? [] : given.flatMap((event) => redacted(event) ?? []);
    const rows = [];
    for (const event of events) {
      const { id, type, time } = event;
      for (const destination of destinations) {
        try {
          const made = destination.map(event, actor);
          const given = Array.isArray(made) ? made : givenBy('map', made || null);
          if (!given) continue;
          const document = JSON.stringify(given);
          if (!document) throw new TypeError('JSON has no word for what "map" gave');
          rows.push({ destination: destination.key, actor: key, id, type, time, worth: EVENTS[type][2], document });
        } catch (error) {
          page.warn(`${destination.label} could not map an event of type "${type}"`, error);
          missed(type);
        }
      }
    }
    if (events[0] || more) void outbox.add(rows, more);
    for (const event of events) emit('record', plain(event));
    // There is nobody left to send what comes this late.
    if (events[0] && over) flush(SOON).catch(() => {});
    return !!events[0];
  };

  /** What waited for the actor is the actor's, or nobody's. */
  const catchUp = (): void => {
    if (known !== undefined) for (const event of early.splice(0)) known && keep([event], known);
  };

  return {
    face: {
      listen(name, listener) {
        if (!HEARD.includes(name)) page.warn(`nobody tells of "${name}": listen to ${HEARD.join(', ')}`);
        return listen(name, listener);
      },
      record(given: PlayerInput, media?: () => Media | undefined) {
        const own: object = given?.context ?? {};
        const place = isObject(own) ? { ...context, ...defined(own) } : (own as Context);
        const now = page.now();
        // What happens within one millisecond keeps its order; a clock that was set back by more is followed.
        last = last >= now && last < now + 60_000 ? last + 1 : now;
        const event = { ...wholeEvent(given, place, page, media), context: place, id: page.newId(), time: last } as EventOf<'commented'>;
        checkEvent(event, given);
        const { text: _, ...told } = event;
        if (consent !== 'denied') early.push(plain(event.includeText ? event : (told as LearningEvent)));
        catchUp();
      },
      flush: () => flush(),
      pending: outbox.pending,
      rejected: outbox.rejected,
      retryRejected: outbox.retryRejected,
      clear() {
        early.length = 0;
        return outbox.clear();
      },
      check: () => check(destinations, page, () => known?.actor ?? null, asking, outbox.why),
      context: () => context,
      setContext(to = {}) {
        checkContext(to);
        context = plain({ ...(context.registration && { registration: context.registration }), ...defined(to) });
      },
      grantConsent: () => setConsent('granted'),
      async denyConsent() {
        await Promise.all([...new Set(page.denials).add(deny)].map((one) => one()));
      },
    },
    store,
    get consent() {
      return consent;
    },
    get known() {
      return known;
    },
    renew() {
      if (known?.actor.anonymous) know('anonymous');
    },
    record: keep,
    tell: emit,
    setActor(option) {
      const mine = (asked = {});
      asking = undefined;
      const settle = (actor: Actor | 'anonymous' | null, found?: boolean): void => {
        if (mine !== asked) return;
        if (found && actor === null) page.warn('the option "actor" gave null: nobody is here, and nothing is recorded until setActor()');
        know(actor === null ? actor : checkActor(actor, found));
        changed();
      };
      if (option === null || (typeof option !== 'function' && !('then' in Object(option)))) return settle(option as Actor);
      known = undefined;
      // What the one before left waits for that one.
      outbox.setActor(null, '');
      asking = Promise.resolve(option)
        .then((given) => (typeof given === 'function' ? given() : given))
        .then((given) => {
          if (typeof given === 'function') throw new TypeError('it is a function again');
          settle(given, true);
        })
        .catch((error) => page.warn('the actor could not be found out: events wait for setActor()', error));
    },
    depart(what, still) {
      outbox.leave(what === 'leave');
      if (still) store.suspend();
    },
    leave: () => outbox.leave(),
    async dispose() {
      page.denials.delete(deny);
      await (over = outbox.dispose().then((kept) => store.close(kept)));
    },
  };
}
