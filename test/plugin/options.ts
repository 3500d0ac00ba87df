import type { LearningAnalytics, Options } from '../../src/core.js';
import type { Player } from './real-player.js';

export const OPTIONS: Options<Player> = {
  actor: { id: 'https://campus.example/users/554433' },
  media: { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' },
  xapi: { endpoint: 'https://lrs.example/xapi', auth: false },
  caliper: { endpoint: 'https://caliper.example/events', auth: false },
  queue: { storage: 'memory' },
};

/** The types of all that is recorded from now on. */
export const recordOf = (analytics: LearningAnalytics): string[] => {
  const types: string[] = [];
  analytics.listen('record', ({ type }) => types.push(type));
  return types;
};
