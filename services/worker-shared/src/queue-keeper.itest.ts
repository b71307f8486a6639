import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@vecino/testing';
import {
  ENDING_STAGES,
  type EndingStage,
  type KeeperRig,
  type Keeping,
  openKeeperRig,
  QUICK,
} from './testing/keeper-rig.js';

let rig: KeeperRig;
const keepings: Keeping[] = [];
beforeAll(async () => (rig = await openKeeperRig()));
afterEach(async () => {
  rig.heldTenants.clear();
  await Promise.all(keepings.splice(0).map((keeping) => keeping.stop()));
});
afterAll(() => rig.stop());

async function keep(...options: Parameters<KeeperRig['keep']>): Promise<Keeping> {
  const keeping = await rig.keep(...options);
  keepings.push(keeping);
  return keeping;
}
const untilServed = (keeping: Keeping, tenantId: string, isServed = true) =>
  waitFor(() => keeping.servedTenants().includes(tenantId) === isServed, {
    what: `${tenantId} ${isServed ? 'with' : 'without'} a Worker`,
  });
const untilSucceeded = (...deploymentIds: string[]) =>
  waitFor(() => deploymentIds.every((id) => rig.succeeded(id)), { timeoutMs: 30_000, what: 'the successes' });

test('a tenant that is added while it runs is served once it is woken; idle, it loses its Worker and gets it back', async () => {
  // Nobody looks for work before this test has failed: a Worker comes of a wake only.
  const keeping = await keep({ timing: { lookMs: 120_000, sleeperMs: 120_000 } });
  const tenantId = await rig.addTenant();
  expect(keeping.servedTenants()).toEqual([]);
  rig.heldTenants.add(tenantId);
  const deploymentId = await rig.submit(tenantId);
  await waitFor(() => rig.isAwake(tenantId), { what: 'the wake' });
  rig.heldTenants.delete(tenantId);
  await untilSucceeded(deploymentId);

  await untilServed(keeping, tenantId, false);
  await waitFor(async () => !(await rig.isAwake(tenantId)), { what: 'the tombstone' });
  await untilSucceeded(await rig.submit(tenantId));
}, 120_000);

test('a Worker stays while a deployment runs or waits, however long ago the tenant was woken', async () => {
  const keeping = await keep();
  const tenantId = await rig.addTenant();
  rig.heldTenants.add(tenantId);
  const deploymentId = await rig.submit(tenantId);
  await waitFor(() => rig.running.has(deploymentId));
  await rig.change({ kind: 'pause', id: tenantId });
  await rig.gates.configure(rig.settings(tenantId));
  const queued = await rig.submit(tenantId);
  rig.heldTenants.delete(tenantId);
  await untilSucceeded(deploymentId);
  // Nothing runs now, and one waits for as long as the tenant is paused.
  await sleep(3 * QUICK.idleGraceMs);
  expect(keeping.servedTenants()).toContain(tenantId);
  expect((await rig.gates.load(tenantId))?.queued).toBe(1);
  await rig.change({ kind: 'resume', id: tenantId });
  await rig.gates.configure(rig.settings(tenantId));
  await untilSucceeded(queued);
});

/** How often each tenant is asked for something at each moment; more of them by hand. */
const ROUNDS = Number(process.env['VECINO_KEEPER_ROUNDS'] ?? 1);

test('nothing is lost that comes while a Worker ends, at whichever moment', async () => {
  const tenants = await Promise.all([rig.addTenant(), rig.addTenant(), rig.addTenant()]);
  const expected = new Map<string, { readonly stage: EndingStage; sent: (id: Promise<string>) => void }>();
  await keep({
    timing: { idleGraceMs: 300 },
    onEnding(tenantId, stage) {
      if (expected.get(tenantId)?.stage !== stage) return;
      const { sent } = expected.get(tenantId)!;
      expected.delete(tenantId);
      sent(rig.submit(tenantId));
    },
  });
  const askAt = (tenantId: string, stage: EndingStage) =>
    new Promise<string>((resolve) => expected.set(tenantId, { stage, sent: resolve }));
  await Promise.all(
    tenants.map(async (tenantId, lane) => {
      await untilSucceeded(await rig.submit(tenantId));
      for (let round = 0; round < ROUNDS * ENDING_STAGES.length; round += 1) {
        const stage = ENDING_STAGES[(round + lane) % ENDING_STAGES.length]!;
        const id = await askAt(tenantId, stage);
        await waitFor(() => rig.succeeded(id), {
          timeoutMs: 30_000,
          what: `what came when the Worker ${stage}`,
        });
      }
    }),
  );
}, 180_000);

