import { waitFor } from '@vecino/testing';
import { deploymentWorkflowId } from '@vecino/workflows';
import { routerEndsWell } from './router-judge.js';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type LaboratoryRouter,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

const SLOW: LaboratoryRouter = { faults: [{ kind: 'slow-disk', msPerMiB: 4_000 }] };
/** Lasts long enough beyond its reboot that what comes too late finds it; away for longer, it might not return in time. */
const LONG_AFTER_REBOOT: LaboratoryRouter = { rebootMs: 1_500, policy: { soakSeconds: 10 } };

describe('a cancelled deployment', () => {
  let lab: UpgradeLaboratory;
  const routers: readonly LaboratoryRouter[] = [
    SLOW,
    SLOW,
    { faults: [{ kind: 'activate-lost-reply', activates: true, times: 5 }] },
    LONG_AFTER_REBOOT,
    LONG_AFTER_REBOOT,
    LONG_AFTER_REBOOT,
  ];
  beforeAll(async () => {
    lab = await openUpgradeLaboratory({ routers });
  }, 180_000);
  afterAll(() => lab?.stop(), 60_000);

  const router = (index: number) => lab.simulator.router(lab.routerId(index)).snapshot();
  const calls = (index: number, rpc: string) =>
    lab.simulator.calls(lab.routerId(index)).filter((call) => call.rpc.endsWith(`/${rpc}`));
  const answers = (deploymentId: string) =>
    lab.published.filter(
      (change) => change.deploymentId === deploymentId && change.reason?.code === 'CANCEL_TOO_LATE',
    );

  it('stops its Install and leaves the router as it was', async () => {
    const deploymentId = await lab.start(lab.routerId(0));
    await lab.phase(deploymentId, 'STAGING');
    await waitFor(() => router(0).installing, { what: 'the Install' });
    await lab.cancel(deploymentId);
    const { state, code, locked, outcome } = await lab.ended(deploymentId);
    expect({ state, code, locked }).toEqual({
      state: 'CANCELLED',
      code: 'CANCELLED_BY_OPERATOR',
      locked: false,
    });
    expect(router(0).runningVersion).toBe(OLD_VERSION);
    await waitFor(() => !router(0).installing, { what: 'the end of the Install' });
    expect(routerEndsWell(router(0), [OLD_VERSION])).toEqual([]);
    expect(calls(0, 'Install').filter(({ accepted }) => accepted)).toEqual([]);
    expect(calls(0, 'Activate').length + calls(0, 'Reboot').length).toBe(0);
    expect(lab.evidence(outcome)).toMatchObject({ outcome: { state: 'CANCELLED' } });
  }, 120_000);

  it('does so as well when Temporal is asked to cancel it', async () => {
    const deploymentId = await lab.start(lab.routerId(1));
    await lab.phase(deploymentId, 'STAGING');
    await lab.client.workflow.getHandle(deploymentWorkflowId(lab.routerId(1), deploymentId)).cancel();
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'CANCELLED' });
    expect(routerEndsWell(router(1), [OLD_VERSION])).toEqual([]);
  }, 120_000);

  it('takes back what it has armed', async () => {
    const deploymentId = await lab.start(lab.routerId(2));
    await waitFor(() => router(2).nextBootVersion === NEW_VERSION, { what: 'the armed router' });
    await lab.cancel(deploymentId);
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'CANCELLED', locked: false });
    expect(routerEndsWell(router(2), [OLD_VERSION])).toEqual([]);
    expect(calls(2, 'Reboot')).toEqual([]);
  }, 120_000);

  it('goes on after the reboot, and answers each command once that it is too late', async () => {
    const deploymentId = await lab.start(lab.routerId(3));
    await lab.phase(deploymentId, 'WAIT_UP');
    for (const commandId of ['first', 'first', 'second']) await lab.cancel(deploymentId, commandId);
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'SUCCEEDED' });
    const reboot = calls(3, 'Reboot')[0];
    expect(answers(deploymentId).map(({ details }) => details?.['command_id'])).toEqual(['first', 'second']);
    const text = answers(deploymentId)[0]?.reason?.text ?? '';
    const sentAt = /^too late, reboot sent at (\S+)$/.exec(text)?.[1] ?? '';
    expect(Math.abs(Date.parse(sentAt) - (reboot?.start ?? 0))).toBeLessThan(5_000);
    expect(routerEndsWell(router(3), [NEW_VERSION])).toEqual([]);
  }, 120_000);

  it('says so as well when Temporal is asked to cancel it too late', async () => {
    const deploymentId = await lab.start(lab.routerId(4));
    await lab.phase(deploymentId, 'WAIT_UP');
    await lab.client.workflow.getHandle(deploymentWorkflowId(lab.routerId(4), deploymentId)).cancel();
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(answers(deploymentId)).toHaveLength(1);
  }, 120_000);

  it('cannot be stopped while it soaks', async () => {
    const deploymentId = await lab.start(lab.routerId(5));
    await lab.phase(deploymentId, 'SOAKING');
    await lab.cancel(deploymentId);
    const { state, outcome } = await lab.ended(deploymentId);
    expect(state).toBe('SUCCEEDED');
    expect(lab.evidence(outcome)).toMatchObject({
      commands: [{ answer: expect.stringMatching(/^too late/) as string }],
    });
  }, 120_000);
});
