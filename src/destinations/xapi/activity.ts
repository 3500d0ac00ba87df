import { defined } from '../../defined.js';
import type { Entity, Media } from '../../events.js';
import { idOf, isIri } from '../iri.js';
import { VIDEO } from '../media-extensions.js';

/** What an Activity Definition may have (xAPI 1.0.3 Data §2.4.4.1): record stores refuse any other. */
const DEFINED = /^(type|name|description|moreInfo|extensions|interactionType|correctResponsesPattern|choices|scale|source|target|steps)$/;

/** The xAPI Activity that an entity is. A type that is a Caliper term, not an IRI, means nothing here. */
export function activity(entity: Entity | Media, language: string, type = (entity as Media).type as string | undefined, extensions?: object): object {
  const { name, description } = entity as Media;
  const { definition } = entity as { readonly definition?: object | null };
  return {
    objectType: 'Activity',
    id: idOf(entity as Entity),
    definition: {
      type: isIri(type) ? type : undefined,
      name: { [language]: name },
      description: { [language]: description },
      extensions,
      // As xAPI itself has it.
      ...Object.fromEntries(Object.entries(defined(definition ?? {})).filter(([name]) => DEFINED.test(name))),
    },
  };
}

/** Of one entity or several, or none; each once, as it is described first. */
export const activities = (language: string, ...entities: readonly (Entity | readonly Entity[] | undefined)[]): object[] =>
  Object.values(
    entities.flat().reduce<{ [id: string]: Entity }>((known, entity) => {
      const id = idOf(entity);
      if (id && !(known[id] as { id?: string } | undefined)?.id) known[id] = entity as Entity;
      return known;
    }, {}),
  ).map((entity) => activity(entity, language));

/** What is watched. */
export const mediaActivity = (media: Media, language: string): object =>
  activity(
    // Which of the profile's objects it is, the profile says.
    { ...media, definition: null },
    language,
    media.live
      ? 'http://id.tincanapi.com/activitytype/webinar'
      : media.type === 'audio'
        ? 'http://activitystrea.ms/schema/1.0/audio'
        : `${VIDEO}/activity-type/video`,
    { mediaType: media.mediaType, keywords: media.keywords },
  );
