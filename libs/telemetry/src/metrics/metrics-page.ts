import { METRIC_GROUPS } from './catalogue.js';
import { type LabelBound, LABELS } from './labels.js';
import type { MetricSpec } from './metric.js';
import { prometheusLabel, prometheusName } from './prometheus-name.js';

const code = (text: string): string => `\`${text}\``;

function rowOf(metric: MetricSpec): string[] {
  const { name, kind, unit, labels, from, meaning } = metric;
  const labelled = labels.map((label) => code(label)).join(', ');
  return [code(name), code(prometheusName(metric)), kind, code(unit), labelled, from.join(', '), meaning];
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[][] => [
  [...head],
  head.map(() => '---'),
  ...rows.map((row) => [...row]),
];

/** Rows of the tables of docs/metrics.md, each under its heading; cells as in Markdown, without padding. */
export function metricTables(): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = new Map<string, string[][]>();
  for (const { title, metrics } of METRIC_GROUPS) {
    const head = ['name', 'in Prometheus', 'kind', 'unit', 'labels', 'from', 'meaning'];
    tables.set(title, table(head, Object.values<MetricSpec>(metrics).map(rowOf)));
  }
  const labels = Object.entries(LABELS).map(([name, { bound, meaning }]) => [
    code(name),
    code(prometheusLabel(name)),
    boundText(bound),
    meaning,
  ]);
  tables.set('Labels', table(['name', 'in Prometheus', 'values at most', 'meaning'], labels));
  return tables;
}

function boundText(bound: LabelBound): string {
  if (bound === 'tenants') return 'tenants that are named';
  return typeof bound === 'number' ? String(bound) : String(bound.length);
}
