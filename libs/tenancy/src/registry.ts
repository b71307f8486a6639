import { type Cidr, type EpochMs } from '@vecino/foundation';
import { type RegistryFault } from './registry-fault.js';
import { type TenantEntry } from './tenant-entry.js';
import { type Tenant } from './tenant.js';

/** Who ordered a stop, when and why: as text for people. */
export interface StopOrder {
  readonly reason: string;
  readonly by?: string;
  readonly at: EpochMs;
}

/** Stops that hold for every tenant: nothing new starts, what runs goes on. */
export interface Controls {
  /** Grows with each change of the controls, in the same count as the tenants' revisions. */
  readonly revision: number;
  /** The whole platform is paused. */
  readonly paused?: StopOrder;
  /** Software versions that start nowhere, in their order. */
  readonly stoppedVersions: readonly (StopOrder & { readonly softwareVersion: string })[];
}

export const NO_CONTROLS: Controls = { revision: 0, stoppedVersions: [] };

/** All tenants at one moment. A change makes a new registry; nothing in one ever changes. */
export interface Registry {
  /** Where it came from, for people. */
  readonly source: string;
  /** Grows with each change of any entry. */
  readonly revision: number;
  /** The platform's own networks, in which no tenant may have routers. */
  readonly platformNetworks: readonly Cidr[];
  /** What operators ordered for all tenants at once. */
  readonly controls: Controls;
  /** In the order of their ids. */
  readonly tenants: readonly Tenant[];
  /** What was written down of each tenant, by its id: with the gaps that `tenants` has filled. */
  readonly entries: ReadonlyMap<string, TenantEntry>;
  /** What was written to it and is not applied, because it cannot be read or breaks a rule; absent where there is nothing such. */
  readonly faults?: readonly RegistryFault[];
}

/** A tenant as it was written down, and as it is. */
export interface RegistryRow {
  readonly entry: TenantEntry;
  readonly tenant: Tenant;
}

export function registryOfRows(
  platform: Omit<Registry, 'tenants' | 'entries'>,
  rows: readonly RegistryRow[],
): Registry {
  const sorted = [...rows].sort((a, b) => (a.tenant.id < b.tenant.id ? -1 : 1));
  return {
    ...platform,
    tenants: sorted.map(({ tenant }) => tenant),
    entries: new Map(sorted.map(({ entry }) => [entry.id, entry])),
  };
}

const indexes = new WeakMap<Registry, ReadonlyMap<string, Tenant>>();

export function tenantOf(registry: Registry, id: string): Tenant | undefined {
  let index = indexes.get(registry);
  if (index === undefined) {
    index = new Map(registry.tenants.map((tenant) => [tenant.id, tenant]));
    indexes.set(registry, index);
  }
  return index.get(id);
}

export interface TenantChange {
  readonly before: Tenant;
  readonly after: Tenant;
  /** Names of the fields that differ, `revision` aside. */
  readonly fields: readonly TenantField[];
}
export type TenantField = Exclude<keyof Tenant, 'id' | 'revision'>;

export interface RegistryDiff {
  readonly added: readonly Tenant[];
  readonly removed: readonly Tenant[];
  readonly changed: readonly TenantChange[];
  /** What differs beside the tenants. */
  readonly platform: readonly PlatformField[];
}
export type PlatformField = 'platformNetworks' | 'controls';

/** What a service that follows the registry has to do to get from one to the other. */
export function diff(before: Registry, after: Registry): RegistryDiff {
  return {
    added: after.tenants.filter(({ id }) => tenantOf(before, id) === undefined),
    removed: before.tenants.filter(({ id }) => tenantOf(after, id) === undefined),
    changed: after.tenants.flatMap((tenant) => {
      const old = tenantOf(before, tenant.id);
      const fields = old === undefined ? [] : changedFields(old, tenant);
      return old === undefined || fields.length === 0 ? [] : [{ before: old, after: tenant, fields }];
    }),
    platform: PLATFORM_FIELDS.filter((field) => platformText(before, field) !== platformText(after, field)),
  };
}

const FIELDS = [
  'name',
  'tier',
  'route',
  'limits',
  'networks',
  'device',
  'statusFormat',
  'upgrade',
  'images',
  'lab',
  'paused',
  'leaving',
  'moving',
  'moved',
] as const satisfies readonly TenantField[];

const changedFields = (before: Tenant, after: Tenant): TenantField[] =>
  before === after ? [] : FIELDS.filter((field) => canonical(before[field]) !== canonical(after[field]));

const PLATFORM_FIELDS = ['platformNetworks', 'controls'] as const satisfies readonly PlatformField[];

function platformText(registry: Registry, field: PlatformField): string {
  switch (field) {
    case 'platformNetworks':
      return canonical(registry.platformNetworks);
    case 'controls':
      return canonical({ ...registry.controls, revision: 0 });
  }
}

/** Nothing differs but what an entry says by itself and its tier says too. */
export const isEmptyDiff = ({ added, removed, changed, platform }: RegistryDiff): boolean =>
  added.length + removed.length + changed.length + platform.length === 0;

/** Text that is equal for equal values, whatever the order of their keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return inner.toString();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

export const emptyRegistry = (source: string): Registry => ({
  source,
  revision: 0,
  platformNetworks: [],
  controls: NO_CONTROLS,
  tenants: [],
  entries: new Map(),
});
