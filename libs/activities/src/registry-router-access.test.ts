import { parseRegistry, type Registry } from '@vecino/tenancy';
import { registryRouterAccess } from './registry-router-access.js';

function registryOf(networks: string, device = ''): Registry {
  const text = `tenants:\n  - id: chogar\n    tier: standard\n    networks: [${networks}]\n${device}`;
  const parsed = parseRegistry(text, { source: 'test.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
}

describe('access to a router', () => {
  it('is granted within the tenant’s networks, to the router’s own identity', () => {
    const access = registryRouterAccess(() => registryOf('10.1.0.0/16'), 5_000);
    expect(access.check('chogar', 'edge-1', '10.1.2.3')).toEqual({
      allowed: true,
      port: 5_000,
      tls: true,
      serverName: 'edge-1',
    });
  });

  it('follows the tenant’s own settings', () => {
    const access = registryRouterAccess(() => registryOf('10.1.0.0/16', '    device: { port: 57400 }\n'));
    expect(access.check('chogar', 'edge-1', '10.1.2.3')).toMatchObject({ port: 57_400 });
  });

  it.each([
    ['chogar', '10.2.0.1', 'ROUTER_OUTSIDE_NETWORKS'],
    ['chogar', 'not an address', 'ROUTER_OUTSIDE_NETWORKS'],
    ['stranger', '10.1.2.3', 'UNKNOWN_TENANT'],
  ])('is refused to tenant %s at %s', (tenant, ip, code) => {
    const access = registryRouterAccess(() => registryOf('10.1.0.0/16'));
    expect(access.check(tenant, 'edge-1', ip)).toMatchObject({ allowed: false, reason: { code } });
  });

  it('is asked of the registry as it is now', () => {
    let registry = registryOf('10.1.0.0/16');
    const access = registryRouterAccess(() => registry);
    registry = registryOf('10.2.0.0/16');
    expect(access.check('chogar', 'edge-1', '10.1.2.3').allowed).toBe(false);
  });
});
