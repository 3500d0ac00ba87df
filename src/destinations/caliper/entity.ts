import type { Entity } from '../../events.js';
import { iri } from '../iri.js';

/** Entities within entities, with the type that they have unless they say otherwise. */
const WITHIN = { member: 'Person', user: 'Person', organization: 'CourseSection', subOrganizationOf: 'CourseOffering', client: 'SoftwareApplication' };

/**
 * A described entity gets the type that its place asks for unless it says one; an IRI stays one. The parameters of a
 * launch hold tokens and addresses: only the allowed ones go out.
 */
export function entity(given: Entity | undefined, type: string, allowed: readonly string[] = []): unknown {
  if (!given || typeof given === 'string') return given && iri(given);
  const launched = given.messageParameters as Record<string, unknown> | undefined;
  // An IRI is an xAPI activity's type; Caliper's are terms.
  const own = given['type'] as string;
  return { type, ...given, ...entities(given, WITHIN, allowed), ...(!/^[A-Z]\w+$/.test(own) && { type }), messageParameters: Object.fromEntries(allowed.map((name) => [name, launched?.[name]])) };
}

/** Those of its members that are entities, by name, each with the type that its place asks for. */
export const entities = (of: object, places: { readonly [name: string]: string }, allowed?: readonly string[]): { [name: string]: unknown } =>
  Object.fromEntries(Object.entries(places).map(([name, type]) => [name, entity((of as { readonly [name: string]: Entity })[name], type, allowed)]));
