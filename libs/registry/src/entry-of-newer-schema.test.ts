import { createPlatformRecordCodec, createTenantRecordCodec, PLATFORM_RECORD_KEY } from '@vecino/contracts';
import { editRegistry, emptyRegistry, type TenantEntry, tenantOf } from '@vecino/tenancy';
import { toTenantRecord } from './entry-record.js';
import { toPlatformRecord } from './platform-entry-record.js';
import { TopicContents } from './topic-contents.js';

const entry: TenantEntry = { id: 'acme', tier: 'standard', networks: ['10.1.0.0/16'] };
const written = createTenantRecordCodec().encode(toTenantRecord(entry, 1));

/** As a release would write it that came after this one: in a schema of which nobody here has heard. */
function ofNewerSchema(value: Buffer): Buffer {
  const newer = Buffer.concat([value, Buffer.from([0])]);
  newer.writeBigUInt64LE(newer.readBigUInt64LE(2) ^ 1n, 2);
  return newer;
}

function topicWith(...records: readonly { readonly key: string; readonly value: Buffer }[]): TopicContents {
  const contents = new TopicContents();
  for (const { key, value } of records) contents.take({ key: Buffer.from(key), value });
  return contents;
}

const platform = { key: PLATFORM_RECORD_KEY, value: platformRecord() };

function platformRecord(): Buffer {
  const edited = editRegistry(emptyRegistry('test'), { kind: 'add', entry });
  if (!edited.ok) throw new Error(JSON.stringify(edited));
  return createPlatformRecordCodec().encode(toPlatformRecord(edited.registry, []));
}

describe('an entry that a newer release wrote', () => {
  const newer = { key: 'acme', value: ofNewerSchema(written) };

  it('is not applied by who knew the tenant: the last that it could read stays', () => {
    const before = topicWith(platform, { key: 'acme', value: written }).assemble('tenants');
    const after = topicWith(platform, newer).assemble('tenants', before);
    expect(tenantOf(after, 'acme')).toEqual(tenantOf(before, 'acme'));
    expect(after.faults).toHaveLength(1);
  });

  it('is no tenant to who starts: that is why its writers are upgraded last', () => {
    const registry = topicWith(platform, newer).assemble('tenants');
    expect(tenantOf(registry, 'acme')).toBeUndefined();
    expect(registry.faults).toHaveLength(1);
  });
});
