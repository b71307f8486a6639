import { parseRegistry, type Tenant } from '@vecino/tenancy';
import { queuesOf, sharedTenants } from './service.js';

const registryOf = (...entries: string[]) => {
  const tenants = entries
    .map((entry, index) => `  - { ${entry}, networks: [10.${index}.0.0/24] }`)
    .join('\n');
  const parsed = parseRegistry(`tenants:\n${tenants}\n`, { source: 'test' });
  if (!parsed.ok) throw new Error('the registry of this test is wrong');
  return parsed.registry;
};
const queueNames = (tenants: readonly Tenant[]) =>
  queuesOf(tenants, 'default').map(({ taskQueue }) => taskQueue);

test('takes the tenants on the queue and pooled routes, and no others', () => {
  const registry = registryOf('id: q1, tier: standard', 'id: p1, tier: basic', 'id: d1, tier: premium');
  expect(sharedTenants(registry).map(({ id }) => id)).toEqual(['p1', 'q1']);
});

test('polls one queue for each tenant that has its own and one for the pool', () => {
  const registry = registryOf(
    'id: q1, tier: standard',
    'id: q2, tier: standard',
    'id: p1, tier: basic',
    'id: p2, tier: basic',
  );
  expect(queueNames(registry.tenants)).toEqual([
    'pool-deployments',
    'tenant-q1-deployments',
    'tenant-q2-deployments',
  ]);
});

test('polls no pool where nobody is in it', () => {
  expect(queueNames(registryOf('id: q1, tier: standard').tenants)).toEqual(['tenant-q1-deployments']);
  expect(queueNames([])).toEqual([]);
});

test("a tenant's limits are its Worker's", () => {
  const { tenants } = registryOf(
    'id: q1, tier: standard, limits: { max_concurrent_workflows_per_tenant: 30, max_concurrent_activities: 4 }',
  );
  expect(queuesOf(tenants, 'default')).toMatchObject([
    { tenantId: 'q1', namespace: 'default', limits: { activities: 4, cachedWorkflows: 70 } },
  ]);
});
