import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_KINDS } from './fault.js';
import { FAULTS, parseKinds } from './faults.js';

const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'reliability.md'), 'utf8');

it('the page on reliability lists every fault in its own words, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|/gm)].map(([, kind, summary]) => ({
    kind,
    summary,
  }));
  expect(rows).toEqual(FAULT_KINDS.map((kind) => ({ kind, summary: FAULTS[kind].summary })));
});

it('names what is no fault', () => {
  expect(parseKinds('kill-ingest, flush-redis')).toEqual(['kill-ingest', 'flush-redis']);
  expect(() => parseKinds('kill-ingest,kill-everything')).toThrow(/no fault is called kill-everything/);
});
