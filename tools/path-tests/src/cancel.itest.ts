import { audit } from '@vecino/audit';
import { runProgram, thisRepository } from '@vecino/cli';
import { type NetworkDeploymentStatus, statusEventId } from '@vecino/contracts';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import { type CallRecord, type RouterSnapshot } from '@vecino/router-simulator';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { askSimulator, misbehave } from './ask-simulator.js';
import { evidenceOf } from './evidence.js';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planUpgrade } from './request-plan.js';
import { sendRequests } from './send-requests.js';
import { type SentRequest } from './sent-request.js';
import { readStatuses, type StatusReader } from './status-reader.js';

/** As `./vecino cancel --output json` prints it. */
interface CancelReport {
  readonly answer: string;
  readonly state: string | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
}

const OUTSIDE = { ...process.env };

describe('./vecino cancel on the whole platform', () => {
  let path: PathPlatform;
  let producer: Producer;
  let reader: StatusReader;
  let ledger: SentRequest[];

  beforeAll(async () => {
    path = await startPathPlatform();
    Object.assign(process.env, path.platform.env);
    producer = path.kafka.producer();
    await producer.connect();
    const [tenant] = path.platform.registry.tenants;
    if (tenant === undefined) throw new Error('the registry has no tenant');
    const plan = (router: number) => planUpgrade(tenant, router);
    ledger = [{ ...plan(1), mayEnd: ['CANCELLED_BY_OPERATOR'] }, plan(2)];
    // Nobody waits for its end: it is cancelled.
    await misbehave(path, ledger[0]!.routerId, { kind: 'slow-disk', msPerMiB: 180_000 });
    await misbehave(path, ledger[1]!.routerId, { kind: 'reboot-never-returns' });
    await sendRequests(producer, ledger);
    reader = await readStatuses(path, [tenant.id]);
  }, 180_000);

  afterAll(async () => {
    process.env = OUTSIDE;
    await reader?.stop();
    await producer?.disconnect();
    await path?.stop();
  }, 60_000);

  const callsTo = (routerId: string, rpc: string) =>
    path
      .routerLog()
      .filter((record): record is CallRecord => record.kind === 'call' && record.router_id === routerId)
      .filter((call) => call.rpc.endsWith(`/${rpc}`));
  const told = ({ deploymentId }: SentRequest): readonly NetworkDeploymentStatus[] =>
    reader.statuses().filter((status) => status.deployment_id === deploymentId);
  const reached = (entry: SentRequest, state: string) =>
    waitFor(() => told(entry).some((status) => status.state === state), {
      what: `${state} of ${entry.deploymentId}`,
      timeoutMs: 60_000,
    });

  async function cancel(deploymentId: string, ...more: string[]): Promise<CancelReport & { exit: number }> {
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    let code = 0;
    try {
      const args = ['cancel', deploymentId, '--requested-by', 'ana', '--output', 'json', ...more];
      await runProgram({ repository: thisRepository(), exit: (given) => (code = given) }, args);
      const report = JSON.parse(String(said.mock.calls.at(-1)?.[0])) as CancelReport;
      return { ...report, exit: code };
    } finally {
      said.mockRestore();
    }
  }

  it('stops a deployment while it installs, and leaves its router as it was', async () => {
    const entry = ledger[0]!;
    await reached(entry, 'STAGING');
    expect(await cancel(entry.deploymentId)).toMatchObject({
      exit: 0,
      answer: 'cancelled',
      state: 'CANCELLED',
      reason: { text: 'cancelled by ana before the reboot was sent' },
    });
    const router = await askSimulator<RouterSnapshot>(path, 'GET', `/routers/${entry.routerId}`);
    expect(router).toMatchObject({ runningVersion: '1.0.0', nextBootVersion: '1.0.0' });
    expect(callsTo(entry.routerId, 'Reboot')).toEqual([]);
    expect(callsTo(entry.routerId, 'Activate')).toEqual([]);
  }, 90_000);

  it('comes too late once the router was told to reboot, says when that was, and the upgrade goes on', async () => {
    const entry = ledger[1]!;
    await reached(entry, 'WAIT_UP');
    const report = await cancel(entry.deploymentId);
    expect(report).toMatchObject({ exit: 3, answer: 'too-late', reason: { code: 'CANCEL_TOO_LATE' } });
    expect(report.reason?.text).toMatch(/^too late, reboot sent at \d{4}-\d\d-\d\dT[\d:.]+Z$/);
    await askSimulator(path, 'POST', `/routers/${entry.routerId}/power-on`);
    await reached(entry, 'SUCCEEDED');
    expect(callsTo(entry.routerId, 'Reboot')).toHaveLength(1);
  }, 90_000);

  it('of a deployment that has ended is answered with its terminal, the same event', async () => {
    const entry = ledger[1]!;
    await reached(entry, 'SUCCEEDED');
    expect(await cancel(entry.deploymentId)).toMatchObject({ exit: 3, answer: 'ended', state: 'SUCCEEDED' });
    const terminals = () => told(entry).filter(({ state }) => state === 'SUCCEEDED');
    await waitFor(() => terminals().length > 1, { what: 'the terminal once more' });
    const [first, again] = terminals();
    expect(again).toEqual(first);
    expect(first?.event_id).toBe(statusEventId(entry.tenantId, entry.deploymentId, TERMINAL_SEQUENCE));
    const evidence = evidenceOf({ sent: ledger, statuses: reader.statuses() });
    expect(audit(evidence, ['I1', 'I2', 'I3'])).toEqual([]);
  }, 90_000);

  it('of a deployment that nobody knows becomes a dead letter, which the gate has read again from its topic', async () => {
    const { tenantId } = ledger[0]!;
    expect(await cancel('nobody', '--tenant', tenantId)).toMatchObject({
      exit: 2,
      answer: 'refused',
      reason: { code: 'UNKNOWN_DEPLOYMENT' },
    });
    expect(await cancel('nobody')).toMatchObject({
      exit: 2,
      refused: [
        { code: 'UNKNOWN_DEPLOYMENT', text: expect.stringContaining('no gate knows deployment nobody') },
      ],
    });
  }, 90_000);
});
