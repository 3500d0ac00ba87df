import { defined } from './defined.js';
import { type Context, EVENTS, type EventType, type Media } from './events.js';
import type { Page } from './page.js';
import type { PlayerInput } from './recorder.js';

/** The types or subjects of the events that have it: in another, it would make another event of that, or stand where it may not. */
const HAVE: { readonly [name: string]: string } = {
  query: 'searched',
  collaborator: 'collaboratorAdded',
  with: 'shared',
  comment: 'commented',
  text: 'commented',
  target: 'loggedIn loggedOut',
  position: 'media',
  media: 'media',
  category: 'category',
  tool: 'tool',
  application: 'application tool',
};

const isForeign = (name: string, type: EventType, subject: string): boolean => {
  const those = HAVE[name];
  return typeof those === 'string' && !those.includes(type) && !those.includes(subject);
};

/**
 * An event of the portal with what it is about where it does not say so, and without what nobody said, or what would make another event
 * of it.
 * @param context in which it happens
 * @param media gives what is watched
 */
export function wholeEvent(given: PlayerInput | undefined, { edApp }: Context, page: Pick<Page, 'warn' | 'origin'>, media?: () => Media | undefined): object {
  const type = given?.type as EventType;
  const subject = EVENTS[type]?.[3];
  const said = defined(given ?? {}) as { [name: string]: unknown };
  for (const name in said)
    if (subject && isForeign(name, type, subject)) {
      page.warn(`an event of type "${type}" has no "${name}": it is recorded without`);
      delete said[name];
    }
  return {
    ...(subject === 'media' ? { media: (given as { media?: Media }).media ?? media?.() } : subject !== 'category' && { application: edApp ?? page.origin }),
    ...said,
  };
}
