import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import {
  ALL_IMAGES,
  formatFaults,
  parseRegistry,
  TIER_DEFAULTS,
  tenantOf,
  TIERS,
  type Registry,
} from './index.js';

const registryOf = (text: string): Registry => {
  const parsed = parseRegistry(text, { source: 'test.yaml' });
  if (!parsed.ok) throw new Error(formatFaults('test.yaml', parsed.faults));
  return parsed.registry;
};
const faultsOf = (text: string): string[] => {
  const parsed = parseRegistry(text, { source: 'test.yaml' });
  return parsed.ok ? [] : parsed.faults.map(({ line, path, reason }) => `${line} ${path}: ${reason}`);
};

const SHIPPED = join(__dirname, '../../../deploy/tenants.yaml');

describe('the registry that is shipped', () => {
  const text = readFileSync(SHIPPED, 'utf8');

  it('has the three tenants of the demo on task queues of their own, and one premium tenant on a dedicated worker', () => {
    const { tenants } = registryOf(text);
    expect(
      tenants.map(({ id, tier, route, statusFormat }) => `${id} ${tier} ${route} ${statusFormat}`),
    ).toEqual([
      'afijo standard queue avro',
      'amovil standard queue json',
      'chogar standard queue avro',
      'mayorista premium dedicated avro',
    ]);
  });

  it.each(TIERS)('tells the defaults of tier %s in its heading', (tier) => {
    const { limits, route } = TIER_DEFAULTS[tier];
    const row = new RegExp(`^# +${tier} +(.+)$`, 'm').exec(text)?.[1]?.split(/ +/);
    const { intakePer60s, maxConcurrentWorkflows, queue, weight } = limits;
    expect(row).toEqual([...[intakePer60s, maxConcurrentWorkflows, queue, weight].map(String), route]);
  });
});

