import type { Actor, Context, EventType, LearningEvent, Media, PlayerState, Segment } from '../../src/events.js';

export const ACTOR: Actor = { id: 'https://campus.example/users/554433', name: 'Sample Learner', email: 'learner@campus.example' };

export const MEDIA: Media = {
  id: 'https://campus.example/videos/42',
  name: 'Week 1: Sorting',
  description: 'Why quicksort is quick.',
  mediaType: 'video/mp4',
  language: 'en-GB',
  keywords: ['https://campus.example/topics/sorting', 'quicksort'],
  collection: { id: 'https://campus.example/channels/7', name: 'Algorithms' },
  duration: 120,
};

export const CONTEXT: Context = {
  edApp: { id: 'https://campus.example/portal', name: 'Portal', version: '4.2' },
  group: { id: 'https://campus.example/sections/cs101-1', name: 'CS 101', extensions: { term: '2026-winter' } },
  membership: {
    id: 'https://campus.example/sections/cs101-1/rosters/1',
    member: ACTOR.id,
    organization: 'https://campus.example/sections/cs101-1',
    roles: ['Learner'],
    status: 'Active',
  },
  session: 'https://campus.example/sessions/1f6442a4',
  federatedSession: {
    id: 'urn:uuid:1c519ff7-3dfa-4764-be48-d2fb35a2925a',
    messageParameters: { context_id: 'cs101', lis_person_contact_email_primary: 'learner@campus.example', lti_message_type: 'LtiResourceLinkRequest' },
  },
  referrer: 'https://campus.example/courses/cs101',
  platform: 'Portal 4.2',
  language: 'en-US',
  parent: { id: 'https://campus.example/courses/cs101', name: 'CS 101: Algorithms' },
  category: 'https://campus.example/categories/lectures',
};

const PLAYER: PlayerState = {
  rate: 1,
  volume: 0.35,
  muted: false,
  fullscreen: false,
  popout: false,
  size: [640, 360],
  screen: [1920, 1080],
  quality: 720,
};

/** The n-th id, a UUID v4 in form. */
export const uuid = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

const covered = (segments: readonly Segment[]): number => {
  let seconds = 0;
  let end = 0;
  for (const [from, to] of [...segments].sort((a, b) => a[0] - b[0])) {
    seconds += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return seconds;
};

/** What an event of this type says, besides when and where. */
type Said = Readonly<Record<string, unknown>> & { readonly player?: Partial<PlayerState>; readonly progress?: object };
type Step = readonly [name: string, position: number, segments: readonly Segment[], said?: Said];

const A: Segment = [0, 10];
const B: Segment = [30, 60];
const C: Segment = [20, 120];

/** Every type at least once, in an order in which a learner could bring them about. Two sessions of one registration. */
const STEPS: readonly Step[] = [
  ['initialized', 0, []],
  ['started', 0, []],
  ['progressed', 0, [], { milestone: 0, unit: 'percent', basis: 'watched' }],
  ['volumeChanged', 1, [[0, 1]], { from: 0.35, to: 0.8, player: { volume: 0.8 } }],
  ['muted', 2, [[0, 2]], { player: { muted: true } }],
  ['unmuted', 3, [[0, 3]]],
  ['seeked', 30, [A], { from: 10, to: 30 }],
  ['rateChanged', 31, [A, [30, 31]], { from: 1, to: 1.5, player: { rate: 1.5 } }],
  ['captionsEnabled', 32, [A, [30, 32]], { language: 'en', player: { captions: 'en' } }],
  ['captionsLanguageChanged', 33, [A, [30, 33]], { from: 'en', to: 'fr', player: { captions: 'fr' } }],
  ['captionsDisabled', 34, [A, [30, 34]], { language: 'fr' }],
  ['fullscreenEntered', 35, [A, [30, 35]], { player: { fullscreen: true, size: [1920, 1080] } }],
  ['sizeChanged', 36, [A, [30, 36]], { from: [640, 360], to: [1920, 1080], player: { fullscreen: true, size: [1920, 1080] } }],
  ['fullscreenExited', 37, [A, [30, 37]]],
  ['popoutOpened', 38, [A, [30, 38]], { player: { popout: true } }],
  ['popoutClosed', 39, [A, [30, 39]]],
  ['resolutionChanged', 40, [A, [30, 40]], { from: 720, to: 1080, by: 'learner', player: { quality: 1080 } }],
  ['resolutionChanged by the bitrate', 41, [A, [30, 41]], { from: 1080, to: 480, by: 'bitrate', player: { quality: 480 } }],
  ['progressed to 25 percent', 50, [A, [30, 50]], { milestone: 25, unit: 'percent', basis: 'watched' }],
  ['paused', 60, [A, B], { progress: { secondsPlayed: 40.129 } }],
  ['seeked by skip-forward', 70, [A, B], { from: 60, to: 70, by: 'skip-forward' }],
  ['seeked back', 20, [A, B], { from: 70, to: 20 }],
  ['resumed', 20, [A, B]],
  ['progressed to 60 seconds', 60, [A, B, [20, 60]], { milestone: 60, unit: 'seconds', basis: 'reached' }],
  ['completed', 114, [A, B, [20, 114]], { progress: { threshold: 0.86, secondsPlayed: 134.126 } }],
  ['ended', 120, [A, B, C], { progress: { threshold: 0.86 }, completed: true }],
  ['restarted', 0, [A, B, C]],
  ['paused leaving', 15, [A, B, C, [0, 15]], { reason: 'leaving' }],
  ['terminated', 15, [A, B, C, [0, 15]]],
  ['initialized again', 0, [A, B, C, [0, 15]]],
  ['terminated again', 0, [A, B, C, [0, 15]]],
];

export interface NamedEvent {
  readonly name: string;
  readonly event: LearningEvent;
}

/** Every event type, in two sessions of one registration that the profiles' patterns accept. */
export function syntheticSession(media: Media = MEDIA, context: Context = CONTEXT): readonly NamedEvent[] {
  let session = '';
  return STEPS.map(([name, position, segments, said], index): NamedEvent => {
    const type = name.split(' ')[0] as EventType;
    const id = uuid(index + 1);
    if (type === 'initialized') session = id;
    const fraction = Math.floor((covered(segments) / 120) * 1000) / 1000;
    const event = {
      id,
      type,
      time: Date.UTC(2026, 10, 15, 10, 0, index) + index,
      context,
      session,
      registration: '09166f6b-113d-478d-ac0f-d3901ff239a1',
      media,
      position,
      ...said,
      player: { ...PLAYER, ...said?.player },
      progress: { segments, fraction: media.duration ? fraction : 0, threshold: 0.95, secondsPlayed: covered(segments), ...said?.progress },
    };
    return { name, event: event as unknown as LearningEvent };
  });
}

/** One event of the synthetic session by its name, changed. */
export function syntheticEvent(name: string, changes: object = {}, media?: Media): LearningEvent {
  const found = syntheticSession(media).find((step) => step.name === name);
  if (!found) throw new Error(`no step is called ${name}`);
  return { ...found.event, ...changes } as LearningEvent;
}
