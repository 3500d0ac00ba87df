import { EVENTS, type EventType } from '../../events.js';
import { isIri } from '../iri.js';
import { VIDEO } from '../media-extensions.js';

/** What a verb's IRI says in the past tense, as a statement is read. */
export const wordOf = (name: string): string => {
  const word = name.replace(/\?.*|[/#]+$/g, '').replace(/.*[/#:]/, '').replace('-', ' ');
  return /(ed|in|out)$/.test(word) ? word : word.replace(/e?$/, 'ed');
};

/** The IRI of the verb of an event. */
export const verbOf = (type: EventType): string => {
  const [, name] = EVENTS[type];
  return isIri(name) ? name : `${/played|paused|seeked/.test(name) ? VIDEO : 'http://adlnet.gov/expapi'}/verbs/${name}`;
};
