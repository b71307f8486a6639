import { overlaps } from '@vecino/foundation';
import fc from 'fast-check';
import {
  assembleRegistry,
  diff,
  editRegistry,
  emptyRegistry,
  ENTRY_KEYS,
  LEAVING,
  type Registry,
  type RegistryEdit,
  ROUTES,
  staysInNamespace,
  type Tenant,
  TIERS,
} from './index.js';

const id = fc.constantFrom('t1', 't2', 't3', 't4');
/** From a small space, so that many overlap, and some are faults by themselves. */
const network = fc.tuple(fc.constantFrom(10, 11, 127), fc.nat(7)).map(([a, b]) => `${a}.${b << 5}.0.0/11`);
const networks = fc.array(network, { minLength: 1, maxLength: 2 });
const tier = fc.constantFrom(...TIERS);
const route = fc.constantFrom(...ROUTES);
const entry = fc.record(
  {
    id,
    tier,
    networks,
    route,
    paused: fc.boolean(),
    lab: fc.boolean(),
    limits: fc.record({ queue: fc.nat(3) }),
  },
  { requiredKeys: ['id', 'tier', 'networks'] },
);
const keys = fc.record(
  { tier, route: fc.option(route), networks, 'limits.queue': fc.option(fc.nat(3)), paused: fc.boolean() },
  { requiredKeys: [] },
);
const order = fc.record({ reason: fc.constantFrom('a', 'b'), at: fc.nat() });
const softwareVersion = fc.constantFrom('1.0', '2.0', ' ');
const epoch = fc.nat(20);

const fileOf = (entries: readonly { id: string }[]): Registry =>
  assembleRegistry({
    source: 'file',
    tenants: entries.map((one) => ({ id: one.id, value: { entry: one, revision: 1 } })),
  });

const edit: fc.Arbitrary<RegistryEdit> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), entry }),
  fc.record({ kind: fc.constant('set' as const), id, keys }),
  fc.record({ kind: fc.constant('remove' as const), id }),
  fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const), id }),
  fc.record({ kind: fc.constant('leave' as const), id, how: fc.constantFrom(...LEAVING) }),
  fc.record({ kind: fc.constant('stay' as const), id }),
  fc.record({ kind: fc.constant('move' as const), id, to: route }),
  fc.record({ kind: fc.constant('stop-move' as const), id, epoch }),
  fc.record(
    { kind: fc.constant('route' as const), id, route, epoch },
    { requiredKeys: ['kind', 'id', 'route'] },
  ),
  fc.record({ kind: fc.constant('pause-platform' as const), order }),
  fc.constant({ kind: 'resume-platform' as const }),
  fc.record({ kind: fc.constant('stop-version' as const), softwareVersion, order }),
  fc.record({ kind: fc.constant('allow-version' as const), softwareVersion }),
  fc.record({
    kind: fc.constant('apply' as const),
    file: fc.uniqueArray(entry, { selector: (one) => one.id, maxLength: 4 }).map(fileOf),
    saysPlatformNetworks: fc.boolean(),
    missing: fc.constantFrom('keep' as const, 'drain' as const, 'remove' as const),
  }),
);
const edits = fc.array(edit, { maxLength: 25 });

/** Runs the orders one after the other and shows each step that was taken. */
function walk(
  list: readonly RegistryEdit[],
  step: (before: Registry, after: Registry, edit: RegistryEdit) => void,
) {
  let registry = emptyRegistry('test');
  for (const one of list) {
    const edited = editRegistry(registry, one);
    if (!edited.ok) {
      expect(edited.faults.length).toBeGreaterThan(0);
      continue;
    }
    if (edited.changesNothing) {
      expect(edited.registry).toBe(registry);
      continue;
    }
    step(registry, edited.registry, one);
    registry = edited.registry;
  }
}

function expectSound({ tenants, entries, platformNetworks }: Registry) {
  expect([...entries.keys()]).toEqual(tenants.map((tenant) => tenant.id));
  for (const one of tenants) {
    expect(one.moving && staysInNamespace(one.route, one.moving.to)).not.toBe(true);
    expect(one.moving && one.leaving).toBeUndefined();
    for (const other of tenants)
      for (const a of one.networks)
        for (const b of other.networks) expect(one !== other && overlaps(a, b)).toBe(false);
    for (const a of one.networks) {
      expect(a.text.startsWith('127.') && !one.lab).toBe(false);
      for (const b of platformNetworks) expect(overlaps(a, b)).toBe(false);
    }
  }
}

