export * from './exporters.js';
export { withLogFields } from './log-context.js';
export * from './logger.js';
export * from './names.js';
export * from './start-telemetry.js';
