import { type TenantRecord, type TenantRecordInit } from '@vecino/contracts';
import { type TenantEntry } from '@vecino/tenancy';

/** An entry as it goes onto the topic. */
export function toTenantRecord(entry: TenantEntry, revision: number): TenantRecordInit {
  const { limits = {}, device = {}, upgrade, images, moving, moved } = entry;
  return {
    tenant_id: entry.id,
    revision,
    name: entry.name ?? '',
    tier: symbolOf(entry.tier),
    route: orNull(entry.route, symbolOf),
    intake_per_60_s: limits.intake_per_60_s ?? null,
    max_concurrent_workflows_per_tenant: limits.max_concurrent_workflows_per_tenant ?? null,
    max_concurrent_activities: limits.max_concurrent_activities ?? null,
    queue: limits.queue ?? null,
    weight: orNull(limits.weight, (weight) => Math.max(1, Math.round(weight))),
    weight_exact: limits.weight ?? null,
    networks: entry.networks,
    device_port: device.port ?? null,
    device_tls: device.tls ?? true,
    status_format: symbolOf(entry.status_format ?? 'avro'),
    upgrade: orNull(upgrade, upgradeRecord),
    images_allow: images?.allow ?? null,
    lab: entry.lab ?? false,
    paused: entry.paused ?? false,
    leaving: orNull(entry.leaving, symbolOf),
    moving: orNull(moving, ({ to, epoch }) => ({ to: symbolOf(to), epoch })),
    moved: orNull(moved, ({ from, epoch }) => ({ from: symbolOf(from), epoch })),
  };
}

const upgradeRecord = (
  upgrade: NonNullable<TenantEntry['upgrade']>,
): NonNullable<TenantRecord['upgrade']> => ({
  soak_seconds: upgrade.soak_seconds ?? null,
  recovery_seconds: upgrade.recovery_seconds ?? null,
  required_checks: orNull(upgrade.required_checks, (checks) => checks.map(symbolOf)),
  waivers: (upgrade.waivers ?? []).map(({ check, name }) => ({ check: symbolOf(check), name })),
  rollback: upgrade.rollback ?? null,
});

/** The entry that a record holds, not yet judged: a symbol that is younger than this reader is a word that no grammar takes. */
export function fromTenantRecord(record: TenantRecord): unknown {
  const { upgrade } = record;
  return tidy({
    id: record.tenant_id,
    name: record.name === '' ? null : record.name,
    tier: wordOf(record.tier),
    route: orNull(record.route, wordOf),
    limits: tidy({
      intake_per_60_s: record.intake_per_60_s,
      max_concurrent_workflows_per_tenant: record.max_concurrent_workflows_per_tenant,
      max_concurrent_activities: record.max_concurrent_activities,
      queue: record.queue,
      weight: record.weight_exact ?? record.weight,
    }),
    networks: record.networks,
    device: tidy({ port: record.device_port, tls: record.device_tls }),
    status_format: wordOf(record.status_format),
    upgrade: orNull(upgrade, (said) =>
      tidy({
        soak_seconds: said.soak_seconds,
        recovery_seconds: said.recovery_seconds,
        required_checks: orNull(said.required_checks, (checks) => checks.map(wordOf)),
        waivers: said.waivers.map(({ check, name }) => ({ check: wordOf(check), name })),
        rollback: said.rollback,
      }),
    ),
    images: orNull(record.images_allow, (allow) => ({ allow })),
    lab: record.lab,
    paused: record.paused,
    leaving: orNull(record.leaving, wordOf),
    moving: orNull(record.moving, ({ to, epoch }) => ({ to: wordOf(to), epoch })),
    moved: orNull(record.moved, ({ from, epoch }) => ({ from: wordOf(from), epoch })),
  });
}

const orNull = <T, U>(value: T | null | undefined, use: (value: T) => U): U | null =>
  value === null || value === undefined ? null : use(value);

/** Without what is not said. */
const tidy = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

type Upper<Word extends string> = Word extends `${infer Head}-${infer Rest}`
  ? `${Uppercase<Head>}_${Upper<Rest>}`
  : Uppercase<Word>;

const symbolOf = <Word extends string>(word: Word): Upper<Word> =>
  word.replaceAll('-', '_').toUpperCase() as Upper<Word>;
const wordOf = (symbol: string): string => symbol.replaceAll('_', '-').toLowerCase();
