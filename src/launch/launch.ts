export { type Cmi5Launch, fromCmi5Launch, type LaunchData, type LearnerPreferences } from './from-cmi5-launch.js';
export { type CaliperProfile, fromLtiLaunch, type LtiLaunch, type LtiLaunchOptions } from './from-lti-launch.js';
export { fromXapiLaunch, type XapiLaunch } from './from-xapi-launch.js';
export type { LaunchOptions } from './launched-xapi.js';
