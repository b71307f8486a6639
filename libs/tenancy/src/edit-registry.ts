import { type EditDraft } from './edit-draft.js';
import { draftEdit } from './draft-edit.js';
import { type RegistryEdit, type RegistryEdited } from './registry-edit.js';
import { type RegistryFault } from './registry-fault.js';
import { networkFaults } from './registry-rules.js';
import { controlsSchema, MAX_TENANTS } from './registry-schema.js';
import { diff, type Registry, registryOfRows, type RegistryRow } from './registry.js';
import { resolveTenant } from './resolve-tenant.js';
import { routeChangeFaults, tenantFaults } from './route-rules.js';
import { faultsOfEntry } from './schema-faults.js';
import { readEntry, sameEntry, type TenantEntry } from './tenant-entry.js';
import { type Tenant } from './tenant.js';

/**
 * What the registry becomes by an order, which is checked against every rule. The new revision is above any that the registry
 * has, and it is the revision of each entry that is written; an order that changes nothing makes none.
 */
export function editRegistry(registry: Registry, edit: RegistryEdit): RegistryEdited {
  const revision = nextRevision(registry, edit);
  const draft = draftEdit(registry, edit, revision);
  const judged = judgeEntries(registry, draft, revision, edit.kind);
  const rows = [...judged.rows.values()];
  const platformNetworks = draft.platformNetworks ?? registry.platformNetworks;
  const faults = [
    ...unknownPlatform(registry, edit),
    ...draft.faults,
    ...judged.faults,
    ...overlaps(rows, platformNetworks),
    ...controlFaults(draft),
    ...tooMany(rows.length),
  ];
  if (faults.length > 0) return { ok: false, faults };

  const { written } = judged;
  if (written.length === 0 && draft.platformNetworks === undefined && draft.controls === undefined)
    return { ok: true, registry, diff: diff(registry, registry), written, changesNothing: true };
  const controls = draft.controls === undefined ? registry.controls : { ...draft.controls, revision };
  const left = registry.faults?.filter(({ tenant }) => tenant !== '' && !written.includes(tenant)) ?? [];
  const after = registryOfRows(
    {
      source: registry.source,
      revision,
      platformNetworks,
      controls,
      ...(left.length > 0 && { faults: left }),
    },
    rows,
  );
  return { ok: true, registry: after, diff: diff(registry, after), written, changesNothing: false };
}

/** Above that of a file too: gates may have heard of its revisions. */
const nextRevision = (registry: Registry, edit: RegistryEdit): number =>
  Math.max(newestRevision(registry) + 1, edit.kind === 'apply' ? newestRevision(edit.file) : 0);

const newestRevision = ({ revision, controls, tenants }: Registry): number =>
  tenants.reduce((max, tenant) => Math.max(max, tenant.revision), Math.max(revision, controls.revision));

interface Judged {
  /** By id; at fault, the old ones. */
  readonly rows: ReadonlyMap<string, RegistryRow>;
  readonly written: readonly string[];
  readonly faults: readonly RegistryFault[];
}

function judgeEntries(
  registry: Registry,
  { entries }: EditDraft,
  revision: number,
  kind: RegistryEdit['kind'],
): Judged {
  const rows = new Map<string, RegistryRow>();
  for (const tenant of registry.tenants)
    rows.set(tenant.id, { tenant, entry: registry.entries.get(tenant.id) as TenantEntry });
  const written: string[] = [];
  const faults: RegistryFault[] = [];
  for (const [id, value] of entries) {
    const before = rows.get(id);
    if (value === undefined) {
      rows.delete(id);
      written.push(id);
      continue;
    }
    const read = readEntry(id, value);
    if (!read.ok) {
      faults.push(...read.faults);
      continue;
    }
    if (before !== undefined && sameEntry(before.entry, read.entry)) continue;
    const tenant = resolveTenant(read.parsed, revision);
    faults.push(...tenantFaults(tenant), ...routeFaults(before?.tenant, tenant, read.entry, kind));
    rows.set(id, { entry: read.entry, tenant });
    written.push(id);
  }
  return { rows, written, faults };
}

/** The order `route` has judged its route itself. */
const routeFaults = (
  before: Tenant | undefined,
  after: Tenant,
  entry: TenantEntry,
  kind: RegistryEdit['kind'],
): RegistryFault[] =>
  before === undefined || kind === 'route'
    ? []
    : routeChangeFaults(before, after, entry.route === undefined ? 'tier' : 'route');

function overlaps(
  rows: readonly RegistryRow[],
  platformNetworks: Registry['platformNetworks'],
): RegistryFault[] {
  // What was written last is at fault.
  const tenants = rows.map(({ tenant }) => tenant).sort((a, b) => a.revision - b.revision);
  return networkFaults(tenants, platformNetworks).map(({ holder, network, reason }) => ({
    tenant: tenants[holder]?.id ?? '',
    key: `networks[${network}]`,
    reason,
  }));
}

function controlFaults({ controls }: EditDraft): RegistryFault[] {
  if (controls === undefined) return [];
  const parsed = controlsSchema.safeParse({ ...controls, revision: 0 });
  return parsed.success ? [] : faultsOfEntry('', parsed.error.issues);
}

/** A change writes the platform's own entry anew, and must not lose what nobody can read. */
function unknownPlatform({ faults = [] }: Registry, edit: RegistryEdit): RegistryFault[] {
  const isUnknown = faults.some(({ tenant }) => tenant === '');
  if (!isUnknown || (edit.kind === 'apply' && edit.saysPlatformNetworks)) return [];
  const reason = 'is not applied: apply a file that says platform_networks, then pause or resume';
  return [{ tenant: '', key: '', reason }];
}

const tooMany = (tenants: number): RegistryFault[] =>
  tenants <= MAX_TENANTS
    ? []
    : [{ tenant: '', key: '', reason: `${tenants} tenants, at most ${MAX_TENANTS} are taken` }];
