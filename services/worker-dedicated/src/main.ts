import { runService } from '@vecino/lifecycle';
import { stopWithinMs } from '@vecino/worker';
import { parseConfig } from './config.js';
import { createWorkerDedicatedService } from './service.js';

void runService(process, {
  name: 'worker-dedicated',
  parseConfig,
  create: createWorkerDedicatedService,
  stopWithinMs,
}).then((code) => process.exit(code));
