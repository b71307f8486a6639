export * from './connect.js';
export * from './gate-client.js';
export * from './runtime.js';
export * from './search-attributes.js';
export * from './temporal-config.js';
export * from './temporal-error.js';
export * from './tenant-worker.js';
export * from './workflow-bundle.js';
