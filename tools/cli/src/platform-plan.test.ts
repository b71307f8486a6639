import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRegistry } from '@vecino/tenancy';
import { planRouters, planServices } from './platform-plan.js';

const file = join(__dirname, '../../../deploy/tenants.yaml');
const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
const tenants = parsed.ok ? parsed.registry.tenants : [];

describe('the plan of a platform', () => {
  it('has one dedicated worker for each tenant with that route, and shared ones once', () => {
    const dedicated = tenants.filter(({ route }) => route === 'dedicated').map(({ id }) => id);
    expect(dedicated.length).toBeGreaterThan(0);
    expect(planServices(tenants).map(({ name }) => name)).toEqual([
      'status-projector',
      'worker-shared',
      ...dedicated.map((id) => `worker-dedicated-${id}`),
      'ingest',
    ]);
  });

  it('is in the order in which docs/upgrading.md upgrades services', () => {
    const page = readFileSync(join(__dirname, '../../../docs/upgrading.md'), 'utf8');
    const steps = [...page.matchAll(/^\d\. (.*)$/gm)].flatMap(([, step = '']) => step.split(', '));
    const upgraded = steps.filter((step) => existsSync(join(__dirname, '../../../services', step)));
    const planned = planServices(tenants).map(({ folder }) => folder.replace('services/', ''));
    expect(upgraded).toEqual([...new Set(planned)]);
    expect(upgraded).toHaveLength(4);
  });

  it('simulates ten routers per tenant, each at its own address inside the networks', () => {
    const routers = planRouters(tenants, 9339);
    expect(routers).toHaveLength(10 * tenants.length);
    expect(new Set(routers.map(({ address }) => address)).size).toBe(routers.length);
    expect(routers.find(({ routerId }) => routerId === 'chogar-001')).toMatchObject({
      address: '127.20.1.1',
    });
  });

  it('simulates nothing outside a laboratory', () => {
    expect(
      planRouters(
        tenants.map((tenant) => ({ ...tenant, lab: false })),
        9339,
      ),
    ).toEqual([]);
  });
});
