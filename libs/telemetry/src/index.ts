export * from './exporters.js';
export * from './logger.js';
export * from './names.js';
export * from './start-telemetry.js';
