import { randomBytes } from 'node:crypto';
import { audit } from '@vecino/audit';
import { topics } from '@vecino/contracts';
import { collectTopic, headerOf, type TopicCollector, waitFor } from '@vecino/testing';
import { type OtlpReceiver, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { type Producer } from 'kafkajs';
import { type StackPart } from '@vecino/devstack';
import { evidenceOf } from './evidence.js';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planUpgrade } from './request-plan.js';
import { sendRequests } from './send-requests.js';
import { type SentRequest } from './sent-request.js';
import { readStatuses, type StatusReader } from './status-reader.js';
import { readExecutions } from './temporal-record.js';
import { orphans, traceTree } from './trace-tree.js';

const PUBLISHING = /(publishStatuses|send deployment-status) × \d+$/gm;

const upgrade = (router: number, more: Partial<SentRequest> = {}): SentRequest => ({
  deploymentId: `path-${router}`,
  tenantId: 'chogar',
  routerId: `chogar-00${router}`,
  routerIp: `127.20.1.${router}`,
  softwareVersion: '1.1.0',
  mayEnd: ['UPGRADED'],
  sentAt: 0,
  ...more,
});

describe('on the whole platform', () => {
  let path: PathPlatform;
  let receiver: OtlpReceiver;
  let brokers: string;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    path = await startPathPlatform({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    brokers = path.platform.env['KAFKA_BROKERS'] ?? '';
  }, 180_000);

  afterAll(async () => {
    await path?.stop();
    await receiver?.stop();
  }, 60_000);

  describe('a trace', () => {
    let producer: Producer;
    let statuses: TopicCollector;
    const first = freshTrace();
    const second = freshTrace();
    const last = freshTrace();

    beforeAll(async () => {
      producer = path.kafka.producer();
      await producer.connect();
      await sendRequests(producer, [upgrade(1)], { headers: { traceparent: first.traceparent } });
      await sendRequests(producer, [upgrade(2)], { headers: { traceparent: second.traceparent } });
      await completed(first);
      await completed(second);
      // Each process exports its spans in order: when the last request's are here, nothing of the others is still to come.
      await sendRequests(producer, [upgrade(3)], { headers: { traceparent: last.traceparent } });
      await completed(last);
      statuses = await collectTopic(brokers, topics().status('chogar'));
    }, 60_000);

    afterAll(async () => {
      await statuses?.stop();
      await producer?.disconnect();
    });

    const spansOf = ({ traceId }: Trace) => receiver.spans.filter((span) => span.traceId === traceId);

    const completed = (trace: Trace) =>
      waitFor(
        () => {
          const spans = spansOf(trace);
          return (
            spans.some(({ name }) => name === 'RunWorkflow:NetworkDeploymentWorkflow') &&
            spans.some(({ attributes }) => attributes['vecino.deployment.state'] === 'SUCCEEDED')
          );
        },
        { what: 'the spans of a request', timeoutMs: 30_000 },
      );

    it('leads from the producer through every service, and holds nothing else', () => {
      for (const trace of [first, second]) {
        const spans = spansOf(trace);
        expect(orphans(spans, trace.spanId)).toEqual([]);
        // How many phases travel together is a matter of timing.
        expect(traceTree(spans, trace.spanId).replace(PUBLISHING, '$1')).toBe(
          `
vecino-ingest: process deployment-requests
  vecino-status-projector: send deployment-status
  vecino-worker-shared: StartChildWorkflow:NetworkDeploymentWorkflow
    vecino-worker-shared: RunWorkflow:NetworkDeploymentWorkflow
      vecino-worker-shared: StartActivity:arm
        vecino-worker-shared: RunActivity:arm
      vecino-worker-shared: StartActivity:install
        vecino-worker-shared: RunActivity:install
      vecino-worker-shared: StartActivity:postcheck
        vecino-worker-shared: RunActivity:postcheck
      vecino-worker-shared: StartActivity:precheck
        vecino-worker-shared: RunActivity:precheck
      vecino-worker-shared: StartActivity:publishStatuses
        vecino-status-projector: RunActivity:publishStatuses
          vecino-status-projector: send deployment-status
      vecino-worker-shared: StartActivity:reboot
        vecino-worker-shared: RunActivity:reboot
      vecino-worker-shared: StartActivity:recordEvidence
        vecino-worker-shared: RunActivity:recordEvidence
      vecino-worker-shared: StartActivity:soak
        vecino-worker-shared: RunActivity:soak
      vecino-worker-shared: StartActivity:verify
        vecino-worker-shared: RunActivity:verify
      vecino-worker-shared: StartActivity:waitUp
        vecino-worker-shared: RunActivity:waitUp`.trim(),
        );
      }
    });

    it('names one deployment only', () => {
      const named = (trace: Trace) => [
        ...new Set(spansOf(trace).flatMap(({ attributes }) => attributes['vecino.deployment.id'] ?? [])),
      ];
      expect(named(first)).toEqual(['path-1']);
      expect(named(second)).toEqual(['path-2']);
    });

    it("goes on in each status record's headers", async () => {
      const sends = new Map(
        spansOf(first)
          .filter(({ name }) => name === 'send deployment-status')
          .map((span) => [span.spanId, span.attributes['vecino.deployment.state']]),
      );
      const records = await waitFor(() => {
        const own = statuses.records.filter(({ key }) => key?.toString() === 'path-1');
        return own.length >= sends.size && own;
      });
      for (const record of records) {
        const [, traceId, spanId] = headerOf(record, 'traceparent')?.split('-') ?? [];
        expect(traceId).toBe(first.traceId);
        expect(sends.get(spanId ?? '')).toBeDefined();
      }
      expect([...sends.values()]).toEqual(
        expect.arrayContaining(['ACCEPTED', 'STARTED', 'REBOOTING', 'SUCCEEDED']),
      );
    });
  });

  describe('while a server is away', () => {
    const tenants = ['afijo', 'mayorista'];
    let reader: StatusReader | undefined;
    const sent: SentRequest[] = [];

    afterEach(() => reader?.stop());

    /** One request for each of ten further routers of both tenants. */
    async function order(): Promise<void> {
      const from = sent.length / tenants.length;
      const entries = path.platform.registry.tenants
        .filter(({ id }) => tenants.includes(id))
        .flatMap((tenant) => Array.from({ length: 10 }, (_, index) => planUpgrade(tenant, from + index + 1)));
      sent.push(...entries);
      const producer = path.kafka.producer();
      await producer.connect();
      await sendRequests(producer, entries);
      await producer.disconnect();
    }

    const server = (name: StackPart) => {
      const part = path.platform.stack.parts.find((one) => one.name === name);
      if (part?.process === undefined || part.restart === undefined) throw new Error(`${name} is not ours`);
      return { kill: () => part.process?.signal('SIGKILL'), restart: () => part.restart?.() };
    };

    const says = (service: string, text: string) =>
      waitFor(() => path.platform.service(service).process.wholeOutput().includes(text), {
        what: `"${text}" in the log of ${service}`,
        timeoutMs: 30_000,
      });

    const ended = (count: number) =>
      waitFor(() => (reader?.ended() ?? 0) >= count, { what: `${count} terminals`, timeoutMs: 60_000 });

    async function expectAllEndedOnce(): Promise<void> {
      await ended(sent.length);
      const statuses = reader?.statuses() ?? [];
      const own = (tenantId: string) => tenants.includes(tenantId);
      const executions = await waitFor(
        async () => {
          const found = (await readExecutions(path.temporal)).filter(({ tenantId }) => own(tenantId));
          return found.every(({ closed }) => closed !== undefined) && found;
        },
        { what: 'the close of every deployment', everyMs: 200 },
      );
      const routerLog = path
        .routerLog()
        .filter(({ router_id }) => tenants.some((id) => router_id.startsWith(id)));
      const evidence = evidenceOf({ sent, statuses, executions, routerLog });
      expect(audit(evidence, ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I14'])).toEqual([]);
    }

    it('requests wait for Temporal, and each ends once when it is back', async () => {
      await order();
      reader = await readStatuses(path, tenants);
      await ended(1);
      const temporal = server('temporal');
      temporal.kill();
      await order();
      await says('ingest', 'Temporal is not available');
      await temporal.restart();
      await expectAllEndedOnce();
    }, 120_000);

    it('statuses wait for Kafka, and each deployment ends once when it is back', async () => {
      const before = sent.length;
      await order();
      reader = await readStatuses(path, tenants);
      await ended(before + 1);
      // The platform's clients are what is tested here; this one need not live through it.
      await reader.stop();
      const kafka = server('kafka');
      kafka.kill();
      await says('status-projector', 'Kafka (writing) is not available');
      await kafka.restart();
      reader = await readStatuses(path, tenants);
      await order();
      await expectAllEndedOnce();
    }, 120_000);
  });
});

interface Trace {
  readonly traceId: string;
  /** Of the producer. */
  readonly spanId: string;
  readonly traceparent: string;
}

function freshTrace(): Trace {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}
