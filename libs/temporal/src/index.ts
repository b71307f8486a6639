export * from './connect.js';
export * from './gate-client.js';
export * from './search-attributes.js';
export * from './temporal-config.js';
export * from './temporal-error.js';
