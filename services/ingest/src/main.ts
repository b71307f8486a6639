import { runService } from '@vecino/lifecycle';
import { parseConfig } from './config.js';
import { createIngestService } from './service.js';

void runService(process, {
  name: 'ingest',
  parseConfig,
  create: ({ config, tracing, logger }) =>
    createIngestService({ config, tracing: tracing !== undefined, logger }),
}).then((code) => process.exit(code));
