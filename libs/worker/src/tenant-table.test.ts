import { parseRegistry } from '@vecino/tenancy';
import { tenantTable } from './tenant-table.js';

test('shows each tenant with the queue and namespace that serve it', () => {
  const parsed = parseRegistry(
    `tenants:
      - { id: chogar, tier: standard, networks: [10.1.0.0/24] }
      - { id: tiny, tier: basic, networks: [10.2.0.0/24] }
      - { id: big, tier: enterprise, networks: [10.3.0.0/24], limits: { max_concurrent_workflows_per_tenant: 40 } }`,
    { source: 'test' },
  );
  if (!parsed.ok) throw new Error('the registry of this test is wrong');
  expect(tenantTable(parsed.registry.tenants, 'default')).toBe(
    [
      'tenant  tier        route      task queue                 namespace   workflows  activities',
      '──────  ──────────  ─────────  ─────────────────────────  ──────────  ─────────  ──────────',
      'big     enterprise  namespace  tenant-big-deployments     tenant-big  ≤ 40       ≤ 10',
      'chogar  standard    queue      tenant-chogar-deployments  default     ≤ 10       ≤ 10',
      'tiny    basic       pooled     pool-deployments           default     ≤ 10       ≤ 10',
    ].join('\n'),
  );
});
