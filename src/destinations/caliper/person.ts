import type { Actor } from '../../events.js';

/** The Person that an actor is; never with an address. */
export const person = ({ id, name, anonymous }: Actor) => ({
  // Caliper's own way to say that nobody may know who: the IRI of the type (1.2 §Anonymous entities).
  ...(anonymous ? { id: 'http://purl.imsglobal.org/caliper/Person' } : { id, name }),
  type: 'Person',
});
