import type { Entity, Media } from '../../events.js';
import { idOf, isIri } from '../iri.js';
import { VIDEO } from '../media-extensions.js';

/** The xAPI Activity that an entity is. A type that is a Caliper term, not an IRI, means nothing here. */
export function activity(entity: Entity | Media, language: string, type = (entity as Media).type as string | undefined, extensions?: object): object {
  const { name, description } = entity as Media;
  return {
    objectType: 'Activity',
    id: idOf(entity as Entity),
    definition: {
      type: isIri(type) ? type : undefined,
      name: { [language]: name },
      description: { [language]: description },
      extensions,
    },
  };
}

/** Of one entity or several, or none; each once. */
export const activities = (language: string, ...entities: readonly (Entity | readonly Entity[] | undefined)[]): object[] =>
  entities.flat().flatMap((entity, at, all) => (entity && all.findIndex((one) => idOf(one) === idOf(entity)) === at ? activity(entity as Entity, language) : []));

/** What is watched. */
export const mediaActivity = (media: Media, language: string): object =>
  activity(
    media,
    language,
    media.live
      ? 'http://id.tincanapi.com/activitytype/webinar'
      : media.type === 'audio'
        ? 'http://activitystrea.ms/schema/1.0/audio'
        : `${VIDEO}/activity-type/video`,
    { mediaType: media.mediaType, keywords: media.keywords },
  );
