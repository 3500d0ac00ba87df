import { EVENTS, type EventType } from '../../src/events.js';

// As the main entry has it, without the player that comes with that.
export { createPortal } from '../../src/portal/create-portal-to.js';

export const EVENT_TYPES_OF_THE_PORTAL = (Object.keys(EVENTS) as EventType[]).filter((type) => EVENTS[type].length === 4);
