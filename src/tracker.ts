import type { Actor, Context, Media, Progress, Seconds } from './events.js';
import type { Destination } from './destinations/destination.js';
import { defined } from './defined.js';
import { createHistory, type SessionRow } from './history/history.js';
import { createLine } from './line.js';
import { mediaOf } from './media-of.js';
import { checkActor, checkContext, checkMedia } from './options/check-options.js';
import type { Options } from './options/options.js';
import { within } from './outbox/within.js';
import type { Page } from './page.js';
import { plain } from './plain.js';
import { clip, coverage, roundDown, union } from './playback/segments.js';
import type { Checkpoint } from './playback/checkpoint.js';
import { createSession } from './playback/session.js';
import type { Signal } from './playback/signal.js';
import type { Adapter, Hear } from './player/adapter.js';
import { createRecorder, type Known, type RecorderFace } from './recorder.js';
import { createResumption, nameOf, type Remembered } from './resumption.js';

/** So often, in ms, is it kept how far a session has played. */
const BEAT = 5_000;
/** So often, in ms, a page says that it lives, though nothing plays. */
const LIVE = 30_000;
/** After so many ms without a beat another page may have taken the session over. */
const GAP = 90_000;
/** What is loaded says how long it is within so many ms. */
const READ = 300;
/** A player that was given another source has let go of the one before within so many ms. */
const HANDOVER = 50;

/** What `player.learningAnalytics()` and `track()` give. */
export interface Analytics extends RecorderFace {
  /**
   * Another learner; `null`: nobody. Ends the session.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setActor(actor: Options['actor'] | null): void;
  /**
   * Takes the place of the option `media`, for sources to come too. Another media ends the session, the same under another name does not; another
   * `type` or `live` of it counts from the next session on.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setMedia(media: Media): void;
  /**
   * Takes the place of the context before, on every event from now on; a registration holds until another is named, which ends the session.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setContext(context: Context): void;
  /**
   * Begins another registration, in which the media can be completed again. Ends the session.
   * @param id a UUID, by default a new one
   * @throws {TypeError} for any other
   */
  newRegistration(id?: string): void;
  /**
   * What was watched, live: `segments` and `position` in seconds of media, in the order watched, the open stretch included. Before the first play: what is
   * remembered, with `position` where it was left, a moment after the length of the media is known, or is said not to be loaded
   * before (`remembered` tells when; `fraction` is 0 until it is known).
   */
  readonly progress: Progress & { readonly position: Seconds };
  /** Id of the open session. */
  readonly session: string | undefined;
  /** Ends the session and leaves nothing behind but what waits to be sent. */
  dispose(): void;
}

/** Of `newRegistration()`: of which media, if that was known, and whether it has begun. */
interface Wish {
  readonly of: string | undefined;
  readonly id: string;
  begun?: boolean;
}

interface Subject {
  media: Media;
  registration: string;
  history: Remembered;
  /** Nobody could wait until it was known which registration it is. */
  guessed?: boolean;
}

const NOTHING: Remembered = { segments: [], secondsPlayed: 0, completed: false, milestones: [] };

