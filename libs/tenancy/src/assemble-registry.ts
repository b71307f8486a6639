import { type Cidr, overlaps, parseCidr } from '@vecino/foundation';
import { type RegistryFault } from './registry-fault.js';
import { networkFaults } from './registry-rules.js';
import { controlsSchema, platformNetworksSchema } from './registry-schema.js';
import {
  type Controls,
  NO_CONTROLS,
  type Registry,
  registryOfRows,
  type RegistryRow,
  tenantOf,
} from './registry.js';
import { resolveTenant } from './resolve-tenant.js';
import { tenantFaults } from './route-rules.js';
import { faultsOfEntry } from './schema-faults.js';
import { readEntry } from './tenant-entry.js';

/** The platform's own entry, as it was written. */
export interface PlatformEntry {
  readonly revision: number;
  readonly platformNetworks: readonly string[];
  readonly controls: Controls;
}

/** What stands in the registry under one key; `unreadable` says why nobody can tell. */
export type Stored<T> =
  | { readonly value: T; readonly unreadable?: never }
  | { readonly value?: never; readonly unreadable: string };

/** One tenant's entry as it was written. The same object for as long as it is the same writing. */
export type StoredTenant = Stored<{ readonly entry: unknown; readonly revision: number }> & {
  readonly id: string;
};

export interface StoredRegistry {
  readonly source: string;
  readonly platform?: Stored<PlatformEntry> | undefined;
  /** In the order in which they were written, each id once. */
  readonly tenants: readonly StoredTenant[];
}

/**
 * The registry that was written, whoever wrote it: an entry that cannot be read or breaks a rule is not applied, and the last
 * good one of `previous` stays, if it still fits. Where the platform's own entry was never readable, the platform is paused.
 */
export function assembleRegistry(stored: StoredRegistry, previous?: Registry): Registry {
  const read = stored.tenants.map((one) => candidateOf(one, previous));
  const candidates = read.flatMap(({ row }) => row ?? []);
  const platform = spareTenants(platformOf(stored, previous), candidates, previous);
  const { rows, faults: misfits } = fitting(candidates, platform.networks, previous);
  const faults = [...platform.faults, ...read.flatMap((one) => one.faults), ...misfits];
  return registryOfRows(
    {
      source: stored.source,
      revision: rows.reduce((max, { tenant }) => Math.max(max, tenant.revision), platform.revision),
      platformNetworks: platform.networks,
      controls: platform.controls,
      ...(faults.length > 0 && { faults }),
    },
    rows,
  );
}

interface Candidate {
  readonly row?: RegistryRow | undefined;
  readonly faults: readonly RegistryFault[];
}

const judged = new WeakMap<StoredTenant, Candidate>();

function candidateOf(stored: StoredTenant, previous: Registry | undefined): Candidate {
  let found = judged.get(stored);
  if (found === undefined) judged.set(stored, (found = judge(stored)));
  if (found.row !== undefined) return found;
  return { row: lastGood(stored.id, previous), faults: found.faults };
}

function judge(stored: StoredTenant): Candidate {
  const { id } = stored;
  if (stored.unreadable !== undefined)
    return { faults: [{ tenant: id, key: '', reason: stored.unreadable }] };
  const { entry: value, revision } = stored.value;
  const read = readEntry(id, value);
  if (!read.ok) return { faults: read.faults };
  if (read.entry.id !== id)
    return { faults: [{ tenant: id, key: 'id', reason: `the entry is one of tenant ${read.entry.id}` }] };
  const tenant = resolveTenant(read.parsed, revision);
  const faults = tenantFaults(tenant);
  return faults.length > 0 ? { faults } : { row: { entry: read.entry, tenant }, faults };
}

function lastGood(id: string, previous: Registry | undefined): RegistryRow | undefined {
  const tenant = previous && tenantOf(previous, id);
  const entry = previous?.entries.get(id);
  return tenant && entry && { tenant, entry };
}

/**
 * Networks that the platform takes for itself while tenants have routers there are not applied: these tenants would be gone at
 * once. Who has never seen the registry without them does without the tenants.
 */
function spareTenants(
  platform: ReadPlatform,
  candidates: readonly RegistryRow[],
  previous: Registry | undefined,
): ReadPlatform {
  if (previous === undefined) return platform;
  const lost = candidates.find(
    ({ tenant: { id, networks } }) =>
      tenantOf(previous, id) !== undefined &&
      networks.some((network) => platform.networks.some((own) => overlaps(own, network))),
  );
  if (lost === undefined) return platform;
  const fault = {
    tenant: '',
    key: 'platform_networks',
    reason: `would take the networks of tenant ${lost.tenant.id}`,
  };
  return { ...platform, networks: previous.platformNetworks, faults: [...platform.faults, fault] };
}

/** Those that fit together. Whoever was written later gives way, to what it was before or altogether. */
function fitting(
  candidates: readonly RegistryRow[],
  platformNetworks: readonly Cidr[],
  previous: Registry | undefined,
): { rows: readonly RegistryRow[]; faults: readonly RegistryFault[] } {
  let rows = candidates;
  const faults: RegistryFault[] = [];
  // Each round ends, or takes the entry of at least one tenant back; each can be taken back twice.
  for (;;) {
    const found = networkFaults(
      rows.map(({ tenant }) => tenant),
      platformNetworks,
    );
    if (found.length === 0) return { rows, faults };
    const givingWay = new Set(found.map(({ holder }) => holder));
    for (const { holder, network, reason } of found)
      faults.push({ tenant: rows[holder]?.tenant.id ?? '', key: `networks[${network}]`, reason });
    rows = rows.flatMap((row, index) => {
      if (!givingWay.has(index)) return [row];
      const before = lastGood(row.tenant.id, previous);
      return before === undefined || before.tenant === row.tenant ? [] : [before];
    });
  }
}

interface ReadPlatform {
  readonly revision: number;
  readonly networks: readonly Cidr[];
  readonly controls: Controls;
  readonly faults: readonly RegistryFault[];
}

const UNREADABLE_CONTROLS: Controls = {
  ...NO_CONTROLS,
  paused: { reason: "the platform's own entry in the registry cannot be read", at: 0 },
};

function platformOf({ platform }: StoredRegistry, previous: Registry | undefined): ReadPlatform {
  if (platform === undefined) return { revision: 0, networks: [], controls: NO_CONTROLS, faults: [] };
  const read = readPlatform(platform);
  if (!('faults' in read) || read.faults.length === 0) return read as ReadPlatform;
  if (previous === undefined)
    return { revision: 0, networks: [], controls: UNREADABLE_CONTROLS, faults: read.faults };
  const { revision, platformNetworks, controls } = previous;
  return { revision, networks: platformNetworks, controls, faults: read.faults };
}

function readPlatform(stored: Stored<PlatformEntry>): ReadPlatform {
  const nothing = { revision: 0, networks: [], controls: NO_CONTROLS };
  if (stored.unreadable !== undefined)
    return { ...nothing, faults: [{ tenant: '', key: '', reason: stored.unreadable }] };
  const { revision, platformNetworks, controls } = stored.value;
  const issues = [
    ...(platformNetworksSchema.safeParse(platformNetworks).error?.issues ?? []).map((issue) => ({
      ...issue,
      path: ['platform_networks', ...issue.path],
    })),
    ...(controlsSchema.safeParse(controls).error?.issues ?? []),
  ];
  const networks = platformNetworks.flatMap((text) => parseCidr(text) ?? []);
  return { revision, networks, controls, faults: faultsOfEntry('', issues) };
}
