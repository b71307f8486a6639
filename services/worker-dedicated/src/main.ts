import { createLogger, startTelemetry } from '@vecino/telemetry';
import { exitCodeOf, WorkerFault } from '@vecino/worker';
import { parseConfig } from './config.js';
import { createWorkerDedicatedService } from './service.js';

async function run(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok) throw new WorkerFault('CONFIG', parsed.faults.join('\n'));
  const { config } = parsed;
  const terminal = process.stdout.isTTY;
  const logger = createLogger({ service: 'worker-dedicated', level: config.logLevel, pretty: terminal });
  const telemetry = startTelemetry({ serviceName: 'vecino-worker-dedicated', env: process.env, logger });
  const service = createWorkerDedicatedService({
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
    process.stderr.write(`worker-dedicated: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCodeOf(error));
  },
);
