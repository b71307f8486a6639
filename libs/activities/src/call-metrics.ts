import type { CallHooks } from '@vecino/gnoi';
import { histogram, METRICS } from '@vecino/telemetry';
import { callAttributes } from './call-outcome.js';

const deviceCalls = histogram(METRICS.deviceCalls);

/** The same hooks, and each call counts for the tenant. */
export function countingCalls(hooks: CallHooks, tenantId: string): CallHooks {
  return {
    ...hooks,
    observer: (record) => {
      deviceCalls.record(record.ms / 1_000, {
        'vecino.tenant.id': tenantId,
        'rpc.system.name': 'grpc',
        'rpc.method': record.call,
        ...callAttributes(record.outcome),
      });
      hooks.observer?.(record);
    },
  };
}
