/** Milliseconds since the epoch, whole. */
export type EpochMs = number;

/** Seconds of media, rounded to three decimals. */
export type Seconds = number;

/** A stretch of media that was played without a seek, in seconds of media. */
export type Segment = readonly [from: Seconds, to: Seconds];

/** Pixels, whole. */
export type Size = readonly [width: number, height: number];

/** What is watched. */
export interface Media {
  /** An absolute IRI that stays the same for the same lecture, whatever file or rendition plays it. */
  readonly id: string;
  /** Its title. */
  readonly name?: string | undefined;
  /** What it is about, in a sentence or two. */
  readonly description?: string | undefined;
  /** @default 'video', or 'audio' where the player says that it is one */
  readonly type?: 'video' | 'audio' | undefined;
  /** Set it where the player cannot tell; a duration of `Infinity` counts as live by itself. */
  readonly live?: boolean | undefined;
  /** IANA media type, such as `video/mp4`. */
  readonly mediaType?: string | undefined;
  /** Words, or IRIs of terms. */
  readonly keywords?: readonly string[] | undefined;
  /** RFC 5646 tag of the language that is spoken in it. */
  readonly language?: string | undefined;
  /** What the media is part of: a channel, a gallery, a course. */
  readonly collection?: { readonly id: string; readonly name?: string } | undefined;
  /** Length in seconds; read from the player, absent while unknown and for live media. */
  readonly duration?: Seconds | undefined;
}

/** Who watches. */
export interface Actor {
  /** An absolute IRI that stays the same for the same person. */
  readonly id: string;
  /** As people are called there. */
  readonly name?: string | undefined;
  /** The xAPI account; first choice for the xAPI agent. */
  readonly account?: { readonly homePage: string; readonly name: string } | undefined;
  /** Second choice for the xAPI agent (`mbox`), where it is one that every record store takes; never sent to a Caliper endpoint. */
  readonly email?: string | undefined;
  /** Nobody may know who it is: Caliper's anonymous Person, an xAPI account that is random per session. */
  readonly anonymous?: boolean | undefined;
}

/** An entity of the information models: its IRI alone, or described. */
export type Entity = string | (Readonly<Record<string, unknown>> & { readonly id: string });

/** Where the learning happens; goes onto every event of both standards. */
export interface Context {
  /** Caliper `SoftwareApplication`, xAPI grouping. The application that embeds the player. */
  readonly edApp?: Entity | undefined;
  /** Caliper `CourseSection` (or another Organization), xAPI grouping. */
  readonly group?: Entity | undefined;
  /** Caliper `Membership`: the actor's roles in the group. */
  readonly membership?: Entity | undefined;
  /** Caliper `Session` of the learner at the portal. */
  readonly session?: Entity | undefined;
  /** Caliper `LtiSession`: the launch that led here. */
  readonly federatedSession?: Entity | undefined;
  /** Caliper `referrer`: where the learner came from. */
  readonly referrer?: Entity | undefined;
  /** xAPI `context.platform`. */
  readonly platform?: string | undefined;
  /** xAPI `context.language`, RFC 5646: the language of the experience. */
  readonly language?: string | undefined;
  /** xAPI `context.registration`, a UUID: one attempt of one learner at one media. Minted where absent. */
  readonly registration?: string | undefined;
  /** Further xAPI grouping activities, such as the one that a launch names. */
  readonly grouping?: Entity | readonly Entity[] | undefined;
  /** xAPI parent activities. */
  readonly parent?: Entity | readonly Entity[] | undefined;
  /** Further xAPI category activities. */
  readonly category?: Entity | readonly Entity[] | undefined;
}

/** The player as it stood when the event happened. */
export interface PlayerState {
  /** Playback rate, 1 = normal speed. */
  readonly rate: number;
  /** Fraction 0–1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly fullscreen: boolean;
  /** Picture-in-picture. */
  readonly popout: boolean;
  /** RFC 5646 tag of the showing captions, `und` where the track does not say; absent while none shows. */
  readonly captions?: string;
  /** The player's own size in pixels. */
  readonly size?: Size;
  /** The screen's size in pixels. */
  readonly screen?: Size;
  /** The rendition's height in pixels, such as 720. */
  readonly quality?: number;
}

/** What of the media was really watched, over all sessions of the registration; of live media, in this session. */
export interface Progress {
  /** In the order watched, repeats kept; the open stretch included. */
  readonly segments: readonly Segment[];
  /** Share of the media that was played at least once: fraction 0–1, rounded down to three decimals; 0 for live media. */
  readonly fraction: number;
  /** The share at which the media counts as completed: fraction 0–1. */
  readonly threshold: number;
  /** Seconds of real time spent playing. */
  readonly secondsPlayed: number;
}

