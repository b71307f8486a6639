import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReasonCode, REASON_CODES } from './reason-code.js';

/** Codes in the first column of the page's tables. */
const explained = (page: string): string[] =>
  [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code ?? '');

describe('docs/errors.md', () => {
  const page = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');

  it('explains each reason of the catalogue once, in its order, and no other', () => {
    expect(explained(page)).toEqual([...REASON_CODES]);
  });

  it('leaves no cell of its tables empty', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const empty = rows.filter((row) =>
      row
        .split('|')
        .slice(1, -1)
        .some((cell) => cell.trim() === ''),
    );
    expect(empty).toEqual([]);
  });
});

it('a reason code is one of the catalogue, spelt exactly', () => {
  expect(isReasonCode('QUEUE_FULL')).toBe(true);
  expect(isReasonCode('queue_full')).toBe(false);
  expect(isReasonCode('')).toBe(false);
});
