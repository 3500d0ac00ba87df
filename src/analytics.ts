import type { Context, Media, Progress, Seconds } from './events.js';
import type { Options } from './options/options.js';
import type { RecorderFace } from './recorder.js';

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
