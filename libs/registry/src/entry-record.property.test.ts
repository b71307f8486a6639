import { createPlatformRecordCodec, createTenantRecordCodec } from '@vecino/contracts';
import {
  assembleRegistry,
  editRegistry,
  emptyRegistry,
  ROUTES,
  STATUS_FORMATS,
  type TenantEntry,
  TIERS,
} from '@vecino/tenancy';
import fc from 'fast-check';
import { fromTenantRecord, toTenantRecord } from './entry-record.js';
import { fromPlatformRecord, toPlatformRecord } from './platform-entry-record.js';

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((one) => one.length <= 60);
const count = fc.integer({ min: 1, max: 1_000 });
const optional = { requiredKeys: [] };
const check = fc.constantFrom('standby', 'interfaces', 'bgp-peers', 'alarms');

const entry: fc.Arbitrary<TenantEntry> = fc.record(
  {
    id: fc.constant('t1'),
    name: text,
    tier: fc.constantFrom(...TIERS),
    route: fc.constantFrom(...ROUTES),
    limits: fc.record(
      {
        intake_per_60_s: count,
        max_concurrent_workflows_per_tenant: count,
        max_concurrent_activities: count,
        queue: count,
        weight: fc.oneof(count, fc.double({ min: 0.001, max: 1_000, noNaN: true })),
      },
      optional,
    ),
    networks: fc.uniqueArray(
      fc.nat(255).map((octet) => `10.${octet}.0.0/16`),
      { minLength: 1, maxLength: 5 },
    ),
    device: fc.record({ port: fc.integer({ min: 1, max: 65_535 }), tls: fc.boolean() }, optional),
    status_format: fc.constantFrom(...STATUS_FORMATS),
    upgrade: fc.record(
      {
        soak_seconds: fc.nat(3_600),
        recovery_seconds: fc.nat(3_600),
        required_checks: fc.uniqueArray(check),
        waivers: fc.array(fc.record({ check, name: text }), { maxLength: 3 }),
        rollback: fc.boolean(),
      },
      optional,
    ),
    images: fc.record({
      allow: fc.array(fc.constantFrom('*', '2.*', '1.9.9'), { minLength: 1, maxLength: 3 }),
    }),
    lab: fc.boolean(),
    paused: fc.boolean(),
    leaving: fc.constantFrom('drain' as const, 'cancel' as const),
    moved: fc.record({ from: fc.constantFrom(...ROUTES), epoch: count }),
  },
  { requiredKeys: ['id', 'tier', 'networks'] },
);

it('an entry comes back from the topic as it went onto it, with its gaps', () => {
  const codec = createTenantRecordCodec();
  fc.assert(
    fc.property(entry, fc.nat(), (written, earlier) => {
      const added = editRegistry(
        { ...emptyRegistry('test'), revision: earlier },
        { kind: 'add', entry: written },
      );
      if (!added.ok) throw new Error(JSON.stringify(added.faults));
      const { registry } = added;
      const bytes = codec.encode(toTenantRecord(registry.entries.get('t1')!, registry.revision));
      const record = codec.decode(bytes);
      if (!record.ok) throw new Error(record.text);
      const back = assembleRegistry({
        source: 'test',
        tenants: [
          { id: 't1', value: { entry: fromTenantRecord(record.value), revision: record.value.revision } },
        ],
      });
      expect(back).toEqual(registry);
    }),
  );
});

it('so does a move, and a share that older readers know as a whole number only', () => {
  const codec = createTenantRecordCodec();
  const moving = {
    id: 't1',
    tier: 'basic' as const,
    networks: ['10.1.0.0/16'],
    limits: { weight: 0.4 },
    moving: { to: 'namespace' as const, epoch: 7 },
  };
  const record = codec.decode(codec.encode(toTenantRecord(moving, 8)));
  expect(record).toMatchObject({
    ok: true,
    value: { weight: 1, weight_exact: 0.4, moving: { to: 'NAMESPACE' } },
  });
  expect(record.ok && fromTenantRecord(record.value)).toMatchObject({
    moving: moving.moving,
    limits: { weight: 0.4 },
  });
  const older = { ...record.value!, weight: 3, weight_exact: null };
  expect(fromTenantRecord(older)).toMatchObject({ limits: { weight: 3 } });
});

it('a word that is younger than its reader is refused, not guessed', () => {
  const codec = createTenantRecordCodec();
  const known = toTenantRecord({ id: 't1', tier: 'basic', networks: ['10.1.0.0/16'] }, 1);
  const read = codec.decode(codec.encode({ ...known, leaving: 'UNKNOWN' }));
  const registry = assembleRegistry({
    source: 'test',
    tenants: [{ id: 't1', value: { entry: fromTenantRecord(read.value!), revision: 1 } }],
  });
  expect(registry).toMatchObject({ tenants: [], faults: [{ tenant: 't1', key: 'leaving' }] });
});

it('what holds for all tenants comes back', () => {
  const codec = createPlatformRecordCodec();
  const order = fc.record({ reason: text, by: text, at: fc.nat() }, { requiredKeys: ['reason', 'at'] });
  const versions = fc.dictionary(fc.constantFrom('1.0', '2.0', '3.0'), order);
  fc.assert(
    fc.property(fc.option(order, { nil: undefined }), versions, (paused, stopped) => {
      let registry = { ...emptyRegistry('test'), revision: 1 };
      const edits = [
        ...(paused ? [{ kind: 'pause-platform' as const, order: paused }] : []),
        ...Object.entries(stopped).map(([softwareVersion, one]) => ({
          kind: 'stop-version' as const,
          softwareVersion,
          order: one,
        })),
      ];
      for (const edit of edits) {
        const edited = editRegistry(registry, edit);
        if (!edited.ok) throw new Error(JSON.stringify(edited.faults));
        registry = edited.registry;
      }
      const record = codec.decode(codec.encode(toPlatformRecord(registry, ['a'])));
      if (!record.ok) throw new Error(record.text);
      expect(record.value.recent_changes).toEqual(['a']);
      const platform = { value: fromPlatformRecord(record.value) };
      expect(assembleRegistry({ source: 'test', platform, tenants: [] })).toEqual(registry);
    }),
  );
});
