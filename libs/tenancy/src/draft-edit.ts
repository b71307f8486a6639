import { draftControls } from './draft-controls.js';
import { draftEntry, type EditDraft, NO_CHANGE, refusal } from './edit-draft.js';
import { type RegistryEdit } from './registry-edit.js';
import { type RegistryFault } from './registry-fault.js';
import { type Registry, tenantOf } from './registry.js';
import { staysInNamespace } from './route-rules.js';
import { ENTRY_KEYS, type TenantEntry } from './tenant-entry.js';
import { type Tenant } from './tenant.js';

type EditOf<Kind extends RegistryEdit['kind']> = Extract<RegistryEdit, { readonly kind: Kind }>;

/** `revision` is the one that this change will have. */
export function draftEdit(registry: Registry, edit: RegistryEdit, revision: number): EditDraft {
  switch (edit.kind) {
    case 'add':
      return registry.entries.has(edit.entry.id)
        ? refusal(edit.entry.id, 'id', 'is in the registry already')
        : draftEntry(edit.entry.id, edit.entry);
    case 'apply':
      return draftFile(registry, edit);
    case 'pause-platform':
    case 'resume-platform':
    case 'stop-version':
    case 'allow-version':
      return draftControls(registry.controls, edit);
    case 'set':
    case 'remove':
    case 'pause':
    case 'resume':
    case 'leave':
    case 'stay':
    case 'move':
    case 'stop-move':
    case 'route': {
      const entry = registry.entries.get(edit.id);
      const tenant = tenantOf(registry, edit.id);
      if (entry !== undefined && tenant !== undefined) return draftOfOne(entry, tenant, edit, revision);
      // What is not applied can still be taken out.
      return edit.kind === 'remove' && registry.faults?.some((fault) => fault.tenant === edit.id)
        ? draftEntry(edit.id, undefined)
        : refusal(edit.id, '', 'is not in the registry');
    }
  }
}

type EditOfOne = EditOf<
  'set' | 'remove' | 'pause' | 'resume' | 'leave' | 'stay' | 'move' | 'stop-move' | 'route'
>;

function draftOfOne(entry: TenantEntry, tenant: Tenant, edit: EditOfOne, revision: number): EditDraft {
  const { id } = entry;
  switch (edit.kind) {
    case 'set':
      return setKeys(entry, edit.keys);
    case 'remove':
      return tenant.moving === undefined
        ? draftEntry(id, undefined)
        : refusal(id, 'moving', 'is on its way to another namespace: end or take back its move first');
    case 'pause':
      return draftEntry(id, { ...entry, paused: true });
    case 'resume':
      return draftEntry(id, without(entry, 'paused'));
    case 'leave':
      return draftEntry(id, { ...entry, leaving: edit.how });
    case 'stay':
      return draftEntry(id, without(entry, 'leaving'));
    case 'move':
      return beginMove(entry, tenant, edit, revision);
    case 'stop-move':
      return tenant.moving === undefined
        ? NO_CHANGE
        : (otherEpoch(tenant, edit.epoch) ?? draftEntry(id, without(entry, 'moving')));
    case 'route':
      return changeRoute(entry, tenant, edit);
  }
}

function beginMove(
  entry: TenantEntry,
  { id, route, moving }: Tenant,
  { to }: EditOf<'move'>,
  epoch: number,
): EditDraft {
  if (moving?.to === to) return NO_CHANGE;
  if (moving !== undefined)
    return refusal(id, 'moving', `is on its way to the route ${moving.to}: end or take back that move first`);
  if (route === to) return NO_CHANGE;
  return draftEntry(id, { ...entry, moving: { to, epoch } });
}

function changeRoute(entry: TenantEntry, tenant: Tenant, { route: to, epoch }: EditOf<'route'>): EditDraft {
  const { id, route, moving } = tenant;
  if (route === to) return NO_CHANGE;
  if (epoch !== undefined) {
    const other = otherEpoch(tenant, epoch);
    if (other !== undefined) return other;
    if (moving?.to !== to) return refusal(id, 'route', `the move of epoch ${epoch} does not go to ${to}`);
    return draftEntry(id, { ...without(entry, 'moving'), route: to, moved: { from: route, epoch } });
  }
  if (moving !== undefined)
    return refusal(id, 'route', `is on its way to the route ${moving.to}: end or take back that move first`);
  if (!staysInNamespace(route, to))
    return refusal(id, 'route', `${to} is in another namespace than ${route}: move the tenant`);
  return draftEntry(id, { ...entry, route: to });
}

function otherEpoch({ id, moving }: Tenant, epoch: number): EditDraft | undefined {
  if (moving?.epoch === epoch) return undefined;
  const found = moving === undefined ? 'none is under way' : `that of epoch ${moving.epoch} is under way`;
  return refusal(id, 'moving.epoch', `there is no move of epoch ${epoch}: ${found}`);
}

function setKeys(entry: TenantEntry, keys: Readonly<Record<string, unknown>>): EditDraft {
  const result: Record<string, unknown> = { ...entry };
  const faults: RegistryFault[] = [];
  for (const [key, value] of Object.entries(keys)) {
    if (!(ENTRY_KEYS as readonly string[]).includes(key)) {
      faults.push({ tenant: entry.id, key, reason: `is not a key to set: ${ENTRY_KEYS.join(', ')}` });
      continue;
    }
    const [outer = '', inner] = key.split('.');
    result[outer] = inner === undefined ? (value ?? undefined) : withKey(result[outer], inner, value);
  }
  return { ...draftEntry(entry.id, result), faults };
}

/** Undefined where nothing is left. */
function withKey(group: unknown, key: string, value: unknown): object | undefined {
  const result = Object.fromEntries(
    Object.entries({ ...(group as object | undefined), [key]: value ?? undefined }).filter(
      ([, one]) => one !== undefined,
    ),
  );
  return Object.keys(result).length === 0 ? undefined : result;
}

function draftFile(registry: Registry, { file, saysPlatformNetworks, missing }: EditOf<'apply'>): EditDraft {
  const entries = new Map<string, unknown>();
  const faults: RegistryFault[] = [];
  for (const [id, wanted] of file.entries) {
    const { paused, leaving, moving, moved } = registry.entries.get(id) ?? {};
    entries.set(id, { ...wanted, paused: wanted.paused ?? paused, leaving, moving, moved });
  }
  for (const [id, entry] of registry.entries) {
    if (file.entries.has(id) || missing === 'keep') continue;
    const draft = draftOfOne(
      entry,
      tenantOf(registry, id) as Tenant,
      missing === 'remove' ? { kind: 'remove', id } : { kind: 'leave', id, how: missing },
      registry.revision,
    );
    for (const one of draft.entries) entries.set(...one);
    faults.push(...draft.faults);
  }
  const isOther = textOf(file) !== textOf(registry);
  return {
    entries,
    ...(saysPlatformNetworks && isOther && { platformNetworks: file.platformNetworks }),
    faults,
  };
}

const textOf = ({ platformNetworks }: Registry): string => platformNetworks.map(({ text }) => text).join();

const without = (entry: TenantEntry, key: keyof TenantEntry): TenantEntry => {
  const { [key]: _, ...rest } = entry;
  return rest as TenantEntry;
};
