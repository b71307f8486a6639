import { DEVICE_SECONDS } from './buckets.js';
import { type MetricSpec, WORKERS } from './metric.js';

/** By OpenTelemetry's semantic conventions for RPC, where they have a name. */
export const DEVICE_METRICS = {
  deviceCalls: {
    kind: 'histogram',
    name: 'rpc.client.call.duration',
    unit: 's',
    buckets: DEVICE_SECONDS,
    labels: ['vecino.tenant.id', 'rpc.system.name', 'rpc.method', 'rpc.response.status_code', 'error.type'],
    from: WORKERS,
    meaning: 'Calls to routers, by what came of them.',
  },
} as const satisfies Record<string, MetricSpec>;
