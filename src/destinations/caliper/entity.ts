import type { Entity } from '../../events.js';
import { duration } from '../duration.js';
import { iri, isIri } from '../iri.js';

/** By its place, the type that an entity has unless it says otherwise; in brackets where several have their place there. */
type Places = { readonly [place: string]: string | readonly [string] };

/** Entities within entities. */
const WITHIN: Places = {
  member: 'Person',
  members: ['Person'],
  user: 'Person',
  creators: ['Person'],
  organization: 'CourseSection',
  subOrganizationOf: 'CourseOffering',
  client: 'SoftwareApplication',
  isPartOf: 'DigitalResource',
  items: ['DigitalResource'],
  learningObjectives: ['LearningObjective'],
};

/** What Caliper's entities have; any other attribute has its place in `extensions` alone (1.2 §Extensions). */
const OWN =
  /^(id|type|name|description|extensions|date\w+|otherIdentifiers|version|host|ipAddress|userAgent|subOrganizationOf|members?|courseNumber|academicSession|category|organization|roles|status|user|client|\w+AtTime|duration|messageParameters|storageName|creators|mediaType|keywords|learningObjectives|isPartOf|items)$/;

/**
 * A described entity gets the type that its place asks for unless it says one; an IRI stays one. The parameters of a
 * launch hold tokens and addresses: only the allowed ones go out.
 */
export function entity(given: Entity | undefined, type: string, allowed: readonly string[] = []): unknown {
  if (!given || typeof given === 'string') return given && iri(given);
  // Where one has its place.
  if (Array.isArray(given)) return given.map((one) => entity(one, type, allowed));
  const launched = given.messageParameters as Record<string, unknown> | undefined;
  // An IRI is an xAPI activity's type; Caliper's are terms.
  const own = given['type'] as string;
  // A person's addresses are for record stores alone.
  const of = (own: boolean) => Object.fromEntries(Object.entries(given).filter(([name]) => OWN.test(name) === own && !(type === 'Person' && /^(email|account)$/.test(name))));
  // A year or a course's number is text in Caliper, whatever a server made of it.
  const texts = Object.fromEntries(Object.entries(of(true)).map(([name, value]) => [name, !Number.isFinite(value) || /^date|Time$/.test(name) ? value : name === 'duration' ? duration(value as number) : `${value}`]));
  const { keywords, others } = sorted(given['keywords']);
  const identifiers = [given['otherIdentifiers'] ?? []].flat().map((one) => ({ type: 'SystemIdentifier', ...(one as object) }));
  return { type, ...texts, keywords, otherIdentifiers: identifiers, extensions: { keywords: others, ...(given['extensions'] as object), ...of(false) }, ...entities(given, WITHIN, allowed), ...(!/^[A-Z]\w+$/.test(own) && { type }), messageParameters: Object.fromEntries(allowed.map((name) => [name, launched?.[name]])) };
}

/** Those of its members that are entities, by name, each with the type that its place asks for. */
export const entities = (of: object, places: Places, allowed?: readonly string[]): { [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(places).map(([name, type]) => {
      const given = (of as { readonly [name: string]: Entity })[name];
      return [name, typeof type === 'string' ? entity(given, type, allowed) : entity([given].flat().filter((one) => typeof one !== 'string' || isIri(one)) as never, type[0])];
    }),
  );

/** The JSON-LD context reads keywords as IRIs: plain words would become relative ones. */
export const sorted = (words: unknown = []): { readonly keywords: unknown[]; readonly others: unknown[] } => {
  const all = [words].flat();
  return { keywords: all.filter(isIri), others: all.filter((word) => !isIri(word)) };
};
