import { topics } from '@vecino/contracts';
import { collectTopic, headerOf, waitFor } from '@vecino/testing';
import { type ReceivedSpan } from '@vecino/testing/otlp-receiver';
import { freshTrace } from './fresh-trace.js';
import { type LogLine, logLines } from './log-lines.js';
import { collectorPolicies, keptBy } from './sampling-policies.js';
import { orphans } from './trace-tree.js';
import { type Asked, named, startTracedPlatform, type TracedPlatform } from './traced-platform.js';
import { UPGRADE_TREE, upgradeTree } from './upgrade-tree.js';
import { endInEveryWay, type WayToEnd } from './ways-to-end.js';

const BY_STATE = 'ended other than well';
const UNKNOWN = 'not known to have succeeded';

describe('traces and logs of the whole platform', () => {
  let traced: TracedPlatform;
  let byWay: Readonly<Record<WayToEnd, Asked>>;
  const policies = collectorPolicies();

  beforeAll(async () => {
    traced = await startTracedPlatform();
  }, 180_000);
  afterAll(() => traced?.stop(), 60_000);

  describe('of an upgrade that succeeds', () => {
    let asked: Asked;
    let spans: readonly ReceivedSpan[];

    beforeAll(async () => {
      // What a producer has decided for itself says nothing of what is worth keeping here.
      asked = await traced.ask(traced.plan('mayorista', 1), freshTrace(false));
      await hasEnded(asked);
      // Each process exports its spans in order: when those of a later request are here, none of this one is still to come.
      await hasEnded(await traced.ask(traced.plan('mayorista', 2)));
      spans = traced.spansOf(asked);
    }, 240_000);

    async function hasEnded(one: Asked): Promise<void> {
      await traced.ended(one);
      await waitFor(() => named(traced.spansOf(one), 'RunWorkflow:NetworkDeploymentWorkflow').length > 0);
    }

    it('leads from the producer through every service, and holds nothing else', () => {
      const { spanId } = asked.trace;
      expect(orphans(spans, spanId)).toEqual([]);
      expect(upgradeTree(spans, spanId)).toBe(UPGRADE_TREE);
    });

    it('names one deployment only', () => {
      const ids = spans.flatMap(({ attributes }) => attributes['vecino.deployment.id'] ?? []);
      expect([...new Set(ids)]).toEqual([asked.request.deploymentId]);
    });

    it('shows each call to the router below its step, with what came of it', () => {
      const calls = spans.filter(({ kind }) => kind === 'client');
      const steps = new Map(spans.map(({ spanId, name }) => [spanId, name]));
      const installs = named(calls, 'gnoi.os.OS/Install');
      for (const { parentSpanId } of installs) expect(steps.get(parentSpanId)).toBe('RunActivity:install');
      // What is tried again, as a busy machine may make it, has ended well once.
      const [install, ...others] = installs.filter(({ failure }) => failure === undefined);
      expect(others).toEqual([]);
      expect(install?.attributes).toMatchObject({
        'rpc.system.name': 'grpc',
        'rpc.method': 'gnoi.os.OS/Install',
        'rpc.response.status_code': 'OK',
        'server.address': asked.request.routerIp,
        'vecino.call.outcome': 'validated',
      });
      const [reboot] = named(calls, 'gnoi.system.System/Reboot');
      expect(steps.get(reboot?.parentSpanId ?? '')).toBe('RunActivity:reboot');
      // While it reboots nobody answers, which is a failure of the call and not of the step.
      const givenUp = new Set(
        spans.filter(({ failure }) => failure !== undefined).map(({ spanId }) => spanId),
      );
      const failed = calls.filter(
        ({ failure, parentSpanId }) => failure !== undefined && !givenUp.has(parentSpanId),
      );
      expect(failed.length).toBeGreaterThan(0);
      const during = failed.map(({ parentSpanId }) => steps.get(parentSpanId));
      expect(['RunActivity:reboot', 'RunActivity:waitUp']).toEqual(expect.arrayContaining(during));
    });

    it("goes on in each status record's headers", async () => {
      const brokers = traced.path.platform.env['KAFKA_BROKERS'] ?? '';
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
        named(traced.receiver.spans, name).filter(({ links }) => links.some(({ spanId }) => own.has(spanId)));
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
      if (traced.path.platform.env['REDIS_URL'])
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
      const end = await traced.ended(asked);
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
      byWay = await endInEveryWay(traced);
    }, 240_000);

    it.each([
      ['a fault of the device', 'FAILED', 'INSTALL_FAILED', true],
      ['a lost worker', 'FAILED', 'INSTALL_FAILED', true],
      ['a termination', 'TERMINATED', 'TERMINATED_FROM_OUTSIDE', true],
      ['a cancel', 'CANCELLED', 'CANCELLED_BY_OPERATOR', false],
      ['a refusal by ingest', 'REJECTED', 'ROUTER_OUTSIDE_NETWORKS', false],
      ['a refusal by the first step', 'REJECTED', 'IMAGE_UNKNOWN', false],
    ] as const)('%s ends with a span that says so, and is kept', async (way, state, code, isFailure) => {
      const { request, trace } = byWay[way];
      const end = await traced.ended(byWay[way]);
      const spans = traced.spansOf(byWay[way]);
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
      expect(keptBy(policies, spans)).toEqual(expect.arrayContaining([BY_STATE, UNKNOWN]));
      // What comes of the rest of the trace does not matter: a worker that is lost takes its spans with it.
      expect(keptBy(policies, [end])).toContain(BY_STATE);
      // Before its end was known, it was kept already.
      const before = spans.filter(({ attributes }) => attributes['vecino.deployment.state'] !== state);
      expect(keptBy(policies, before)).toContain(UNKNOWN);
    });

    it('a termination leaves no span of the workflow, and its trace ends all the same after all of it', async () => {
      const spans = traced.spansOf(byWay['a termination']);
      expect(named(spans, 'RunWorkflow:NetworkDeploymentWorkflow')).toEqual([]);
      const end = await traced.ended(byWay['a termination']);
      const attempts = named(spans, 'RunActivity:confirmIdle');
      // The router is asked in the same trace before the slot is free.
      expect(attempts.length).toBeGreaterThanOrEqual(1);
      expect(end.endedAt).toBeGreaterThanOrEqual(Math.max(...attempts.map(({ startedAt }) => startedAt)));
    });

    describe('and its log', () => {
      beforeAll(() => {
        const { deploymentId } = byWay['a lost worker'].request;
        lostWorkflows = logLines([traced.path.platform.service('worker-shared')]).filter(
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
      const { services } = traced.path.platform;
      lines = logLines(services.filter(({ name }) => name !== 'router-simulator'));
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

    it('says so in a field of its own', () => {
      const ids = named(traced.receiver.spans, 'deployment').map(({ attributes }) =>
        String(attributes['vecino.deployment.id']),
      );
      expect(ids.length).toBeGreaterThan(6);
      const naming = lines.filter((line) => ids.some((id) => JSON.stringify(line).includes(`"${id}"`)));
      expect(naming.filter((line) => !isOfSdk(line) && line['deployment_id'] === undefined)).toEqual([]);
    });

    it('names the trace of its request', () => {
      const traces = new Map(
        named(traced.receiver.spans, 'deployment').map(({ attributes, traceId }) => [
          attributes['vecino.deployment.id'],
          traceId,
        ]),
      );
      expect(traces.size).toBeGreaterThan(6);
      for (const [deploymentId, traceId] of traces) {
        const told = about(String(deploymentId)).flatMap((line) => line['trace_id'] ?? []);
        expect({ deploymentId, traces: [...new Set(told)] }).toEqual({ deploymentId, traces: [traceId] });
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
      const { deploymentId } = byWay['a termination'].request;
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
