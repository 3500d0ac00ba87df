export { caliperToStatement, statementToCaliper } from './convert.js';
export { fromCaliper } from './from-caliper.js';
export { fromStatement } from './from-statement.js';
export type { CaliperEvent } from '../destinations/caliper/caliper-event.js';
export type { Statement } from '../destinations/xapi/statement.js';
export type { Said } from './read.js';
