export * from './api/deployment-input.js';
export * from './api/device-activities.js';
export * from './api/gate-protocol.js';
export * from './api/names.js';
export * from './api/projector-activities.js';
export * from './api/search-attributes.js';
