import { type Counter, type Histogram, type Meter, metrics } from '@opentelemetry/api';
import { DEFAULT_MAX_TENANTS, LabelValues } from './label-values.js';
import type { CounterSpec, GaugeSpec, HistogramSpec, Labels, MetricSpec } from './metric.js';

/** Name of the meter that all of Vecino's own instruments belong to. */
export const METER_NAME = 'vecino';

/** One a process, as OpenTelemetry's own provider: a label's bound holds over everything that a process exports. */
interface Recording {
  readonly meter: Meter;
  readonly values: LabelValues;
}
let recording: Recording | undefined;
let preferred: readonly string[] = [];

/** From now on what is measured is recorded, with OpenTelemetry's global provider. */
export function beginRecording({ maxTenants = DEFAULT_MAX_TENANTS }: { readonly maxTenants?: number }): void {
  const values = new LabelValues(maxTenants);
  values.preferTenants(preferred);
  recording = { meter: metrics.getMeter(METER_NAME), values };
}

export function endRecording(): void {
  recording = undefined;
}

/** Whether anybody will see what is measured: what costs more than a counter asks first. */
export const isRecording = (): boolean => recording !== undefined;

/** Tenants that are to be named in labels rather than others, the most important first. */
export function preferTenants(tenantIds: readonly string[]): void {
  preferred = tenantIds;
  recording?.values.preferTenants(tenantIds);
}

/** Made when it is first used: an instrument of a provider that is not there yet would stay silent for ever. */
function onDemand<Instrument>(make: (meter: Meter) => Instrument): (of: Recording) => Instrument {
  let made: { readonly of: Recording; readonly instrument: Instrument } | undefined;
  return (of) => {
    if (made?.of !== of) made = { of, instrument: make(of.meter) };
    return made.instrument;
  };
}

const optionsOf = ({ unit, meaning }: MetricSpec) => ({ unit, description: meaning });

export interface CounterOf<Spec extends CounterSpec> {
  add(value: number, labels: Labels<Spec>): void;
}

export function counter<const Spec extends CounterSpec>(spec: Spec): CounterOf<Spec> {
  const instrument = onDemand<Counter>((meter) => meter.createCounter(spec.name, optionsOf(spec)));
  return {
    add: (value, labels) => {
      if (recording) instrument(recording).add(value, recording.values.bounded(spec, labels));
    },
  };
}

export interface HistogramOf<Spec extends HistogramSpec> {
  /** In the metric's unit. Below zero, where clocks differ, counts as zero. */
  record(value: number, labels: Labels<Spec>): void;
}

export function histogram<const Spec extends HistogramSpec>(spec: Spec): HistogramOf<Spec> {
  const instrument = onDemand<Histogram>((meter) =>
    meter.createHistogram(spec.name, {
      ...optionsOf(spec),
      advice: { explicitBucketBoundaries: [...spec.buckets] },
    }),
  );
  return {
    record: (value, labels) => {
      if (recording) instrument(recording).record(Math.max(0, value), recording.values.bounded(spec, labels));
    },
  };
}

export type Observation<Spec extends GaugeSpec> = readonly [value: number, labels: Labels<Spec>];

/**
 * For what is asked for with each export: what is not observed then is exported no more (`ObservedNow`). Values whose labels have
 * become the same are put together. Returns how to end it.
 */
export function observe<const Spec extends GaugeSpec>(
  spec: Spec,
  read: () => Iterable<Observation<Spec>>,
): () => void {
  if (recording === undefined) return () => undefined;
  const { meter, values } = recording;
  const instrument = meter.createObservableGauge(spec.name, optionsOf(spec));
  const callback: Parameters<typeof instrument.addCallback>[0] = (result) => {
    for (const { value, labels } of merged(spec, read(), values)) result.observe(value, labels);
  };
  instrument.addCallback(callback);
  return () => instrument.removeCallback(callback);
}

interface Merged {
  value: number;
  readonly labels: Record<string, string>;
}

function merged<Spec extends GaugeSpec>(
  spec: Spec,
  observations: Iterable<Observation<Spec>>,
  values: LabelValues,
): Iterable<Merged> {
  const byLabels = new Map<string, Merged>();
  for (const [value, labels] of observations) {
    const bounded = values.bounded(spec, labels);
    const key = JSON.stringify(bounded);
    const before = byLabels.get(key);
    if (before === undefined) byLabels.set(key, { value, labels: bounded });
    else before.value = spec.merge === 'sum' ? before.value + value : Math.max(before.value, value);
  }
  return byLabels.values();
}
