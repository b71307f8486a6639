import { RULE_FILES } from './all-alerts.js';
import type { Alert } from './alert.js';

const HEAD = ['alert', 'severity', 'for', 'fires when', 'runbook'];
const code = (text: string): string => `\`${text}\``;

const rowOf = ({ name, severity, for: held, meaning, runbook }: Alert): string[] => [
  code(name),
  severity,
  held === undefined ? 'at once' : held,
  meaning,
  `[${runbook.replace(/\.md.*/, '').replaceAll('-', ' ')}](runbooks/${runbook})`,
];

/** Rows of the tables of docs/alerts.md, each under its heading: the rule file. Cells as in Markdown, without padding. */
export const alertTables = (): ReadonlyMap<string, readonly (readonly string[])[]> =>
  new Map(
    Object.entries(RULE_FILES).map(([file, groups]) => [
      `${file}.yaml`,
      [HEAD, ...groups.flatMap(({ alerts }) => alerts.map(rowOf))],
    ]),
  );
