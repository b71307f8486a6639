export * from './evidence.js';
export * from './sent-request.js';