interface Base<T extends string> {
  /** UUID v4. The xAPI statement's `id`; in Caliper `urn:uuid:` and it. */
  readonly id: string;
  readonly type: T;
  /** Epoch milliseconds; strictly increasing within a session. */
  readonly time: EpochMs;
  readonly context?: Context;
}

interface Playback<T extends string> extends Base<T> {
  /** The id of the session's `initialized` event. */
  readonly session: string;
  readonly registration: string;
  readonly media: Media;
  /** Where in the media it happened. */
  readonly position: Seconds;
  readonly player: PlayerState;
  readonly progress: Progress;
}

type Changed<T extends string, V> = Playback<T> & { readonly from: V; readonly to: V };

interface Told {
  /** It was completed since the last pause or end: for standards that have no event of it. */
  readonly completed?: true;
}

/** What a learner does with a player, and what follows from it. */
export type MediaLearningEvent =
  | Playback<'initialized' | 'started' | 'resumed' | 'restarted' | 'completed' | 'terminated'>
  | (Playback<'ended'> & Told)
  | (Playback<'paused'> & Told & { /** The page, the player or the source went away while it played. */ readonly reason?: 'leaving' })
  | (Changed<'seeked', Seconds> & { /** The control that was used, where it is known. */ readonly by?: 'skip-forward' | 'skip-backward' })
  | (Playback<'progressed'> & {
      /** The milestone that was passed: percent 0–100, or seconds. */
      readonly milestone: number;
      readonly unit: 'percent' | 'seconds';
      readonly basis: 'watched' | 'reached';
    })
  /** 1: normal speed. */
  | Changed<'rateChanged', number>
  /** Fraction 0–1. */
  | Changed<'volumeChanged', number>
  | Playback<'muted' | 'unmuted' | 'fullscreenEntered' | 'fullscreenExited' | 'popoutOpened' | 'popoutClosed'>
  | (Playback<'captionsEnabled' | 'captionsDisabled'> & { /** RFC 5646 tag. */ readonly language: string })
  | Changed<'captionsLanguageChanged', string>
  | Changed<'sizeChanged', Size>
  /** Height of the picture in pixels. */
  | (Changed<'resolutionChanged', number> & { readonly by: 'learner' | 'bitrate' });

interface About<T extends string> extends Base<T> {
  /** What it is about. On a player's `record()`: what is watched, unless it says otherwise. */
  readonly media: Media;
}

/** What a learner does in the portal around the player. */
export type PortalLearningEvent =
  | (Base<'loggedIn' | 'loggedOut'> & {
      /** Caliper `SoftwareApplication`. @default the context's `edApp`, else the page's origin */
      readonly application?: Entity | undefined;
      /** Caliper `DigitalResource`: what the learner was on the way to. */
      readonly target?: Entity | undefined;
    })
  | (Base<'categoryViewed'> & { /** A gallery or channel: Caliper `DigitalResourceCollection`. */ readonly category: Entity })
  | About<'mediaViewed' | 'liked' | 'unliked' | 'uploaded' | 'published' | 'unlisted' | 'downloaded'>
  | (About<'commented'> & {
      /** The comment's own IRI. */
      readonly comment?: string | undefined;
      /** What it says. Dropped by `record()` unless `includeText` is true. */
      readonly text?: string | undefined;
      /** @default false */
      readonly includeText?: boolean | undefined;
      /** Where in the media, in seconds, where the comment belongs to a moment. */
      readonly position?: Seconds | undefined;
    })
  | (About<'collaboratorAdded'> & {
      /** Who may now work on the media too. */
      readonly collaborator: Actor;
      /** What they may do, such as `editor`. */
      readonly role?: string | undefined;
    })
  | (About<'shared'> & { /** With whom, where that is known. */ readonly with?: readonly Actor[] })
  | (Base<'captureLaunched'> & {
      /** The capture application: Caliper `SoftwareApplication`. */
      readonly tool: Entity;
      /** What it was launched from. @default the context's `edApp`, else the page's origin */
      readonly application?: Entity | undefined;
    })
  | (Base<'searched'> & {
      /** What was searched for: Caliper `searchTerms`. */
      readonly query: string;
      /** How many were found: Caliper `searchResultsItemCount`. */
      readonly results?: number | undefined;
      /** What was searched. @default the context's `edApp`, else the page's origin */
      readonly application?: Entity | undefined;
    });

/** Everything that can be recorded. */
export type LearningEvent = MediaLearningEvent | PortalLearningEvent;

export type EventType = LearningEvent['type'];

type OfType<E, T> = E extends { readonly type: infer Types } ? (T extends Types ? E : never) : never;

/** The event of one type. */
export type EventOf<T extends EventType> = OfType<LearningEvent, T> & { readonly type: T };

