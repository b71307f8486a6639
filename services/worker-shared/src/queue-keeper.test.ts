import { silentLogger } from '@vecino/telemetry';
import { ownTaskQueueOf, parseRegistry, tenantOfTaskQueue } from '@vecino/tenancy';
import type { QueueAssignment } from '@vecino/temporal';
import { waitFor } from '@vecino/testing';
import type { Wake } from '@vecino/wakes';
import { type KeeperDependencies, QueueKeeper } from './queue-keeper.js';

/** So that it looks fifty times a second, in real time. */
const IDLE_GRACE_MS = 240;
const MINUTE = 60_000;
const keepers: QueueKeeper[] = [];
afterEach(() => Promise.all(keepers.splice(0).map((keeper) => keeper.stop())));

/** A keeper of so many Workers at the most, by a clock that the test sets; gates of `busy` tenants have work. */
async function keep(tenants: number, maxWorkers: number) {
  const entries = Array.from({ length: tenants }, (_, i) => ({
    id: `q${i}`,
    tier: 'standard',
    route: 'queue',
    networks: [`10.${i}.0.0/24`],
  }));
  const parsed = parseRegistry(JSON.stringify({ tenants: entries }), { source: 'test' });
  if (!parsed.ok) throw new Error('a registry');
  const { registry } = parsed;
  let now = 0;
  let plans = 0;
  let heard: (wake: Wake) => void = () => undefined;
  const busy = new Set<string>();
  const served = new Map<string, QueueAssignment>();
  const none = () => Promise.resolve(new Set<string>());
  const no = () => Promise.resolve(false);
  const deps = {
    registry: { current: () => registry, subscribe: () => () => undefined },
    wakes: {
      awake: () => new Map(),
      subscribe: (listener: (wake: Wake) => void) => ((heard = listener), () => undefined),
      readToEnd: () => Promise.resolve(),
    },
    sender: {
      wake: () => Promise.resolve(),
      wakeAnew: () => Promise.resolve(),
      asleep: () => Promise.resolve(),
    },
    fleet: {
      serve: (queue: QueueAssignment) => Promise.resolve(void served.set(queue.taskQueue, queue)),
      retire: ({ taskQueue }: QueueAssignment) => Promise.resolve(void served.delete(taskQueue)),
      served: () => ((plans += 1), [...served.values()]),
    },
    gates: {
      load: (tenantId: string) => Promise.resolve({ idle: !busy.has(tenantId) }),
      release: () => Promise.resolve(),
    },
    looks: { withRunning: none, withGates: none, isRunningOn: no, hasGateOn: no, hasBacklog: no },
    namespace: 'shared',
    maxWorkers,
    timing: { idleGraceMs: IDLE_GRACE_MS, lookMs: 1_000, sleeperMs: 1_000 },
    clock: { now: () => now },
    logger: silentLogger,
  } as unknown as KeeperDependencies;
  const keeper = new QueueKeeper(deps);
  keepers.push(keeper);
  await keeper.start();
  const servedTenants = () => [...served.keys()].flatMap((queue) => tenantOfTaskQueue(queue) ?? []);
  return {
    busy,
    servedTenants,
    wake: (tenantId: string) => heard({ tenantId, state: 'awake' }),
    sleep: (tenantId: string) => heard({ tenantId, state: 'asleep' }),
    pass: (ms: number) => void (now += ms),
    planned: () => {
      const until = plans + 6;
      return waitFor(() => plans >= until, { what: 'it to have planned anew', timeoutMs: 20_000 });
    },
    until: (what: string, isSo: () => boolean) => waitFor(isSo, { what, timeoutMs: 20_000 }),
    isServed: (tenantId: string) => served.has(ownTaskQueueOf(tenantId)),
  };
}

test('a tenant that waits for a Worker is not forgotten, however long that takes', async () => {
  const rig = await keep(2, 1);
  rig.busy.add('q0');
  rig.wake('q0');
  await rig.until('the first to be served', () => rig.isServed('q0'));
  rig.wake('q1');
  await rig.planned();
  for (let minute = 0; minute < 5; minute += 1) {
    rig.pass(MINUTE);
    await rig.planned();
  }
  expect(rig.servedTenants()).toEqual(['q0']);
  rig.busy.clear();
  rig.pass(MINUTE);
  await rig.until('the other to be served', () => rig.isServed('q1'));
}, 30_000);

test('of those that wait, the one that has waited longest comes first', async () => {
  const rig = await keep(40, 1);
  rig.busy.add('q0');
  rig.wake('q0');
  await rig.until('the first to be served', () => rig.isServed('q0'));
  rig.wake('q1');
  await rig.planned();
  rig.pass(2 * MINUTE);
  for (let i = 2; i < 40; i += 1) rig.wake(`q${i}`);
  await rig.planned();
  rig.busy.clear();
  rig.busy.add('q1');
  rig.pass(MINUTE);
  await rig.until('another to be served', () => rig.servedTenants().some((id) => id !== 'q0'));
  expect(rig.servedTenants()).toEqual(['q1']);
}, 30_000);

test('a tenant that another process has served meanwhile waits no longer', async () => {
  const rig = await keep(3, 1);
  rig.busy.add('q0');
  rig.wake('q0');
  await rig.until('the first to be served', () => rig.isServed('q0'));
  rig.wake('q1');
  await rig.planned();
  rig.sleep('q1');
  await rig.planned();
  rig.busy.clear();
  rig.pass(MINUTE);
  await rig.until('the first to have ended', () => !rig.isServed('q0'));
  await rig.planned();
  expect(rig.servedTenants()).toEqual([]);
}, 30_000);
