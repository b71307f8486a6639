import { LATE_SENDS_MS } from '@vecino/foundation';
import { GATE_CALL_LIMIT_MS } from '@vecino/temporal';
import type { GateItem, SubmitBatch } from '@vecino/workflows';
import { REGISTRY_LEASE_MS, settingsOf, tenantOf } from '@vecino/tenancy';
import { registrySince, withinRegistryLease } from './registry-lease.js';
import { registryOf } from './testing/registry-under-test.js';

const registry = registryOf('acme');
const settings = settingsOf(registry, tenantOf(registry, 'acme')!, 'default');
const batch: SubmitBatch = { topic: 't', partition: 0, items: [] as readonly GateItem[], settings };

function under(feed: { current: typeof registry; age: number }) {
  const sent: SubmitBatch[] = [];
  const gates = {
    submit: async (one: SubmitBatch) => void sent.push(one),
    command: () => Promise.resolve(),
  };
  const lease = withinRegistryLease(gates, { current: () => feed.current, ageMs: () => feed.age }, 'default');
  return { sent, lease };
}

test('with a registry that is too old nothing is sent; it is again when it was read', async () => {
  const feed = { current: registry, age: REGISTRY_LEASE_MS + 1 };
  const { sent, lease } = under(feed);
  await expect(lease.submit(batch)).rejects.toMatchObject({ code: 'REGISTRY_STALE', disposition: 'retry' });
  feed.age = REGISTRY_LEASE_MS;
  await lease.submit(batch);
  expect(sent).toHaveLength(1);
});

test('nobody stops waiting for what is sent late before it has come', () => {
  expect(REGISTRY_LEASE_MS + GATE_CALL_LIMIT_MS).toBeLessThan(LATE_SENDS_MS);
});

test('a batch that waited goes with the settings of the moment at which it is sent', async () => {
  const paused = {
    ...registry,
    tenants: registry.tenants.map((one) => ({ ...one, paused: true, revision: 9 })),
  };
  const { sent, lease } = under({ current: paused, age: 0 });
  await lease.submit(batch);
  expect(sent[0]?.settings).toMatchObject({ paused: true, revision: 9 });
});

test('what a tenant that is gone meanwhile had asked for still goes to its gate', async () => {
  const { sent, lease } = under({ current: registryOf('other'), age: 0 });
  await lease.submit(batch);
  expect(sent).toEqual([batch]);
});

test('a registry that was read before that moment is waited for', async () => {
  const [old, fresh] = [registryOf('acme'), registryOf('acme', 'new')];
  let readAt = performance.now() - 100;
  let current = old;
  const feed = { current: () => current, ageMs: () => performance.now() - readAt };
  const at = performance.now();
  let got: typeof registry | undefined;
  const waiting = registrySince(feed, at, new AbortController().signal).then((one) => (got = one));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(got).toBeUndefined();
  [current, readAt] = [fresh, performance.now()];
  await waiting;
  expect(got).toBe(fresh);
});
