import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TERMINAL_STATES } from './deployment-state.js';
import { isReasonCode, REASON_CODES } from './reason-code.js';

const DOCS = join(__dirname, '../../../docs');
const read = (file: string): string => readFileSync(join(DOCS, file), 'utf8');

interface Table {
  readonly heading: string;
  readonly columns: readonly string[];
  /** Cells by column. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The first table under each heading of the second level. */
const tablesOf = (page: string): Table[] =>
  page.split(/^## /m).flatMap((section) => {
    const [columns, , ...rows] = section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map(cellsOf);
    if (columns === undefined) return [];
    const heading = section.split('\n', 1)[0] ?? '';
    return [
      {
        heading,
        columns,
        rows: rows.map((cells) =>
          Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ''])),
        ),
      },
    ];
  });

const codeIn = (cell: string | undefined): string => /^`([A-Z_]+)`$/.exec(cell ?? '')?.[1] ?? '';
const runbooksIn = (text: string): string[] =>
  [...text.matchAll(/\]\((?:runbooks\/)?([a-z-]+\.md)(?:#[\w-]+)?\)/g)].map(([, file]) => file ?? '');

describe('docs/errors.md', () => {
  const tables = tablesOf(read('errors.md'));
  const table = (heading: string): Table => {
    const found = tables.find((one) => one.heading === heading);
    if (found === undefined) throw new Error(`no table under ${heading}`);
    return found;
  };

  it('explains each reason of the catalogue once, in its order, and no other', () => {
    const explained = tables.flatMap(({ rows }) => rows.map((row) => codeIn(row['code'])));
    expect(explained).toEqual([...REASON_CODES]);
  });

  it('leaves no cell of its tables empty', () => {
    const empty = tables.flatMap(({ rows }) =>
      rows.filter((row) => Object.values(row).includes('')).map((row) => row['code']),
    );
    expect(empty).toEqual([]);
  });

  it('says of each answer and each end what happens next by itself, and what to do', () => {
    const columns = ['what happened', 'what happens next', 'what to do'];
    expect(table('Answers to a command').columns).toEqual(['code', ...columns]);
    expect(table('How a deployment ended').columns).toEqual(['code', 'terminal', ...columns]);
  });

  it('names terminals that there are, and sends everybody but the lucky to a runbook that is there', () => {
    const { rows } = table('How a deployment ended');
    const terminalsOf = (row: Readonly<Record<string, string>>) =>
      [...(row['terminal'] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, state]) => state ?? '');
    const named = new Set(rows.flatMap(terminalsOf));
    expect([...named].sort()).toEqual([...TERMINAL_STATES].sort());
    for (const row of rows.filter((one) => terminalsOf(one).some((state) => state !== 'SUCCEEDED'))) {
      const runbooks = runbooksIn(row['what to do'] ?? '');
      const missing = runbooks.filter((file) => !existsSync(join(DOCS, 'runbooks', file)));
      expect([row['code'], runbooks.length > 0, missing]).toEqual([row['code'], true, []]);
    }
  });
});

describe('docs/runbooks/README.md', () => {
  const index = read('runbooks/README.md');

  it.each(TERMINAL_STATES.filter((state) => state !== 'SUCCEEDED'))('leads from %s to a page', (state) => {
    const line = index.split('\n').find((one) => one.startsWith('|') && one.includes(`\`${state}\``));
    expect(runbooksIn(line ?? '')).not.toEqual([]);
  });
});

it('a reason code is one of the catalogue, spelt exactly', () => {
  expect(isReasonCode('QUEUE_FULL')).toBe(true);
  expect(isReasonCode('queue_full')).toBe(false);
  expect(isReasonCode('')).toBe(false);
});
