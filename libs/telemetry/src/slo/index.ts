export * from './judged.js';
export * from './objectives.js';
export * from './recorded.js';
export * from './service-levels.js';
