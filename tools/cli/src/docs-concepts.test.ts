import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATE_STATES, PHASE_STATES, TERMINAL_STATES } from '@vecino/foundation';
import { ROUTES, TIER_DEFAULTS, TIERS } from '@vecino/tenancy';
import { thisRepository } from './repository.js';

const read = (page: string) => readFileSync(join(thisRepository().root, 'docs', page), 'utf8');
const concepts = read('concepts.md');

/** Cells of the tables' rows that begin with a word in code, without its marks. */
const rowsOf = (page: string): string[][] =>
  [...page.matchAll(/^\| (`.+) \|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim().replaceAll('`', '')),
  );

const section = (page: string, heading: string): string =>
  page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('docs/concepts.md', () => {
  it('has the defaults of each tier', () => {
    expect(rowsOf(section(concepts, 'Tier and limits'))).toEqual(
      TIERS.map((tier) => {
        const { limits, route } = TIER_DEFAULTS[tier];
        const { intakePer60s, maxConcurrentWorkflows, queue, weight } = limits;
        return [tier, ...[intakePer60s, maxConcurrentWorkflows, queue, weight].map(String), route];
      }),
    );
  });

  it('has every route', () => {
    expect(rowsOf(section(concepts, 'Route')).map(([route]) => route)).toEqual([...ROUTES]);
  });

  it('has every state that something reports', () => {
    const statuses = section(concepts, 'Statuses');
    const states = [...GATE_STATES, ...PHASE_STATES, ...TERMINAL_STATES];
    const untold = states.filter((state) => !new RegExp(`\\b${state}\\b`).test(statuses));
    // For later: nothing drains a router yet.
    expect(untold).toEqual(['DRAINED']);
  });
});

it.each([
  ['concepts.md', section(concepts, 'Statuses')],
  ['quickstart.es.md', read('quickstart.es.md')],
])('docs/%s explains every terminal', (_, page) => {
  const explained = rowsOf(page).flatMap(([states = '']) => states.split(', '));
  expect(explained).toEqual([...TERMINAL_STATES]);
});
