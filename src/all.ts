// The all-in-one script: player, both standards, outbox, portal, launches and Kaltura's vocabulary.
export * from './index.js';
export * from './launch/launch.js';
export * from './kaltura/kaltura.js';
