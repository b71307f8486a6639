import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULE_FILES, ruleFiles } from '@vecino/alerts';
import { thisRepository } from '@vecino/cli';
import { LABELS, prometheusLabel } from '@vecino/telemetry';
import { parse } from 'yaml';

const { root } = thisRepository();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const DASHBOARDS = 'deploy/grafana/dashboards';
const dashboards = readdirSync(join(root, DASHBOARDS)).map((name) => read(join(DASHBOARDS, name)));
const rules = [...ruleFiles().values()];

/** Labels that stand in selectors and groupings, or are shown in texts and legends. */
function labelsNamedIn(text: string): string[] {
  const selected = [...text.matchAll(/(\w+) *(?:=~|!~|!=|=) *\\?"/g)].map(([, label = '']) => label);
  const grouped = [...text.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right) *\(([\w, ]*)\)/g)];
  const shown = [...text.matchAll(/\$labels\.(\w+)|\{\{ *(?!else\b|end\b)(\w+) *\}\}/g)];
  return [
    ...selected,
    ...grouped.flatMap(([, list = '']) => list.split(/[, ]+/).filter((label) => label !== '')),
    ...shown.flatMap(([, inAlert, inLegend]) => inAlert ?? inLegend ?? []),
  ];
}

/** Labels that there are whichever way metrics come: those of metrics, of histograms, and what rules record. */
const ALWAYS = new Set([
  ...Object.keys(LABELS).map((name) => prometheusLabel(name)),
  'le',
  ...Object.values(RULE_FILES)
    .flat()
    .flatMap(({ recordings = [] }) => recordings.flatMap(({ labels }) => Object.keys(labels))),
]);

it('docs/metrics.md has the labels that alerts and dashboards need a scrape for, and no other', () => {
  const named = new Set([...rules, ...dashboards].flatMap(labelsNamedIn));
  const [ways = ''] = read('docs/metrics.md').split('\n## ');
  const told = [...ways.matchAll(/^\| `(\w+)` +\|/gm)].map(([, label]) => label);
  expect(told.sort()).toEqual([...named].filter((label) => !ALWAYS.has(label)).sort());
});

it('finds labels wherever they stand', () => {
  expect(
    labelsNamedIn('sum by (a, b) (m{c=~"x", d="y"}) on () m {{e}} {{ $labels.f }} {{ $value }} {g!=\\"z\\"}'),
  ).toEqual(['c', 'd', 'g', 'a', 'b', 'e', 'f']);
});

it('Prometheus gives each of our services the label that alerts find it by', () => {
  const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yaml')) as {
    scrape_configs: { job_name: string; static_configs: { labels?: Record<string, string> }[] }[];
  };
  const ours = jobs.find(({ job_name }) => job_name === 'vecino')?.static_configs ?? [];
  const given = ours.map(({ labels }) => labels?.['service'] ?? '');
  expect(given).not.toContain('');
  const wanted = rules.flatMap((text) => [...text.matchAll(/service=~"([^"]+)"/g)]);
  expect(wanted).toHaveLength(3);
  for (const [, pattern = ''] of wanted)
    expect(given.filter((service) => new RegExp(`^(?:${pattern})$`).test(service))).toHaveLength(1);
});
