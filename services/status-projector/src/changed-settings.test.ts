import { parseRegistry, type Registry } from '@vecino/tenancy';
import { changedSettings } from './changed-settings.js';
import { namespacesOf } from './namespaces.js';

function registryOf(...entries: string[]): Registry {
  const tenants = entries.map((entry, index) => `  - { ${entry}, networks: [10.${index}.0.0/24] }`);
  const parsed = parseRegistry(`tenants:\n${tenants.join('\n')}\n`, { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
}
const told = (before: Registry, after: Registry) =>
  changedSettings(before, after, 'shared').map(
    ({ settings, concernsIdleGates }) => `${settings.tenantId}${concernsIdleGates ? ' at once' : ''}`,
  );
const before = registryOf('id: t-a, tier: standard', 'id: t-b, tier: standard', 'id: t-c, tier: basic');
const withTenant = (index: number, more: object): Registry => ({
  ...before,
  tenants: before.tenants.map((tenant, i) => (i === index ? { ...tenant, ...more, revision: 7 } : tenant)),
});

test('exactly the tenants whose settings changed are told', () => {
  expect(told(before, before)).toEqual([]);
  expect(told(before, withTenant(1, { paused: true }))).toEqual(['t-b']);
});

test('what no gate needs is no news to one', () => {
  expect(told(before, withTenant(1, { name: 'Other', networks: [] }))).toEqual([]);
});

test('a stop of the whole platform concerns all', () => {
  const controls = { ...before.controls, revision: 7, paused: { reason: 'fire', at: 0 } };
  expect(told(before, { ...before, controls })).toEqual(['t-a', 't-b', 't-c']);
});

test('idle gates too act on a move and on a removal', () => {
  expect(told(before, withTenant(0, { route: 'dedicated' }))).toEqual([]);
  expect(told(before, withTenant(0, { route: 'pooled' }))).toEqual(['t-a at once']);
  expect(told(before, withTenant(0, { leaving: 'drain' }))).toEqual(['t-a at once']);
  expect(told(before, withTenant(0, { moving: { to: 'namespace', epoch: 1 } }))).toEqual(['t-a at once']);
});

test('a new tenant has no gate yet, one that is gone none to tell', () => {
  const fewer = { ...before, tenants: before.tenants.slice(1) };
  expect(told(fewer, before)).toEqual([]);
  expect(told(before, fewer)).toEqual([]);
});

test('namespaces are those where tenants are or go; those that were left are apart', () => {
  const registry = registryOf(
    'id: t-a, tier: enterprise',
    'id: t-b, tier: standard',
    'id: t-c, tier: standard',
  );
  const [a, b, c] = registry.tenants;
  const tenants = [
    a!,
    { ...b!, moving: { to: 'namespace', epoch: 1 } as const },
    { ...c!, moved: { from: 'namespace', epoch: 1 } as const },
  ];
  const { needed, left } = namespacesOf({ ...registry, tenants }, 'shared');
  expect([...needed]).toEqual(['shared', 'tenant-t-a', 'tenant-t-b']);
  expect([...left]).toEqual(['tenant-t-c']);
});
