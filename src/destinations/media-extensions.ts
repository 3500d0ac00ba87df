import { EVENTS, type Media, type MediaLearningEvent } from '../events.js';
import { round } from './round.js';

/** The id of the xAPI Video Profile. Its extensions serve both standards. */
export const VIDEO = 'https://w3id.org/xapi/video';
const IRI = `${VIDEO}/extensions/`;

/**
 * As extensions: sizes as `WxH`, numbers to three decimals. The names are the Video Profile's or, with no IRI to begin
 * with, ours; `clean` gives them theirs.
 */
export const extensions = (values: object, iri = IRI): object =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [iri + name, typeof value === 'number' ? round(value) : (value?.join?.('x') ?? value)]),
  );

/** Seconds; `undefined` while unknown and for live media, never 0, NaN or Infinity. */
export const knownLength = ({ live, duration }: Media): number | undefined =>
  (!live && duration! < Infinity && duration) || undefined;

/** What events of some types alone have. */
type Own = { readonly [name in 'from' | 'to' | 'by' | 'reason' | 'milestone' | 'unit' | 'basis' | 'language' | 'completed']?: unknown };

/** What both standards say in extensions: of session and player, and of what happened. */
export function mediaExtensions(event: MediaLearningEvent): readonly [state: object, happening: object] {
  const { player, progress } = event;
  const { muted, popout, captions, quality } = player;
  const { from, to, by, reason, milestone, unit, basis, language, completed } = event as Own;
  const verb = EVENTS[event.type][1];
  const measured = !/^in|played|progressed/.test(verb);
  return [
    {
      ...extensions({ 'session-id': event.session }),
      // All of it: a change sent alone matches no template of the Video Profile.
      ...(verb.startsWith('in') && {
        ...extensions({
          volume: muted ? 0 : player.volume,
          'full-screen': player.fullscreen,
          'screen-size': player.screen,
          'video-playback-size': player.size,
          speed: `${round(player.rate)}x`,
          // The profile's prose knows the one, its templates and every implementation the other.
          'cc-subtitle-enabled': !!captions,
          'cc-enabled': !!captions,
          'cc-subtitle-lang': captions,
          quality: quality && `${quality}`,
        }),
        muted,
        popout,
      }),
    },
    {
      ...extensions({
        progress: (measured || milestone !== undefined) && knownLength(event.media) ? progress.fraction : undefined,
        'played-segments': measured ? progress.segments.map((segment) => segment.map(round).join('[.]')).join('[,]') : undefined,
      }),
      ...extensions({ from, to }, event.type === 'seeked' ? `${IRI}time-` : ''),
      ...extensions({ by, reason, milestone, unit, basis, language, completed }, ''),
    },
  ];
}
