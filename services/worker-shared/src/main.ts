import { runService } from '@vecino/lifecycle';
import { stopWithinMs } from '@vecino/worker';
import { parseConfig } from './config.js';
import { createWorkerSharedService } from './service.js';

void runService(process, {
  name: 'worker-shared',
  parseConfig,
  create: createWorkerSharedService,
  stopWithinMs,
}).then((code) => process.exit(code));