/** Wires one player to destinations and outbox. */
export function createTracker<Player>(adapter: Adapter, options: Options<Player>, destinations: readonly Destination[], page: Page, player: Player): Analytics {
  const { startOn = 'play', milestones = [0, 25, 50, 75, 100], milestoneBasis = 'watched', completion = {}, resume = true } = options;
  const recorder = createRecorder(options, destinations, page, () => changed());
  const { context: _, ...face } = recorder.face;
  const history = createHistory(recorder.store, page, () => (recorder.consent === 'pending' || options.queue?.storage === 'memory' ? undefined : page.journal));
  const resumption = createResumption(resume, page);
  const life = new AbortController();

  let given = options.media;
  let media: Media | undefined;
  /** What plays has had no identity until now. */
  let nameless = false;
  let wished: Wish | undefined;
  /** What the next session is about, and whose it is: read before it opens. */
  let subject: Subject | undefined;
  let owner: Known;
  /** What is remembered of the media that is loaded, until a session opens. */
  let shown: ({ readonly of: readonly unknown[] } & Partial<Subject>) | undefined;
  /** What is being found out about the next session, until that is another one. */
  let preparing: Partial<Subject> | undefined;
  /** Somebody anonymous is another one in each session. */
  let spent = false;
  let away = false;
  /** What happened before it was known whose it is, and what was watched before; with the media, context and wish of its moment. */
  const waiting: { readonly signal: Signal; about: Media | undefined; readonly context: Context; readonly wished: Wish | undefined }[] = [];
  /** The context of what was taken last. */
  let last: Context;
  let beaten = 0;
  let asking = false;
  /** Nobody was here, or nobody could be recorded. */
  let barred = false;
  /** Who was known last. */
  let here: string | undefined;
  let settling: unknown;
  /** The address that the player had when its media was asked for. */
  let named = '';
  /** The media was played beyond where it would be resumed. */
  let underWay = false;
  /** Whoever waits for the length of the media is told that it is there. */
  let measured: (() => void) | undefined;
  /** Of whom and what `remembered` was told last, since this was loaded. */
  let toldOf: string | undefined;
  /** Another media was named; what plays may still be the one before. */
  let handingOver: unknown;

  const session = createSession({ startOn, milestones, milestoneBasis, completion }, () => subject, page.newId);

  // Nothing that is wrong in here may reach the page.
  const wrong = (error: unknown): void => page.warn('something went wrong while recording', error);
  const guard = <A extends unknown[]>(run: (...args: A) => unknown) => (...args: A): void => {
    try {
      Promise.resolve(run(...args)).catch(wrong);
    } catch (error) {
      wrong(error);
    }
  };

  /** Asked once per source, and again where its address was not known yet. */
  const resolveMedia = (): Media | undefined => {
    // Video.js may learn the address of what an element has loaded later than its length.
    if (media && (named || typeof given !== 'function' || session.id || !adapter.source())) return media;
    const { ad, duration, paused } = adapter.read();
    // What is loaded now is the advertisement.
    if (ad) return typeof given === 'object' ? given : undefined;
    const url = adapter.source();
    // Before the player knows what it has, whoever is asked what that is knows nothing either. A stream has no address.
    if (typeof given === 'function' && !url && paused && !(duration > 0)) return undefined;
    const former = media;
    named = url;
    media = mediaOf(given, player, adapter, page, !paused);
    // Of what played until now nothing is recorded.
    if (media && nameless && !session.id) restart();
    nameless = !media;
    if (former) for (const one of waiting) if (one.about === former) one.about = media;
    return media;
  };

  const next = (): Media | undefined => (waiting[0] ? waiting[0].about : resolveMedia());
  const remembers = ({ actor }: Known): boolean => resume !== false && !actor.anonymous;
  const fixed = (): string | undefined => waiting[0]?.context.registration ?? recorder.face.context().registration;

  const wish = (about: Media): Wish | undefined => {
    const one = waiting[0] ? waiting[0].wished : wished;
    return one && !one.begun && (one.of ?? about.id) === about.id ? one : undefined;
  };

  /** The registration that the next session has to have, where one was named. */
  const registrationOf = (about: Media | undefined): string | undefined => fixed() ?? (about && wish(about)?.id);

  /** Whether a session of that can be about this: whoever prepares one and whoever ends it go by the same. */
  const fits = ({ media, registration }: Subject, about: Media | undefined): boolean => (!about || about.id === media.id) && [undefined, registration].includes(registrationOf(about));

  const wait = (signal: Signal, about = resolveMedia()): void => void waiting.push({ signal, about, context: recorder.face.context(), wished });

  /** What is shown, if it is still about what is loaded and who is here. */
  const previewed = (): typeof shown => (shown?.of.every((one, n) => one === [media, recorder.known][n]) ? shown : undefined);

  /** Where nothing is remembered. */
  const unknown = (about: Media, fresh = page.newId()): Subject => ({
    media: about,
    registration: registrationOf(about) ?? fresh,
    history: NOTHING,
  });

  /**
   * What was watched before.
   * @param mine is given what this browser remembers before the portal's server is asked; without it, no trace is left of a media
   * that nobody has played
   */
  const recall = async (about: Media, known: Known, mine?: Partial<Subject>): Promise<Subject> => {
    // What was shown of it has its registration.
    const fresh = unknown(about, previewed()?.registration);
    const of = fixed();
    const again = of ? undefined : wish(about);
    if (again && mine) again.begun = true;
    // Nobody could say that somebody anonymous is the same: nothing is kept of them.
    if (known.actor.anonymous) return fresh;
    try {
      // First of all: what ends meanwhile joins it.
      if (again && mine) {
        Object.assign(mine, fresh);
        if (remembers(known)) await history.restart(known.key, about.id, again.id);
      }
      await history.takeOver();
      await history.recover(known.key, options.recoverSessions !== false && ((dead) => line.close(dead, known)));
      if (!remembers(known) || (again && !mine)) return fresh;
      const record = await history.load(known.key, about.id, of, fresh.registration, !mine);
      // What the portal's server knows goes before what this browser remembers.
      const registration = of ?? record?.registration ?? fresh.registration;
      const found = { ...fresh, registration, history: { ...NOTHING, ...record } };
      if (mine) Object.assign(mine, found);
      return { ...found, history: { ...found.history, ...(await resumption.told(about, known, registration)) } };
    } catch (error) {
      page.warn('what was watched before could not be read', error);
      return fresh;
    }
  };

  const progress = (): Analytics['progress'] => {
    const { progress: now, id } = session;
    const before = !id && previewed()?.history;
    if (!before) return now;
    const { segments, secondsPlayed, position = 0 } = before;
    const { duration } = adapter.read();
    const fraction = duration > 0 ? Math.min(1, roundDown(coverage(union(clip(segments, duration))) / duration)) : 0;
    return { ...now, segments, secondsPlayed, position, fraction };
  };

  /** Recalls it for `progress`, once the length is known, or will not be before it is played. */
  const preview = async (): Promise<void> => {
    const { known } = recorder;
    const about = known && resolveMedia();
    if (!about || previewed()) return;
    const mine = (shown = { of: [about, known] });
    const found = await recall(about, known);
    Object.assign(mine, found, { guessed: !wish(about) });
    const of = nameOf(known, about, found.registration);
    // A short file may be there whole before its length is read off it.
    if (!life.signal.aborted && !(adapter.read().duration > 0)) await within(page, READ, new Promise<void>((resolve) => (measured = resolve))).catch(() => {});
    if (life.signal.aborted || previewed() !== mine || session.id || underWay || toldOf === of) return;
    toldOf = of;
    recorder.tell('remembered', plain(progress()));
  };

  /** Finds out what the next session is about, then goes on with what waited. */
  const prepare = async (): Promise<void> => {
    const about = next();
    if (preparing || subject || !about || !recorder.known) return;
    const mine: Partial<Subject> = (preparing = {});
    if (spent) recorder.renew();
    spent = false;
    const { known } = recorder;
    owner = known;
    // The signal that asked has to stand in line before the line moves on, and the session before to be remembered.
    await line.claiming;
    const found = await recall(about, known, mine);
    if (mine === preparing) {
      preparing = undefined;
      // Unless somebody else came, or another source, while this was read.
      const now = next();
      if (recorder.known === known && now?.id === about.id) subject = { ...found, media: now };
    }
    drain();
  };

  const line = createLine(recorder, history, wrong, () => away, (id) => {
    if (session.id !== id) return;
    session.forgo();
    beat(page.now());
  });

  const process = (signal: Signal, going = signal.type === 'hide', context = recorder.face.context()): void => {
    last = context;
    const before = session.id;
    const events = session.take(signal);
    const { id } = session;
    // Nobody else can have a session that has just begun.
    if (id && id !== before) beaten = page.now();
    const over = before && !id && session.ended;
    for (const event of events) {
      const once = event.type === 'completed' ? event.type : event.type === 'progressed' ? event.milestone : undefined;
      const ended = over && event.type === 'terminated' ? rowOf(over, context) : undefined;
      // It is told with the end.
      if (over && event.id === over.closing[0]) continue;
      line.push({ event: { ...event, context }, known: owner, claim: remembers(owner) ? once : undefined, ended });
    }
    const whose = owner;
    // Before anybody is told: that may make the next session begin.
    if (over) {
      subject = shown = undefined;
      spent = true;
    }
    if (going) line.hurry();
    else line.move();
    // A signal that waited is older than the sign of life that it gives.
    if (id && session.id === id && (events[0] || going || Math.abs(signal.wall - beaten) > BEAT)) beat(page.now());
    if (over) note(over, whose);
    // What the next session is about was found out for the source before.
    if (!session.id && signal.type === 'boundary') subject = undefined;
    page.clearTimer(settling);
    const wake = session.wake();
    if (wake && !away) settling = page.setTimer(() => hear('tick'), Math.max(1, wake - signal.mono + 2));
  };

  const note = (over: Checkpoint, whose: Known): void => {
    if (over.session !== line.vetoed) resumption.note(over, whose);
  };

  const rowOf = (checkpoint: Checkpoint, context: Context): SessionRow => history.rowOf(owner.key, checkpoint, context, remembers(owner), subject?.guessed);

  const beat = (now: number): void => {
    beaten = now;
    const checkpoint = session.checkpoint();
    if (checkpoint && checkpoint.session !== line.vetoed && !owner.actor.anonymous) history.keep(rowOf(checkpoint, recorder.face.context()));
  };

  /** After a gap another page may have closed the session: until that is found out, nobody here may. */
  const late = (now: number): boolean => !!session.id && (asking || Math.abs(now - beaten) > GAP) && !owner.actor.anonymous;

  const drain = (): void => {
    for (let first = waiting[0]; first && !blocked(first.signal); first = waiting[0]) {
      const { signal, about, context } = first;
      // Another media was set meanwhile, or another registration named, which no signal tells.
      const isOther = subject && !fits(subject, about);
      // What it tells is where the one before was left, unless it is of another source.
      if (isOther && session.id) process(signal.type === 'boundary' ? signal : { ...signal, type: 'leave' }, undefined, last);
      else if (isOther) subject = undefined;
      else process(waiting.shift()!.signal, undefined, context);
    }
  };

  /** Whether a session may open with this signal before it is known whose it is. */
  const blocked = ({ state }: Signal): boolean => {
    if (session.id || subject || recorder.known === null || state.ad || (state.paused && startOn === 'play') || !next()) return false;
    guard(prepare)();
    return true;
  };

  const essence = ({ signal: { type, state }, ...more }: (typeof waiting)[number]): string => JSON.stringify([type, { ...state, position: 0, played: 0 }, more]);

  const take = (signal: Signal): void => {
    if (!waiting[0] && !blocked(signal)) return process(signal);
    wait(signal);
    // While nobody knows who watches, an hour's ticks tell more than need be kept.
    const run = waiting.slice(-3);
    // One a second remains: when a milestone was passed, they alone tell.
    if (waiting[3] && signal.type === 'tick' && signal.mono - run[0]!.signal.mono < 1000 && run.every((one) => essence(one) === essence(run[2]!))) waiting.splice(-2, 1);
  };

  const hear: Hear = guard(async (type, more) => {
    if (life.signal.aborted) return;
    const signal: Signal = { ...page.moment(), type, state: adapter.read(true), ...more };
    const { paused, ad, position } = signal.state;
    if (type === 'boundary') {
      underWay = false;
      toldOf = undefined;
    } else underWay ||= !paused && !ad && position > 1;
    if (away || recorder.consent === 'denied') {
      // Nothing is recorded of it, but what comes next is another media.
      if (type === 'boundary') media = shown = undefined;
      return;
    }
    if (type === 'boundary') release();
    else if (handingOver) return;
    const { id } = session;
    if (!waiting[0] && late(signal.wall)) {
      beaten = signal.wall;
      asking = true;
      wait(signal, media);
      const mine = await history.owns(owner.key, id!).catch(() => true);
      asking = false;
      if (!mine && session.id === id) abandon(signal);
      drain();
    } else take(signal);
    if (signal.state.duration > 0) measured?.();
    if (!session.id && type === 'tick' && (signal.state.duration > 0 || signal.state.unloaded)) await preview();
    if (type !== 'boundary') return;
    media = shown = undefined;
    // Of what is not loaded before it is played, nothing more may be heard until then.
    if (signal.state.unloaded) void Promise.resolve().then(() => hear('tick'));
  });

  const release = (): void => {
    page.clearTimer(handingOver);
    handingOver = undefined;
  };

  /** Whoever has the session now tells how it ended. */
  const abandon = (signal: Signal): void => {
    session.take({ ...signal, type: 'boundary' });
    if (session.ended) note(session.ended, owner);
    subject = undefined;
    spent = true;
  };

  /** What the next session is about as far as anybody knows. Better a registration of its own than no record. */
  const guess = (about: Media): Subject => {
    const isKnown = (one: Partial<Subject> | undefined): one is Subject => !!one?.history && fits(one as Subject, about);
    return [preparing, previewed()].find(isKnown) ?? { ...unknown(about), guessed: !fixed() };
  };

  /** Ends the session as things stand. */
  const end = (): void => {
    const signal: Signal = { ...page.moment(), type: 'leave', state: adapter.read(true) };
    if (late(signal.wall)) {
      abandon(signal);
      waiting.length = 0;
    }
    // Whose it is may be known when the page is back, or the player gone.
    if ((away || life.signal.aborted) && waiting[0] && recorder.known === undefined) wait(signal);
    // One media after the other.
    while (waiting[0]?.about && recorder.known) {
      if (!session.id) {
        if (spent) recorder.renew();
        spent = false;
        owner = recorder.known;
      }
      subject ??= guess(waiting[0].about);
      drain();
    }
    if (session.id) process(signal, true);
    subject = shown = preparing = undefined;
  };

  /** Whatever played until now is not the next session's. */
  const restart = (): void => void session.take({ ...page.moment(), type: 'boundary', state: adapter.read() });

  const changed = guard(() => {
    const { known, consent } = recorder;
    if (session.id && (consent === 'denied' || known?.key !== owner.key)) end();
    if (session.id) owner = known!;
    if (consent === 'denied') resumption.clear();
    const bars = consent === 'denied' || known === null;
    if (bars) waiting.length = 0;
    // What plays while nobody may know of it, or nobody is here, is nobody's afterwards; what one saw is not the next one's.
    if (bars || barred || (!session.id && known && here && here !== known.key)) restart();
    barred = bars;
    // Nor has who comes next been watching.
    if (known && here && here !== known.key) underWay = false;
    here = known?.key ?? here;
    if (!session.id) subject = shown = preparing = undefined;
    drain();
    hear('tick');
  });

  let living: unknown;
  const live = (): void => {
    if (late(page.now())) hear('tick');
    else if (session.id && !away) beat(page.now());
    living = page.setTimer(live, LIVE);
  };

  recorder.setActor(options.actor);
  live();
  page.onLife(
    guard((what) => {
      // What ends is not hidden first: the word that it has ended shall be the first that is written.
      if (what !== 'hide') away = what === 'leave';
      if (what === 'leave') end();
      hear('hide');
      if (what === 'return') return hear('tick');
      line.hurry();
      recorder.depart(what);
    }),
    life.signal,
  );
  const stop = adapter.observe(hear);

  return {
    ...face,
    record(event) {
      // What happened before it is recorded before it.
      if (!line.busy) hear('aside');
      face.record(event, resolveMedia);
    },
    setActor(actor) {
      if (actor !== null) checkActor(actor);
      // Another name of the same learner goes on.
      if ((actor as Actor | null)?.id !== recorder.known?.key) end();
      const change = guard(() => {
        // While the credentials are still those of who was here.
        recorder.leave();
        recorder.setActor(actor);
        // Whoever it will turn out to be watches from here on.
        if (recorder.known === undefined) hear('tick');
      });
      // Behind what somebody is being told of.
      if (line.busy) void Promise.resolve().then(change);
      else change();
    },
    setMedia(to) {
      checkMedia(to);
      const before = subject?.media ?? media;
      const same = before?.id === to.id;
      if (!same) end();
      given = to;
      media = undefined;
      if (same && subject) {
        // What the player said of it: amid an advertisement it cannot be asked again.
        const { type, mediaType } = subject.media;
        // The profile that the session began with goes by its type.
        subject.media = plain({ mediaType, ...defined(to), type: session.id ? type : (to.type ?? type) } as Media);
      }
      for (const one of waiting) if (one.about?.id === to.id) one.about = resolveMedia();
      // One that is named twice is still being handed over.
      if (before && !same) {
        release();
        handingOver = page.setTimer(() => {
          release();
          // Whose it is may have been found out meanwhile.
          if (subject && subject.media.id !== to.id) end();
          hear('tick');
        }, HANDOVER);
      } else hear('tick');
    },
    newRegistration(id) {
      id ||= page.newId();
      checkContext({ registration: id });
      end();
      resumption.renew();
      if (fixed()) recorder.face.setContext({ ...recorder.face.context(), registration: id });
      else {
        const { known } = recorder;
        const of = next()?.id;
        const isKept = known && of && remembers(known);
        const mine: Wish = (wished = { of, id });
        // A visit may end before the database has heard of it.
        if (isKept)
          history.restart(known.key, of, id).catch(wrong).then(() => {
            mine.begun = true;
          });
      }
      hear('tick');
    },
    setContext(context = {}) {
      checkContext(context, true);
      const { registration } = context;
      const isOther = session.id && registration && registration !== subject?.registration;
      if (isOther) {
        end();
        resumption.renew();
      }
      recorder.face.setContext(context);
      if (session.id) return;
      subject = shown = preparing = undefined;
      hear('tick');
    },
    async clear() {
      // What somebody is being told of, and what is still in line, is cleared too.
      if (line.busy) await undefined;
      line.clear();
      end();
      waiting.length = 0;
      restart();
      resumption.clear();
      await face.clear();
      hear('tick');
    },
    get progress() {
      return plain(progress());
    },
    get session() {
      return session.id;
    },
    dispose: guard(async () => {
      if (life.signal.aborted) return;
      stop();
      life.abort();
      end();
      // Whose it is may be known later.
      if (recorder.known !== undefined) waiting.length = 0;
      away = true;
      page.clearTimer(settling);
      page.clearTimer(living);
      measured?.();
      release();
      // Behind what somebody is being told of.
      if (line.busy) await undefined;
      line.hurry();
      // The page may live on without another player to send what is left.
      recorder.leave();
      return recorder.dispose();
    }),
  };
}
