import { parseRegistry, TIERS } from '@vecino/tenancy';
import { tenantsYaml } from './tenant-plan.js';

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `t-${n}`);

describe('tenants of a measurement', () => {
  test.each([10, 256, 257, 1_000])('%d of them make a registry without faults', (count) => {
    const parsed = parseRegistry(tenantsYaml(idsOf(count), { cap: 10, route: 'pooled' }), { source: 'test' });
    expect(parsed.ok ? parsed.registry.tenants.length : parsed.faults.slice(0, 3)).toBe(count);
  });

  test('have the tier, the route and the limits that were asked for', () => {
    const yaml = tenantsYaml(idsOf(4), {
      cap: 40,
      activities: 7,
      route: (n) => (n === 0 ? 'queue' : 'pooled'),
      tier: (n) => TIERS[n] ?? 'basic',
    });
    const parsed = parseRegistry(yaml, { source: 'test' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    expect(parsed.registry.tenants.map(({ tier }) => tier)).toEqual(TIERS);
    expect(parsed.registry.tenants.map(({ limits }) => limits.weight)).toEqual([1, 2, 4, 8]);
    expect(parsed.registry.tenants.map(({ route }) => route)).toEqual([
      'queue',
      'pooled',
      'pooled',
      'pooled',
    ]);
    expect(parsed.registry.tenants[0]?.limits).toMatchObject({
      maxConcurrentWorkflows: 40,
      maxConcurrentActivities: 7,
      queue: 20_000,
      intakePer60s: 1_000_000,
    });
  });
});
