import { defined } from './defined.js';
import { type Context, EVENTS, type EventType, type Media } from './events.js';
import type { Page } from './page.js';
import type { PlayerInput } from './recorder.js';

/** What makes an event what it is, and the one type that has it. */
const OF_ONE: { readonly [name: string]: EventType } = { query: 'searched', collaborator: 'collaboratorAdded', with: 'shared', comment: 'commented', text: 'commented' };

/** Whether an event of that type, about such a subject, would be taken for another one by it. */
const isForeign = (name: string, type: EventType, subject: string): boolean =>
  name in OF_ONE ? OF_ONE[name] !== type : /^(application|category|media|tool)$/.test(name) && name !== subject && (name !== 'application' || subject !== 'tool');

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
