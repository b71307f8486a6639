export { createWorkerDedicatedService } from './service.js';
