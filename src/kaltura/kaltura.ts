import { EVENTS, type EventType, type LearningEvent, type Media, type MediaLearningEvent } from '../events.js';
import { extensions, knownLength, mediaExtensions } from '../destinations/media-extensions.js';
import { round } from '../destinations/round.js';
import { timestamp } from '../destinations/timestamp.js';
import { activities, activity } from '../destinations/xapi/activity.js';
import { agent } from '../destinations/xapi/agent.js';
import type { Part } from '../destinations/xapi/part.js';
import { portalStatement } from '../destinations/xapi/portal-statement.js';
import { uuidV5 } from '../destinations/xapi/uuid-v5.js';
import { verbOf, wordOf } from '../destinations/xapi/verb.js';
import { contextExtensions, subregistration } from '../destinations/xapi/video-profile.js';
import type { Vocabulary } from '../destinations/xapi/vocabulary.js';
import { expect, isIri, isObject } from '../options/expect.js';
import { type Name, nameOf } from './names.js';

export type { Vocabulary };

/** An event by its name; `kalturaCaptureLaunch` is another one of `captureSpaceLaunch`. */
export type KalturaEvent = Name | 'kalturaCaptureLaunch';

/** What `kaltura()` takes. */
export interface KalturaOptions {
  /** The portal: its address, or that with its name, which is "Kaltura MediaSpace" by default. */
  readonly site: string | { readonly id: string; readonly name?: string | undefined };
  /**
   * Verbs in place of the default ones: an IRI, or that with its display in English. Kaltura published one verb alone, that
   * of `playProgress`; the others are registered ones that fit.
   */
  readonly verbs?: { readonly [name in KalturaEvent]?: string | { readonly id: string; readonly display: string } | undefined };
}

const WATCH = 'http://activitystrea.ms/schema/1.0/watch';
const DEFINITIONS = 'http://tincan-definitions.kaltura.com/';
const TYPES = 'http://id.tincanapi.com/activitytype/';
const CATEGORY = `${TYPES}category`;

const mediaActivity = (media: Media, language: string): object =>
  activity({ ...media, definition: null }, language, media.type === 'audio' ? 'http://activitystrea.ms/schema/1.0/audio' : 'http://adlnet.gov/expapi/activities/video');

/** What of a statement about the player is the event's own. */
function mediaStatement(event: MediaLearningEvent, language: string): Part {
  const object = mediaActivity(event.media, language);
  const { type, progress } = event;
  if (type === 'progressed') {
    // Of what has no end nobody watches a share.
    const percent = event.unit === 'percent' ? event.milestone : knownLength(event.media) && round(progress.fraction * 100);
    return { object, result: { extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': percent && Math.floor(percent) } }, extensions: {} };
  }
  const [state, happening] = mediaExtensions(event);
  return { object, result: { extensions: { ...extensions({ time: type === 'seeked' ? undefined : event.position }), ...happening } }, extensions: state };
}

/**
 * Kaltura's vocabulary for `xapi({ vocabulary })`: a `progressed` is the statement that Kaltura publishes as the sample of
 * its `playProgress`, and its other events are made alike. It does not claim the Video Profile. The id of a statement is
 * the UUID v5 of the event's id and the vocabulary's name, so that the same record store may be sent both vocabularies.
 * @throws {TypeError} that names the option, what was expected and what came
 */
export function kaltura(options: KalturaOptions): Vocabulary {
  const { site, verbs = {} } = Object(options) as KalturaOptions;
  const portal = typeof site === 'string' ? { id: site } : site;
  const isVerb = (value: unknown) => (isObject(value) ? isIri(value['id']) && !!value['display'] && typeof value['display'] === 'string' : isIri(value));
  const names = new Set<string>([...(Object.keys(EVENTS) as EventType[]).flatMap((type) => nameOf(type) ?? []), 'kalturaCaptureLaunch']);
  if (!isObject(site)) expect({ site }, { site: [isIri, 'an absolute IRI such as "https://example.mediaspace.kaltura.com", or an object with one as id', true] }, 'option "kaltura.');
  expect(portal, { id: [isIri, 'an absolute IRI such as "https://example.mediaspace.kaltura.com"', true], name: [(name: unknown) => typeof name === 'string', 'text'] }, 'option "kaltura.site.');
  expect({ verbs }, {
    verbs: [
      (value: object) => isObject(value) && Object.keys(value).every((name) => names.has(name)),
      `an object by the names ${[...names].join(', ')}`,
      false,
      Object.fromEntries(Object.keys(Object(verbs)).map((name) => [name, [isVerb, 'the IRI of a verb, or { id, display }'] as const])),
    ],
  }, 'option "kaltura.');

  const verbFor = (type: EventType, name: KalturaEvent) => {
    const given = verbs[name] ?? (name === 'captureSpaceLaunch' ? verbs.kalturaCaptureLaunch : undefined) ?? (name === 'playProgress' ? WATCH : verbOf(type));
    return typeof given === 'string' ? { id: given, display: { en: wordOf(given) } } : { id: given.id, display: { en: given.display } };
  };

  return {
    name: 'kaltura',
    language: 'en',
    statement(event: LearningEvent, actor, language) {
      const { type, context = {} } = event;
      const name = nameOf(type);
      if (!name) return undefined;
      const { media } = event as Partial<MediaLearningEvent>;
      const { other = [], extensions: own, ...said } = 'session' in event ? mediaStatement(event, language) : portalStatement(event, language, mediaActivity);
      return {
        id: uuidV5(event.id, 'kaltura'),
        actor: agent(actor),
        verb: verbFor(type, name),
        ...said,
        ...(type === 'categoryViewed' && { object: activity(event.category, language, CATEGORY) }),
        context: {
          // Only what the page gave: Kaltura's own statements have none.
          registration: context.registration,
          platform: other[0] ? undefined : context.platform,
          language: media?.language ?? context.language,
          contextActivities: {
            category: [
              activity(`${DEFINITIONS}products/mediaspace/1`, language, `${TYPES}source`),
              ...activities(language, media?.collection && { ...media.collection, type: CATEGORY }, context.category),
            ],
            grouping: activities(language, context.edApp, context.group, context.grouping),
            parent: activities(language, context.parent),
            other: [activity({ name: 'Kaltura MediaSpace', ...portal }, language, 'http://activitystrea.ms/schema/1.0/application'), ...other],
          },
          extensions: {
            [`${DEFINITIONS}extensions/context/video-mode`]: media && (media.live ? 'LIVE' : 'VOD'),
            ...own,
            ...(context.registration && subregistration(event)),
            ...contextExtensions(context),
          },
        },
        timestamp: timestamp(event.time),
      };
    },
  };
}
