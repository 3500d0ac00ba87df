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

const ORGANIZATIONS = 'Organization|Group|Course(Section|Offering)';
const RESOURCES =
  'DigitalResource(Collection)?|AssignableDigitalResource|Assessment(Item)?|Document|(Web)?Page|Chapter|Frame|Message|Forum|Thread|(Media|Audio|Video|Image)Object|MediaLocation';
/** By the type of a place, what else the schemas of both versions let stand there; where nothing is said, nothing. */
const ALSO: { readonly [type: string]: string } = {
  Person: `SoftwareApplication|${ORGANIZATIONS}`,
  CourseSection: ORGANIZATIONS,
  CourseOffering: ORGANIZATIONS,
  Session: 'LtiSession',
  WebPage: `SoftwareApplication|${RESOURCES}`,
  DigitalResource: RESOURCES,
  DigitalResourceCollection: RESOURCES,
};
const mayBe = (type: string, own: unknown): boolean => new RegExp(`^(${ALSO[type] ?? type})$`).test(own as string);

/** What Caliper's entities have; any other attribute has its place in `extensions` alone (1.2 §Extensions). */
const OWN =
  /^(id|type|name|description|extensions|date\w+|otherIdentifiers|version|host|ipAddress|userAgent|subOrganizationOf|members?|courseNumber|academicSession|category|organization|roles|status|user|client|\w+AtTime|duration|messageParameters|storageName|creators|mediaType|keywords|learningObjectives|isPartOf|items)$/;

/**
 * A described entity gets the type that its place asks for unless it says another that may stand there; an IRI stays one.
 * The parameters of a launch hold tokens and addresses: only the allowed ones go out.
 */
export function entity(given: Entity | undefined, type: string, allowed: readonly string[] = []): unknown {
  if (!given || typeof given === 'string') return given && iri(given);
  // Where one has its place.
  if (Array.isArray(given)) return given.map((one) => entity(one, type, allowed));
  const launched = given.messageParameters as Record<string, unknown> | undefined;
  // A person's addresses are for record stores alone.
  const of = (own: boolean) => Object.fromEntries(Object.entries(given).filter(([name]) => OWN.test(name) === own && !(type === 'Person' && /^(email|account)$/.test(name))));
  // A year or a course's number is text in Caliper, whatever a server made of it.
  const texts = Object.fromEntries(Object.entries(of(true)).map(([name, value]) => [name, !Number.isFinite(value) || /^date|Time$/.test(name) ? value : name === 'duration' ? duration(value as number) : `${value}`]));
  const { keywords, others } = sorted(given['keywords']);
  const identifiers = [given['otherIdentifiers'] ?? []].flat().map((one) => ({ type: 'SystemIdentifier', ...(one as object) }));
  return { type, ...texts, keywords, otherIdentifiers: identifiers, extensions: { keywords: others, ...(given['extensions'] as object), ...of(false) }, ...entities(given, WITHIN, allowed), ...(!mayBe(type, given['type']) && { type }), messageParameters: Object.fromEntries(allowed.map((name) => [name, launched?.[name]])) };
}

/** Those of its members that are entities, by name, each with the type that its place asks for. */
export const entities = (of: object, places: Places, allowed?: readonly string[]): { [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(places).map(([name, type]) => {
      const given = (of as { readonly [name: string]: Entity })[name];
      if (typeof type === 'string') return [name, entity(given, type, allowed)];
      const several = [given].flat().filter((one) => typeof one !== 'string' || isIri(one));
      // The schemas of 1.1 know objectives described alone.
      return [name, entity((name === 'learningObjectives' ? several.map((one) => (typeof one === 'string' ? { id: one } : one)) : several) as never, type[0])];
    }),
  );

/** The JSON-LD context reads keywords as IRIs: plain words would become relative ones. */
export const sorted = (words: unknown = []): { readonly keywords: unknown[]; readonly others: unknown[] } => {
  const all = [words].flat();
  return { keywords: all.filter(isIri), others: all.filter((word) => !isIri(word)) };
};
