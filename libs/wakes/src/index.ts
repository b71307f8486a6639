export * from './follow-wakes.js';
export * from './wake-sender.js';