test('what ran when all workers were gone is picked up at the start, wake or not', async () => {
  const before = await keep();
  const tenantId = await rig.addTenant();
  rig.heldTenants.add(tenantId);
  const deploymentId = await rig.submit(tenantId);
  await waitFor(() => rig.running.has(deploymentId));
  await before.stop();
  await rig.putToSleep(tenantId);
  rig.heldTenants.delete(tenantId);
  const after = await keep();
  await untilServed(after, tenantId);
  await waitFor(() => rig.isAwake(tenantId), { what: 'others to know it too' });
  await untilSucceeded(deploymentId);
});

test('a signal whose wake was lost is found', async () => {
  const keeping = await keep();
  const tenantId = await rig.addTenant();
  await untilSucceeded(await rig.submit(tenantId, { unsaid: true }));
  expect(keeping.servedTenants()).toContain(tenantId);
});

test('a change of the limit on activities takes effect while deployments run, and none is lost', async () => {
  const tenantId = await rig.addTenant({ limits: { max_concurrent_activities: 2 } });
  const keeping = await keep();
  rig.heldTenants.add(tenantId);
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) ids.push(await rig.submit(tenantId));
  const runningNow = () => ids.filter((id) => rig.running.has(id)).length;
  await waitFor(() => runningNow() === 2);
  await rig.change({ kind: 'set', id: tenantId, keys: { 'limits.max_concurrent_activities': 5 } });
  await waitFor(() => runningNow() >= 5, { what: 'five at once' });
  expect(keeping.fleet.served().find((one) => one.tenantId === tenantId)?.limits.activities).toBe(5);
  rig.heldTenants.delete(tenantId);
  await untilSucceeded(...ids);
}, 90_000);

test('a tenant that becomes dedicated is let go of within seconds, and is served again when it comes back, while it runs', async () => {
  const keeping = await keep({ timing: { idleGraceMs: 60_000 } });
  const tenantId = await rig.addTenant();
  rig.heldTenants.add(tenantId);
  const deploymentId = await rig.submit(tenantId);
  await waitFor(() => rig.running.has(deploymentId));
  await rig.change({ kind: 'set', id: tenantId, keys: { route: 'dedicated' } });
  await untilServed(keeping, tenantId, false);
  await rig.change({ kind: 'set', id: tenantId, keys: { route: 'queue' } });
  await untilServed(keeping, tenantId);
  rig.heldTenants.delete(tenantId);
  await untilSucceeded(deploymentId);
});

test('a tenant that goes into the pool is served on its old queue until nothing is left there', async () => {
  const keeping = await keep();
  const tenantId = await rig.addTenant();
  rig.heldTenants.add(tenantId);
  const deploymentId = await rig.submit(tenantId);
  await waitFor(() => rig.running.has(deploymentId));
  await rig.change({ kind: 'set', id: tenantId, keys: { route: 'pooled' } });
  await rig.gates.configure(rig.settings(tenantId));
  await waitFor(async () => {
    const gate = await rig.client.workflow.getHandle(`gate/${tenantId}`).describe();
    return gate.taskQueue === 'pool-deployments';
  });
  await sleep(3 * QUICK.idleGraceMs);
  expect(keeping.servedTenants()).toContain(tenantId);
  rig.heldTenants.delete(tenantId);
  await untilSucceeded(deploymentId);
  await untilServed(keeping, tenantId, false);
  await untilSucceeded(await rig.submit(tenantId));
});
