import {
  createPlatformRecordCodec,
  createTenantRecordCodec,
  MAX_RECORD_BYTES,
  PLATFORM_RECORD_KEY,
} from '@vecino/contracts';
import { type OutgoingRecord } from '@vecino/messaging';
import { type RegistryEdited, type RegistryFault, tenantOf } from '@vecino/tenancy';
import { toTenantRecord } from './entry-record.js';
import { toPlatformRecord } from './platform-entry-record.js';
import { RegistryRefusal } from './registry-error.js';

const tenantCodec = createTenantRecordCodec();
const platformCodec = createPlatformRecordCodec();

const KEPT_CHANGES = 50;

/** What a change writes: the entries, and the platform's own. Throws a `RegistryRefusal` for entries that no record can hold. */
export function recordsOf(
  topic: string,
  { registry, written }: Extract<RegistryEdited, { ok: true }>,
  changes: readonly string[],
): OutgoingRecord[] {
  const platform = platformCodec.encode(toPlatformRecord(registry, changes.slice(0, KEPT_CHANGES)));
  const records = written.map((id): OutgoingRecord => {
    const entry = registry.entries.get(id);
    const revision = tenantOf(registry, id)?.revision ?? registry.revision;
    const value = entry === undefined ? null : tenantCodec.encode(toTenantRecord(entry, revision));
    return { topic, key: id, value };
  });
  const all = [...records, { topic, key: PLATFORM_RECORD_KEY, value: platform }];
  const faults = all.flatMap(tooLarge);
  if (faults.length > 0) throw new RegistryRefusal(faults);
  return all;
}

function tooLarge({ key, value }: OutgoingRecord): RegistryFault[] {
  const bytes = value?.length ?? 0;
  if (bytes <= MAX_RECORD_BYTES) return [];
  const tenant = key === PLATFORM_RECORD_KEY ? '' : String(key);
  return [{ tenant, key: '', reason: `the entry has ${bytes} bytes, at most ${MAX_RECORD_BYTES} are taken` }];
}
