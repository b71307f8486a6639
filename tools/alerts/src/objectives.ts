import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseServiceLevels } from './parse-service-levels.js';

const FILE = 'deploy/service-levels.yaml';
const text = readFileSync(join(__dirname, '..', '..', '..', FILE), 'utf8');

/** What every tenant is promised here. For tools alone, which make and test rules and dashboards: no service has the file. */
export const OBJECTIVES = parseServiceLevels(text, FILE);

/** How long a request that no limit holds may wait for its `STARTED`, in seconds. */
export const START_WITHIN_SECONDS = OBJECTIVES.startInTime.withinSeconds;
