import type { Analytics } from './analytics.js';
import type { Actor, Context, Media } from './events.js';
import type { Destination } from './destinations/destination.js';
import { defined } from './defined.js';
import { createHistory, type SessionRow } from './history/history.js';
import { emptyRecord, withSession } from './history/resume-record.js';
import { checkActor, checkContext, checkMedia } from './options/check-options.js';
import type { Options } from './options/options.js';
import type { Page } from './page.js';
import { plain } from './plain.js';
import type { Checkpoint } from './playback/checkpoint.js';
import { createSession } from './playback/session.js';
import type { Signal } from './playback/signal.js';
import type { Adapter, Hear } from './player/adapter.js';
import { createRecorder, type Known } from './recorder.js';
import { type EarlySignal, thin } from './tracking/early-signals.js';
import { createLine, type Waiting } from './tracking/line.js';
import { createLoadedMedia } from './tracking/loaded-media.js';
import { createPreview } from './tracking/preview.js';
import { createRecall, NOTHING, type Recalled, remembers, type Wish } from './tracking/recall.js';
import { createResumption } from './tracking/resumption.js';

/** So often, in ms, is it kept how far a session has played. */
const BEAT = 5_000;
/** So often, in ms, a page says that it lives, though nothing plays. */
const LIVE = 30_000;
/** The sign of life at which it is looked once more for sessions of dead pages: after 150 s, where a session is dead after 120. */
const RECOVERY = 6;
/** After so many ms without a beat another page may have taken the session over. */
const GAP = 90_000;
/** A player that was given another source has let go of the one before within so many ms. */
const HANDOVER = 50;

