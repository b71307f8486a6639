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

type Update = Pick<BufferedMetricUpdate, 'value' | 'attributes'>;
type Values = Map<string, readonly [number, Labels<GaugeSpec>]>;

/** Where a Worker works. */
export interface WorkerPlace {
  readonly namespace: string;
  readonly taskQueue: string;
}

export interface TemporalMeter {
  /** Records an update of a metric that is in the catalogue; leaves out all others. */
  take(update: BufferedMetricUpdate): void;
  /** The last Worker of the place is gone: nothing says so of what it last told. */
  forget(place: WorkerPlace): void;
}

let taking: { readonly buffer: MetricsBuffer; readonly meter: TemporalMeter } | undefined;

/**
 * Takes over what Temporal's SDK measures, so that it is exported together with our own metrics, with labels as bounded. The
 * buffer is for the SDK's Runtime, of which a process has one.
 */
export function takeTemporalMetrics(): MetricsBuffer {
  const buffer = new MetricsBuffer({ maxBufferSize: BUFFER, useSecondsForDurations: true });
  taking = { buffer, meter: createTemporalMeter() };
  setInterval(takeAll, DRAIN_MS).unref();
  return buffer;
}

function takeAll(): void {
  if (taking === undefined) return;
  for (const update of taking.buffer.retrieveUpdates()) taking.meter.take(update);
}

/** See `TemporalMeter`; of the metrics that were taken over. */
export function forgetWorkersAt(place: WorkerPlace): void {
  takeAll();
  taking?.meter.forget(place);
}

export function createTemporalMeter(): TemporalMeter {
  const records = new Map<string, (update: Update) => void>();
  const gauges: Values[] = [];
  const recordOf = (spec: MetricSpec): ((update: Update) => void) => {
    switch (spec.kind) {
      case 'counter': {
        const { add } = counter<CounterSpec>(spec);
        return ({ value, attributes }) => add(value, labelsOf(spec, attributes));
      }
      case 'histogram': {
        const { record } = histogram<HistogramSpec>(spec);
        return ({ value, attributes }) => record(value, labelsOf(spec, attributes));
      }
      case 'gauge': {
        const values = observedValues(spec);
        gauges.push(values);
        return ({ value, attributes }) => {
          const labels = labelsOf(spec, attributes);
          values.set(JSON.stringify(labels), [value, labels]);
        };
      }
    }
  };
  for (const spec of Object.values<MetricSpec>(TEMPORAL_METRICS)) records.set(spec.name, recordOf(spec));
  return {
    take: ({ metric, value, attributes }) => records.get(metric.name)?.({ value, attributes }),
    forget: ({ namespace, taskQueue }) => {
      for (const values of gauges)
        for (const [key, [, labels]] of values)
          if (labels.namespace === namespace && labels.task_queue === taskQueue) values.delete(key);
    },
  };
}

/** Each Worker tells of its own: those that share a label's `other` are added up when they are read. */
function observedValues(spec: GaugeSpec): Values {
  const values: Values = new Map();
  observe(spec, () => values.values());
  return values;
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
