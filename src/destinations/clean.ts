import { EXTENSIONS } from '../events.js';
import { plain } from '../plain.js';
import { encoded, iri, isIri, wellFormed } from './iri.js';
import { timestamp } from './timestamp.js';

/** Characters that a Caliper endpoint has to store (1.1 §Appendix G); its schemas refuse more. */
const MOST: { readonly [name: string]: number } = { name: 256, description: 1024, mediaType: 128, version: 64, courseNumber: 128, category: 128, academicSession: 256 };

/** What holds what somebody else has named: there `id` may be the Indonesian language, a course's number or one of the answers to choose from. */
const FOREIGN = /^(extensions|name|description|display|choices|scale|source|target|steps)$/;
export const FOREIGN_LINKED = /^(extensions|messageParameters)$/;

/** Extensions by absolute IRIs; of what is linked data also within what an extension holds. */
export const named = (value: any, linked?: boolean): unknown =>
  Array.isArray(value)
    ? value.map((one) => (linked ? named(one, linked) : one))
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [isIri(name) ? name : EXTENSIONS + encoded(name), linked ? named(member, linked) : member]))
      : value;

/** @param own it says what the standard wants to be said, and is not what a page has put into an extension */
const tidied = (key: string, value: any, linked: boolean | undefined, own: boolean): unknown => {
  if (value === null) return undefined;
  // In xAPI an extension is whatever it is (Data §2.2), `null` in it and nothing in it too: the Video Profile demands played-segments even where nothing was played yet.
  if (!own && !linked && isIri(key)) return JSON.parse(JSON.stringify(value), (_, part) => (typeof part === 'string' ? wellFormed(part) : part));
  if (value === '') return undefined;
  // Caliper's dates have one form; what is none would have the whole event refused.
  if (own && linked && /^(date(Created|Modified|Published)|(start|end)edAtTime)$/.test(key)) {
    const date = +new Date(value) ? timestamp(value) : '';
    // Years have four digits in it.
    return date[4] === '-' ? date : undefined;
  }
  if (own && /^(id|type|moreInfo)$/.test(key)) return iri(wellFormed(`${value}`));
  if (typeof value !== 'object') return value.length ? wellFormed(own && linked ? value.slice(0, MOST[key]) : value) : value;
  const inside = own && !(linked ? FOREIGN_LINKED : FOREIGN).test(key);
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = tidied(name, member, linked, inside);
    return kept === undefined ? [] : [[name, kept]];
  });
  if (!members[0]) return undefined;
  if (Array.isArray(value)) return members.map(([, member]) => member);
  const kept = Object.fromEntries(members);
  return own && key === 'extensions' ? named(kept, linked) : kept;
};

/**
 * The document without null, empty and non-finite members: Caliper wants them excluded, xAPI refuses them. Its ids, and what
 * its definitions link to, become valid IRIs and the keys of its extensions absolute ones: JSON-LD silently loses any other key.
 * @param linked it is JSON-LD, as Caliper's are
 */
export const clean = (document: object, linked?: boolean): object | undefined =>
  // JSON makes null of NaN and Infinity.
  tidied('', plain(document), linked, true) as object | undefined;
