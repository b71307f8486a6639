import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASON_CODES } from '@vecino/foundation';
import { docsTables } from './docs-tables.js';
import { beginOf, END_OF_TABLE, withTables } from './generated-tables.js';
import { REASON_GROUPS, REASON_TEXTS } from './reasons/reason-tables.js';
import { thisRepository } from './repository.js';

/** Without what only lays a table out. */
const bare = (page: string): string => page.replace(/ +/g, ' ').replace(/-+/g, '-');

describe.each(Object.entries(docsTables()))('docs/%s', (name, tables) => {
  const page = readFileSync(join(thisRepository().root, 'docs', name), 'utf8');

  it('has the tables as the code has them', () => {
    expect(bare(withTables(page, tables))).toBe(bare(page));
  });

  it('keeps no place for another', () => {
    expect(page.split(END_OF_TABLE)).toHaveLength(tables.size + 1);
  });
});

it('a table is written into its place, whatever stood there', () => {
  const page = `# A\n\n${beginOf('A')}\n\nold\n\n${END_OF_TABLE}\n\nB`;
  expect(withTables(page, new Map([['A', 'new']]))).toBe(page.replace('old', 'new'));
  expect(() => withTables(page, new Map([['C', 'new']]))).toThrow('"C"');
});

it('each reason has its text once, in the order of the catalogue', () => {
  expect(Object.values(REASON_GROUPS).flatMap((group) => Object.keys(group))).toEqual([...REASON_CODES]);
  expect(Object.keys(REASON_TEXTS)).toHaveLength(REASON_CODES.length);
});
