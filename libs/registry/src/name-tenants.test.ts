import { parseRegistry } from '@vecino/tenancy';
import { tenantsByRank } from './name-tenants.js';

test('the highest tiers come first, and within a tier the id decides, whatever the order of the registry', () => {
  const entry = (id: string, tier: string, net: number) =>
    `  - { id: ${id}, tier: ${tier}, networks: [10.0.${net}.0/24] }`;
  const text = [
    entry('b1', 'basic', 1),
    entry('p2', 'premium', 2),
    entry('e1', 'enterprise', 3),
    entry('p1', 'premium', 4),
    entry('s1', 'standard', 5),
  ].join('\n');
  const parsed = parseRegistry(`tenants:\n${text}\n`, { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  expect(tenantsByRank(parsed.registry)).toEqual(['e1', 'p1', 'p2', 's1', 'b1']);
});
