import { readRegistryFile } from '@vecino/registry';
import { emptyRegistry } from '@vecino/tenancy';
import { IMAGE_VERSIONS } from '../platform-plan.js';
import { repositoryAt, thisRepository } from '../repository.js';
import { nextVersion, planDemo } from './demo-plan.js';

const { registry } = readRegistryFile(repositoryAt(thisRepository().root, {}).tenantsFile);

test('chogar 2, amovil 1, afijo 3, mayorista 1', () => {
  const targets = planDemo(registry, new Map());
  expect(targets.map(({ routerId }) => routerId)).toEqual([
    'chogar-001',
    'chogar-002',
    'amovil-001',
    'afijo-001',
    'afijo-002',
    'afijo-003',
    'mayorista-001',
  ]);
  expect(targets[1]).toEqual({
    tenantId: 'chogar',
    routerId: 'chogar-002',
    routerIp: '127.20.1.2',
    softwareVersion: '1.1.0',
  });
});

test('a router that was upgraded before is asked for another version', () => {
  const [first, second] = planDemo(registry, new Map([['chogar-001', '1.1.0']]));
  expect([first?.softwareVersion, second?.softwareVersion]).toEqual(['2.0.0', '1.1.0']);
});

test('whatever runs, the next version is another one that has an image', () => {
  for (const running of [...IMAGE_VERSIONS, '1.0.0', 'unheard-of']) {
    expect(IMAGE_VERSIONS).toContain(nextVersion(running));
    expect(nextVersion(running)).not.toBe(running);
  }
});

test('a registry without the demo’s tenants is refused with what to do', () => {
  expect(() => planDemo(emptyRegistry('my.yaml'), new Map())).toThrow(
    /tenant chogar, and my\.yaml gives it 0: use/,
  );
});