/** Wires one player to destinations and outbox. */
export function createTracker<Player>(adapter: Adapter, options: Options<Player>, destinations: readonly Destination[], page: Page, player: Player): Analytics {
  const { startOn = 'play', milestones = [0, 25, 50, 75, 100], milestoneBasis = 'watched', completion = {}, resume = true, recoverSessions = true } = options;
  const recorder = createRecorder(options, destinations, page, () => changed());
  const { context: _, ...face } = recorder.face;
  const history = createHistory(recorder.store, page, () => (recorder.consent === 'pending' || options.queue?.storage === 'memory' ? undefined : page.journal));
  const resumption = createResumption(resume, page);
  const life = new AbortController();
  /**
   * How the session stood when the page was left, until its end is written: Firefox stops a script amid `pagehide` where it closes
   * the last tab of a process, nothing of that can be caught, and says behind it that the page is hidden.
   */
  let leaving: { readonly row?: SessionRow | undefined } | undefined;

  let wished: Wish | undefined;
  /** What the next session is about, and whose it is: read before it opens. */
  let subject: Recalled | undefined;
  let owner: Known;
  /** What is being found out about the next session, until that is another one. */
  let preparing: Partial<Recalled> | undefined;
  /** Somebody anonymous is another one in each session. */
  let spent = false;
  let away = false;
  const waiting: EarlySignal[] = [];
  /** The context of what was taken last. */
  let last: Context;
  let beaten = 0;
  let asking = false;
  /** Nobody was here, or nobody could be recorded. */
  let barred = false;
  /** Who was known last. */
  let here: string | undefined;
  let settling: unknown;
  /** The media was played beyond where it would be resumed. */
  let underWay = false;
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

  const loaded = createLoadedMedia(options.media, player, adapter, page, () => !!session.id, (found, former, late) => {
    // Of what played until now nothing is recorded.
    if (late && !session.id) restart();
    if (former) for (const one of waiting) if (one.about === former) one.about = found;
  });

  const next = (): Media | undefined => (waiting[0] ? waiting[0].about : loaded.resolve());
  const fixed = (): string | undefined => waiting[0]?.context.registration ?? recorder.face.context().registration;

  const wish = (about: Media): Wish | undefined => {
    const one = waiting[0] ? waiting[0].wished : wished;
    return one && !one.begun && (one.of ?? about.id) === about.id ? one : undefined;
  };

  /** The registration that the next session has to have, where one was named. */
  const registrationOf = (about: Media | undefined): string | undefined => fixed() ?? (about && wish(about)?.id);

  /** Whether a session of that can be about this: whoever prepares one and whoever ends it go by the same. */
  const fits = ({ media, registration }: Recalled, about: Media | undefined): boolean => (!about || about.id === media.id) && [undefined, registration].includes(registrationOf(about));

  const wait = (signal: Signal, about = loaded.resolve()): void => void waiting.push({ signal, about, context: recorder.face.context(), wished });

  /** Where nothing is remembered. */
  const unknown = (about: Media, fresh = page.newId()): Recalled => ({
    media: about,
    registration: registrationOf(about) ?? fresh,
    history: NOTHING,
  });

  const recover = async (known: Known): Promise<void> => {
    await history.takeOver();
    await history.recover(known.key, recoverSessions && ((dead) => line.close(dead, known)));
  };

  const recall = createRecall(resume, history, resumption, page, recover);

  /** @param mine is given what this browser remembers of it; without it, no trace is left of a media that nobody has played */
  const recallOf = (about: Media, known: Known, mine?: Partial<Recalled>): Promise<Recalled> =>
    // What was shown of it has its registration.
    recall(unknown(about, preview.found?.registration), known, { registration: fixed(), wish: wish(about) }, mine);

  const preview = createPreview(
    adapter,
    page,
    () => [loaded.found, recorder.known],
    async (about, known) => ({ ...(await recallOf(about, known)), guessed: !wish(about) }),
    () => life.signal.aborted || !!session.id || underWay,
    () => recorder.tell('remembered', plain(progress())),
  );

  const progress = (): Analytics['progress'] => ({ ...session.progress, ...(!session.id && preview.progress) });

  /** Finds out what the next session is about, then goes on with what waited. */
  const prepare = async (): Promise<void> => {
    const about = next();
    if (preparing || subject || !about || !recorder.known) return;
    const mine: Partial<Recalled> = (preparing = {});
    if (spent) recorder.renew();
    spent = false;
    const { known } = recorder;
    owner = known;
    // The signal that asked has to stand in line before the line moves on, and the session before to be remembered.
    await line.claiming;
    const found = await recallOf(about, known, mine);
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
    const { id: before, ended: former } = session;
    const events = session.take(signal);
    const { id } = session;
    // Nobody else can have a session that has just begun.
    if (id && id !== before) beaten = page.now();
    const over = session.ended !== former && session.ended;
    const told: Waiting[] = [];
    for (const event of events) {
      const once = event.type === 'completed' ? event.type : event.type === 'progressed' ? event.milestone : undefined;
      const ended = over && event.type === 'terminated' ? rowOf(over, context) : undefined;
      // It is told with the end.
      if (over && event.id === over.closing[0]) continue;
      told.push({ event: { ...event, context }, known: owner, claim: remembers(resume, owner) ? once : undefined, ended });
    }
    // All of it or nothing: a script that is stopped in between leaves no end behind.
    line.push(told);
    const whose = owner;
    // Before anybody is told: that may make the next session begin.
    if (over) {
      subject = undefined;
      preview.forget();
      spent = true;
      // Where nobody could wait until it was found out, the next session of it follows on this one all the same.
      const { media, registration, history } = preparing ?? {};
      if (history && media!.id === over.media.id) preparing!.history = withSession({ ...emptyRecord(registration!), ...history }, over);
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

  const rowOf = (checkpoint: Checkpoint, context: Context): SessionRow => history.rowOf(owner.key, checkpoint, context, remembers(resume, owner), subject?.guessed);

  /** The session as it stands; none where nothing of it is recorded. */
  const standing = (): SessionRow | undefined => {
    const checkpoint = session.checkpoint();
    return checkpoint && checkpoint.session !== line.vetoed ? rowOf(checkpoint, recorder.face.context()) : undefined;
  };

  const beat = (now: number): void => {
    beaten = now;
    const row = standing();
    if (row && !owner.actor.anonymous) history.keep(row);
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

  const take = (signal: Signal): void => {
    if (!waiting[0] && !blocked(signal)) return process(signal);
    wait(signal);
    thin(waiting);
  };

  const hear: Hear = guard(async (type, more) => {
    if (life.signal.aborted) return;
    const signal: Signal = { ...page.moment(), type, state: adapter.read(true), ...more };
    const { paused, ad, position } = signal.state;
    if (type === 'boundary') {
      underWay = false;
      preview.renew();
    } else underWay ||= !paused && !ad && position > 1;
    if (away || recorder.consent === 'denied') {
      // Nothing is recorded of it, but what comes next is another media.
      if (type === 'boundary') unload();
      return;
    }
    if (type === 'boundary') release();
    else if (handingOver) return;
    const { id } = session;
    if (!waiting[0] && late(signal.wall)) {
      beaten = signal.wall;
      asking = true;
      wait(signal, loaded.found);
      const mine = await history.owns(owner.key, id!).catch(() => true);
      asking = false;
      if (!mine && session.id === id) abandon(signal);
      drain();
    } else take(signal);
    if (signal.state.duration > 0) preview.measured();
    if (!session.id && type === 'tick' && (signal.state.duration > 0 || signal.state.unloaded) && recorder.known && loaded.resolve()) await preview.look();
    if (type !== 'boundary') return;
    unload();
    // Of what is not loaded before it is played, nothing more may be heard until then.
    if (signal.state.unloaded) void Promise.resolve().then(() => hear('tick'));
  });

  const unload = (): void => {
    loaded.forget();
    preview.forget();
  };

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
  const guess = (about: Media): Recalled => {
    const isKnown = (one: Partial<Recalled> | undefined): one is Recalled => !!one?.history && fits(one as Recalled, about);
    const { found } = preview;
    const best = [preparing, found].find(isKnown) ?? { ...unknown(about, found?.registration), guessed: !fixed() };
    // What a server said when it was loaded holds, though it was asked again and has not answered yet.
    return isKnown(found) && found.registration === best.registration ? { ...best, history: found.history } : best;
  };

  /** What the next session is about is found out anew. */
  const forget = (): void => {
    subject = preparing = undefined;
    preview.forget();
  };

  /**
   * Ends the session as things stand.
   * @param more whether one counts that has begun unnoticed: it may have played on, and not been looked at since
   */
  const end = (more = true): void => {
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
    if (session.id || (more && subject)) process(signal, true);
    forget();
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
    if (!session.id) forget();
    drain();
    hear('tick');
  });

  let living: unknown;
  let lives = 0;
  const live = (): void => {
    const { known } = recorder;
    if (late(page.now())) hear('tick');
    else if (!away) {
      if (session.id) beat(page.now());
      // By now those are dead that might still have lived as this page began.
      if (++lives === RECOVERY && known && !known.actor.anonymous) guard(recover)(known);
    }
    living = page.setTimer(live, LIVE);
  };

  recorder.setActor(options.actor);
  live();
  page.onLife(
    guard((what, still) => {
      // What ends is not hidden first: the word that it has ended shall be the first that is written.
      if (what !== 'hide') away = what === 'leave';
      const row = leaving?.row;
      if (leaving && what === 'hide') {
        what = 'leave';
        line.resume(row, owner);
        if (row && session.id) abandon({ ...page.moment(), type: 'boundary', state: adapter.read(true) });
      }
      if (what === 'leave' && !row) {
        leaving = {};
        leaving = { row: late(page.now()) ? undefined : standing() };
        end();
      }
      hear('hide');
      if (what === 'return') hear('tick');
      else {
        line.hurry();
        recorder.depart(what, still);
      }
      leaving = undefined;
    }),
    life.signal,
  );
  const stop = adapter.observe(hear);

  return {
    ...face,
    record(event) {
      // What happened before it is recorded before it.
      if (!line.busy) hear('aside');
      face.record(event, loaded.resolve);
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
      const before = subject?.media ?? loaded.found;
      const same = before?.id === to.id;
      if (!same) end();
      loaded.name(to);
      if (same && subject) {
        // What the player said of it: amid an advertisement it cannot be asked again.
        const { type, mediaType } = subject.media;
        // The profile that the session began with goes by its type.
        subject.media = plain({ mediaType, ...defined(to), type: session.id ? type : (to.type ?? type) } as Media);
      }
      for (const one of waiting) if (one.about?.id === to.id) one.about = loaded.resolve();
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
      end(false);
      resumption.renew();
      if (fixed()) recorder.face.setContext({ ...recorder.face.context(), registration: id });
      else {
        const { known } = recorder;
        const of = next()?.id;
        const isKept = known && of && remembers(resume, known);
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
      forget();
      hear('tick');
    },
    async clear() {
      // What somebody is being told of, and what is still in line, is cleared too.
      if (line.busy) await undefined;
      line.clear();
      end(false);
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
      preview.measured();
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
