import type { Entity, PortalFields, PortalLearningEvent } from '../../events.js';
import { idOf, iri } from '../iri.js';
import { round } from '../round.js';
import { timestamp } from '../timestamp.js';
import { entity } from './entity.js';
import { mediaObject } from './media-object.js';
import { person } from './person.js';
import { placeIn } from './place-in.js';
import type { Said } from './said.js';

/** What an event of the portal says, in the terms of the profile that has a place for it. */
export function portalEvent(event: PortalLearningEvent, actor: ReturnType<typeof person>): Said {
  const { id, type, context } = event;
  const { media, category, application, tool, target, position, comment, text, collaborator, with: others, query, results, role } = event as PortalFields;
  // Launched demands a federated session (ToolLaunch Profile); without one a tool is used.
  const used = tool && !context?.federatedSession;
  const about = media ?? category ?? (used ? application : tool) ?? application ?? tool;
  const object = iri(idOf(about)!);
  const software = (given: Entity | undefined) => entity(given, 'SoftwareApplication');
  const generated = (what: string, more: object) => ({ id: comment ?? placeIn(object, `event=${id}`), type: what, ...more });

  return {
    ...(used && { type: 'ToolUseEvent', action: 'Used' }),
    object: media
      ? { ...mediaObject(media), datePublished: type === 'published' ? timestamp(event.time) : undefined, creators: type === 'uploaded' ? [actor] : undefined }
      : category
        ? // Described, so that its type tells the profile.
          entity(typeof category === 'string' ? { id: category } : category, 'DigitalResourceCollection')
        : software(about as Entity),
    target: used ? application && software(tool) : position! >= 0 ? { id: placeIn(object, `frame=${round(position!)}`), type: 'Frame', index: Math.floor(position!), isPartOf: object } : entity(target, 'DigitalResource'),
    generated:
      type === 'commented'
        ? generated('Comment', { commenter: iri(actor.id), commentedOn: object, value: text })
        : query
          ? generated('SearchResponse', {
              searchTarget: object,
              query: { id: placeIn(object, `query=${id}`), type: 'Query', creator: iri(actor.id), searchTerms: query },
              searchResultsItemCount: results,
            })
          : type === 'shared' || collaborator
            ? generated('SharedAnnotation', { annotator: iri(actor.id), annotated: object, withAgents: [others ?? collaborator ?? []].flat().map(person) })
            : undefined,
    // Several types are one event here.
    extensions: { event: type, role, application: tool && !used ? idOf(application) : undefined, visibility: type === 'unlisted' ? type : undefined },
  };
}
