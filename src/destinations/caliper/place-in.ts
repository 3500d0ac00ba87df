import { round } from '../round.js';

/** The IRI of a place or part of something: a fragment, joined to the one that the id has already. */
export const placeIn = (id: string, at: number | string): string => `${id}${id.includes('#') ? '&' : '#'}${+at >= 0 ? `t=${round(+at)}` : at}`;
