import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_METRICS } from './catalogue.js';
import { LABELS } from './labels.js';
import { metricTables } from './metrics-page.js';
import { prometheusLabel, prometheusName } from './prometheus-name.js';

const unique = (names: readonly string[]): void => expect(names).toEqual([...new Set(names)]);

describe('the catalogue', () => {
  it('has each name once, also where it is scraped', () => {
    unique(ALL_METRICS.map(({ name }) => name));
    unique(ALL_METRICS.map((metric) => prometheusName(metric)));
    unique(Object.keys(LABELS).map(prometheusLabel));
  });

  it('knows no label without a metric', () => {
    const used = new Set<string>(ALL_METRICS.flatMap(({ labels }) => labels));
    expect(Object.keys(LABELS).filter((label) => !used.has(label))).toEqual([]);
  });

  it('has buckets that grow, and metrics that some service exports', () => {
    for (const metric of ALL_METRICS) {
      expect(metric.from).not.toEqual([]);
      if (metric.kind === 'histogram')
        expect(metric.buckets).toEqual([...new Set(metric.buckets)].toSorted((a, b) => a - b));
    }
  });

  it('is what docs/metrics.md shows', () => {
    const page = readFileSync(join(__dirname, '../../../../docs/metrics.md'), 'utf8');
    for (const [title, rows] of metricTables()) {
      const section = page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
      const shown = section
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map(cellsOf)
        .filter(([first]) => !/^-+$/.test(first ?? ''));
      expect({ [title]: shown }).toEqual({ [title]: rows.filter(([first]) => first !== '---') });
    }
  });
});

/** A bar inside of code does not end a cell here: no name has one. */
const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test.each([
  ['vecino.queue.wait', 's', 'histogram', 'vecino_queue_wait_seconds'],
  ['process.memory.usage', 'By', 'gauge', 'process_memory_usage_bytes'],
  ['process.cpu.time', 's', 'counter', 'process_cpu_time_seconds_total'],
  ['nodejs.eventloop.utilization', '1', 'gauge', 'nodejs_eventloop_utilization_ratio'],
  ['vecino.dead_letters', '{record}', 'counter', 'vecino_dead_letters_total'],
  ['x_seconds', 's', 'gauge', 'x_seconds'],
] as const)('%s in %s, a %s, is scraped as %s', (name, unit, kind, scraped) => {
  expect(prometheusName({ name, unit, kind })).toBe(scraped);
});