it('no order that is taken breaks a rule', () => {
  fc.assert(fc.property(edits, (list) => walk(list, (_, after) => expectSound(after))));
});

it('revisions grow with each change, for ever', () => {
  fc.assert(
    fc.property(edits, (list) => {
      const newest = new Map<string, number>();
      walk(list, (before, after) => {
        expect(after.revision).toBeGreaterThan(before.revision);
        for (const tenant of after.tenants) {
          const isWritten = before.entries.get(tenant.id) !== after.entries.get(tenant.id);
          if (!isWritten) continue;
          expect(tenant.revision).toBe(after.revision);
          expect(tenant.revision).toBeGreaterThan(newest.get(tenant.id) ?? 0);
          newest.set(tenant.id, tenant.revision);
        }
      });
    }),
  );
});

it('the difference leads from one registry to the other', () => {
  fc.assert(
    fc.property(edits, (list) =>
      walk(list, (before, after) => {
        const { added, removed, changed, platform } = diff(before, after);
        const tenants = new Map<string, Tenant>(before.tenants.map((one) => [one.id, one]));
        for (const one of removed) expect(tenants.delete(one.id)).toBe(true);
        for (const one of added) tenants.set(one.id, one);
        for (const { before: old, after: one } of changed) {
          expect(tenants.get(one.id)).toBe(old);
          tenants.set(one.id, one);
        }
        // Revisions aside: an entry may say what its tier says.
        const plain = (list: Iterable<Tenant>) => [...list].map((one) => ({ ...one, revision: 0 }));
        expect(new Set(plain(tenants.values()))).toEqual(new Set(plain(after.tenants)));
        expect(platform.includes('controls')).toBe(before.controls !== after.controls);
      }),
    ),
  );
});

it('an order given again changes nothing, but for one that begins what the other ended', () => {
  fc.assert(
    fc.property(edits, (list) =>
      walk(list, (_, after, one) => {
        const again = editRegistry(after, one);
        if (one.kind === 'add' || one.kind === 'remove') expect(again.ok).toBe(false);
        else expect(again.ok && again.changesNothing).toBe(true);
      }),
    ),
  );
});

it('what was written assembles to the same registry, in whatever order it is read', () => {
  fc.assert(
    fc.property(edits, fc.infiniteStream(fc.nat()), (list, random) =>
      walk(list, (_, after) => {
        const tenants = after.tenants.map(({ id: key, revision }) => ({
          id: key,
          value: { entry: after.entries.get(key), revision },
        }));
        const shuffled = tenants.map((one) => [random.next().value, one] as const).sort(([a], [b]) => a - b);
        const { revision, platformNetworks, controls } = after;
        const platform = { revision, controls, platformNetworks: platformNetworks.map(({ text }) => text) };
        expect(
          assembleRegistry({
            source: 'test',
            platform: { value: platform },
            tenants: shuffled.map(([, one]) => one),
          }),
        ).toEqual(after);
      }),
    ),
  );
});

it('every key can be set, and taken back', () => {
  const values: Record<(typeof ENTRY_KEYS)[number], unknown> = {
    name: 'One',
    tier: 'standard',
    route: 'queue',
    'limits.intake_per_60_s': 5,
    'limits.max_concurrent_workflows_per_tenant': 5,
    'limits.max_concurrent_activities': 5,
    'limits.queue': 5,
    'limits.weight': 0.001,
    networks: ['10.9.0.0/16'],
    'device.port': 5,
    'device.tls': false,
    status_format: 'json',
    'upgrade.soak_seconds': 5,
    'upgrade.recovery_seconds': 5,
    'upgrade.required_checks': ['alarms'],
    'upgrade.waivers': [{ check: 'alarms', name: '*' }],
    'upgrade.rollback': false,
    'images.allow': ['2.*'],
    lab: true,
    paused: true,
  };
  const added = editRegistry(emptyRegistry('test'), {
    kind: 'add',
    entry: { id: 't1', tier: 'basic', networks: ['10.1.0.0/16'] },
  });
  const registry = added.ok ? added.registry : emptyRegistry('');
  for (const key of ENTRY_KEYS) {
    const set = editRegistry(registry, { kind: 'set', id: 't1', keys: { [key]: values[key] } });
    expect([key, set.ok && set.changesNothing]).toEqual([key, false]);
    if (!set.ok || key === 'tier' || key === 'networks') continue;
    const back = editRegistry(set.registry, { kind: 'set', id: 't1', keys: { [key]: null } });
    expect([key, back.ok && back.registry.entries.get('t1')]).toEqual([key, registry.entries.get('t1')]);
  }
});
