import { ExplicitBucketHistogramAggregation, View } from '@opentelemetry/sdk-metrics';
import { ALL_METRICS } from './catalogue.js';
import type { MetricSpec } from './metric.js';

/** Attribute sets of one metric: bounded labels multiply, and the SDK's own limit of 2,000 would put named tenants together. */
const ATTRIBUTE_SETS = 20_000;

/** What the catalogue says of a metric, for those that libraries make too. */
export const metricViews = (): View[] => ALL_METRICS.map(viewOf);

function viewOf(metric: MetricSpec): View {
  const common = { instrumentName: metric.name, aggregationCardinalityLimit: ATTRIBUTE_SETS };
  if (metric.kind !== 'histogram') return new View(common);
  return new View({ ...common, aggregation: new ExplicitBucketHistogramAggregation([...metric.buckets]) });
}
