import type { Page } from '../page.js';
import { DEVICES_AND_UPGRADES } from './devices.js';
import { GATE_AND_FAIRNESS } from './gate.js';
import { INGEST_AND_KAFKA } from './ingest.js';
import { OVERVIEW } from './overview/overview.js';
import { SERVICE_LEVELS } from './service-levels.js';
import { ONE_TENANT } from './tenant/tenant.js';

export const PAGES: readonly Page[] = [
  OVERVIEW,
  ONE_TENANT,
  INGEST_AND_KAFKA,
  GATE_AND_FAIRNESS,
  DEVICES_AND_UPGRADES,
  SERVICE_LEVELS,
];
