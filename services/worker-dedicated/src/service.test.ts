import { parseRegistry } from '@vecino/tenancy';
import { dedicatedTenant } from './service.js';

const parsed = parseRegistry(
  `tenants:
    - { id: chogar, tier: standard, networks: [10.1.0.0/24] }
    - { id: mayorista, tier: premium, networks: [10.2.0.0/24] }
    - { id: grande, tier: enterprise, networks: [10.3.0.0/24] }`,
  { source: 'tenants.yaml' },
);
if (!parsed.ok) throw new Error('the registry of this test is wrong');
const { registry } = parsed;

test.each(['mayorista', 'grande'])('serves %s, which has a worker of its own', (id) => {
  expect(dedicatedTenant(registry, id)).toMatchObject({ id, limits: { maxConcurrentActivities: 10 } });
});

test('refuses a tenant that is not in the registry, and says which are', () => {
  expect(() => dedicatedTenant(registry, 'nobody')).toThrow(
    'VECINO_TENANT: nobody is not in tenants.yaml; its tenants: chogar, grande, mayorista',
  );
});

test('refuses a tenant that worker-shared serves, and says what to do', () => {
  expect(() => dedicatedTenant(registry, 'chogar')).toThrow(
    'VECINO_TENANT: chogar is on the route queue, which worker-shared serves; ' +
      'give it the route dedicated or namespace in tenants.yaml, or start worker-shared',
  );
});
