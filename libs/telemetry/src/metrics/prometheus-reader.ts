import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type MetricData, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { MetricSpec } from './metric.js';
import { prometheusName } from './prometheus-name.js';

/** The text format that Prometheus scrapes. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Collects when it is scraped. */
export class PrometheusReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer();

  async scrape(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.#serializer.serialize(withUnits(resourceMetrics));
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** The serializer leaves units out of names; the collector's does not, and dashboards are written once. */
const withUnits = ({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics => ({
  resource,
  scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(renamed) })),
});

function renamed(metric: MetricData): MetricData {
  const { name, unit, type } = metric.descriptor;
  const scraped = prometheusName({ name, unit, kind: KINDS[type] });
  return { ...metric, descriptor: { ...metric.descriptor, name: scraped, unit: '' } };
}

const KINDS: Readonly<Record<MetricData['descriptor']['type'], MetricSpec['kind']>> = {
  COUNTER: 'counter',
  OBSERVABLE_COUNTER: 'counter',
  HISTOGRAM: 'histogram',
  GAUGE: 'gauge',
  UP_DOWN_COUNTER: 'gauge',
  OBSERVABLE_GAUGE: 'gauge',
  OBSERVABLE_UP_DOWN_COUNTER: 'gauge',
};
