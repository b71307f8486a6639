import { FIRST_VERSION } from '@vecino/cli';
import { topics } from '@vecino/contracts';
import { type FaultSettings, fleet } from '@vecino/router-simulator';
import { settingsOf, type Tenant } from '@vecino/tenancy';
import { collectTopic, headerOf, waitFor } from '@vecino/testing';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { deploymentWorkflowId, GATE_WORKFLOW_TYPE, gateWorkflowId } from '@vecino/workflows';
import { type Producer } from 'kafkajs';
import { type PathPlatform, startPathPlatform } from '../path-platform.js';
import { addressOf, planUpgrade } from '../request-plan.js';
import { sendRequests } from '../send-requests.js';
import { type SentRequest } from '../sent-request.js';
import { freshTrace, type Trace } from './fresh-trace.js';
import { type LogLine, logLines } from './log-lines.js';
import { collectorPolicies, keptBy } from './sampling-policies.js';
import { orphans, traceTree } from './trace-tree.js';

const NAMESPACE = 'default';
/** Of its gate, so that a terminated deployment's terminal does not wait for what a real router needs. */
const TUNING = { settleMs: 1_000, probeMs: 200 };
const SLOW_DISK: FaultSettings = { kind: 'slow-disk', msPerMiB: 600_000 };
const PUBLISHING = /(publishStatuses|send deployment-status) × \d+$/gm;
const BY_STATE = 'ended other than well';
const UNKNOWN = 'not known to have succeeded';

interface Asked {
  readonly request: SentRequest;
  readonly trace: Trace;
}

