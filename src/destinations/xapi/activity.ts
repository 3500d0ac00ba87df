import type { Entity, Media } from '../../events.js';
import { isIri } from '../iri.js';

type Described = Exclude<Entity, string>;

/** Of an entity that is its IRI, or described. */
export const idOf = (entity: Entity | undefined): unknown => (entity as Described | undefined)?.id ?? entity;

/** The xAPI Activity that an entity is. A type that is a Caliper term, not an IRI, means nothing here. */
export function activity(entity: Entity | Media, language: string, type = (entity as Described).type): object {
  const { name, description } = entity as Described;
  return {
    objectType: 'Activity',
    id: idOf(entity as Entity),
    definition: {
      type: isIri(type) ? type : undefined,
      name: { [language]: name },
      description: { [language]: description },
    },
  };
}
