import {
  type LabelName,
  type Labels,
  type MetricSpec,
  OTHER,
  prometheusLabel,
  prometheusName,
} from '@vecino/telemetry';
import type { Duration } from '../timing.js';

/** Between two samples of a series, and between two evaluations. */
export const STEP: Duration = '30s';

/** Series by their selector, each with its samples in promtool's notation: one each 30 s. */
export type Series = Readonly<Record<string, string>>;

/** What Prometheus has been told, and what an alert must make of it. */
export interface AlertCase {
  readonly alert: `Vecino${string}`;
  readonly title: string;
  readonly series: Series;
  readonly at: `${number}m`;
  /** Labels of the alert beside its severity, once for each that fires. None: it is silent. */
  readonly fires: readonly Readonly<Record<string, string>>[];
  /** The condition holds from then on: the alert must be silent until its `for` is over. */
  readonly since?: Duration;
  /** It is silent only for a guard: too little traffic, or its `for`. */
  readonly guard?: true;
}

/** A series of the catalogue: a renamed metric or label is a fault of compilation. */
export function sampled<const Spec extends MetricSpec>(
  spec: Spec,
  labels: Labels<Spec>,
  {
    suffix = '',
    more = {},
  }: { readonly suffix?: string; readonly more?: Readonly<Record<string, string>> } = {},
): string {
  const own = Object.entries<string | undefined>(labels).map(
    ([name, value]) => [prometheusLabel(name as LabelName), value] as const,
  );
  const texts = [...own, ...Object.entries(more)].map(([name, value]) => `${name}="${value}"`);
  return `${prometheusName(spec)}${suffix}{${texts.join(', ')}}`;
}

export const ACME = { 'vecino.tenant.id': 'acme' } as const;
export const BETA = { 'vecino.tenant.id': 'beta' } as const;
/** All tenants that have no name in labels. */
export const OTHERS = { 'vecino.tenant.id': OTHER } as const;
/** The label as alerts have it. */
export const OF_ACME = { vecino_tenant_id: 'acme' } as const;
export const OF_OTHERS = { vecino_tenant_id: OTHER } as const;

/** A counter that grows by so much with each sample, from 0. */
export const growing = (by: number, samples = 1_000): string => `0+${by}x${samples}`;
export const steady = (value: number, samples = 1_000): string => `${value}x${samples}`;
