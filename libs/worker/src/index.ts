export * from './tenant-queue.js';
export * from './tenant-table.js';
export * from './worker-config.js';
export * from './worker-fault.js';
export * from './worker-service.js';
