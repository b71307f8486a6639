import { ENTRY_KEYS, type EntryKey, type Tenant, type TenantEntry } from '@vecino/tenancy';

/** What decides a value: the tenant's own entry, its tier, or the platform. */
export type ValueSource = 'own' | 'tier' | 'platform';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface TenantValue {
  readonly key: EntryKey;
  /** As it is, with every default filled in; null where there is none. */
  readonly value: Json;
  readonly from: ValueSource;
}

/** Everything that the registry decides of a tenant, in the order of the registry's keys. */
export const valuesOf = (tenant: Tenant, entry: TenantEntry): readonly TenantValue[] =>
  ENTRY_KEYS.map((key) => ({ key, value: valueOf(tenant, key), from: sourceOf(entry, key) }));

function valueOf({ limits, device, upgrade, images, ...tenant }: Tenant, key: EntryKey): Json {
  switch (key) {
    case 'name':
    case 'tier':
    case 'route':
    case 'lab':
    case 'paused':
      return tenant[key];
    case 'status_format':
      return tenant.statusFormat;
    case 'networks':
      return tenant.networks.map(({ text }) => text);
    case 'limits.intake_per_60_s':
      return limits.intakePer60s;
    case 'limits.max_concurrent_workflows_per_tenant':
      return limits.maxConcurrentWorkflows;
    case 'limits.max_concurrent_activities':
      return limits.maxConcurrentActivities;
    case 'limits.queue':
      return limits.queue;
    case 'limits.weight':
      return limits.weight;
    case 'device.port':
      return device.port ?? null;
    case 'device.tls':
      return device.tls;
    case 'upgrade.soak_seconds':
      return upgrade.soakSeconds;
    case 'upgrade.recovery_seconds':
      return upgrade.recoverySeconds;
    case 'upgrade.required_checks':
      return [...upgrade.requiredChecks];
    case 'upgrade.waivers':
      return upgrade.waivers.map(({ check, name }) => ({ check, name }));
    case 'upgrade.rollback':
      return upgrade.rollback;
    case 'images.allow':
      return [...images.allow];
  }
}

function sourceOf(entry: TenantEntry, key: EntryKey): ValueSource {
  const [outer = '', inner] = key.split('.');
  const said = (entry as Readonly<Record<string, unknown>>)[outer];
  const own = inner === undefined ? said : (said as Readonly<Record<string, unknown>> | undefined)?.[inner];
  if (own !== undefined) return 'own';
  return key === 'route' || outer === 'limits' ? 'tier' : 'platform';
}

/** A value on a part of a line. */
export const valueText = (value: Json | undefined): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
