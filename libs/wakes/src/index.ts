export * from './follow-wakes.js';
export * from './tenant-waker.js';
