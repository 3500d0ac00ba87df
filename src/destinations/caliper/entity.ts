import type { Entity } from '../../events.js';
import { iri } from '../iri.js';

/** Entities within entities, with the type that they have unless they say otherwise. */
const WITHIN = { member: 'Person', user: 'Person', organization: 'CourseSection', subOrganizationOf: 'CourseOffering', client: 'SoftwareApplication' };

/** What Caliper's entities have; any other attribute has its place in `extensions` alone (1.2 §Extensions). */
const OWN =
  /^(id|type|name|description|extensions|date\w+|otherIdentifiers|version|host|ipAddress|userAgent|subOrganizationOf|members?|courseNumber|academicSession|category|organization|roles|status|user|client|\w+AtTime|duration|messageParameters|storageName|creators|mediaType|keywords|learningObjectives|isPartOf|items)$/;

/**
 * A described entity gets the type that its place asks for unless it says one; an IRI stays one. The parameters of a
 * launch hold tokens and addresses: only the allowed ones go out.
 */
export function entity(given: Entity | undefined, type: string, allowed: readonly string[] = []): unknown {
  if (!given || typeof given === 'string') return given && iri(given);
  const launched = given.messageParameters as Record<string, unknown> | undefined;
  // An IRI is an xAPI activity's type; Caliper's are terms.
  const own = given['type'] as string;
  // A person's addresses are for record stores alone.
  const of = (own: boolean) => Object.fromEntries(Object.entries(given).filter(([name]) => OWN.test(name) === own && !(type === 'Person' && /^(email|account)$/.test(name))));
  return { type, ...of(true), extensions: { ...(given['extensions'] as object), ...of(false) }, ...entities(given, WITHIN, allowed), ...(!/^[A-Z]\w+$/.test(own) && { type }), messageParameters: Object.fromEntries(allowed.map((name) => [name, launched?.[name]])) };
}

/** Those of its members that are entities, by name, each with the type that its place asks for. */
export const entities = (of: object, places: { readonly [name: string]: string }, allowed?: readonly string[]): { [name: string]: unknown } =>
  Object.fromEntries(Object.entries(places).map(([name, type]) => [name, entity((of as { readonly [name: string]: Entity })[name], type, allowed)]));
