import type { Alert, RuleGroup } from './alert.js';
import { BURN_GROUPS } from './burn-alerts.js';
import { INTAKE_GROUP } from './intake-alerts.js';
import { PLATFORM_GROUP } from './platform-alerts.js';
import { TENANT_GROUP } from './tenant-alerts.js';

/** Rules by the file that they are generated into, without its `.yaml`. */
export const RULE_FILES: Readonly<Record<string, readonly RuleGroup[]>> = {
  'service-levels': BURN_GROUPS,
  tenants: [TENANT_GROUP],
  platform: [INTAKE_GROUP, PLATFORM_GROUP],
};

export const ALL_ALERTS: readonly Alert[] = Object.values(RULE_FILES)
  .flat()
  .flatMap(({ alerts }) => alerts);
