import { runService } from '@vecino/lifecycle';
import { parseConfig } from './config.js';
import { createProjectorService } from './service.js';

void runService(process, {
  name: 'status-projector',
  parseConfig,
  create: createProjectorService,
}).then((code) => process.exit(code));
