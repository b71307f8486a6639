import type { MetricSpec } from './metric.js';

const SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/**
 * The name of a metric where it is scraped: with its unit, where that is no count, as the OpenTelemetry collector's Prometheus
 * exporter writes it too. Of a histogram: without `_bucket`, `_sum` and `_count`.
 */
export function prometheusName({
  name,
  unit,
  kind,
}: Pick<MetricSpec, 'name' | 'kind'> & { readonly unit: string }): string {
  const unitSuffix = unit === '1' && kind === 'gauge' ? '_ratio' : (SUFFIXES[unit] ?? '');
  return [unitSuffix, kind === 'counter' ? '_total' : ''].reduce(withSuffix, prometheusLabel(name));
}

const withSuffix = (name: string, suffix: string): string =>
  name.endsWith(suffix) ? name : `${name}${suffix}`;

/** The name of a label where it is scraped. */
export const prometheusLabel = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');
