import { type BufferedMetricUpdate, MetricsBuffer } from '@temporalio/worker';
import {
  counter,
  type CounterSpec,
  type GaugeSpec,
  histogram,
  type HistogramSpec,
  type Labels,
  type LabelName,
  type MetricSpec,
  observe,
  TEMPORAL_METRICS,
} from '@vecino/telemetry';

/** Of updates; what a busy process makes in several seconds. Beyond, the SDK drops them and says so. */
const BUFFER = 100_000;
const DRAIN_MS = 1_000;

type Record = (update: Pick<BufferedMetricUpdate, 'value' | 'attributes'>) => void;

/**
 * Takes over what Temporal's SDK measures, so that it is exported together with our own metrics, with labels as bounded. The
 * buffer is for the SDK's Runtime, of which a process has one.
 */
export function takeTemporalMetrics(): MetricsBuffer {
  const buffer = new MetricsBuffer({ maxBufferSize: BUFFER, useSecondsForDurations: true });
  const take = createTemporalMeter();
  setInterval(() => {
    for (const update of buffer.retrieveUpdates()) take(update);
  }, DRAIN_MS).unref();
  return buffer;
}

/** Records updates of metrics that are in the catalogue; leaves out all others. */
export function createTemporalMeter(): (update: BufferedMetricUpdate) => void {
  const records = new Map<string, Record>();
  for (const spec of Object.values<MetricSpec>(TEMPORAL_METRICS)) records.set(spec.name, recordOf(spec));
  return ({ metric, value, attributes }) => records.get(metric.name)?.({ value, attributes });
}

function recordOf(spec: MetricSpec): Record {
  switch (spec.kind) {
    case 'counter': {
      const { add } = counter<CounterSpec>(spec);
      return ({ value, attributes }) => add(value, labelsOf(spec, attributes));
    }
    case 'histogram': {
      const { record } = histogram<HistogramSpec>(spec);
      return ({ value, attributes }) => record(value, labelsOf(spec, attributes));
    }
    case 'gauge':
      return recordGauge(spec);
  }
}

/** Each Worker tells of its own: those that share a label's `other` are added up when they are read. */
function recordGauge(spec: GaugeSpec): Record {
  const values = new Map<string, readonly [number, Labels<GaugeSpec>]>();
  observe(spec, () => values.values());
  return ({ value, attributes }) => {
    const labels = labelsOf(spec, attributes);
    values.set(JSON.stringify(labels), [value, labels]);
  };
}

function labelsOf(
  { labels }: MetricSpec,
  attributes: BufferedMetricUpdate['attributes'],
): Labels<MetricSpec> {
  const texts: Partial<{ [Name in LabelName]: string }> = {};
  for (const name of labels) {
    const value = attributes[name];
    if (value !== undefined) texts[name] = String(value);
  }
  return texts;
}
