import { type Aggregation, ExplicitBucketHistogramAggregation, View } from '@opentelemetry/sdk-metrics';
import { ALL_METRICS } from './catalogue.js';
import type { MetricSpec } from './metric.js';
import { ObservedNow } from './observed-now.js';

/** Attribute sets of one metric: bounded labels multiply, and the SDK's own limit of 2,000 would put named tenants together. */
const ATTRIBUTE_SETS = 20_000;

/** What the catalogue says of a metric, for those that libraries make too. */
export const metricViews = (): View[] => ALL_METRICS.map(viewOf);

function viewOf(metric: MetricSpec): View {
  const aggregation = aggregationOf(metric);
  return new View({
    instrumentName: metric.name,
    aggregationCardinalityLimit: ATTRIBUTE_SETS,
    ...(aggregation && { aggregation }),
  });
}

/** The SDK's own where there is none. */
function aggregationOf(metric: MetricSpec): Aggregation | undefined {
  switch (metric.kind) {
    case 'counter':
      return undefined;
    case 'histogram':
      return new ExplicitBucketHistogramAggregation([...metric.buckets]);
    case 'gauge':
      return restsBetween(metric) ? undefined : new ObservedNow();
  }
}

/** Node's instrumentation tells nothing of a delay until it has enough samples since it was last asked: what it told last stands. */
const restsBetween = ({ name }: MetricSpec): boolean => name.startsWith('nodejs.eventloop.delay.');
