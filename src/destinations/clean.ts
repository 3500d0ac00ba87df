import { EXTENSIONS } from '../events.js';
import { encoded, iri, isIri, wellFormed } from './iri.js';

/**
 * The document without null, empty and non-finite members: Caliper wants them excluded, xAPI refuses them. Its ids become
 * valid IRIs and the keys of its extensions absolute ones: JSON-LD silently loses any other key.
 */
export const clean = (document: object): object | undefined =>
  // JSON makes null of NaN and Infinity. A reviver sees members before what holds them.
  JSON.parse(JSON.stringify(document), (key, value) => {
    // An extension may be empty: the Video Profile demands played-segments even where nothing was played yet.
    if (value === null || (value === '' && !isIri(key))) return undefined;
    if (key === 'id') return iri(wellFormed(`${value}`));
    if (typeof value !== 'object') return value.length ? wellFormed(value) : value;
    const members = Object.entries(value);
    if (!members.length) return undefined;
    return key === 'extensions'
      ? Object.fromEntries(members.map(([name, member]) => [isIri(name) ? name : EXTENSIONS + encoded(name), member]))
      : value;
  });
