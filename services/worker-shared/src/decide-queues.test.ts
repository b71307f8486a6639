import { type EpochMs } from '@vecino/foundation';
import { ownTaskQueueOf, parseRegistry, POOL_TASK_QUEUE, type Registry, tenantOf } from '@vecino/tenancy';
import fc from 'fast-check';
import { decideQueues, type QueueFacts, queuesToHold } from './decide-queues.js';

const registryOf = (...entries: string[]): Registry => {
  const tenants = entries
    .map((entry, index) => `  - { ${entry}, networks: [10.${index}.0.0/24] }`)
    .join('\n');
  const parsed = parseRegistry(`tenants:\n${tenants}\n`, { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
};

const NOW: EpochMs = 1_000_000;
const factsOf = (registry: Registry, more: Partial<QueueFacts> = {}): QueueFacts => ({
  registry,
  namespace: 'shared',
  now: NOW,
  heldUntil: new Map(),
  served: new Set(),
  maxWorkers: 100,
  rank: () => 0,
  ...more,
});
const held = (...tenantIds: string[]) => new Map(tenantIds.map((id) => [ownTaskQueueOf(id), NOW + 1]));
const names = (queues: readonly { taskQueue: string }[]) => queues.map(({ taskQueue }) => taskQueue);
const ALL_ROUTES = ['pooled', 'queue', 'dedicated', 'namespace'] as const;
const oneOnEachRoute = registryOf(
  ...ALL_ROUTES.map((route) => `id: on-${route}, tier: basic, route: ${route}`),
);

test('the pool is always served, and a queue tenant only while it has work', () => {
  expect(names(decideQueues(factsOf(oneOnEachRoute)).serve)).toEqual([POOL_TASK_QUEUE]);
  const awake = decideQueues(factsOf(oneOnEachRoute, { heldUntil: held('on-queue') }));
  expect(names(awake.serve)).toEqual([POOL_TASK_QUEUE, 'tenant-on-queue-deployments']);
});

test('a Worker stays until its gate was asked, however long ago its tenant was woken', () => {
  const queue = ownTaskQueueOf('on-queue');
  const served = new Set([POOL_TASK_QUEUE, queue]);
  const quiet = decideQueues(factsOf(oneOnEachRoute, { served, heldUntil: new Map([[queue, NOW]]) }));
  expect(names(quiet.serve)).toContain(queue);
  expect(quiet.ask).toEqual([queue]);
  const woken = decideQueues(factsOf(oneOnEachRoute, { served, heldUntil: held('on-queue') }));
  expect(woken.ask).toEqual([]);
});

test('what a tenant left on its queue is served wherever it is now, but for the tenants of worker-dedicated', () => {
  const heldUntil = held('on-pooled', 'on-dedicated', 'on-namespace', 'gone');
  expect(names(decideQueues(factsOf(oneOnEachRoute, { heldUntil })).serve)).toEqual([
    POOL_TASK_QUEUE,
    'tenant-on-pooled-deployments',
    'tenant-on-namespace-deployments',
    'tenant-gone-deployments',
  ]);
});

test('a tenant that is dedicated now is let go of at once, though its deployments run', () => {
  const queue = ownTaskQueueOf('on-dedicated');
  const facts = factsOf(oneOnEachRoute, { served: new Set([queue]), heldUntil: held('on-dedicated') });
  const decision = decideQueues(facts);
  expect(decision.drain).toEqual([queue]);
  expect(names(decision.serve)).toEqual([POOL_TASK_QUEUE]);
  expect(decision.ask).toEqual([]);
});

test("a tenant's limits are its Worker's, as they are now", () => {
  const limits = '{ max_concurrent_workflows_per_tenant: 30, max_concurrent_activities: 4 }';
  const registry = registryOf(`id: q1, tier: standard, limits: ${limits}`);
  expect(decideQueues(factsOf(registry, { heldUntil: held('q1') })).serve[1]).toEqual({
    namespace: 'shared',
    taskQueue: 'tenant-q1-deployments',
    tenantId: 'q1',
    limits: expect.objectContaining({ activities: 4, cachedWorkflows: 70 }),
  });
});

test('no more Workers than may be: who has one keeps it, and processes choose differently among the others', () => {
  const ids = Array.from({ length: 5 }, (_, i) => `q${i}`);
  const registry = registryOf(...ids.map((id) => `id: ${id}, tier: standard`));
  const facts = { heldUntil: held(...ids), served: new Set([ownTaskQueueOf('q0')]), maxWorkers: 3 };
  const up = decideQueues(factsOf(registry, { ...facts, rank: (queue) => queue.charCodeAt(8) }));
  const down = decideQueues(factsOf(registry, { ...facts, rank: (queue) => -queue.charCodeAt(8) }));
  const own = (decision: typeof up) =>
    names(decision.serve)
      .slice(1)
      .map((queue) => queue.slice(7, 9));
  expect(own(up)).toEqual(['q0', 'q1', 'q2']);
  expect(own(down)).toEqual(['q0', 'q4', 'q3']);
  expect(up.waiting).toHaveLength(2);
});

test('a change of route gives a queue something to do, on the old one or the new one', () => {
  const on = (route: string) => tenantOf(registryOf(`id: t1, tier: basic, route: ${route}`), 't1')!;
  const holds = ALL_ROUTES.flatMap((before) =>
    ALL_ROUTES.filter((after) => queuesToHold(on(before), on(after)).length > 0).map(
      (after) => `${before} → ${after}`,
    ),
  );
  expect(holds).toEqual([
    'pooled → queue',
    'queue → pooled',
    'queue → namespace',
    'dedicated → pooled',
    'dedicated → queue',
    'dedicated → namespace',
    'namespace → queue',
  ]);
});

const someQueues = fc.uniqueArray(fc.constantFrom(...ALL_ROUTES.map((route) => `on-${route}`), 'gone'), {
  maxLength: 5,
});

test('whatever is served is kept, asked or drained; nothing is both kept and drained; the limit holds for what is new', () => {
  fc.assert(
    fc.property(someQueues, someQueues, fc.nat(4), (servedIds, heldIds, maxWorkers) => {
      const served = new Set(servedIds.map(ownTaskQueueOf));
      const { serve, ask, drain, waiting } = decideQueues(
        factsOf(oneOnEachRoute, { served, heldUntil: held(...heldIds), maxWorkers }),
      );
      const serving = names(serve).slice(1);
      for (const queue of served) expect(serving.includes(queue) !== drain.includes(queue)).toBe(true);
      for (const queue of ask) expect(serving).toContain(queue);
      const fresh = serving.filter((queue) => !served.has(queue));
      if (fresh.length > 0) expect(serving.length).toBeLessThanOrEqual(maxWorkers);
      // Nobody who has work is forgotten: served, waiting, or another service's.
      for (const id of heldIds) {
        const queue = ownTaskQueueOf(id);
        expect(serving.includes(queue) || waiting.includes(queue) || id === 'on-dedicated').toBe(true);
      }
    }),
  );
});
