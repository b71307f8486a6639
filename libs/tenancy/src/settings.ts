import { type Registry } from './registry.js';
import { namespaceOf, taskQueueOf } from './routing.js';
import { type StatusFormat, type Tenant, type TenantMoved } from './tenant.js';
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
  readonly weight: number;
  readonly platformPaused?: string;
  readonly stoppedVersions?: readonly string[];
  readonly leaving?: 'drain' | 'cancel';
  readonly namespace: string;
  readonly moving?: { readonly epoch: number };
  readonly moved?: {
    readonly epoch: number;
    readonly fromNamespace: string;
    readonly fromTaskQueue: string;
  };
}

/** `sharedNamespace` is the one of all tenants without their own. */
export function settingsOf(registry: Registry, tenant: Tenant, sharedNamespace: string): SettingsForGate {
  const { controls } = registry;
  const { leaving, moving, moved } = tenant;
  return {
    tenantId: tenant.id,
    // A gate takes what is as new as its own or newer: a change of the controls is one of every tenant's settings.
    revision: Math.max(tenant.revision, controls.revision),
    tier: tenant.tier,
    cap: tenant.limits.maxConcurrentWorkflows,
    queueLimit: tenant.limits.queue,
    taskQueue: taskQueueOf(tenant),
    statusFormat: tenant.statusFormat,
    paused: tenant.paused,
    weight: tenant.limits.weight,
    namespace: namespaceOf(tenant, sharedNamespace),
    ...(controls.paused !== undefined && { platformPaused: controls.paused.reason }),
    ...(controls.stoppedVersions.length > 0 && {
      stoppedVersions: controls.stoppedVersions.map(({ softwareVersion }) => softwareVersion),
    }),
    ...(leaving !== undefined && { leaving }),
    ...(moving !== undefined && { moving: { epoch: moving.epoch } }),
    ...(moved !== undefined && { moved: movedFrom(tenant, moved, sharedNamespace) }),
  };
}

function movedFrom({ id }: Tenant, { from, epoch }: TenantMoved, sharedNamespace: string) {
  const there = { id, route: from };
  return {
    epoch,
    fromNamespace: namespaceOf(there, sharedNamespace),
    fromTaskQueue: taskQueueOf(there),
  };
}
