import { type z } from 'zod';
import { type RegistryFault } from './registry-fault.js';
import { entrySchema, type FileTenant, type ParsedEntry, type RegistryFile } from './registry-schema.js';
import { faultsOfEntry } from './schema-faults.js';

/**
 * A tenant as an operator wrote it down, under the keys of the registry file. What it does not say is as the tier says, or
 * the platform, so that a change of the tier takes effect.
 */
export type TenantEntry = z.input<typeof entrySchema>;

/** Keys of an entry that an order can set, one by one; a null takes away what the entry says. */
export const ENTRY_KEYS = [
  'name',
  'tier',
  'route',
  'limits.intake_per_60_s',
  'limits.max_concurrent_workflows_per_tenant',
  'limits.max_concurrent_activities',
  'limits.queue',
  'limits.weight',
  'networks',
  'device.port',
  'device.tls',
  'status_format',
  'upgrade.soak_seconds',
  'upgrade.recovery_seconds',
  'upgrade.required_checks',
  'upgrade.waivers',
  'upgrade.rollback',
  'images.allow',
  'lab',
  'paused',
] as const;
export type EntryKey = (typeof ENTRY_KEYS)[number];

export type ReadEntry =
  /** `entry` in its normal form: equal entries are equal text. */
  | { readonly ok: true; readonly entry: TenantEntry; readonly parsed: ParsedEntry }
  | { readonly ok: false; readonly faults: readonly RegistryFault[] };

/** Judges an entry by itself. `id` is the tenant's, for the faults. */
export function readEntry(id: string, value: unknown): ReadEntry {
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return { ok: true, entry: normalEntry(parsed.data), parsed: parsed.data };
  return { ok: false, faults: faultsOfEntry(id, parsed.error.issues) };
}

/** An entry of a file, with what the file says for all of its tenants. */
export const withFileDefaults = ({ revision: _, ...entry }: FileTenant, file: RegistryFile): ParsedEntry => ({
  ...entry,
  upgrade: { ...file.upgrade, ...entry.upgrade },
  images: entry.images ?? file.images,
  lab: entry.lab ?? file.lab,
});

/** Without what the platform would take anyway, in one order of keys. */
export function normalEntry(entry: ParsedEntry): TenantEntry {
  const { id, tier, networks, limits, device, upgrade } = entry;
  return {
    id,
    ...said({ name: entry.name === id ? undefined : entry.name }),
    tier,
    ...said({ route: entry.route, limits: said(limits) }),
    networks: networks.map(({ text }) => text),
    ...said({
      device: said({ port: device.port, tls: device.tls ? undefined : false }),
      status_format: entry.status_format === 'avro' ? undefined : entry.status_format,
      upgrade: said({ ...upgrade, waivers: upgrade.waivers?.length === 0 ? undefined : upgrade.waivers }),
      images: entry.images,
      lab: entry.lab || undefined,
      paused: entry.paused || undefined,
      leaving: entry.leaving,
      moving: entry.moving,
      moved: entry.moved,
    }),
  };
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What is there: no undefined values, no empty groups of keys. An empty list says something. */
const said = <T extends object>(values: T): Said<T> =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]: [string, unknown]) => value !== undefined && !isEmptyGroup(value),
    ),
  ) as Said<T>;

const isEmptyGroup = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

export const sameEntry = (a: TenantEntry, b: TenantEntry): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