describe('traces and logs of the whole platform', () => {
  let path: PathPlatform;
  let receiver: OtlpReceiver;
  let producer: Producer;
  const policies = collectorPolicies();

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    path = await startPathPlatform(
      {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.endpoint}/v1/traces`,
        OTEL_BSP_SCHEDULE_DELAY: '200',
        VECINO_LOG_LEVEL: 'debug',
      },
      { routers: ({ tenants }, port) => tenants.flatMap((one) => routersOf(one, port)) },
    );
    producer = path.kafka.producer();
    await producer.connect();
    await startTunedGate(tenant('mayorista'));
  }, 180_000);

  afterAll(async () => {
    await producer?.disconnect();
    await path?.stop();
    await receiver?.stop();
  }, 60_000);

  function tenant(id: string): Tenant {
    const found = path.platform.registry.tenants.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no tenant ${id}`);
    return found;
  }

  /** A gate that was handed an empty state has no predecessor to look for. */
  async function startTunedGate(of: Tenant): Promise<void> {
    const settings = settingsOf(path.platform.registry, of, NAMESPACE);
    const carried = {
      ...{ version: 1, attached: true, queue: [], held: [], outbox: [], deadLetters: [] },
      ...{ positions: {}, recent: [], untold: [], inbox: [] },
    };
    await path.temporal.workflow.start(GATE_WORKFLOW_TYPE, {
      workflowId: gateWorkflowId(of.id),
      taskQueue: settings.taskQueue,
      args: [{ settings, namespace: NAMESPACE, carried, tuning: TUNING }],
    });
  }

  const plan = (tenantId: string, router: number, more: Partial<SentRequest> = {}): SentRequest => ({
    ...planUpgrade(tenant(tenantId), router),
    deploymentId: `traced-${tenantId}-${router}`,
    ...more,
  });

  async function ask(request: SentRequest, trace = freshTrace()): Promise<Asked> {
    await sendRequests(producer, [request], { headers: { traceparent: trace.traceparent } });
    return { request, trace };
  }

  async function simulator(method: string, where: string, body?: object): Promise<unknown> {
    const response = await fetch(`${path.platform.env['VECINO_SIMULATOR_URL'] ?? ''}${where}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (!response.ok) throw new Error(`${method} ${where}: ${await response.text()}`);
    return response.json();
  }
  const misbehave = (request: SentRequest, fault: FaultSettings) =>
    simulator('POST', `/routers/${request.routerId}/faults`, fault);

  const spansOf = ({ trace }: Asked): readonly ReceivedSpan[] =>
    receiver.spans.filter((span) => span.traceId === trace.traceId);
  const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);

  /** The span by which the collector decides. */
  const ended = (asked: Asked, timeoutMs = 60_000): Promise<ReceivedSpan> =>
    waitFor(() => named(spansOf(asked), 'deployment')[0] ?? false, {
      what: `the end of the trace of ${asked.request.deploymentId}`,
      timeoutMs,
    });

  /** By the way in which it is to end. */
  const byWay = new Map<string, Asked>();
  function of(way: string): Asked {
    const found = byWay.get(way);
    if (found === undefined) throw new Error(`nothing was asked for ${way}`);
    return found;
  }

  const deploymentOf = ({ request }: Asked) =>
    path.temporal.workflow.getHandle(deploymentWorkflowId(request.tenantId, request.deploymentId));

  const installing = (asked: Asked) =>
    waitFor(
      () => spansOf(asked).some(({ attributes }) => attributes['vecino.deployment.state'] === 'STAGING'),
      {
        what: `the install of ${asked.request.deploymentId}`,
        timeoutMs: 60_000,
      },
    );

  describe('of an upgrade that succeeds', () => {
    let asked: Asked;
    let spans: readonly ReceivedSpan[];

    beforeAll(async () => {
      // What a producer has decided for itself says nothing of what is worth keeping here.
      asked = await ask(plan('mayorista', 1), freshTrace(false));
      await ended(asked);
      await waitFor(() => named(spansOf(asked), 'RunWorkflow:NetworkDeploymentWorkflow').length > 0);
      // Each process exports its spans in order: when those of a later request are here, none of this one is still to come.
      const later = await ask(plan('mayorista', 2));
      await ended(later);
      await waitFor(() => named(spansOf(later), 'RunWorkflow:NetworkDeploymentWorkflow').length > 0);
      spans = spansOf(asked);
    }, 120_000);

    it('leads from the producer through every service, and holds nothing else', () => {
      const { spanId } = asked.trace;
      expect(orphans(spans, spanId)).toEqual([]);
      const withoutCalls = spans.filter(({ kind }) => kind !== 'client');
      // How many phases travel together is a matter of timing.
      expect(traceTree(withoutCalls, spanId).replace(PUBLISHING, '$1')).toBe(UPGRADE_TREE);
    });

    it('names one deployment only', () => {
      const ids = spans.flatMap(({ attributes }) => attributes['vecino.deployment.id'] ?? []);
      expect([...new Set(ids)]).toEqual([asked.request.deploymentId]);
    });

    it('shows each call to the router below its step, with what came of it', () => {
      const calls = spans.filter(({ kind }) => kind === 'client');
      const steps = new Map(spans.map(({ spanId, name }) => [spanId, name]));
      const [install, ...others] = named(calls, 'gnoi.os.OS/Install');
      expect(others).toEqual([]);
      expect(steps.get(install?.parentSpanId ?? '')).toBe('RunActivity:install');
      expect(install?.attributes).toMatchObject({
        'rpc.system.name': 'grpc',
        'rpc.method': 'gnoi.os.OS/Install',
        'rpc.response.status_code': 'OK',
        'server.address': asked.request.routerIp,
        'vecino.call.outcome': 'validated',
      });
      const [reboot] = named(calls, 'gnoi.system.System/Reboot');
      expect(steps.get(reboot?.parentSpanId ?? '')).toBe('RunActivity:reboot');
      // While it reboots nobody answers, which is a failure of the call and not of the deployment.
      const failed = calls.filter(({ failure }) => failure !== undefined);
      expect(failed.length).toBeGreaterThan(0);
      const during = failed.map(({ parentSpanId }) => steps.get(parentSpanId));
      expect(['RunActivity:reboot', 'RunActivity:waitUp']).toEqual(expect.arrayContaining(during));
    });

    it("goes on in each status record's headers", async () => {
      const brokers = path.platform.env['KAFKA_BROKERS'] ?? '';
      const statuses = await collectTopic(brokers, topics().status('mayorista'));
      const { deploymentId } = asked.request;
      const sends = new Map(
        named(spans, 'send deployment-status').map((span) => [
          span.spanId,
          span.attributes['vecino.deployment.state'],
        ]),
      );
      const records = await waitFor(() => {
        const own = statuses.records.filter(({ key }) => key?.toString() === deploymentId);
        return own.length >= sends.size && own;
      });
      await statuses.stop();
      for (const record of records) {
        const [, traceId, spanId] = headerOf(record, 'traceparent')?.split('-') ?? [];
        expect(traceId).toBe(asked.trace.traceId);
        expect(sends.get(spanId ?? '')).toBeDefined();
      }
      expect([...sends.values()]).toEqual(
        expect.arrayContaining(['ACCEPTED', 'STARTED', 'REBOOTING', 'SUCCEEDED']),
      );
    });

    it('is linked from the batches that it was part of, which are nobody’s children', () => {
      const own = new Set([asked.trace.spanId, ...spans.map(({ spanId }) => spanId)]);
      const linking = (name: string) =>
        receiver.spans.filter(
          (span) => span.name === name && span.links.some(({ spanId }) => own.has(spanId)),
        );
      const [process] = named(spans, 'process deployment-requests');
      const [batch] = linking('process batch deployment-requests');
      expect(process?.links).toEqual([{ traceId: batch?.traceId, spanId: batch?.spanId }]);
      expect(batch).toMatchObject({
        kind: 'consumer',
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.type': 'process',
          'messaging.destination.name': 'deployment-requests',
          'messaging.consumer.group.name': 'vecino-ingest',
        },
      });
      const [write] = linking('send batch deployment-status');
      expect(write).toMatchObject({
        kind: 'producer',
        attributes: { 'messaging.destination.template': 'deployment-status.<tenant>' },
      });
      const limited = linking('EVALSHA vecino-intake');
      // Where there is no Redis, nothing asks it.
      if (path.platform.env['REDIS_URL'])
        expect(limited).toMatchObject([
          { kind: 'client', attributes: { 'db.system.name': 'redis', 'vecino.limit.granted': 1 } },
        ]);
      for (const span of [batch, write, ...limited, ...linking('gate submit')]) {
        expect(span?.parentSpanId).toBe('');
        expect(span?.traceId).not.toBe(asked.trace.traceId);
      }
    });

    it('is one that the collector need not keep, but for its share', async () => {
      expect(keptBy(policies, spans)).toEqual([]);
      const end = await ended(asked);
      // Without its end, nobody could know.
      expect(
        keptBy(
          policies,
          spans.filter(
            ({ spanId, attributes }) =>
              spanId !== end.spanId && attributes['vecino.deployment.state'] !== 'SUCCEEDED',
          ),
        ),
      ).toEqual([UNKNOWN]);
    });
  });

  describe('of one that ends in another way', () => {
    let lostWorkflows: readonly LogLine[];

    beforeAll(async () => {
      const [lost, cancelled, terminated, broken] = [
        plan('chogar', 1),
        plan('mayorista', 3),
        plan('mayorista', 4),
        plan('mayorista', 5),
      ];
      for (const request of [lost, cancelled, terminated]) await misbehave(request, SLOW_DISK);
      await misbehave(broken, { kind: 'install-error', type: 'INCOMPATIBLE' });
      byWay.set('a lost worker', await ask(lost));
      byWay.set('a cancel', await ask(cancelled));
      byWay.set('a termination', await ask(terminated));
      byWay.set('a fault of the device', await ask(broken));
      byWay.set('a refusal by ingest', await ask(plan('mayorista', 6, { routerIp: '10.99.0.1' })));
      byWay.set('a refusal by the first step', await ask(plan('mayorista', 7, { softwareVersion: '9.9.9' })));
      await installing(of('a cancel'));
      await deploymentOf(of('a cancel')).cancel();
      await installing(of('a termination'));
      await deploymentOf(of('a termination')).terminate('a test');
      await loseWorker(of('a lost worker'));
      await Promise.all([...byWay.values()].map((one) => ended(one, 120_000)));
    }, 240_000);

    /** It dies amid the install; when its heartbeat is missed the step begins anew, and then the router refuses. */
    async function loseWorker(one: Asked): Promise<void> {
      await installing(one);
      const worker = path.platform.service('worker-shared');
      await worker.kill();
      await misbehave(one.request, { kind: 'install-error', type: 'INCOMPATIBLE' });
      await worker.restart();
    }

    it.each([
      ['a fault of the device', 'FAILED', 'INSTALL_FAILED', true],
      ['a lost worker', 'FAILED', 'INSTALL_FAILED', true],
      ['a termination', 'TERMINATED', 'TERMINATED_FROM_OUTSIDE', true],
      ['a cancel', 'CANCELLED', 'CANCELLED_BY_OPERATOR', false],
      ['a refusal by ingest', 'REJECTED', 'ROUTER_OUTSIDE_NETWORKS', false],
      ['a refusal by the first step', 'REJECTED', 'IMAGE_UNKNOWN', false],
    ])('%s ends with a span that says so, and is kept', async (way, state, code, isFailure) => {
      const { request, trace } = of(way);
      const end = await ended(of(way));
      expect(end).toMatchObject({
        service: 'vecino-status-projector',
        traceId: trace.traceId,
        attributes: {
          'vecino.tenant.id': request.tenantId,
          'vecino.router.id': request.routerId,
          'vecino.deployment.id': request.deploymentId,
          'vecino.software.version': request.softwareVersion,
          'vecino.deployment.state': state,
          'vecino.reason.code': code,
        },
      });
      expect(end.failure !== undefined).toBe(isFailure);
      expect(keptBy(policies, spansOf(of(way)))).toEqual(expect.arrayContaining([BY_STATE, UNKNOWN]));
      // What comes of the rest of the trace does not matter: a worker that is lost takes its spans with it.
      expect(keptBy(policies, [end])).toContain(BY_STATE);
      // Before its end was known, it was kept already.
      const before = spansOf(of(way)).filter(
        ({ attributes }) => attributes['vecino.deployment.state'] !== state,
      );
      expect(keptBy(policies, before)).toContain(UNKNOWN);
    });

    it('a termination leaves no span of the workflow, and its trace ends all the same after all of it', async () => {
      const spans = spansOf(of('a termination'));
      expect(named(spans, 'RunWorkflow:NetworkDeploymentWorkflow')).toEqual([]);
      const end = await ended(of('a termination'));
      const step = named(spans, 'RunActivity:confirmIdle');
      // The router is asked in the same trace before the slot is free.
      expect(step).toHaveLength(1);
      expect(end.endedAt).toBeGreaterThanOrEqual(step[0]?.startedAt ?? Infinity);
    });

    describe('and its log', () => {
      beforeAll(() => {
        const { deploymentId } = of('a lost worker').request;
        lostWorkflows = logLines([path.platform.service('worker-shared')]).filter(
          ({ workflowId }) => typeof workflowId === 'string' && workflowId.endsWith(`/${deploymentId}`),
        );
      });

      it('says nothing again that it had said before the worker was lost', () => {
        const ofWorkflow = lostWorkflows.filter(({ msg }) => String(msg).startsWith('Workflow '));
        // By two processes: the second one had to replay what the first one had run.
        expect(new Set(ofWorkflow.map(({ runId }) => runId)).size).toBe(1);
        expect(ofWorkflow.map(({ msg }) => msg)).toEqual(['Workflow started', 'Workflow failed']);
      });
    });
  });

  describe('every line that names a deployment', () => {
    let lines: readonly LogLine[];

    beforeAll(() => {
      lines = logLines(path.platform.services.filter(({ name }) => name !== 'router-simulator'));
    });

    /** What the SDK says of its own life, of which it knows no more than the workflow's id. */
    const isOfSdk = ({ level, sdkComponent }: LogLine) => level === 'debug' && sdkComponent === 'worker';
    const about = (deploymentId: string) => lines.filter((line) => line['deployment_id'] === deploymentId);

    it('names its tenant, router, trace and span', () => {
      const bare = lines.filter(
        (line) =>
          line['deployment_id'] !== undefined &&
          !isOfSdk(line) &&
          ['tenant_id', 'router_id', 'trace_id', 'span_id'].some((field) => typeof line[field] !== 'string'),
      );
      expect(bare).toEqual([]);
    });

    it('names the trace of its request', () => {
      const traces = new Map(
        receiver.spans
          .filter(({ name }) => name === 'deployment')
          .map(({ attributes, traceId }) => [attributes['vecino.deployment.id'], traceId]),
      );
      expect(traces.size).toBeGreaterThan(6);
      for (const [deploymentId, traceId] of traces) {
        const named = about(String(deploymentId)).flatMap((line) => line['trace_id'] ?? []);
        expect({ deploymentId, traces: [...new Set(named)] }).toEqual({ deploymentId, traces: [traceId] });
      }
    });

    it('is written by every service on the way', () => {
      const own = about('traced-mayorista-1').filter((line) => !isOfSdk(line));
      expect(new Set(own.map(({ service }) => service))).toEqual(
        new Set(['ingest', 'worker-dedicated', 'status-projector']),
      );
      expect(own.filter(({ msg }) => msg === 'deployment ended')).toMatchObject([
        { level: 'info', state: 'SUCCEEDED', reason: { code: 'UPGRADED' } },
      ]);
      // Of a gate, which works for many.
      const { deploymentId } = of('a termination').request;
      expect(about(deploymentId)).toContainEqual(
        expect.objectContaining({ workflowId: 'gate/mayorista', sdkComponent: 'workflow' }),
      );
    });

    it('is an error only where a person must act', () => {
      // The fault, the cancel and all else that happened here was the platform's to deal with.
      expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    });
  });
});

/** Long enough away to be missed. */
const REBOOT_MS = 2_500;
const routersOf = (tenant: Tenant, port: number) =>
  fleet({
    ...{ rebootStartMs: 5, rebootMs: REBOOT_MS, count: 10, prefix: tenant.id, port },
    firstAddress: addressOf(tenant, 1),
    runningVersion: FIRST_VERSION,
  });

const UPGRADE_TREE = `
vecino-ingest: process deployment-requests
  vecino-status-projector: deployment
  vecino-status-projector: send deployment-status
  vecino-worker-dedicated: StartChildWorkflow:NetworkDeploymentWorkflow
    vecino-worker-dedicated: RunWorkflow:NetworkDeploymentWorkflow
      vecino-worker-dedicated: StartActivity:arm
        vecino-worker-dedicated: RunActivity:arm
      vecino-worker-dedicated: StartActivity:install
        vecino-worker-dedicated: RunActivity:install
      vecino-worker-dedicated: StartActivity:postcheck
        vecino-worker-dedicated: RunActivity:postcheck
      vecino-worker-dedicated: StartActivity:precheck
        vecino-worker-dedicated: RunActivity:precheck
      vecino-worker-dedicated: StartActivity:publishStatuses
        vecino-status-projector: RunActivity:publishStatuses
          vecino-status-projector: send deployment-status
      vecino-worker-dedicated: StartActivity:reboot
        vecino-worker-dedicated: RunActivity:reboot
      vecino-worker-dedicated: StartActivity:recordEvidence
        vecino-worker-dedicated: RunActivity:recordEvidence
      vecino-worker-dedicated: StartActivity:soak
        vecino-worker-dedicated: RunActivity:soak
      vecino-worker-dedicated: StartActivity:verify
        vecino-worker-dedicated: RunActivity:verify
      vecino-worker-dedicated: StartActivity:waitUp
        vecino-worker-dedicated: RunActivity:waitUp`.trim();
