import {
  diff,
  emptyRegistry,
  mayInstall,
  mayReach,
  namespaceOf,
  parseRegistry,
  ROUTES,
  settingsOf,
  taskQueueOf,
  tenantOf,
  workerOf,
  type Registry,
  type Tenant,
} from './index.js';

const registryWith = (...entries: string[]): Registry => {
  const parsed = parseRegistry(`tenants:\n${entries.map((entry) => `  - ${entry}`).join('\n')}`, {
    source: 'test',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
};
const tenantWith = (entry: string): Tenant => registryWith(entry).tenants[0]!;

const T1 = '{ id: t1, tier: basic, networks: [198.51.100.0/25] }';
const T2 = "{ id: t2, tier: basic, networks: ['2001:db8::/32'] }";

describe('diff', () => {
  const before = registryWith(T1, T2);

  it('is empty between equal registries, whatever the order and the spelling of the files', () => {
    const same = registryWith(T2, '{ networks: [198.51.100.0/25], id: t1, route: pooled, tier: basic }');
    expect(diff(before, same)).toEqual({ added: [], removed: [], changed: [], platform: [] });
  });

  it('names tenants that came, went, and changed, with the fields', () => {
    const after = registryWith(
      "{ id: t2, tier: basic, paused: true, limits: { queue: 9 }, networks: ['2001:db8::/48'] }",
      '{ id: t3, tier: basic, networks: [10.0.0.0/8] }',
    );
    const change = diff(before, after);
    expect(change.added.map(({ id }) => id)).toEqual(['t3']);
    expect(change.removed.map(({ id }) => id)).toEqual(['t1']);
    expect(change.changed).toEqual([
      {
        before: tenantOf(before, 't2'),
        after: tenantOf(after, 't2'),
        fields: ['limits', 'networks', 'paused'],
      },
    ]);
  });

  it('names what is asked of upgrades, and images, by themselves', () => {
    const after = registryWith(
      '{ id: t1, tier: basic, networks: [198.51.100.0/25], upgrade: { soak_seconds: 7 }, images: { allow: [2.0.0] } }',
      T2,
    );
    expect(diff(before, after).changed.map(({ fields }) => fields)).toEqual([['upgrade', 'images']]);
  });

  it('from nothing adds everything', () => {
    expect(diff(emptyRegistry('nowhere'), before).added).toEqual(before.tenants);
  });
});

describe('routes', () => {
  it.each([
    ['pooled', 'pool-deployments', 'shared-ns', 'shared'],
    ['queue', 'tenant-t1-deployments', 'shared-ns', 'shared'],
    ['dedicated', 'tenant-t1-deployments', 'shared-ns', 'dedicated'],
    ['namespace', 'tenant-t1-deployments', 'tenant-t1', 'dedicated'],
  ])('%s runs on %s in %s', (route, queue, namespace, worker) => {
    const tenant = tenantWith(`{ id: t1, tier: basic, route: ${route}, networks: [10.0.0.0/8] }`);
    expect(taskQueueOf(tenant)).toBe(queue);
    expect(namespaceOf(tenant, 'shared-ns')).toBe(namespace);
    expect(workerOf(tenant)).toBe(worker);
  });

  it('are all covered above', () => expect(ROUTES).toHaveLength(4));
});

describe('mayReach', () => {
  it('allows what lies in the networks', () => {
    expect(mayReach(tenantWith(T1), '198.51.100.127')).toEqual({ allowed: true });
    expect(mayReach(tenantWith(T2), '2001:db8:1::1')).toEqual({ allowed: true });
  });

  it.each(['198.51.100.128', '2001:db8::1', '127.0.0.1', '169.254.169.254'])('refuses %s', (ip) => {
    expect(mayReach(tenantWith(T1), ip)).toEqual({
      allowed: false,
      reason: { code: 'ROUTER_OUTSIDE_NETWORKS', text: `${ip} is not in the networks of tenant t1` },
    });
  });

  it.each(['198.51.100.01', '::ffff:198.51.100.1', 'localhost', '', '198.51.100.1 ', '3325256705'])(
    'refuses %j, which is no canonical address',
    (ip) => expect(mayReach(tenantWith(T1), ip)).toMatchObject({ allowed: false }),
  );

  it('refuses special addresses even where an entry that skipped the registry has them', () => {
    const lab = tenantWith('{ id: t1, tier: basic, lab: true, networks: [127.0.0.0/8] }');
    expect(mayReach(lab, '127.0.0.1')).toEqual({ allowed: true });
    expect(mayReach({ ...lab, lab: false }, '127.0.0.1')).toMatchObject({
      allowed: false,
      reason: { text: '127.0.0.1 is a loopback address' },
    });
  });
});

describe('mayInstall', () => {
  const tenant = tenantWith(
    "{ id: t1, tier: basic, networks: [10.0.0.0/8], images: { allow: [1.0.0, '2.1.*'] } }",
  );

  it.each(['1.0.0', '2.1.', '2.1.7-rc1'])('allows %s', (version) => {
    expect(mayInstall(tenant, version)).toBe(true);
  });
  it.each(['1.0.00', '1.0', '2.1', '2.10.0', 'x2.1.0', ''])('refuses %j', (version) => {
    expect(mayInstall(tenant, version)).toBe(false);
  });
  it('allows everything to a tenant without a list', () => {
    expect(mayInstall(tenantWith(T1), '9.9.9')).toBe(true);
  });
});

describe('settingsOf', () => {
  it('has what the gate needs', () => {
    expect(
      settingsOf(
        emptyRegistry('test'),
        tenantWith('{ id: t1, tier: premium, revision: 4, networks: [10.0.0.0/8] }'),
        'default',
      ),
    ).toEqual({
      tenantId: 't1',
      revision: 4,
      tier: 'premium',
      cap: 10,
      queueLimit: 5_000,
      taskQueue: 'tenant-t1-deployments',
      statusFormat: 'avro',
      paused: false,
      weight: 4,
      namespace: 'default',
    });
  });
});
