import { ALL_METRICS, LABELS, type MetricSpec, prometheusLabel, prometheusName } from '@vecino/telemetry';
import type { Page, Variable } from '../page.js';
import { PAGES } from '../pages/index.js';
import { queriesOf } from '../panel.js';

type Named = readonly [name: string, labels: readonly string[]];

/** Prometheus's own metric of each target, with the labels that deploy/prometheus gives it. */
const UP: Named = ['up', ['service', 'instance']];
/** Metrics and their labels, by the names that are scraped. */
const KNOWN = new Map<string, readonly string[]>([UP, ...ALL_METRICS.flatMap(scraped)]);
const LABELS_KNOWN = new Set([...KNOWN.values()].flat());
/** The values of labels that have a closed list of them. */
const VALUES = new Map<string, readonly string[]>();
for (const [name, { bound }] of Object.entries(LABELS))
  if (typeof bound === 'object') VALUES.set(prometheusLabel(name), bound);

function scraped(spec: MetricSpec): readonly Named[] {
  const name = prometheusName(spec);
  const labels = spec.labels.map(prometheusLabel);
  if (spec.kind !== 'histogram') return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, 'le']],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}

const LABEL_LISTS = /\b(?:by|on) *\(([^)]*)\)/g;
/** A name that is no function's, variable's or unit's, and what stands in braces behind it. */
const SELECTORS = /(?<![\w$])([a-z_]\w*)(?:\{([^}]*)\})?(?!\w* *\()/g;
const OPERATORS = new Set(['or', 'and', 'unless', 'offset']);
const MATCHERS = /(\w+)(?:=~|!~|!=|=)"([^"]*)"/g;

/** What a query names that no service exports. */
function unknownIn(expr: string): string[] {
  const unknown: string[] = [];
  for (const [, labels = ''] of expr.matchAll(LABEL_LISTS))
    unknown.push(...labels.split(/, */).filter((label) => label !== '' && !LABELS_KNOWN.has(label)));
  for (const [, name = '', matchers = ''] of expr.replaceAll(LABEL_LISTS, '').matchAll(SELECTORS))
    if (!OPERATORS.has(name)) unknown.push(...unknownOf(name, matchers));
  return unknown;
}

function unknownOf(metric: string, matchers: string): string[] {
  const labels = KNOWN.get(metric);
  if (labels === undefined) return [metric];
  return [...matchers.matchAll(MATCHERS)].flatMap(([, label = '', text = '']) => {
    if (!labels.includes(label)) return [`${metric}{${label}}`];
    const wanted = text.split('|').filter((value) => value !== '' && !value.startsWith('$'));
    return wanted.filter((value) => VALUES.get(label)?.includes(value) === false);
  });
}

/** All that a dashboard asks, and the plainer queries with the same answers. */
function queriesIn({ rows, variables }: Page): string[] {
  const asked = rows.flatMap(({ panels }) => panels.flatMap(queriesOf));
  return [...asked.flatMap(({ expr, right }) => [expr, right.same ?? expr]), ...variables.flatMap(askedBy)];
}

function askedBy(variable: Variable): string[] {
  switch (variable.kind) {
    case 'label':
      return [variable.series];
    case 'found':
      return [variable.expr];
    case 'text':
      return [];
  }
}

it.each(PAGES.map((page) => [page.title, page] as const))(
  '%s names only metrics, labels and values that services export',
  (_, page) => {
    const queries = queriesIn(page);
    expect(queries.length).toBeGreaterThan(10);
    expect([...new Set(queries.flatMap(unknownIn))]).toEqual([]);
  },
);

it.each([
  ['a metric', 'sum (vecino_gates_queued) or 0 * max (vecino_gate_queued)', 'vecino_gates_queued'],
  ['a histogram without its part', 'rate(vecino_queue_wait_seconds[5m])', 'vecino_queue_wait_seconds'],
  ['a label', 'vecino_gate_queued{vecino_limit="queue"}', 'vecino_gate_queued{vecino_limit}'],
  ['a state', 'increase(vecino_deployments_ended_total{vecino_deployment_state=~"FAILED|DONE"}[1h])', 'DONE'],
  ['a label to group by', 'sum by (vecino_tenant, le) (vecino_gate_queued offset 1h)', 'vecino_tenant'],
])('%s that there is not is found', (_, expr, unknown) => {
  expect(unknownIn(expr)).toEqual([unknown]);
});
