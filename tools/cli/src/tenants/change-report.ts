import { type Registry, type Tenant, tenantOf } from '@vecino/tenancy';
import { type Json, type TenantValue, valuesOf, valueText } from './tenant-values.js';

export interface KeyChange {
  readonly before: Json;
  readonly after: Json;
}

/** What becomes of one tenant, key by key, as it is resolved: a change of the tier shows all that it changes. */
export interface TenantChangeReport {
  readonly tenant: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly keys: Readonly<Record<string, KeyChange>>;
}

/** The difference between two registries, as `--output json` prints it. */
export interface ChangeReport {
  readonly tenants: readonly TenantChangeReport[];
  readonly platform: Readonly<Record<string, KeyChange>>;
}

export function changeReport(before: Registry, after: Registry): ChangeReport {
  const ids = new Set([...before.tenants, ...after.tenants].map(({ id }) => id as string));
  return {
    tenants: [...ids].sort().flatMap((id) => tenantReport(id, before, after)),
    platform: changedKeys(platformValues(before), platformValues(after)),
  };
}

export const isNoChange = ({ tenants, platform }: ChangeReport): boolean =>
  tenants.length === 0 && Object.keys(platform).length === 0;

function tenantReport(id: string, before: Registry, after: Registry): TenantChangeReport[] {
  const [old, now] = [before, after].map((registry) => allValues(registry, id));
  const keys = changedKeys(old ?? {}, now ?? {});
  if (old === undefined) return [{ tenant: id, change: 'added', keys }];
  if (now === undefined) return [{ tenant: id, change: 'removed', keys: {} }];
  return Object.keys(keys).length === 0 ? [] : [{ tenant: id, change: 'changed', keys }];
}

function allValues(registry: Registry, id: string): Record<string, Json> | undefined {
  const tenant = tenantOf(registry, id);
  const entry = registry.entries.get(id);
  if (tenant === undefined || entry === undefined) return undefined;
  return { ...Object.fromEntries(valuesOf(tenant, entry).map(pairOf)), ...orderValues(tenant) };
}

const pairOf = ({ key, value }: TenantValue): [string, Json] => [key, value];

/** What only orders put into an entry. */
const orderValues = ({ leaving, moving }: Tenant): Record<string, Json> => ({
  leaving: leaving ?? null,
  moving: moving === undefined ? null : moving.to,
});

const platformValues = ({ platformNetworks, controls }: Registry): Record<string, Json> => ({
  platform_networks: platformNetworks.map(({ text }) => text),
  paused: controls.paused?.reason ?? null,
  stopped_versions: controls.stoppedVersions.map(({ softwareVersion }) => softwareVersion),
});

function changedKeys(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): Record<string, KeyChange> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    keys
      .map((key): [string, KeyChange] => [key, { before: before[key] ?? null, after: after[key] ?? null }])
      .filter(([, { before: old, after: now }]) => JSON.stringify(old) !== JSON.stringify(now)),
  );
}

/** The same for people: `+` added, `~` changed, `-` removed. */
export function changeText(report: ChangeReport): string {
  const lines = report.tenants.flatMap(({ tenant, change, keys }) => {
    switch (change) {
      case 'added':
        return [
          `+ ${tenant}`,
          ...Object.entries(keys).map(([key, { after }]) => `    ${key}: ${valueText(after)}`),
        ];
      case 'changed':
        return [`~ ${tenant}`, ...changeLines(keys)];
      case 'removed':
        return [`- ${tenant}`];
    }
  });
  const platform = changeLines(report.platform);
  return [...lines, ...(platform.length === 0 ? [] : ['~ the platform', ...platform])].join('\n');
}

const changeLines = (keys: Readonly<Record<string, KeyChange>>): string[] =>
  Object.entries(keys).map(
    ([key, { before, after }]) => `    ${key}: ${valueText(before)} → ${valueText(after)}`,
  );
