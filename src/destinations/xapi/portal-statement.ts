import type { PortalFields, PortalLearningEvent } from '../../events.js';
import { idOf } from '../iri.js';
import { extensions } from '../media-extensions.js';
import { activity, mediaActivity } from './activity.js';
import { agent } from './agent.js';
import type { Part } from './part.js';

const TYPES = 'http://activitystrea.ms/schema/1.0/';

/** What a statement about the portal says. */
export function portalStatement(event: PortalLearningEvent, language: string, describe = mediaActivity): Part {
  const { media, category, application, tool, target, position, comment, text, collaborator, with: others, query, results, role } = event as PortalFields;
  const watched = media && describe(media, language);
  return {
    object: collaborator
      ? agent(collaborator)
      : (watched ?? activity((category ?? tool ?? application)!, language, `${TYPES}${category ? 'collection' : 'application'}`)),
    result: { response: text, extensions: { ...extensions({ time: position }), comment, query, results } },
    other: collaborator && [watched!],
    extensions: {
      'http://id.tincanapi.com/extension/target': idOf(target ?? (collaborator && media)),
      application: tool && idOf(application),
      role,
      collaborator: collaborator?.id,
      with: others?.map(({ id, name }) => ({ id, name })),
    },
  };
}
