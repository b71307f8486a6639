import { createPlatformRecordCodec, createTenantRecordCodec, PLATFORM_RECORD_KEY } from '@vecino/contracts';
import { type SourceRecord } from '@vecino/messaging';
import {
  assembleRegistry,
  type PlatformEntry,
  type Registry,
  type Stored,
  type StoredTenant,
} from '@vecino/tenancy';
import { fromTenantRecord } from './entry-record.js';
import { fromPlatformRecord } from './platform-entry-record.js';

const tenantCodec = createTenantRecordCodec();
const platformCodec = createPlatformRecordCodec();

/** How a record without a key is called, of which there should be none: it is no tenant's id. */
const NO_KEY = '(no key)';

/** What the topic holds: of each key the last record. */
export class TopicContents {
  readonly #tenants = new Map<string, StoredTenant>();
  #platform: Stored<PlatformEntry> | undefined;
  #recentChanges: readonly string[] = [];

  /** Nobody has ever written to it: also a registry without tenants has the platform's own record. */
  get isEmpty(): boolean {
    return this.#tenants.size === 0 && this.#platform === undefined;
  }

  /** Ids of the newest changes, the newest first. */
  get recentChanges(): readonly string[] {
    return this.#recentChanges;
  }

  clear(): void {
    this.#tenants.clear();
    this.#platform = undefined;
    this.#recentChanges = [];
  }

  take({ key, value }: Pick<SourceRecord, 'key' | 'value'>): void {
    const id = key?.toString('utf8') || NO_KEY;
    if (id === PLATFORM_RECORD_KEY) return this.#takePlatform(value);
    // Last in the order, wherever an earlier one stood.
    this.#tenants.delete(id);
    if (value !== null) this.#tenants.set(id, storedTenant(id, value));
  }

  assemble(source: string, previous?: Registry): Registry {
    return assembleRegistry(
      { source, platform: this.#platform, tenants: [...this.#tenants.values()] },
      previous,
    );
  }

  #takePlatform(value: Buffer | null): void {
    const read =
      value === null ? { ok: false as const, text: 'it was removed' } : platformCodec.decode(value);
    this.#platform = read.ok ? { value: fromPlatformRecord(read.value) } : { unreadable: read.text };
    if (read.ok) this.#recentChanges = read.value.recent_changes;
  }
}

function storedTenant(id: string, value: Buffer): StoredTenant {
  const read = tenantCodec.decode(value);
  return read.ok
    ? { id, value: { entry: fromTenantRecord(read.value), revision: read.value.revision } }
    : { id, unreadable: read.text };
}
