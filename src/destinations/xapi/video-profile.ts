import { EXTENSIONS, type Context, type LearningEvent, type MediaLearningEvent } from '../../events.js';
import { duration } from '../duration.js';
import { idOf } from '../iri.js';
import { extensions, knownLength, mediaExtensions, VIDEO } from '../media-extensions.js';
import { timestamp } from '../timestamp.js';
import { activities, mediaActivity } from './activity.js';
import { agent } from './agent.js';
import type { Part } from './part.js';
import { portalStatement } from './portal-statement.js';
import { verbOf, wordOf } from './verb.js';
import type { Vocabulary } from './vocabulary.js';

const VERSION = `${VIDEO}/v1.0.3`;

/** What a statement about the player says. */
function mediaStatement(event: MediaLearningEvent, language: string): Part {
  const { type, media, player, progress } = event;
  const [state, happening] = mediaExtensions(event);
  const length = knownLength(media);
  return {
    object: mediaActivity(media, language),
    result: {
      // No finer than xAPI compares durations (1.0.3 Data §4.6).
      ...(type === 'completed' && { completion: true, duration: duration(+progress.secondsPlayed.toFixed(2)) }),
      extensions: {
        ...extensions({
          time: type === 'seeked' ? undefined : event.position,
          'cc-enabled': type.startsWith('captions') ? !!player.captions : undefined,
        }),
        ...happening,
        'https://w3id.org/xapi/cmi5/result/extensions/progress':
          type === 'progressed' && event.unit === 'percent' ? Math.floor(event.milestone) : undefined,
      },
    },
    // A milestone in the profile's category breaks its pattern; media without a length cannot meet its templates.
    category: type === 'progressed' ? `${EXTENSIONS}milestones` : length && media.type !== 'audio' ? [VIDEO, VERSION] : [],
    extensions: {
      ...extensions({ length, 'completion-threshold': length && progress.threshold }),
      ...state,
    },
  };
}

/** Whose of several sessions in one registration a statement is (xAPI Profiles §8.2); what is of none is one by itself. */
export const subregistration = (event: LearningEvent): object => ({
  'https://w3id.org/xapi/profiles/extensions/subregistration': [{ profile: VERSION, subregistration: 'session' in event ? event.session : event.id }],
});

/** What of the context has no place of its own in a statement. */
export const contextExtensions = ({ session, federatedSession, membership, referrer }: Context): object => ({
  session: idOf(session),
  federatedSession: idOf(federatedSession),
  membership: idOf(membership),
  referrer: idOf(referrer),
});

/** The xAPI Video Profile v1.0.3; what it has no place for claims neither of its categories. */
export const videoProfile: Vocabulary = {
  name: 'video-profile',
  statement(event, actor, language) {
    const { type, context = {} } = event;
    const verb = verbOf(type);
    const { media, registration } = event as Partial<MediaLearningEvent>;
    const attempt = registration ?? context.registration;
    const { category, other, extensions: own, ...said } = 'session' in event ? mediaStatement(event, language) : portalStatement(event, language);
    return {
      actor: agent(actor),
      verb: { id: verb, display: { 'en-US': wordOf(verb) } },
      ...said,
      context: {
        registration: attempt,
        // For activities alone (xAPI 1.0.3 Data §2.4.6).
        platform: other ? undefined : context.platform,
        language: media?.language ?? context.language,
        contextActivities: {
          category: activities(language, category, context.category),
          grouping: activities(language, context.edApp, context.group, context.grouping),
          parent: activities(language, context.parent, media?.collection),
          other,
        },
        extensions: {
          ...own,
          ...(attempt && subregistration(event)),
          // Started, resumed and restarted are one verb, and so are all changes.
          event: type,
          ...contextExtensions(context),
        },
      },
      timestamp: timestamp(event.time),
    };
  },
};
