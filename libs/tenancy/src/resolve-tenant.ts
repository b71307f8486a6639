import { type TenantId } from '@vecino/foundation';
import { DEFAULT_UPGRADE_POLICY, type UpgradePolicy } from '@vecino/upgrade';
import { ALL_IMAGES } from './image-rules.js';
import { type ParsedEntry } from './registry-schema.js';
import { type Tenant } from './tenant.js';
import { TIER_DEFAULTS } from './tier.js';

/** The tenant that an entry makes: its gaps filled by the tier and the platform. */
export function resolveTenant(entry: ParsedEntry, revision: number): Tenant {
  const { route, limits } = TIER_DEFAULTS[entry.tier];
  const { port, tls } = entry.device;
  return {
    id: entry.id as TenantId,
    name: entry.name ?? entry.id,
    tier: entry.tier,
    route: entry.route ?? route,
    limits: {
      intakePer60s: entry.limits.intake_per_60_s ?? limits.intakePer60s,
      maxConcurrentWorkflows:
        entry.limits.max_concurrent_workflows_per_tenant ?? limits.maxConcurrentWorkflows,
      maxConcurrentActivities: entry.limits.max_concurrent_activities ?? limits.maxConcurrentActivities,
      queue: entry.limits.queue ?? limits.queue,
      weight: entry.limits.weight ?? limits.weight,
    },
    networks: entry.networks,
    device: port === undefined ? { tls } : { port, tls },
    statusFormat: entry.status_format,
    upgrade: policyFrom(entry.upgrade),
    images: entry.images ?? ALL_IMAGES,
    lab: entry.lab ?? false,
    paused: entry.paused,
    ...(entry.leaving !== undefined && { leaving: entry.leaving }),
    ...(entry.moving !== undefined && { moving: entry.moving }),
    ...(entry.moved !== undefined && { moved: entry.moved }),
    revision,
  };
}

const policyFrom = (entry: ParsedEntry['upgrade']): UpgradePolicy => ({
  soakSeconds: entry.soak_seconds ?? DEFAULT_UPGRADE_POLICY.soakSeconds,
  recoverySeconds: entry.recovery_seconds ?? DEFAULT_UPGRADE_POLICY.recoverySeconds,
  requiredChecks: entry.required_checks ?? DEFAULT_UPGRADE_POLICY.requiredChecks,
  waivers: entry.waivers ?? DEFAULT_UPGRADE_POLICY.waivers,
  rollback: entry.rollback ?? DEFAULT_UPGRADE_POLICY.rollback,
});
