export * from './config.js';
export * from './projector-activities.js';
export * from './service.js';
