export * from './collect-topic.js';
export * from './prometheus-text.js';
export * from './redis-under-test.js';
export * from './silent-server.js';
export * from './start-whole.js';
export * from './stored-histories.js';
export * from './unique-name.js';
export * from './wait-for.js';
