import { createLogger, startTelemetry } from '@vecino/telemetry';
import { parseConfig, type ProjectorConfig } from './config.js';
import { createProjectorService } from './service.js';

async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'status-projector', level: config.logLevel });
  const { tracing, shutdown } = startTelemetry({
    serviceName: 'vecino-status-projector',
    env: process.env,
    logger,
  });
  const service = createProjectorService({
    config,
    logger,
    ...(tracing && { tracing }),
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
    await shutdown();
  }
}

const parsed = parseConfig(process.env);
const ended = parsed.ok ? run(parsed.config) : Promise.reject(new Error(parsed.faults.join('\n')));
ended.then(
  () => process.exit(0),
  (err: unknown) => {
    process.stderr.write(`status-projector: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exit(1);
  },
);