describe('docs/configuration.md', () => {
  it('tells what is asked of upgrades by default, key by key, as a registry would say it', () => {
    const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
    const table = page.slice(page.indexOf('| key of `upgrade`')).split('\n\n', 1)[0] ?? '';
    const told = [...table.matchAll(/^\| `(\w+)` +\| `([^`]+)`/gm)].map(
      ([, key, value]) => `${key}: ${value}`,
    );
    const [tenant] = registryOf(
      `tenants: [{ id: t1, tier: basic, networks: [10.0.0.0/8], upgrade: { ${told.join(', ')} } }]`,
    ).tenants;
    expect(told).toHaveLength(Object.keys(DEFAULT_UPGRADE_POLICY).length);
    expect(tenant?.upgrade).toEqual(DEFAULT_UPGRADE_POLICY);
  });
});

describe('parseRegistry', () => {
  it('takes from the tier what an entry leaves out, and from the entry what it says', () => {
    const registry = registryOf(`
revision: 7
tenants:
  - { id: plain, tier: basic, networks: [198.51.100.0/24] }
  - id: special
    tier: enterprise
    route: queue
    limits: { intake_per_60_s: 1, max_concurrent_workflows_per_tenant: 2, max_concurrent_activities: 3, queue: 4, weight: 0.5 }
    networks: ['2001:db8::/32']
    device: { port: 57400, tls: false }
    paused: true
    revision: 9
`);
    expect(tenantOf(registry, 'plain')).toMatchObject({
      name: 'plain',
      route: 'pooled',
      limits: TIER_DEFAULTS.basic.limits,
      device: { tls: true },
      statusFormat: 'avro',
      lab: false,
      paused: false,
      revision: 7,
    });
    expect(tenantOf(registry, 'special')).toMatchObject({
      route: 'queue',
      limits: {
        intakePer60s: 1,
        maxConcurrentWorkflows: 2,
        maxConcurrentActivities: 3,
        queue: 4,
        weight: 0.5,
      },
      device: { port: 57_400, tls: false },
      paused: true,
      revision: 9,
    });
    expect(tenantOf(registry, 'nobody')).toBeUndefined();
  });

  it('reports every fault at once, each with its line', () => {
    const text = `lab: "no"
tenants:
  - id: Upper
    tier: gold
    networks: []
  - id: twice
    tier: basic
    colour: red
    networks: [10.1.0.0/16]
  - tier: basic
    networks:
      - 10.2.0.0/16
      - 10.2.0.1/16
  - id: twice
    tier: basic
    limits: { max_concurrent_workflows_per_tenant: 0 }
    networks: [10.3.0.0]
`;
    expect(faultsOf(text)).toEqual([
      '1 lab: Invalid input: expected boolean, received string',
      '3 tenants[0].id: must match ^[a-z][a-z0-9-]{0,30}[a-z0-9]$',
      expect.stringMatching(/^4 tenants\[0\].tier: Invalid option/),
      expect.stringMatching(/^5 tenants\[0\].networks: Too small/),
      '8 tenants[1].colour: is not a known key',
      '10 tenants[2].id: is missing (expected string)',
      expect.stringMatching(/^13 tenants\[2\].networks\[1\]: .*bits beyond it are set/),
      '14 tenants[3].id: "twice" is also the id of tenants[1]',
      expect.stringMatching(/^16 tenants\[3\].limits.max_concurrent_workflows_per_tenant: Too small/),
      expect.stringMatching(/^17 tenants\[3\].networks\[0\]: .*prefix length is missing/),
    ]);
  });

  it('takes what is asked of upgrades from the entry, then from the file, then from the platform, key by key', () => {
    const registry = registryOf(`
upgrade: { soak_seconds: 2, waivers: [{ check: alarms, name: fan-* }], rollback: false }
images: { allow: ['2.*'] }
tenants:
  - { id: plain, tier: basic, networks: [10.1.0.0/16] }
  - id: own
    tier: basic
    networks: [10.2.0.0/16]
    upgrade: { soak_seconds: 0, recovery_seconds: 600, required_checks: [bgp-peers], waivers: [] }
    images: { allow: [1.0.0, lab-*] }
`);
    expect(tenantOf(registry, 'plain')).toMatchObject({
      upgrade: {
        soakSeconds: 2,
        recoverySeconds: DEFAULT_UPGRADE_POLICY.recoverySeconds,
        requiredChecks: [...CHECKS],
        waivers: [{ check: 'alarms', name: 'fan-*' }],
        rollback: false,
      },
      images: { allow: ['2.*'] },
    });
    expect(tenantOf(registry, 'own')).toMatchObject({
      upgrade: {
        soakSeconds: 0,
        recoverySeconds: 600,
        requiredChecks: ['bgp-peers'],
        waivers: [],
        rollback: false,
      },
      images: { allow: ['1.0.0', 'lab-*'] },
    });
    const [bare] = registryOf('tenants: [{ id: bare, tier: basic, networks: [10.0.0.0/8] }]').tenants;
    expect(bare).toMatchObject({ upgrade: DEFAULT_UPGRADE_POLICY, images: ALL_IMAGES });
  });

  it('reports every fault in what is asked of upgrades, with its line', () => {
    const text = `upgrade:
  soak_seconds: -1
  patience: 3
tenants:
  - id: t1
    tier: basic
    networks: [10.0.0.0/8]
    upgrade:
      recovery_seconds: 3601
      required_checks: [alarms, weather]
      waivers:
        - { check: alarms, name: '' }
        - { name: fan-1 }
      rollback: perhaps
    images:
      allow: ['*.1', 'a b']
  - id: t2
    tier: basic
    networks: [11.0.0.0/8]
    upgrade: { required_checks: [alarms, alarms] }
    images: { allow: [] }
`;
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^2 upgrade.soak_seconds: Too small/),
      '3 upgrade.patience: is not a known key',
      expect.stringMatching(/^9 tenants\[0\].upgrade.recovery_seconds: Too big/),
      expect.stringMatching(/^10 tenants\[0\].upgrade.required_checks\[1\]: Invalid option/),
      expect.stringMatching(/^12 tenants\[0\].upgrade.waivers\[0\].name: Too small/),
      expect.stringMatching(/^13 tenants\[0\].upgrade.waivers\[1\].check: Invalid option/),
      '14 tenants[0].upgrade.rollback: Invalid input: expected boolean, received string',
      expect.stringMatching(/^16 tenants\[0\].images.allow\[0\]: must be a software version/),
      expect.stringMatching(/^16 tenants\[0\].images.allow\[1\]: must be a software version/),
      '20 tenants[1].upgrade.required_checks: names a check twice',
      expect.stringMatching(/^21 tenants\[1\].images.allow: Too small/),
    ]);
  });

  it('finds networks of two tenants that overlap, also when another entry is at fault', () => {
    const text = `tenants:
  - { id: t1, tier: nonsense, networks: [198.51.100.0/24] }
  - { id: t2, tier: basic, networks: [10.0.0.0/8, 10.1.0.0/16] }
  - { id: t3, tier: basic, networks: [10.200.0.0/24] }
  - { id: t4, tier: basic, networks: [11.0.0.0/8, '2001:db8::/48'] }
  - { id: t5, tier: basic, networks: ['2001:db8::/32'] }
`;
    expect(faultsOf(text).slice(1)).toEqual([
      '4 tenants[2].networks[0]: 10.200.0.0/24 overlaps 10.0.0.0/8 of tenant t2',
      '6 tenants[4].networks[0]: 2001:db8::/32 overlaps 2001:db8::/48 of tenant t4',
    ]);
  });

  it.each([
    ['127.1.0.0/16', 'loopback'],
    ['169.254.0.0/24', 'link-local'],
    ['224.1.0.0/16', 'multicast'],
    ["'fe80::/64'", 'link-local'],
    ["'::1/128'", 'loopback'],
  ])('refuses %s (%s) outside a laboratory, and takes it inside', (network, name) => {
    const entry = `{ id: t1, tier: basic, networks: [${network}] }`;
    expect(faultsOf(`tenants: [${entry}]`)).toEqual([expect.stringContaining(`holds ${name} addresses`)]);
    expect(faultsOf(`lab: true\ntenants: [${entry}]`)).toEqual([]);
    expect(faultsOf(`tenants: [{ lab: true, ${entry.slice(1)}]`)).toEqual([]);
    expect(faultsOf(`lab: true\ntenants: [{ lab: false, ${entry.slice(1)}]`)).toHaveLength(1);
  });

  it.each(['0.0.0.0/32', '255.255.255.255/32', "'::/128'"])('refuses %s everywhere', (network) => {
    expect(faultsOf(`lab: true\ntenants: [{ id: t1, tier: basic, networks: [${network}] }]`)).toHaveLength(1);
  });

  it("refuses networks that reach into the platform's own", () => {
    const text = `platform_networks: [10.9.0.0/16]
tenants:
  - { id: t1, tier: basic, networks: [10.0.0.0/8] }
`;
    expect(faultsOf(text)).toEqual([
      "3 tenants[0].networks[0]: 10.0.0.0/8 overlaps 10.9.0.0/16, which is the platform's own",
    ]);
  });

  it.each([
    ['', '1 : Invalid input: expected object, received null'],
    ['[]', '1 : Invalid input: expected object, received array'],
    ['revision: 1', '1 tenants: is missing (expected array)'],
    ['a: 1\na: 2\nb: [', expect.stringContaining('2 : Map keys must be unique')],
    ['tenants: []\n---\ntenants: []', expect.stringContaining('multiple documents')],
  ])('answers %j with faults, never with an exception', (text, fault) => {
    expect(faultsOf(text)).toContainEqual(fault);
  });

  it('refuses aliases that grow beyond measure', () => {
    const levels = 'abcdefghij'
      .split('')
      .map((name, index, all) => `${name}: &${name} [${Array(9).fill(index ? `*${all[index - 1]}` : 1)}]`);
    expect(faultsOf(levels.join('\n'))).toEqual([expect.stringContaining('Excessive alias count')]);
  });
});
