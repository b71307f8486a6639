import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_OPTIONS } from './rule-file.js';
import { writeRules } from './write-rules.js';

const ROOT = join(__dirname, '..', '..', '..');
/** Prometheus's own, and the chart's, which its templates cannot reach outside of the chart. */
const FOLDERS = ['deploy/prometheus/rules', 'deploy/helm/vecino/rules'];

const { values } = parseArgs({
  options: {
    out: { type: 'string', multiple: true, default: FOLDERS.map((folder) => join(ROOT, folder)) },
    runbooks: { type: 'string', default: DEFAULT_OPTIONS.runbooks },
    pace: { type: 'string', default: String(DEFAULT_OPTIONS.pace) },
  },
});
const pace = Number(values.pace);
if (!(pace > 0)) {
  console.error(`--pace ${values.pace}: how many times faster than in production, 1 or more`);
  process.exitCode = 2;
} else {
  for (const folder of values.out) writeRules(folder, { runbooks: values.runbooks, pace });
}
