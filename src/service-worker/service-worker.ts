export { drain, type Asked, type Drained, type DrainOptions } from './drain.js';
