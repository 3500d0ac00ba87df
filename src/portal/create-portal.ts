import type { Media } from '../events.js';
import type { Destination } from '../destinations/destination.js';
import { checkActor, checkMedia, checkOptions } from '../options/check-options.js';
import type { ActorOption, Options, RecorderOptions } from '../options/options.js';
import { createPage } from '../page.js';
import { createRecorder, type RecorderFace } from '../recorder.js';

/** Options that a portal has no use for: all of a player's that are not a recorder's too. */
const PLAYERS: Record<Exclude<keyof Options, keyof RecorderOptions>, true> = { media: true, startOn: true, milestones: true, milestoneBasis: true, completion: true, resume: true, skipAds: true, recoverSessions: true };

/** Options of `createPortal()`: those of the plugin that are not about a player, with the destinations spelled out. */
export type PortalOptions = Omit<RecorderOptions, 'xapi' | 'caliper'> & { readonly destinations: readonly Destination[] };

/** What `createPortal()` gives: the face of a player's analytics, less progress and session. */
export interface Portal extends RecorderFace {
  /**
   * What events are about from now on that do not say so.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setMedia(media: Media): void;
  /**
   * Of the events from now on, in place of the context's.
   * @param id a UUID, by default a new one
   * @throws {TypeError} for any other
   */
  newRegistration(id?: string): void;
  /**
   * Another learner; `null`: nobody, and events are dropped until somebody comes.
   * @throws {TypeError} that names the member, what was expected and what came
   */
  setActor(actor: ActorOption | null): void;
  /** Leaves nothing behind but what waits to be sent. */
  dispose(): void;
}

/**
 * Records what learners do in the portal around the player, into the same outbox.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export function createPortal(options: PortalOptions): Portal {
  checkOptions(options, true);
  for (const name in PLAYERS) if (name in options) console.warn(`learningAnalytics: option "${name}" is about a player and does nothing here`);
  const page = createPage((message, error = '') => console.warn(`learningAnalytics: ${message}`, error));
  const recorder = createRecorder(options, options.destinations, page, () => {});
  const { context, ...face } = recorder.face;
  let media: Media | undefined;
  const life = new AbortController();
  page.onLife((what, still) => what === 'return' || recorder.depart(what, still), life.signal);
  recorder.setActor(options.actor);
  return {
    ...face,
    record(event) {
      face.record(event, () => media);
    },
    setMedia(to) {
      checkMedia(to, false);
      media = to;
    },
    newRegistration(id) {
      face.setContext({ ...context(), registration: id || page.newId() });
    },
    setActor(actor) {
      if (actor !== null) checkActor(actor);
      // While the credentials are still those of who was here.
      recorder.leave();
      recorder.setActor(actor);
    },
    dispose() {
      if (life.signal.aborted) return;
      life.abort();
      // The page may live on without another recorder to send what is left.
      recorder.leave();
      void recorder.dispose();
    },
  };
}
