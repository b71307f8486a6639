import { createLogger, startTelemetry } from '@vecino/telemetry';
import { exitCodeOf, WorkerFault } from '@vecino/worker';
import { parseConfig } from './config.js';
import { createWorkerSharedService } from './service.js';

async function run(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok) throw new WorkerFault('CONFIG', parsed.faults.join('\n'));
  const { config } = parsed;
  const terminal = process.stdout.isTTY;
  const logger = createLogger({ service: 'worker-shared', level: config.logLevel, pretty: terminal });
  const telemetry = startTelemetry({ serviceName: 'vecino-worker-shared', env: process.env, logger });
  const service = createWorkerSharedService({
    config,
    logger,
    ...(telemetry.tracing && { tracing: telemetry.tracing }),
    ...(terminal && { print: (text) => process.stdout.write(text) }),
  });
  const signalled = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  try {
    await Promise.race([service.start(), signalled]);
    await signalled;
  } finally {
    await service.stop().finally(() => telemetry.shutdown());
  }
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`worker-shared: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCodeOf(error));
  },
);
