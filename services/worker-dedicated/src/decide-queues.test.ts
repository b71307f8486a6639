import { parseRegistry, type Route, type Tenant } from '@vecino/tenancy';
import { ownQueueOf } from '@vecino/worker';
import { decideQueues } from './decide-queues.js';

function tenantOn(route: Route, more: Partial<Tenant> = {}): Tenant {
  const entry = `tenants: [{ id: big, tier: premium, route: ${route}, networks: [10.1.0.0/24] }]`;
  const parsed = parseRegistry(entry, { source: 'test' });
  const tenant = parsed.ok ? parsed.registry.tenants[0] : undefined;
  if (tenant === undefined) throw new Error('the registry of this test is wrong');
  return { ...tenant, ...more };
}
const places = (tenant: Tenant | undefined, leftover = false) =>
  decideQueues({
    tenant,
    sharedNamespace: 'shared',
    leftover: leftover ? ownQueueOf(tenantOn('namespace'), 'tenant-big') : undefined,
  }).map(({ namespace, taskQueue }) => `${namespace}/${taskQueue}`);

const SHARED = 'shared/tenant-big-deployments';
const OWN = 'tenant-big/tenant-big-deployments';

test.each<[string, Tenant | undefined, boolean, string[]]>([
  ['on the route dedicated', tenantOn('dedicated'), false, [SHARED]],
  ['on the route namespace', tenantOn('namespace'), false, [OWN]],
  ['that worker-shared serves', tenantOn('queue'), false, []],
  ['in the pool', tenantOn('pooled'), false, []],
  ['that is not there', undefined, false, []],
  [
    'about to go into its namespace',
    tenantOn('dedicated', { moving: { to: 'namespace', epoch: 1 } }),
    false,
    [SHARED, OWN],
  ],
  [
    'about to come from the pool',
    tenantOn('pooled', { moving: { to: 'namespace', epoch: 1 } }),
    false,
    [OWN],
  ],
  ['that left something in its namespace', tenantOn('queue'), true, [OWN]],
  ['that came out of its namespace', tenantOn('dedicated'), true, [SHARED, OWN]],
  ['that was removed and left something', undefined, true, [OWN]],
  ['in its namespace, once', tenantOn('namespace'), true, [OWN]],
])('a tenant %s', (_, tenant, leftover, expected) => {
  expect(places(tenant, leftover)).toEqual(expected);
});

test("its limits are its Worker's", () => {
  const [queue] = decideQueues({
    tenant: tenantOn('dedicated'),
    sharedNamespace: 'shared',
    leftover: undefined,
  });
  expect(queue).toMatchObject({ tenantId: 'big', limits: { activities: 10 } });
});
