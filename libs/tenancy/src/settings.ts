import { taskQueueOf } from './routing.js';
import { type StatusFormat, type Tenant } from './tenant.js';
import { type Tier } from './tier.js';

/** What travels to the tenant's gate with every batch: the `TenantSettings` of its protocol, field by field. */
export interface SettingsForGate {
  readonly tenantId: string;
  readonly revision: number;
  readonly tier: Tier;
  readonly cap: number;
  readonly queueLimit: number;
  readonly taskQueue: string;
  readonly statusFormat: StatusFormat;
  readonly paused: boolean;
}

export function settingsOf(tenant: Tenant): SettingsForGate {
  return {
    tenantId: tenant.id,
    revision: tenant.revision,
    tier: tenant.tier,
    cap: tenant.limits.maxConcurrentWorkflows,
    queueLimit: tenant.limits.queue,
    taskQueue: taskQueueOf(tenant),
    statusFormat: tenant.statusFormat,
    paused: tenant.paused,
  };
}
