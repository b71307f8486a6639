export * from './assert-never.js';
export * from './clock.js';
export * from './deployment-state.js';
export * from './ids.js';
export * from './invariant.js';
export * from './reason-code.js';
export * from './vecino-error.js';
