import { type Cidr, type EpochMs } from '@vecino/foundation';
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
}

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
  FIELDS.filter((field) => canonical(before[field]) !== canonical(after[field]));

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
});
