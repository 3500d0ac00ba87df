import type { Actor, Context, LearningEvent, Media, Segment, Seconds } from '../events.js';
import type { CaliperOptions } from '../destinations/caliper/caliper.js';
import type { Destination } from '../destinations/destination.js';
import type { XapiOptions } from '../destinations/xapi/xapi.js';
import type { Consent, QueueOptions as Bounds } from '../outbox/outbox.js';
import type { Completion, Milestones } from '../playback/milestones.js';

export type { Consent } from '../outbox/outbox.js';

/** Who watches, or how to find out. */
export type ActorOption = Actor | 'anonymous' | PromiseLike<Actor | 'anonymous'> | (() => Actor | 'anonymous' | PromiseLike<Actor | 'anonymous'>);

/** Bounds of the outbox, and where it is. */
export interface QueueOptions extends Bounds {
  /** `'memory'` keeps nothing on the learner's computer, and loses what was not sent when the page goes. @default 'indexeddb' */
  readonly storage?: 'indexeddb' | 'memory' | undefined;
}

/** What was watched of a media before, as your server knows it. */
export interface Resume {
  /** Stretches of media that were played, in seconds. */
  readonly segments?: readonly Segment[] | undefined;
  /** Where it was left, in seconds. It is reported by `progress`; the player is not moved. */
  readonly position?: Seconds | undefined;
  /** `completed` was recorded in this registration. */
  readonly completed?: boolean | undefined;
}

/** What a portal and a player have in common. */
export interface RecorderOptions {
  /**
   * Who watches. Until a promise settles, events wait in memory. xAPI's agent is the `account`, else the `email`, else an
   * account made of the `id`; Caliper's is a `Person`. `'anonymous'` is random per session and never resumes.
   */
  readonly actor: ActorOption;
  /** Where xAPI statements go: one record store or several. */
  readonly xapi?: XapiOptions | readonly XapiOptions[] | undefined;
  /** Where Caliper envelopes go: one endpoint or several. */
  readonly caliper?: CaliperOptions | readonly CaliperOptions[] | undefined;
  /** Anything else, through the same port. */
  readonly destinations?: readonly Destination[] | undefined;
  /** Goes onto every event of both standards. */
  readonly context?: Context | undefined;
  /** Bounds of the outbox, and how it sends. */
  readonly queue?: QueueOptions | undefined;
  /**
   * `'pending'`: events are kept in memory alone, until `grantConsent()` or `denyConsent()`.
   * `'denied'`: nothing is kept or sent, and what was kept is cleared.
   * @default 'granted'
   */
  readonly consent?: Consent | undefined;
  /** Takes the browser's Global Privacy Control signal for a denial. @default false */
  readonly respectGpc?: boolean | undefined;
  /**
   * Changes, redacts or vetoes (`null`) an event before anything keeps it. Id, type, time and session stay as they are.
   * A throw drops the event, since redaction has to fail closed. A veto of `initialized` vetoes its whole session. What a standard
   * needs of an event, as `player` and `progress`, has to stay, or it is not told there.
   */
  readonly beforeRecord?: ((event: LearningEvent) => LearningEvent | null) | undefined;
  /** Says in the console what is recorded, delivered, tried again, rejected and dropped. @default false */
  readonly debug?: boolean | undefined;
}

/** Options of `player.learningAnalytics()` and `track()`. */
export interface Options<Player = unknown> extends RecorderOptions {
  /**
   * What is watched; a function is asked again at each change of source. Without it the source's URL serves, less its query
   * and fragment, and a warning says so once a page.
   */
  readonly media?: undefined | Media | ((player: Player) => Media | undefined);
  /** When a session opens: at the first play, or as soon as the length is known. @default 'play' */
  readonly startOn?: 'play' | 'metadata' | undefined;
  /** When `progressed` is recorded: percents, every n percent or seconds, or never. @default [0, 25, 50, 75, 100] */
  readonly milestones?: Milestones | undefined;
  /** Share of the media that was really played, or the furthest position (Kaltura's meaning). @default 'watched' */
  readonly milestoneBasis?: 'watched' | 'reached' | undefined;
  /** When the media counts as completed, by what was watched. @default { threshold: 0.95 } */
  readonly completion?: Completion | undefined;
  /**
   * Goes on with what the same actor watched of the same media in the same registration: as this browser remembers it, or
   * as your server does: an object is about who and what comes first, a function is asked for each.
   * @default true
   */
  readonly resume?: undefined | boolean | Resume | ((of: { readonly actor: Actor; readonly media: Media; readonly registration: string }) => Resume | undefined | PromiseLike<Resume | undefined>);
  /** Nothing that happens during an advertisement (videojs-contrib-ads) is recorded. @default true */
  readonly skipAds?: boolean | undefined;
  /** Closes sessions of pages that died, from what they left behind. @default true */
  readonly recoverSessions?: boolean | undefined;
}
