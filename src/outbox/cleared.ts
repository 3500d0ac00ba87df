/** What is written to localStorage for a moment, so that other pages hear that all was cleared. */
export const CLEARED = 'videojs-learning-analytics.cleared';
