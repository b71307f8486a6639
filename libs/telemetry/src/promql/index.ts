export * from './aggregate.js';
export * from './selector.js';
