import { parseRegistry, type Route, type Tenant } from '@vecino/tenancy';
import { gatesToAsk, roundOf } from './gates-to-ask.js';
import { LOOK_LIMITS } from './look-limits.js';

function tenantsOf(count: number, route: Route = 'pooled'): readonly Tenant[] {
  const entries = Array.from(
    { length: count },
    (_, index) =>
      `  - { id: t-${index}, tier: basic, route: ${route}, networks: [10.${index >> 8}.${index & 255}.0/24] }`,
  );
  const parsed = parseRegistry(`tenants:\n${entries.join('\n')}\n`, { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry.tenants;
}

const NOBODY: ReadonlySet<string> = new Set();
const NOTHING = {
  active: NOBODY,
  busy: NOBODY,
  silent: NOBODY,
  resting: NOBODY,
  awake: () => false,
  from: 0,
};
const ids = (tenants: readonly Tenant[]) => tenants.map(({ id }) => id);

test('all tenants are asked within a round, and few at a time', () => {
  const tenants = tenantsOf(300);
  const asked = new Set<string>();
  const share = roundOf(tenants.length);
  for (let from = 0; from < tenants.length; from += share) {
    const look = gatesToAsk(tenants, { ...NOTHING, from });
    expect(look).toHaveLength(share);
    for (const { id } of look) asked.add(id);
  }
  expect(asked.size).toBe(300);
});

test('those that may have something to do are asked each time, and first', () => {
  const hints = { ...NOTHING, active: new Set(['t-200']), busy: new Set(['t-100']) };
  expect(ids(gatesToAsk(tenantsOf(300), hints)).slice(0, 2)).toEqual(['t-100', 't-200']);
});

test('those that were silent come last, however long they have been', () => {
  const busy = new Set(['t-0', 't-1', 't-2', 't-3']);
  const silent = new Set(['t-0', 't-2']);
  const known = ids(gatesToAsk(tenantsOf(4), { ...NOTHING, busy, silent }));
  expect(known).toEqual(['t-1', 't-3', 't-0', 't-2']);
});

test('those that rest are not asked, also where the round comes to them', () => {
  const silent = new Set(['t-0', 't-2']);
  const hints = { ...NOTHING, busy: silent, silent, resting: new Set(['t-2']) };
  expect(ids(gatesToAsk(tenantsOf(4), hints))).toEqual(['t-1', 't-3', 't-0']);
});

test('silent ones take nobody’s turn, and have their own in the round', () => {
  const tenants = tenantsOf(1_000);
  const silent = new Set<string>(ids(tenants.slice(0, 500)));
  const busy = new Set<string>(ids(tenants));
  const share = roundOf(tenants.length);
  const asked = gatesToAsk(tenants, { ...NOTHING, busy, silent, from: 0 });
  expect(asked.filter(({ id }) => silent.has(id))).toHaveLength(share);
  expect(asked).toHaveLength(LOOK_LIMITS.gatesAtMost);
});

test('nobody answers for a tenant that sleeps', () => {
  const tenants = tenantsOf(4, 'queue');
  const hints = { ...NOTHING, active: new Set(['t-1', 't-2']), awake: (id: string) => id === 't-2' };
  expect(ids(gatesToAsk(tenants, hints))).toEqual(['t-2']);
});

test.each([1_000, 9_000])(
  'of %d that all have something to do, a look asks a bounded number and a round all',
  (count) => {
    const tenants = tenantsOf(count);
    const active = new Set<string>(ids(tenants));
    const asked = new Set<string>();
    const share = roundOf(tenants.length);
    for (let from = 0; from < tenants.length; from += share) {
      const look = gatesToAsk(tenants, { ...NOTHING, active, from });
      expect(look.length).toBeLessThanOrEqual(LOOK_LIMITS.gatesAtMost);
      for (const { id } of look) asked.add(id);
    }
    expect(asked.size).toBe(count);
  },
);

test('nobody is asked where there is nobody', () => expect(gatesToAsk([], NOTHING)).toEqual([]));
