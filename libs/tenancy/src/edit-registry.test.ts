import {
  editRegistry,
  emptyRegistry,
  parseRegistry,
  type Registry,
  type RegistryEdit,
  tenantOf,
  type TenantEntry,
} from './index.js';

const T1: TenantEntry = { id: 't1', tier: 'standard', networks: ['10.1.0.0/16'] };
const T2: TenantEntry = { id: 't2', tier: 'enterprise', networks: ['10.2.0.0/16'] };
const ORDER = { reason: 'fire in the lab', by: 'ana', at: 1_700_000_000_000 };

const after = (registry: Registry, ...edits: RegistryEdit[]): Registry =>
  edits.reduce((now, edit) => {
    const edited = editRegistry(now, edit);
    if (!edited.ok) throw new Error(JSON.stringify(edited.faults));
    return edited.registry;
  }, registry);
const faultsOf = (registry: Registry, edit: RegistryEdit): string[] => {
  const edited = editRegistry(registry, edit);
  return edited.ok ? [] : edited.faults.map(({ tenant, key, reason }) => `${tenant} ${key}: ${reason}`);
};
const fileOf = (text: string, missing: 'keep' | 'drain' | 'cancel' | 'remove'): RegistryEdit => {
  const parsed = parseRegistry(text, { source: 'file' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { registry: file, saysPlatformNetworks } = parsed;
  return { kind: 'apply', file, saysPlatformNetworks, missing };
};

const both = after(emptyRegistry('test'), { kind: 'add', entry: T1 }, { kind: 'add', entry: T2 });

describe('an entry', () => {
  it('keeps its gaps, so that a change of the tier takes effect', () => {
    const upgraded = after(both, { kind: 'set', id: 't1', keys: { 'limits.queue': 7, tier: 'premium' } });
    expect(upgraded.entries.get('t1')).toEqual({ ...T1, tier: 'premium', limits: { queue: 7 } });
    expect(tenantOf(upgraded, 't1')).toMatchObject({
      route: 'dedicated',
      limits: { queue: 7, weight: 4, intakePer60s: 1_200 },
      revision: 3,
    });
    expect(tenantOf(upgraded, 't2')?.revision).toBe(2);
  });

  it('forgets what is set to null, and is as before', () => {
    const set = {
      kind: 'set',
      id: 't1',
      keys: { 'limits.queue': 7, lab: true, 'device.tls': false },
    } as const;
    const unset = {
      kind: 'set',
      id: 't1',
      keys: { 'limits.queue': null, lab: null, 'device.tls': true },
    } as const;
    expect(after(both, set, unset).entries.get('t1')).toEqual(T1);
  });

  it('is written only where something changes', () => {
    const edited = editRegistry(both, { kind: 'set', id: 't1', keys: { tier: 'standard', paused: false } });
    expect(edited).toMatchObject({ ok: true, changesNothing: true, written: [] });
    expect(edited.ok && edited.registry).toBe(both);
    expect(editRegistry(both, { kind: 'pause', id: 't1' })).toMatchObject({
      changesNothing: false,
      written: ['t1'],
      diff: { changed: [{ fields: ['paused'] }] },
    });
  });

  it('is written where it says what its tier said, though nothing differs', () => {
    const edited = editRegistry(both, { kind: 'set', id: 't1', keys: { route: 'queue' } });
    expect(edited).toMatchObject({ written: ['t1'], diff: { changed: [], added: [], removed: [] } });
  });

  it('is refused with every fault at once, by tenant and key', () => {
    const keys = { 'limits.queue': 0, networks: ['10.2.3.0/24', '10.1.0.1/16'], colour: 'red' };
    const [colour, queue, network] = faultsOf(both, { kind: 'set', id: 't1', keys });
    expect(colour).toMatch(/^t1 colour: is not a key to set: name, tier, route, /);
    expect(queue).toMatch(/^t1 limits\.queue: /);
    expect(network).toBe(
      't1 networks[1]: "10.1.0.1/16" is no network: the prefix length is wrong or bits beyond it are set',
    );
    expect(faultsOf(both, { kind: 'add', entry: { ...T1, id: 't3' } })).toEqual([
      't3 networks[0]: 10.1.0.0/16 overlaps 10.1.0.0/16 of tenant t1',
    ]);
    expect(
      faultsOf(both, { kind: 'add', entry: { id: 't3', tier: 'basic', networks: ['127.0.0.0/8'] } }),
    ).toEqual([
      't3 networks[0]: 127.0.0.0/8 holds loopback addresses, which no tenant may have without lab: true',
    ]);
    expect(faultsOf(both, { kind: 'add', entry: T1 })).toEqual(['t1 id: is in the registry already']);
    expect(faultsOf(both, { kind: 'pause', id: 't9' })).toEqual(['t9 : is not in the registry']);
  });
});

describe('routes', () => {
  it('change at once within a namespace, by the tier, by a key or by an order', () => {
    expect(tenantOf(after(both, { kind: 'route', id: 't1', route: 'dedicated' }), 't1')?.route).toBe(
      'dedicated',
    );
    expect(faultsOf(both, { kind: 'set', id: 't1', keys: { tier: 'basic' } })).toEqual([]);
  });

  it('change to another namespace by a move only', () => {
    expect(faultsOf(both, { kind: 'set', id: 't1', keys: { tier: 'enterprise' } })).toEqual([
      't1 tier: the route would change from queue to namespace, into another namespace: move the tenant, or set route: queue with the tier',
    ]);
    expect(faultsOf(both, { kind: 'set', id: 't1', keys: { tier: 'enterprise', route: 'queue' } })).toEqual(
      [],
    );
    expect(faultsOf(both, { kind: 'set', id: 't2', keys: { route: 'pooled' } })).toEqual([
      't2 route: the route would change from namespace to pooled, into another namespace: move the tenant',
    ]);
    expect(faultsOf(both, { kind: 'route', id: 't2', route: 'pooled' })).toEqual([
      't2 route: pooled is in another namespace than namespace: move the tenant',
    ]);
    expect(faultsOf(both, { kind: 'move', id: 't1', to: 'pooled' })).toEqual([
      't1 moving.to: from queue to pooled is no move: both are in one namespace',
    ]);
  });

  it('change at the end of the move, whose epoch is that of its beginning', () => {
    const move = { kind: 'move', id: 't1', to: 'namespace' } as const;
    const moving = after(both, move);
    const epoch = moving.revision;
    expect(tenantOf(moving, 't1')).toMatchObject({ route: 'queue', moving: { to: 'namespace', epoch } });
    expect(editRegistry(moving, move)).toMatchObject({ changesNothing: true });
    expect(faultsOf(moving, { kind: 'route', id: 't1', route: 'namespace', epoch: epoch - 1 })).toEqual([
      `t1 moving.epoch: there is no move of epoch ${epoch - 1}: that of epoch ${epoch} is under way`,
    ]);
    expect(faultsOf(moving, { kind: 'route', id: 't1', route: 'pooled' })).toHaveLength(1);
    expect(faultsOf(moving, { kind: 'set', id: 't1', keys: { route: 'pooled' } })).toHaveLength(1);
    expect(faultsOf(moving, { kind: 'leave', id: 't1', how: 'drain' })).toHaveLength(1);
    expect(faultsOf(moving, { kind: 'remove', id: 't1' })).toHaveLength(1);

    const end = { kind: 'route', id: 't1', route: 'namespace', epoch } as const;
    const moved = after(moving, { kind: 'set', id: 't1', keys: { 'limits.queue': 9 } }, end);
    expect(tenantOf(moved, 't1')).toMatchObject({ route: 'namespace', limits: { queue: 9 } });
    expect(tenantOf(moved, 't1')).not.toHaveProperty('moving');
    expect(editRegistry(moved, end)).toMatchObject({ changesNothing: true });

    const taken = after(moving, { kind: 'stop-move', id: 't1', epoch });
    expect(taken.entries.get('t1')).toEqual(T1);
    const again = after(taken, move);
    expect(tenantOf(again, 't1')?.moving?.epoch).toBeGreaterThan(epoch);
  });
});

describe('leaving', () => {
  it('is said, taken back, and ends with the entry', () => {
    const leaving = after(both, { kind: 'leave', id: 't1', how: 'drain' });
    expect(tenantOf(leaving, 't1')?.leaving).toBe('drain');
    expect(after(leaving, { kind: 'stay', id: 't1' }).entries.get('t1')).toEqual(T1);
    const gone = after(leaving, { kind: 'remove', id: 't1' });
    expect([...gone.entries.keys()]).toEqual(['t2']);
    expect(after(gone, { kind: 'add', entry: T1 }).tenants.map(({ revision }) => revision)).toEqual([5, 2]);
  });
});

describe('orders for all tenants', () => {
  it('stop and allow, and count as changes', () => {
    const stopped = after(
      both,
      { kind: 'pause-platform', order: ORDER },
      { kind: 'stop-version', softwareVersion: '2.0.0', order: ORDER },
      { kind: 'stop-version', softwareVersion: '1.9.9', order: ORDER },
    );
    expect(stopped).toMatchObject({
      revision: 5,
      controls: {
        revision: 5,
        paused: ORDER,
        stoppedVersions: [{ softwareVersion: '1.9.9' }, { softwareVersion: '2.0.0' }],
      },
    });
    expect(editRegistry(stopped, { kind: 'pause-platform', order: { ...ORDER, at: 5 } })).toMatchObject({
      changesNothing: true,
    });
    const free = after(
      stopped,
      { kind: 'allow-version', softwareVersion: '2.0.0' },
      { kind: 'allow-version', softwareVersion: '1.9.9' },
      { kind: 'resume-platform' },
    );
    expect(free.controls).toEqual({ revision: 8, stoppedVersions: [] });
    expect(editRegistry(free, { kind: 'allow-version', softwareVersion: '3' })).toMatchObject({
      changesNothing: true,
    });
    expect(editRegistry(both, { kind: 'pause-platform', order: ORDER })).toMatchObject({
      diff: { platform: ['controls'] },
      written: [],
    });
  });

  it('are refused with their faults', () => {
    const order = { ...ORDER, reason: '' };
    expect(faultsOf(both, { kind: 'stop-version', softwareVersion: 'a b', order })).toEqual([
      ' stoppedVersions[0].softwareVersion: must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
      expect.stringMatching(/^ stoppedVersions\[0\]\.reason: /),
    ]);
  });
});

describe('a whole file', () => {
  const file =
    'platform_networks: [192.0.2.0/24]\nupgrade: { soak_seconds: 5 }\ntenants: [{ id: t1, tier: standard, networks: [10.1.0.0/16] }, { id: t3, tier: basic, networks: [10.3.0.0/16] }]';

  it('makes the entries its own, and leaves alone what is not its business', () => {
    const paused = after(both, { kind: 'pause', id: 't1' }, { kind: 'pause-platform', order: ORDER });
    const applied = after(paused, fileOf(file, 'keep'));
    expect(applied.platformNetworks.map(({ text }) => text)).toEqual(['192.0.2.0/24']);
    expect(applied.entries.get('t1')).toEqual({ ...T1, upgrade: { soak_seconds: 5 }, paused: true });
    expect([...applied.entries.keys()]).toEqual(['t1', 't2', 't3']);
    expect(applied.controls).toEqual(paused.controls);
    expect(editRegistry(applied, fileOf(file, 'keep'))).toMatchObject({ changesNothing: true });
    const silent = file.slice(file.indexOf('\n'));
    expect(editRegistry(applied, fileOf(silent, 'keep'))).toMatchObject({ changesNothing: true });
    expect(after(applied, fileOf(`platform_networks: []${silent}`, 'keep')).platformNetworks).toEqual([]);
  });

  it('lets the tenants go that it does not name, as asked', () => {
    expect(tenantOf(after(both, fileOf(file, 'drain')), 't2')?.leaving).toBe('drain');
    expect([...after(both, fileOf(file, 'remove')).entries.keys()]).toEqual(['t1', 't3']);
  });

  it('is taken as a whole or not at all', () => {
    const swap =
      'tenants: [{ id: t1, tier: standard, networks: [10.2.0.0/16] }, { id: t2, tier: enterprise, networks: [10.1.0.0/16] }]';
    expect(faultsOf(both, fileOf(swap, 'keep'))).toEqual([]);
    const taken =
      'platform_networks: [10.2.0.0/16]\ntenants: [{ id: t1, tier: enterprise, networks: [10.1.0.0/16] }]';
    expect(faultsOf(both, fileOf(taken, 'keep'))).toEqual([
      't1 tier: the route would change from queue to namespace, into another namespace: move the tenant, or set route: queue with the tier',
      "t2 networks[0]: 10.2.0.0/16 overlaps 10.2.0.0/16, which is the platform's own",
    ]);
  });

  it('begins above the revisions that it names', () => {
    expect(after(emptyRegistry('test'), fileOf(`revision: 7\n${file}`, 'keep')).revision).toBe(7);
  });
});
