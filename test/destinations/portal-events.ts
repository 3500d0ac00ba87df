import type { Context, EventType, PortalInput, PortalLearningEvent } from '../../src/events.js';
import { CONTEXT, MEDIA, type NamedEvent, uuid } from './synthetic-session.js';

const PORTAL = { id: 'https://campus.example/portal', name: 'Portal' };
const COURSE = { id: 'https://campus.example/courses/cs101', name: 'CS 101' };
const CAPTURE = { id: 'https://campus.example/capture', name: 'Capture', description: 'Records lectures.' };
const FRIENDS = [
  { id: 'https://campus.example/users/657585', name: 'Jane Roe', email: 'jane@campus.example' },
  { id: 'https://campus.example/users/667788', name: 'Max Doe', account: { homePage: 'https://campus.example', name: 'max' } },
] as const;

/** A name that begins with the type, and what the page tells. */
const GIVEN: readonly (readonly [name: string, event: PortalInput])[] = [
  ['loggedIn', { type: 'loggedIn', application: PORTAL, target: COURSE }],
  ['categoryViewed', { type: 'categoryViewed', category: { id: 'https://campus.example/channels/7', name: 'Algorithms', description: 'All lectures.' } }],
  ['mediaViewed', { type: 'mediaViewed', media: MEDIA }],
  ['mediaViewed, of an audio', { type: 'mediaViewed', media: { ...MEDIA, type: 'audio', mediaType: 'audio/mpeg' } }],
  ['liked', { type: 'liked', media: MEDIA }],
  ['unliked', { type: 'unliked', media: MEDIA }],
  ['commented', { type: 'commented', media: MEDIA }],
  ['commented, with all that can be said', { type: 'commented', media: MEDIA, comment: 'https://campus.example/comments/9', text: 'Why not mergesort?', includeText: true, position: 61.5 }],
  ['uploaded', { type: 'uploaded', media: MEDIA }],
  ['published', { type: 'published', media: MEDIA }],
  ['unlisted', { type: 'unlisted', media: MEDIA }],
  ['collaboratorAdded', { type: 'collaboratorAdded', media: MEDIA, collaborator: FRIENDS[0], role: 'editor' }],
  ['captureLaunched', { type: 'captureLaunched', tool: CAPTURE, application: PORTAL }],
  ['searched', { type: 'searched', application: PORTAL, query: 'quicksort & friends', results: 3 }],
  ['searched, finding nothing', { type: 'searched', application: PORTAL.id, query: 'bogosort', results: 0 }],
  ['downloaded', { type: 'downloaded', media: MEDIA }],
  ['shared', { type: 'shared', media: MEDIA, with: FRIENDS }],
  ['shared, with nobody named', { type: 'shared', media: MEDIA }],
  ['loggedOut', { type: 'loggedOut', application: PORTAL, target: COURSE }],
];

/** Every portal event, as it is recorded. */
export const portalEvents = (context: Context = CONTEXT): readonly (NamedEvent & { readonly event: PortalLearningEvent })[] =>
  GIVEN.map(([name, event], index) => ({
    name,
    event: { ...event, id: uuid(0x1000 + index), time: Date.UTC(2026, 10, 15, 11, 0, index) + index, context } as PortalLearningEvent,
  }));

/** One of them by its name, changed. */
export function portalEvent(name: EventType | (string & {}), changes: object = {}): PortalLearningEvent {
  const found = portalEvents().find((each) => each.name === name);
  if (!found) throw new Error(`no event is called ${name}`);
  return { ...found.event, ...changes } as PortalLearningEvent;
}
