import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import { isRecording, type LogFields, type Logger } from '@vecino/telemetry';
import { deploymentLogFields } from './deployment-log-fields.js';
import { takeTemporalMetrics } from './temporal-metrics.js';

let installed = false;

/**
 * Routes everything that Temporal's SDK logs, its native part, workflows and activities included, into `logger`, and
 * leaves signals to the service; takes over what it measures, where anybody will see it. To be called before the first connection; further calls change nothing.
 */
export function installTemporalRuntime(logger: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: temporalLogger(logger.child({ component: 'temporal' })),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(isRecording() && { metrics: { buffer: takeTemporalMetrics() } }),
    },
  });
}

export function temporalLogger(logger: Logger): TemporalLogger {
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const fields = fieldsOf(meta);
    switch (level) {
      case 'TRACE':
      case 'DEBUG':
        return logger.debug(fields, message);
      case 'INFO':
        // What the SDK says of its own life, for each of many Workers; workflows' and activities' lines stay.
        return meta['sdkComponent'] === 'worker'
          ? logger.debug(fields, message)
          : logger.info(fields, message);
      case 'WARN':
        return logger.warn(fields, message);
      case 'ERROR':
        return logger.error(fields, message);
    }
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

/** The SDK names the workflow; the tenant follows from its id. */
function fieldsOf({ error, ...meta }: LogMetadata): LogFields {
  const workflowId: unknown = meta['workflowId'];
  const { deploymentId, routerId, ...others } = meta;
  return {
    ...(typeof workflowId === 'string' && deploymentLogFields({ workflowId })),
    // What workflow code says of one of many.
    ...(deploymentId !== undefined && { deployment_id: String(deploymentId) }),
    ...(routerId !== undefined && { router_id: String(routerId) }),
    ...others,
    ...(error !== undefined && { err: error as unknown }),
  };
}
