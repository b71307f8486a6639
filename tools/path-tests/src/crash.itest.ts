import { audit } from '@vecino/audit';
import { topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { gateWorkflowId } from '@vecino/workflows';
import { waitFor } from '@vecino/testing';
import { type Admin, type Producer } from 'kafkajs';
import { evidenceOf } from './evidence.js';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planRequests } from './request-plan.js';
import { sendRequests } from './send-requests.js';
import { type SentRequest } from './sent-request.js';
import { readStatuses, type StatusReader } from './status-reader.js';
import { readExecutions, standing } from './temporal-record.js';

const REQUESTS = topics().requests;
const GROUP = 'vecino-ingest';
const PER_TENANT = 50;
const ALL_ENDED_WITHIN_MS = 180_000;

describe('200 requests over four tenants', () => {
  let path: PathPlatform;
  let producer: Producer;
  let ledger: SentRequest[];
  let reader: StatusReader;

  beforeAll(async () => {
    path = await startPathPlatform();
    producer = path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    ledger = interleaved(path.platform.registry.tenants.map((tenant) => planRequests(tenant, 'round1')));
    expect(ledger).toHaveLength(4 * PER_TENANT);
  }, 180_000);

  afterAll(async () => {
    await reader?.stop();
    await producer?.disconnect();
    await path?.stop();
  }, 60_000);

  it('end once each while every service is killed and a gate is terminated', async () => {
    await sendRequests(producer, ledger.slice(0, 100));
    reader = await readStatuses(path);
    await ended(10);

    await sendRequests(producer, ledger.slice(100, 150));
    await crash('ingest');
    await sendRequests(producer, ledger.slice(150));
    // The dedicated one first: its tenant alone would be through while those of the other are held up.
    await ended(30);
    await crash('worker-dedicated-mayorista', 'mayorista');
    await ended(60);
    await crash('worker-shared', 'chogar');
    await ended(90);
    await crash('status-projector');
    await ended(120);
    const terminated = await terminateGate('afijo');
    await gateRunsAgain('afijo', terminated);

    await ended(ledger.length);
    await expectInvariants(ledger);
  }, 300_000);

  it('change nothing when they are produced again and when the group reads from the beginning', async () => {
    const copies = () => reader.statuses().length;
    const before = copies();
    await sendRequests(producer, ledger);
    const first = await sendMarkers('again');
    await settled(first);
    // Each is answered with the state that is known.
    expect(copies()).toBeGreaterThanOrEqual(before + ledger.length + first.length);

    const ingest = path.platform.service('ingest');
    await ingest.stop();
    await resetGroup();
    await ingest.restart();
    const second = await sendMarkers('reset');
    await settled(second);
    await groupHasReadAll();
    await expectInvariants([...ledger, ...first, ...second]);
  }, 240_000);

  /** In the middle of the tenant's work, or of anybody's. */
  const crash = async (name: string, tenantId?: string) => {
    const service = path.platform.service(name);
    expect(reader.ended(tenantId)).toBeLessThan(tenantId === undefined ? ledger.length - 10 : PER_TENANT - 5);
    await service.kill('SIGKILL');
    await service.restart();
  };

  const ended = (count: number) =>
    waitFor(() => reader.ended() >= count, {
      what: `${count} ended deployments`,
      timeoutMs: ALL_ENDED_WITHIN_MS,
      everyMs: 100,
    });

  /** Its run id. */
  async function terminateGate(tenantId: string): Promise<string> {
    const gate = path.temporal.workflow.getHandle(gateWorkflowId(tenantId));
    const { runId, status } = await gate.describe();
    expect(status.name).toBe('RUNNING');
    expect(reader.ended(tenantId)).toBeLessThan(PER_TENANT);
    await gate.terminate('a test of the watchdog');
    return runId;
  }

  /** No request is sent meanwhile: the watchdog alone starts it. */
  const gateRunsAgain = (tenantId: string, terminated: string) =>
    waitFor(
      async () => {
        const { runId, status } = await path.temporal.workflow.getHandle(gateWorkflowId(tenantId)).describe();
        return status.name === 'RUNNING' && runId !== terminated;
      },
      { what: `a new run of the gate of ${tenantId}`, timeoutMs: 30_000, everyMs: 200 },
    );

  /** A refused request for each tenant at the end of each partition: once they are answered, all before them has been taken in. */
  async function sendMarkers(round: string): Promise<SentRequest[]> {
    const { tenants } = path.platform.registry;
    const markersFor = (partition: number) =>
      tenants.map(({ id }): SentRequest => ({
        deploymentId: `${round}-marker-${partition}`,
        tenantId: id,
        routerId: `${id}-marker`,
        routerIp: '10.99.0.1',
        softwareVersion: '1.1.0',
        mayEnd: ['ROUTER_OUTSIDE_NETWORKS'],
        sentAt: 0,
      }));
    const markers = (await partitionIds()).map((partition) => [partition, markersFor(partition)] as const);
    for (const [partition, entries] of markers) await sendRequests(producer, entries, { partition });
    return markers.flatMap(([, entries]) => entries);
  }

  async function settled(markers: readonly SentRequest[]): Promise<void> {
    const isAnswered = ({ tenantId, deploymentId }: SentRequest) =>
      reader
        .statuses()
        .some(
          (status) =>
            status.tenant_id === tenantId &&
            status.deployment_id === deploymentId &&
            isTerminalState(status.state),
        );
    await waitFor(() => markers.every(isAnswered), {
      what: 'an answer to each marker',
      timeoutMs: 60_000,
      everyMs: 100,
    });
    for (const entry of [...ledger, ...markers]) {
      const { state } = await standing(path.temporal, entry);
      expect({ entry, state }).toEqual({ entry, state: expect.stringMatching(/^(closed|unknown)$/) });
    }
  }

  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = path.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

  const partitionIds = () =>
    withAdmin(async (admin) => {
      const { topics: described } = await admin.fetchTopicMetadata({ topics: [REQUESTS] });
      return described.flatMap(({ partitions }) => partitions.map(({ partitionId }) => partitionId));
    });

  const resetGroup = () =>
    withAdmin(async (admin) => {
      await admin.resetOffsets({ groupId: GROUP, topic: REQUESTS, earliest: true });
      expect(await lag(admin)).toBeGreaterThanOrEqual(2 * ledger.length);
    });

  const groupHasReadAll = () =>
    withAdmin((admin) =>
      waitFor(async () => (await lag(admin)) === 0, { what: 'a lag of 0', timeoutMs: 60_000 }),
    );

  async function lag(admin: Admin): Promise<number> {
    const ends = await admin.fetchTopicOffsets(REQUESTS);
    const [committed] = await admin.fetchOffsets({ groupId: GROUP, topics: [REQUESTS] });
    const done = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.reduce((sum, end) => sum + Number(end.high) - Math.max(0, done.get(end.partition) ?? 0), 0);
  }

  async function expectInvariants(all: readonly SentRequest[]): Promise<void> {
    const executions = await waitFor(
      async () => {
        const found = await readExecutions(path.temporal);
        return found.every(({ closed }) => closed !== undefined) && found;
      },
      { what: 'the close of every deployment', timeoutMs: 60_000, everyMs: 200 },
    );
    const never = { initial: Infinity, changes: [] };
    const tenants = path.platform.registry.tenants.map(({ id, limits }) => ({
      tenantId: id,
      cap: { initial: limits.maxConcurrentWorkflows, changes: [] },
      intake: never,
    }));
    const [statuses, routerLog] = [reader.statuses(), path.routerLog()];
    const evidence = evidenceOf({ sent: all, statuses, executions, routerLog, tenants });
    expect(audit(evidence, ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I8', 'I14'])).toEqual([]);
  }
});

/** One of each in turn, so that all tenants work at once. */
const interleaved = <T>(lines: readonly (readonly T[])[]): T[] =>
  (lines[0] ?? []).flatMap((_, index) => lines.flatMap((line) => line[index] ?? []));
