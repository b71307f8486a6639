export * from './objectives.js';
export * from './service-levels.js';
