export { caliper, custom, xapi } from './endpoints.js';
export { register } from './plugin.js';
export { createPortal, type Portal, type PortalOptions } from './portal/create-portal.js';
export { track, type TrackOptions } from './track.js';
export { VERSION } from './version.js';

export type { CheckReport } from './check.js';
export type { Analytics } from './tracker.js';
export type { CustomOptions } from './destinations/custom.js';
export type { CaliperOptions } from './destinations/caliper/caliper.js';
export type { Answer, Auth, AuthReason, Destination, Verdict } from './destinations/destination.js';
export type { XapiOptions } from './destinations/xapi/xapi.js';
export type * from './events.js';
export type { ActorOption, Consent, Options, QueueOptions, RecorderOptions, Resume } from './options/options.js';
export type { DeliveryReport, OutboxEvents, Rejected } from './outbox/outbox.js';
export type { LearningAnalytics } from './plugin.js';
export type { PlayerInput, RecorderEvents, RecorderFace } from './recorder.js';