type Fields<E, K> = E extends unknown ? (K extends keyof E ? E[K] : never) : never;
type NameOf<E> = E extends unknown ? keyof E : never;

/** What a portal event may have, whichever it is. */
export type PortalFields = { readonly [K in NameOf<PortalLearningEvent>]?: Fields<PortalLearningEvent, K> };

type Given<E> = E extends PortalLearningEvent ? Omit<E, 'id' | 'time'> : never;

/** A portal event as `record()` takes it: id and time are given there, its context goes over that of the options. */
export type PortalInput = Given<PortalLearningEvent>;

/** How dear an event is when the outbox is full: the lowest go first, `KEPT` never. */
export const KEPT = 9;

/**
 * Caliper's event and action (a MediaEvent unless it says so), xAPI's verb, how dear it is to a full outbox; of portal
 * events the field that is the object. An empty name: that standard has no place for it.
 */
type Row = readonly [caliper: string, xapi: string, worth: number, object?: 'application' | 'category' | 'media' | 'tool'];

const ADL = 'http://adlnet.gov/expapi/verbs/';
const STREAMS = 'http://activitystrea.ms/schema/1.0/';
const TINCAN = 'http://id.tincanapi.com/verb/';
const W3ID = 'https://w3id.org/xapi/';

/** The one table both standards read. A verb without an IRI of its own is of the xAPI Video Profile or of ADL's list. */
export const EVENTS: { readonly [T in EventType]: Row } = {
  initialized: ['', 'initialized', KEPT],
  started: ['Started', 'played', 3],
  paused: ['Paused', 'paused', KEPT],
  resumed: ['Resumed', 'played', 3],
  restarted: ['Restarted', 'played', 3],
  seeked: ['JumpedTo', 'seeked', 2],
  progressed: ['ViewEvent Viewed', 'progressed', 1],
  completed: ['', 'completed', KEPT],
  ended: ['Ended', 'paused', KEPT],
  terminated: ['', 'terminated', KEPT],
  rateChanged: ['ChangedSpeed', 'interacted', 3],
  volumeChanged: ['ChangedVolume', 'interacted', 0],
  muted: ['Muted', 'interacted', 0],
  unmuted: ['Unmuted', 'interacted', 0],
  fullscreenEntered: ['EnteredFullScreen', 'interacted', 0],
  fullscreenExited: ['ExitedFullScreen', 'interacted', 0],
  captionsEnabled: ['EnabledClosedCaptioning', 'interacted', 0],
  captionsDisabled: ['DisabledClosedCaptioning', 'interacted', 0],
  captionsLanguageChanged: ['', 'interacted', 0],
  popoutOpened: ['OpenedPopout', 'interacted', 0],
  popoutClosed: ['ClosedPopout', 'interacted', 0],
  sizeChanged: ['ChangedSize', 'interacted', 0],
  resolutionChanged: ['ChangedResolution', 'interacted', 0],
  loggedIn: ['SessionEvent LoggedIn', `${W3ID}adl/verbs/logged-in`, 3, 'application'],
  loggedOut: ['SessionEvent LoggedOut', `${W3ID}adl/verbs/logged-out`, 3, 'application'],
  categoryViewed: ['NavigationEvent NavigatedTo', `${TINCAN}viewed`, 3, 'category'],
  mediaViewed: ['NavigationEvent NavigatedTo', `${TINCAN}viewed`, 3, 'media'],
  liked: ['Event Liked', `${STREAMS}like`, 3, 'media'],
  unliked: ['Event Disliked', `${STREAMS}unlike`, 3, 'media'],
  commented: ['FeedbackEvent Commented', `${ADL}commented`, 3, 'media'],
  uploaded: ['ResourceManagementEvent Uploaded', `${W3ID}netc/verbs/uploaded`, 3, 'media'],
  published: ['ResourceManagementEvent Published', `${STREAMS}share`, 3, 'media'],
  unlisted: ['ResourceManagementEvent Modified', `${STREAMS}unshare`, 3, 'media'],
  collaboratorAdded: ['AnnotationEvent Shared', `${STREAMS}add`, 3, 'media'],
  captureLaunched: ['ToolLaunchEvent Launched', `${ADL}launched`, 3, 'tool'],
  searched: ['SearchEvent Searched', `${STREAMS}search`, 3, 'application'],
  downloaded: ['ResourceManagementEvent Downloaded', `${TINCAN}downloaded`, 3, 'media'],
  shared: ['AnnotationEvent Shared', `${ADL}shared`, 3, 'media'],
};

/** What of ours has no place in a standard travels under this IRI; the one place to change it. */
export const EXTENSIONS = 'https://w3id.org/videojs-learning-analytics/extensions/';
