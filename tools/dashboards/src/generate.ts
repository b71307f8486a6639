import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './grafana/build-page.js';
import { PAGES } from './pages/index.js';

/** Where Grafana is provisioned from. */
const FOLDER = join(__dirname, '../../../deploy/grafana/dashboards');

mkdirSync(FOLDER, { recursive: true });
for (const file of readdirSync(FOLDER)) if (file.endsWith('.json')) rmSync(join(FOLDER, file));
for (const page of PAGES)
  writeFileSync(join(FOLDER, `${page.uid}.json`), `${JSON.stringify(buildPage(page), undefined, 2)}\n`);
