import type { LabelName } from './labels.js';

export const SERVICES = ['ingest', 'worker-shared', 'worker-dedicated', 'status-projector'] as const;
/** Whose processes export a metric. */
export type ServiceName = (typeof SERVICES)[number];

/** UCUM; what stands in braces is counted, not measured. */
export type Unit = 's' | 'By' | '1' | `{${string}}`;

interface Described {
  /** As OpenTelemetry has it; `prometheusName` says how it is scraped. */
  readonly name: string;
  readonly unit: Unit;
  readonly labels: readonly LabelName[];
  readonly from: readonly ServiceName[];
  /** One sentence for operators. */
  readonly meaning: string;
}

export interface CounterSpec extends Described {
  readonly kind: 'counter';
}

export interface HistogramSpec extends Described {
  readonly kind: 'histogram';
  /** Upper bounds, in the metric's unit. */
  readonly buckets: readonly number[];
}

export interface GaugeSpec extends Described {
  readonly kind: 'gauge';
  /** What stands for several values that share a label's `other`, and for the same tenant's of several processes. */
  readonly merge: 'sum' | 'max';
}

export type MetricSpec = CounterSpec | HistogramSpec | GaugeSpec;

/** Values of a metric's labels; one that is left out is absent. */
export type Labels<Spec extends MetricSpec> = {
  readonly [Name in Spec['labels'][number]]?: string | undefined;
};

export const EVERY_SERVICE = SERVICES;
export const WORKERS = ['worker-shared', 'worker-dedicated'] as const satisfies readonly ServiceName[];
/** Those that run on Temporal's native SDK. */
export const TEMPORAL_WORKERS = [...WORKERS, 'status-projector'] as const satisfies readonly ServiceName[];
