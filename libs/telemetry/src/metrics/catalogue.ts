import { DEPLOYMENT_METRICS, STANDING_METRICS } from './deployment-metrics.js';
import { DEVICE_METRICS } from './device-metrics.js';
import { INTAKE_METRICS } from './intake-metrics.js';
import { KAFKA_METRICS } from './kafka-metrics.js';
import type { MetricSpec } from './metric.js';
import { SERVICE_METRICS } from './service-metrics.js';
import { TEMPORAL_METRICS } from './temporal-metrics.js';

/** Every metric that a service exports, and nothing else is exported: docs/metrics.md shows it, and a test scrapes for it. */
export const METRIC_GROUPS = [
  { title: 'Requests and deployments', metrics: { ...INTAKE_METRICS, ...DEPLOYMENT_METRICS } },
  { title: 'How gates stand', metrics: STANDING_METRICS },
  { title: 'Routers', metrics: DEVICE_METRICS },
  { title: 'Kafka', metrics: KAFKA_METRICS },
  { title: 'Processes', metrics: SERVICE_METRICS },
  { title: 'Temporal’s SDK', metrics: TEMPORAL_METRICS },
] as const satisfies readonly {
  readonly title: string;
  readonly metrics: Readonly<Record<string, MetricSpec>>;
}[];

export const METRICS = {
  ...INTAKE_METRICS,
  ...DEPLOYMENT_METRICS,
  ...STANDING_METRICS,
  ...DEVICE_METRICS,
  ...KAFKA_METRICS,
} as const;

export const ALL_METRICS: readonly MetricSpec[] = METRIC_GROUPS.flatMap(({ metrics }) =>
  Object.values<MetricSpec>(metrics),
);
