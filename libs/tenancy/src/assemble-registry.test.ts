import {
  assembleRegistry,
  editRegistry,
  NO_CONTROLS,
  type PlatformEntry,
  type Registry,
  type StoredTenant,
} from './index.js';

const stored = (id: string, network: string, revision = 1): StoredTenant => ({
  id,
  value: { entry: { id, tier: 'basic', networks: [network] }, revision },
});
const PLATFORM: PlatformEntry = { revision: 9, platformNetworks: ['192.0.2.0/24'], controls: NO_CONTROLS };
const assemble = (tenants: StoredTenant[], previous?: Registry, platform: PlatformEntry = PLATFORM) =>
  assembleRegistry({ source: 'test', platform: { value: platform }, tenants }, previous);
const networksOf = ({ tenants }: Registry) => tenants.map(({ id, networks }) => `${id} ${networks[0]?.text}`);
const faultsOf = ({ faults = [] }: Registry) =>
  faults.map(({ tenant, key, reason }) => `${tenant} ${key}: ${reason}`);

const A = stored('t1', '10.1.0.0/16');
const B = stored('t2', '10.2.0.0/16', 4);
const good = assemble([A, B]);

it('is what was written', () => {
  expect(networksOf(good)).toEqual(['t1 10.1.0.0/16', 't2 10.2.0.0/16']);
  expect(good).toMatchObject({ revision: 9, tenants: [{ revision: 1 }, { revision: 4 }] });
  expect(good.faults).toBeUndefined();
});

describe('an entry at fault', () => {
  it.each<[string, StoredTenant, string]>([
    ['cannot be read', { id: 't1', unreadable: 'garbage' }, 't1 : garbage'],
    [
      'is of an unknown tier',
      { id: 't1', value: { entry: { id: 't1', tier: 'unknown', networks: ['10.9.0.0/16'] }, revision: 5 } },
      't1 tier: ',
    ],
    [
      'is another tenant’s',
      { id: 't1', value: { entry: { id: 't3', tier: 'basic', networks: ['10.9.0.0/16'] }, revision: 5 } },
      't1 id: the entry is one of tenant t3',
    ],
    [
      'overlaps',
      stored('t1', '10.2.128.0/17', 5),
      't1 networks[0]: 10.2.128.0/17 overlaps 10.2.0.0/16 of tenant t2',
    ],
  ])('%s: the last good one stays, and a fresh reader does without', (_, poison, reason) => {
    const live = assemble([B, poison], good);
    expect(networksOf(live)).toEqual(networksOf(good));
    expect(faultsOf(live)).toEqual([expect.stringContaining(reason)]);
    const fresh = assemble([B, poison]);
    expect(networksOf(fresh)).toEqual(['t2 10.2.0.0/16']);
    expect(faultsOf(fresh)).toEqual(faultsOf(live));
    expect(networksOf(assemble([B, stored('t1', '10.7.0.0/16', 6)], live))).toEqual([
      't1 10.7.0.0/16',
      't2 10.2.0.0/16',
    ]);
  });

  it('gives way altogether where its last good one does not fit any more', () => {
    const taken = assemble([stored('t2', '10.1.0.0/17', 7), { id: 't1', unreadable: 'garbage' }], good);
    expect(networksOf(taken)).toEqual(['t2 10.1.0.0/17']);
  });

  it('can be taken out or written anew', () => {
    const fresh = assemble([B, { id: 't1', unreadable: 'garbage' }]);
    expect(editRegistry(fresh, { kind: 'remove', id: 't1' })).toMatchObject({ ok: true, written: ['t1'] });
    const entry = { id: 't1', tier: 'basic' as const, networks: ['10.1.0.0/16'] };
    const added = editRegistry(fresh, { kind: 'add', entry });
    expect(added).toMatchObject({ ok: true, written: ['t1'] });
    expect(added.ok && added.registry.faults).toBeUndefined();
  });
});

describe('networks that change hands', () => {
  it('do so together', () => {
    const swapped = assemble([stored('t1', '10.2.0.0/16', 5), stored('t2', '10.1.0.0/16', 5)], good);
    expect(networksOf(swapped)).toEqual(['t1 10.2.0.0/16', 't2 10.1.0.0/16']);
    expect(swapped.faults).toBeUndefined();
  });

  it('are not taken by the platform from tenants that have them', () => {
    const greedy = assemble([A, B], good, { ...PLATFORM, revision: 10, platformNetworks: ['10.0.0.0/8'] });
    expect(networksOf(greedy)).toEqual(networksOf(good));
    expect(greedy.platformNetworks).toEqual(good.platformNetworks);
    expect(faultsOf(greedy)).toEqual([' platform_networks: would take the networks of tenant t1']);
  });
});

describe("the platform's own entry", () => {
  const unreadable = { source: 'test', platform: { unreadable: 'garbage' }, tenants: [A] };

  it('stays the last good one', () => {
    expect(assembleRegistry(unreadable, good)).toMatchObject({
      revision: 9,
      controls: NO_CONTROLS,
      faults: [{ tenant: '' }],
    });
  });

  it('pauses everything for who has never read it, and is not overwritten by the way', () => {
    const fresh = assembleRegistry(unreadable);
    expect(fresh.controls.paused?.reason).toMatch(/cannot be read/);
    expect(editRegistry(fresh, { kind: 'pause', id: 't1' })).toMatchObject({ ok: false });
    expect(
      editRegistry(fresh, { kind: 'apply', file: good, saysPlatformNetworks: true, missing: 'keep' }),
    ).toMatchObject({ ok: true, registry: { platformNetworks: [{ text: '192.0.2.0/24' }] } });
  });
});
