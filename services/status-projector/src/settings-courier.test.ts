import { memoryFeed } from '@vecino/registry/testing';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import type { Wake } from '@vecino/wakes';
import type { TenantSettings } from '@vecino/workflows';
import { SettingsCourier } from './settings-courier.js';
import { pausedPlatform, tenantsOn } from './testing/registry-under-test.js';

const couriers: SettingsCourier[] = [];
afterEach(() => Promise.all(couriers.splice(0).map((courier) => courier.stop())));

async function courierOf(routes: Readonly<Record<string, string>>, awake: readonly string[] = []) {
  const registry = memoryFeed(tenantsOn(routes));
  const told: TenantSettings[] = [];
  const known = new Map(awake.map((id) => [id, 0]));
  let heard: (wake: Wake) => void = () => undefined;
  const started: string[] = [];
  const gate = { fails: 0, open: 0, most: 0, missing: false };
  const courier = new SettingsCourier({
    registry,
    wakes: { awake: () => known, subscribe: (listener) => ((heard = listener), () => undefined) },
    gates: {
      async configure(settings) {
        gate.most = Math.max(gate.most, (gate.open += 1));
        await new Promise((resolve) => setImmediate(resolve));
        gate.open -= 1;
        if (gate.fails-- > 0) throw new Error('Temporal is away');
        told.push(settings);
        return gate.missing ? 'no-gate' : 'told';
      },
      async start({ tenantId }) {
        started.push(tenantId);
        return 'started';
      },
    },
    sharedNamespace: 'shared',
    logger: silentLogger,
    catchUpPerSecond: 10_000,
  });
  couriers.push(courier);
  const count = Object.entries(routes).filter(
    ([id, route]) => route !== 'queue' || awake.includes(id),
  ).length;
  courier.start();
  await waitFor(() => told.length === count, { what: 'all to be told once at the start' });
  told.length = 0;
  const wake = (tenantId: string): void => {
    known.set(tenantId, 0);
    heard({ tenantId, state: 'awake' });
  };
  return { registry, told, started, wake, gate };
}
const idsOf = (told: readonly TenantSettings[]) => told.map(({ tenantId }) => tenantId).sort();

test('a stop of the platform reaches every gate, so many at once and no more', async () => {
  const routes = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`t${i}`, 'pooled']));
  const { registry, told, gate } = await courierOf(routes);
  registry.set(pausedPlatform(registry.current(), 9));
  await waitFor(() => told.length === 300);
  expect(new Set(idsOf(told)).size).toBe(300);
  expect(told.every(({ platformPaused, revision }) => platformPaused === 'a fire' && revision === 9)).toBe(
    true,
  );
  expect(gate.most).toBeLessThanOrEqual(64);
});

test('an idle gate without a Worker is told with its next wake', async () => {
  const { registry, told, wake } = await courierOf({ busy: 'queue', idle: 'queue' }, ['busy']);
  registry.set(pausedPlatform(registry.current(), 9));
  await waitFor(() => told.length === 1);
  expect(idsOf(told)).toEqual(['busy']);
  wake('idle');
  await waitFor(() => told.length === 2);
  expect(told[1]).toMatchObject({ tenantId: 'idle', platformPaused: 'a fire' });
  wake('idle');
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toHaveLength(2);
});

test('an idle gate is told at once where it has to go elsewhere or to complete', async () => {
  const { registry, told } = await courierOf({ idle: 'queue' });
  const before = registry.current();
  const tenants = before.tenants.map((tenant) => ({ ...tenant, leaving: 'drain' as const, revision: 9 }));
  registry.set({ ...before, tenants });
  await waitFor(() => told.length === 1);
  expect(told[0]).toMatchObject({ tenantId: 'idle', leaving: 'drain' });
});

test('it is tried until it is told, and then with what holds by then', async () => {
  const { registry, told, gate } = await courierOf({ t1: 'pooled' });
  gate.fails = 2;
  registry.set(pausedPlatform(registry.current(), 9));
  registry.set(pausedPlatform(registry.current(), 10));
  await waitFor(() => told.length > 0);
  expect(told.at(-1)?.revision).toBe(10);
  expect(told.every(({ revision }) => revision === 10)).toBe(true);
});

test('a tenant that came from another namespace gets its gate without a request; one that is leaving does not', async () => {
  const { registry, started, gate } = await courierOf({ came: 'pooled', goes: 'pooled', plain: 'pooled' });
  gate.missing = true;
  const before = registry.current();
  const moved = { from: 'namespace', epoch: 8 } as const;
  const tenants = before.tenants.map((tenant) => ({
    ...tenant,
    revision: 9,
    ...(tenant.id === 'plain' ? { paused: true } : { moved }),
    ...(tenant.id === 'goes' && { leaving: 'drain' as const }),
  }));
  registry.set({ ...before, revision: 9, tenants });
  await waitFor(() => started.length > 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toEqual(['came']);
});
