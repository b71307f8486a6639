export * from './collect-topic.js';
export * from './unique-name.js';
export * from './wait-for.js';
