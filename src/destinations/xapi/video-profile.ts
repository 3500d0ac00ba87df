import { EVENTS, EXTENSIONS, type Entity } from '../../events.js';
import { duration } from '../duration.js';
import { extensions, knownLength, mediaExtensions, VIDEO } from '../media-extensions.js';
import { timestamp } from '../timestamp.js';
import { activity, idOf } from './activity.js';
import { agent } from './agent.js';
import type { Vocabulary } from './vocabulary.js';

const VERSION = `${VIDEO}/v1.0.3`;

/** The xAPI Video Profile v1.0.3; what it has no place for claims neither of its categories. */
export const videoProfile: Vocabulary = {
  name: 'video-profile',
  statement(event, actor, language) {
    const { type, session, media, player, progress, context = {} } = event;
    const verb = EVENTS[type][1];
    const [state, happening] = mediaExtensions(event);
    const length = knownLength(media);
    const audio = media.type === 'audio';
    const activities = (...entities: readonly (Entity | readonly Entity[] | undefined)[]) =>
      entities.flat().flatMap((entity) => (entity ? activity(entity as Entity, language) : []));

    return {
      actor: agent(actor),
      verb: {
        id: `${/played|paused|seeked/.test(verb) ? VIDEO : 'http://adlnet.gov/expapi'}/verbs/${verb}`,
        display: { 'en-US': verb },
      },
      object: activity(
        media,
        language,
        media.live
          ? 'http://id.tincanapi.com/activitytype/webinar'
          : audio
            ? 'http://activitystrea.ms/schema/1.0/audio'
            : `${VIDEO}/activity-type/video`,
      ),
      result: {
        // No finer than xAPI compares durations (1.0.3 Data §4.6).
        ...(type === 'completed' && { completion: true, duration: duration(+progress.secondsPlayed.toFixed(2)) }),
        extensions: {
          ...extensions({
            time: /initialized|seeked/.test(type) ? undefined : event.position,
            'cc-enabled': type.startsWith('captions') ? !!player.captions : undefined,
          }),
          ...happening,
          'https://w3id.org/xapi/cmi5/result/extensions/progress':
            type === 'progressed' && event.unit === 'percent' ? Math.floor(event.milestone) : undefined,
        },
      },
      context: {
        registration: event.registration,
        platform: context.platform,
        language: media.language ?? context.language,
        contextActivities: {
          // A milestone in the profile's category breaks its pattern; media without a length cannot meet its templates.
          category: activities(
            type === 'progressed' ? `${EXTENSIONS}milestones` : length && !audio ? [VIDEO, VERSION] : [],
            context.category,
          ),
          grouping: activities(context.edApp, context.group),
          parent: activities(context.parent, media.collection),
        },
        extensions: {
          ...extensions({ length, 'completion-threshold': length && progress.threshold }),
          ...state,
          'https://w3id.org/xapi/profiles/extensions/subregistration': [{ profile: VERSION, subregistration: session }],
          // Started, resumed and restarted are one verb, and so are all changes.
          event: type,
          session: idOf(context.session),
          federatedSession: idOf(context.federatedSession),
          membership: idOf(context.membership),
          referrer: idOf(context.referrer),
        },
      },
      timestamp: timestamp(event.time),
    };
  },
};
