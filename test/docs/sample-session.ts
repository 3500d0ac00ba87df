import type { Context, LearningEvent } from '../../src/events.js';
import { portalEvents } from '../destinations/portal-events.js';
import { syntheticSession } from '../destinations/synthetic-session.js';

const CONTEXT: Context = {
  edApp: { id: 'https://campus.example/portal', name: 'Portal' },
  group: { id: 'https://campus.example/sections/cs101-1', name: 'CS 101' },
};

/** An afternoon: a learner comes, watches, says something about it, and goes. */
const NAMES = [
  'loggedIn', 'categoryViewed', 'searched', 'mediaViewed',
  'initialized', 'started', 'progressed', 'muted', 'seeked', 'rateChanged', 'captionsEnabled', 'progressed to 25 percent', 'paused', 'resumed', 'completed', 'ended',
  'restarted', 'paused leaving', 'terminated',
  'liked', 'commented', 'loggedOut',
];

/** Some events of that, seven seconds apart. */
export const sampleSession = (): LearningEvent[] => {
  const all = [...portalEvents(CONTEXT), ...syntheticSession(undefined, CONTEXT)];
  return NAMES.map((name, index): LearningEvent => {
    const found = all.find((each) => each.name === name);
    if (!found) throw new Error(`no event is called ${name}`);
    return { ...found.event, time: Date.UTC(2026, 10, 15, 14) + index * 7000 };
  });
};
