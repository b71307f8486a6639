export { createWorkerSharedService } from './service.js';
