import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchReport } from '@vecino/bench';
import { BENCH_KEYS, CHAOS_KEYS } from '@vecino/cli';
import { type BulkReport } from './bulk-run.js';
import { FAULT_KINDS } from './fault.js';
import { FAULTS, parseKinds } from './faults.js';
import { type FloodReport } from './flood-run.js';
import { type ChaosReport } from './report.js';

const read = (name: string): string => readFileSync(join(__dirname, '..', '..', '..', 'docs', name), 'utf8');
const page = read('reliability.md');

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

type ChaosKey = keyof ChaosReport | keyof BulkReport | keyof FloodReport;

it('the page on the command line says what each key of the reports of bench and chaos holds', () => {
  // A key without a text does not compile.
  const bench: Readonly<Record<keyof BenchReport, string>> = BENCH_KEYS;
  const chaos: Readonly<Record<ChaosKey, string>> = CHAOS_KEYS;
  const told = read('cli.md');
  for (const key of Object.keys({ ...bench, ...chaos })) expect(told).toContain(`| \`${key}\` `);
});
