import { metricTables } from '@vecino/telemetry';
import { markdownTable } from './markdown-table.js';
import { reasonTables } from './reasons/reason-tables.js';

/** Tables of pages of docs/ that are otherwise written by hand; by page, and by the heading above each. */
export const docsTables = (): Readonly<Record<string, ReadonlyMap<string, string>>> => ({
  'metrics.md': new Map(
    [...metricTables()].map(([title, [head = [], , ...rows]]) => [title, markdownTable(head, rows)]),
  ),
  'errors.md': reasonTables(),
});
