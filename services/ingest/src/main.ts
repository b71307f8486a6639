import { createLogger, startTelemetry } from '@vecino/telemetry';
import { type IngestConfig, parseConfig } from './config.js';
import { createIngestService } from './service.js';

async function run(config: IngestConfig): Promise<void> {
  const logger = createLogger({ service: 'ingest', level: config.logLevel });
  const telemetry = startTelemetry({ serviceName: 'vecino-ingest', env: process.env, logger });
  const service = createIngestService({
    config,
    tracing: telemetry.tracing !== undefined,
    logger,
  });
  const signalled = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  try {
    await Promise.race([service.start(), signalled]);
    await signalled;
  } finally {
    await service.stop();
    await telemetry.shutdown();
  }
}

const parsed = parseConfig(process.env);
const ended = parsed.ok ? run(parsed.config) : Promise.reject(new Error(parsed.faults.join('\n')));
ended.then(
  () => process.exit(0),
  (err: unknown) => {
    process.stderr.write(`ingest: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exit(1);
  },
);
