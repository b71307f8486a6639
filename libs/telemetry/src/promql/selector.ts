import type { LabelName, LABELS } from '../metrics/labels.js';
import type { CounterSpec, GaugeSpec, HistogramSpec, MetricSpec } from '../metrics/metric.js';
import { prometheusLabel, prometheusName } from '../metrics/prometheus-name.js';

type Bound<Name extends LabelName> = (typeof LABELS)[Name]['bound'];
/** What a label can be: one of its closed list, where it has one. */
export type LabelValue<Name extends LabelName> =
  Bound<Name> extends readonly (infer Value extends string)[] ? Value : string;

/** What a label's value must, or must not, be. */
export interface Match<Value extends string = string> {
  readonly operator: '=~' | '!~' | '=';
  readonly text: string;
  /** Only for the type: a renamed state is a fault of compilation. */
  readonly of?: readonly Value[];
}

export const oneOf = <const Value extends string>(...of: readonly Value[]): Match<Value> => ({
  operator: '=~',
  text: of.join('|'),
  of,
});
/** Also fits what does not have the label. */
export const noneOf = <const Value extends string>(...of: readonly Value[]): Match<Value> => ({
  operator: '!~',
  text: of.join('|'),
  of,
});
/** A variable of a dashboard, of which one or several values are chosen. */
export const chosen = (variable: string): Match<never> => ({ operator: '=~', text: `$${variable}` });

/** What the labels of a metric must be; one that is left out may be anything. */
export type Where<Spec extends MetricSpec> = {
  readonly [Name in Spec['labels'][number]]?: Match<LabelValue<Name>>;
};

/** The labels that a metric has. */
export type LabelOf<Spec extends MetricSpec> = Spec['labels'][number];

/** The series of a counter or a gauge. */
export const series = <const Spec extends CounterSpec | GaugeSpec>(spec: Spec, where: Where<Spec> = {}): string =>
  prometheusName(spec) + matchers(spec, where);

/** How many observations a histogram has, or their sum. */
export const observations = <const Spec extends HistogramSpec>(
  spec: Spec,
  part: 'count' | 'sum',
  where: Where<Spec> = {},
): string => `${prometheusName(spec)}_${part}${matchers(spec, where)}`;

/** The observations of a histogram that were at most `bound`, which is one of its buckets; without it each bucket's. */
export function buckets<const Spec extends HistogramSpec>(
  spec: Spec,
  where: Where<Spec> = {},
  bound?: Spec['buckets'][number],
): string {
  // Prometheus 3 writes whole bounds as `5.0`, Prometheus 2 as `5`.
  const number = bound === undefined ? [] : [`le=~"${String(bound).replace('.', '\\\\.')}(\\\\.0)?"`];
  return `${prometheusName(spec)}_bucket${matchers(spec, where, number)}`;
}

function matchers<Spec extends MetricSpec>(
  spec: Spec,
  where: Where<Spec>,
  more: readonly string[] = [],
): string {
  const wanted: Partial<Record<string, Match>> = where;
  const texts = spec.labels.flatMap((name) => {
    const match = wanted[name];
    return match === undefined ? [] : [`${prometheusLabel(name)}${match.operator}"${match.text}"`];
  });
  return texts.length + more.length === 0 ? '' : `{${[...texts, ...more].join(', ')}}`;
}
