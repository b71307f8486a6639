import { type Service } from '@vecino/devstack';
import { editRegistry, emptyRegistry, type Registry, type RegistryEdit } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { TenantParts } from './tenant-parts.js';

function edited(registry: Registry, edit: RegistryEdit): Registry {
  const done = editRegistry(registry, edit);
  if (!done.ok) throw new Error(JSON.stringify(done.faults));
  return done.registry;
}
const premium = (id: string, net: number): RegistryEdit => ({
  kind: 'add',
  entry: { id, tier: 'premium', networks: [`10.${net}.0.0/16`] },
});

function partsOf(registry: Registry, fail: () => boolean = () => false) {
  const happened: string[] = [];
  const faults: unknown[] = [];
  const start = (name: string): Service => {
    happened.push(`start ${name}`);
    return { name, stop: () => Promise.resolve(void happened.push(`stop ${name}`)) } as unknown as Service;
  };
  const parts = new TenantParts(
    {
      start: (plan) => (fail() ? Promise.reject(new Error('no')) : Promise.resolve(start(plan.name))),
      follow: (next) => Promise.resolve(void happened.push(`follow ${next.revision}`)),
      onChange: () => happened.push('change'),
      onFault: (error) => faults.push(error),
      lingerMs: 1,
      retryMs: 1,
    },
    registry,
    [],
  );
  return { parts, happened, faults };
}

it('a dedicated worker comes with its tenant, and goes some time after it', async () => {
  const empty = emptyRegistry('test');
  const { parts, happened } = partsOf(empty);
  const one = edited(empty, premium('aa', 1));
  await parts.follow(one);
  expect(parts.services.map(({ name }) => name)).toEqual(['worker-dedicated-aa']);
  await parts.follow(edited(one, { kind: 'set', id: 'aa', keys: { route: 'queue' } }));
  await waitFor(() => happened.includes('stop worker-dedicated-aa'));
  expect(parts.services).toEqual([]);
  expect(happened.filter((what) => what.startsWith('start'))).toHaveLength(1);
});

it('what cannot be started is tried again', async () => {
  let failures = 2;
  const { parts, faults } = partsOf(emptyRegistry('test'), () => failures-- > 0);
  await parts.follow(edited(emptyRegistry('test'), premium('aa', 1)));
  await waitFor(() => parts.services.length === 1);
  expect(faults).toHaveLength(2);
});

it('nothing starts once it is closed', async () => {
  const { parts, happened } = partsOf(emptyRegistry('test'));
  await parts.close();
  await parts.follow(edited(emptyRegistry('test'), premium('aa', 1)));
  expect(happened).toEqual([]);
});
