import { type WorkflowHandle } from '@temporalio/client';
import { FIRST_VERSION } from '@vecino/cli';
import { type DeploymentState } from '@vecino/foundation';
import { fleet, type RouterSettings } from '@vecino/router-simulator';
import { settingsOf, type Tenant } from '@vecino/tenancy';
import { type Ending, startWhole, waitFor } from '@vecino/testing';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { deploymentWorkflowId, EMPTY_CARRIED, GATE_WORKFLOW_TYPE, gateWorkflowId } from '@vecino/workflows';
import { type PathPlatform, startPathPlatform } from '../path-platform.js';
import { addressOf, planUpgrade } from '../request-plan.js';
import { sendRequests } from '../send-requests.js';
import { type SentRequest } from '../sent-request.js';
import { freshTrace, type Trace } from './fresh-trace.js';

/** A request, and the trace in which its producer sent it. */
export interface Asked {
  readonly request: SentRequest;
  readonly trace: Trace;
}

/** A platform whose spans come to a receiver, and whose services log all that they have to say. */
export interface TracedPlatform {
  readonly path: PathPlatform;
  readonly receiver: OtlpReceiver;
  plan(tenantId: string, router: number, more?: Partial<SentRequest>): SentRequest;
  ask(request: SentRequest, trace?: Trace): Promise<Asked>;
  /** Of its trace, as far as they have come. */
  spansOf(asked: Asked): readonly ReceivedSpan[];
  /** The span by which the collector decides, once it has come. */
  ended(asked: Asked, timeoutMs?: number): Promise<ReceivedSpan>;
  /** Resolves when a span says that the deployment is in that state. */
  reached(asked: Asked, state: DeploymentState): Promise<unknown>;
  deploymentOf(asked: Asked): WorkflowHandle;
  stop(): Promise<void>;
}

export const named = (spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] =>
  spans.filter((span) => span.name === name);

const NAMESPACE = 'default';
/** So that a terminated deployment's terminal does not wait for what a real router needs. */
const TUNING = { settleMs: 1_000, probeMs: 200 };
/** The tenant with that gate. */
const TUNED = 'mayorista';
/** Long enough away to be missed, however long a busy machine takes to ask for it. */
const REBOOT_MS = 8_000;

export interface TracedPlatformOptions {
  /** What stands between services and the receiver: given the receiver's endpoint, says where services send to. */
  readonly through?: (receiver: string) => Promise<string>;
}

export const startTracedPlatform = (options: TracedPlatformOptions = {}): Promise<TracedPlatform> =>
  startWhole((started, stop) => start(options, started, stop));

async function start(
  { through = (receiver) => Promise.resolve(receiver) }: TracedPlatformOptions,
  started: Ending[],
  stop: () => Promise<void>,
): Promise<TracedPlatform> {
  const receiver = await startOtlpReceiver();
  started.push(() => receiver.stop());
  const endpoint = await through(receiver.endpoint);
  const path = await startPathPlatform(
    {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      VECINO_LOG_LEVEL: 'debug',
    },
    { routers: ({ tenants }, port) => tenants.flatMap((one) => routersOf(one, port)) },
  );
  started.push(() => path.stop());
  const producer = path.kafka.producer();
  await producer.connect();
  started.push(() => producer.disconnect());
  await startTunedGate(path);

  const spansOf = ({ trace }: Asked) => receiver.spans.filter((span) => span.traceId === trace.traceId);
  return {
    path,
    receiver,
    plan: (tenantId, router, more = {}) => ({
      ...planUpgrade(tenantOf(path, tenantId), router),
      deploymentId: `traced-${tenantId}-${router}`,
      ...more,
    }),
    async ask(request, trace = freshTrace()) {
      await sendRequests(producer, [request], { headers: { traceparent: trace.traceparent } });
      return { request, trace };
    },
    spansOf,
    ended: (asked, timeoutMs = 60_000) =>
      waitFor(() => named(spansOf(asked), 'deployment')[0] ?? false, {
        what: `the end of the trace of ${asked.request.deploymentId}`,
        timeoutMs,
      }),
    reached: (asked, state) =>
      waitFor(
        () => spansOf(asked).some(({ attributes }) => attributes['vecino.deployment.state'] === state),
        { what: `${state} of ${asked.request.deploymentId}`, timeoutMs: 60_000 },
      ),
    deploymentOf: ({ request }) =>
      path.temporal.workflow.getHandle(deploymentWorkflowId(request.tenantId, request.deploymentId)),
    stop,
  };
}

function tenantOf({ platform }: PathPlatform, id: string): Tenant {
  const found = platform.registry.tenants.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no tenant ${id}`);
  return found;
}

/** A gate that was handed an empty state has no predecessor to look for. */
async function startTunedGate(path: PathPlatform): Promise<void> {
  const settings = settingsOf(path.platform.registry, tenantOf(path, TUNED), NAMESPACE);
  await path.temporal.workflow.start(GATE_WORKFLOW_TYPE, {
    workflowId: gateWorkflowId(TUNED),
    taskQueue: settings.taskQueue,
    args: [{ settings, namespace: NAMESPACE, carried: EMPTY_CARRIED, tuning: TUNING }],
  });
}

const routersOf = (tenant: Tenant, port: number): RouterSettings[] =>
  fleet({
    rebootStartMs: 5,
    rebootMs: REBOOT_MS,
    count: 10,
    prefix: tenant.id,
    port,
    firstAddress: addressOf(tenant, 1),
    runningVersion: FIRST_VERSION,
  });
