import { EXTENSIONS } from '../events.js';
import { encoded, iri, isIri, wellFormed } from './iri.js';
import { timestamp } from './timestamp.js';

/** Characters that a Caliper endpoint has to store (1.1 §Appendix G); its schemas refuse more. */
const MOST: { readonly [name: string]: number } = { name: 256, description: 1024, mediaType: 128 };

/** By absolute IRIs; of what is linked data also within what an extension holds. */
const named = (value: any, linked?: boolean): unknown =>
  Array.isArray(value)
    ? value.map((one) => (linked ? named(one, linked) : one))
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [isIri(name) ? name : EXTENSIONS + encoded(name), linked ? named(member, linked) : member]))
      : value;

/**
 * The document without null, empty and non-finite members: Caliper wants them excluded, xAPI refuses them. Its ids become
 * valid IRIs and the keys of its extensions absolute ones: JSON-LD silently loses any other key.
 * @param linked it is JSON-LD, as Caliper's are
 */
export const clean = (document: object, linked?: boolean): object | undefined =>
  // JSON makes null of NaN and Infinity. A reviver sees members before what holds them.
  JSON.parse(JSON.stringify(document), (key, value) => {
    // In xAPI an extension may be empty: the Video Profile demands played-segments even where nothing was played yet.
    if (value === null || (value === '' && (linked || !isIri(key)))) return undefined;
    // Caliper's dates have one form; what is none would have the whole event refused.
    if (linked && /^(date(Created|Modified|Published)|(start|end)edAtTime)$/.test(key)) return +new Date(value) ? timestamp(value) : undefined;
    if (key === 'id') return iri(wellFormed(`${value}`));
    if (typeof value !== 'object') return value.length ? wellFormed(linked ? value.slice(0, MOST[key]) : value) : value;
    // Of a list, what was dropped has left holes.
    if (Array.isArray(value)) value = value.filter(() => true);
    if (!Object.keys(value).length) return undefined;
    return key === 'extensions' ? named(value, linked) : value;
  });
