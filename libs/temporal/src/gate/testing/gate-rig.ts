import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { isTerminalState } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import {
  type DeadLetterOrder,
  type Explanation,
  gateWorkflowId,
  type GateItem,
  type GateTuning,
  type ProjectorActivities,
  PROJECTOR_TASK_QUEUE,
  type StatusChange,
  type SubmitCommand,
  type TenantSettings,
} from '@vecino/workflows';
import { ensureNamespace } from '../../tenant-namespace.js';
import { createTenantWorker, tenantLimits } from '../../tenant-worker.js';
import { installTemporalRuntime } from '../../runtime.js';
import { loadWorkflowBundle } from '../../workflow-bundle.js';
import { createGateClient } from '../../gate-client.js';
import { awaitAny } from '../await-any.js';
import { rebuildGate } from '../rebuild-gate.js';
import { watchGates } from '../watch-gates.js';
import { PretendRouters } from './pretend-routers.js';

export interface GateRig {
  readonly client: Client;
  /** For Workers beside its own. */
  readonly native: NativeConnection;
  readonly routers: PretendRouters;
  readonly settings: TenantSettings;
  /** What was published, in order, without what goes into no record; the publishing end is a mock here, Kafka has its own tests. */
  readonly published: StatusChange[];
  readonly letters: DeadLetterOrder[];
  /** What came to a gate that its tenant had left. */
  readonly forwarded: Parameters<ProjectorActivities['forward']>[0][];
  /** Another namespace, with workers for the same tenant on this queue. */
  openNamespace(taskQueue: string): Promise<Client>;
  projectorAway: boolean;
  submit(
    items: readonly GateItem[],
    options?: { readonly partition?: number; readonly settings?: Partial<TenantSettings> },
  ): Promise<void>;
  /** Gives the gate a command, as ingest does. */
  command(deploymentId: string, more?: Partial<SubmitCommand>): Promise<void>;
  explain(deploymentId: string): Promise<Explanation>;
  terminals(): StatusChange[];
  /** Looks after the gate until the rig is stopped. */
  watch(): void;
  stop(): Promise<void>;
}

/** A tenant of its own with real workers on the real server, with its own projector queue's work told apart by tenant. */
export async function startGateRig(
  options: { readonly cap?: number; readonly queueLimit?: number; readonly tuning?: GateTuning } = {},
): Promise<GateRig> {
  installTemporalRuntime(silentLogger);
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = await newNamespace(connection);
  const tenantId = `t-${randomUUID().slice(0, 8)}`;
  const settings: TenantSettings = {
    tenantId,
    revision: 1,
    tier: 'standard',
    cap: options.cap ?? 10,
    queueLimit: options.queueLimit ?? 2_000,
    taskQueue: `tenant-${tenantId}-deployments`,
    statusFormat: 'avro',
    paused: false,
  };
  const routers = new PretendRouters();
  const published: StatusChange[] = [];
  const letters: DeadLetterOrder[] = [];
  const forwarded: Parameters<ProjectorActivities['forward']>[0][] = [];
  const clientOf = (other: string) => new Client({ connection, namespace: other });
  const rig = { projectorAway: false };
  const stopped = new AbortController();
  const watching: Promise<void>[] = [];
  const projectorOf = (own: Client): ProjectorActivities => ({
    publishStatuses: async ({ changes }) => {
      if (rig.projectorAway) throw new Error('projector away');
      published.push(...changes.map(({ measured: _, ...event }) => event));
    },
    writeDeadLetters: async (orders) => void letters.push(...orders),
    awaitAny: (input) => awaitAny({ client: own, logger: silentLogger }, input),
    rebuildGate: (input) => rebuildGate({ client: own, clientOf }, input),
    forward: async (input) => {
      forwarded.push(input);
      return { kind: 'forwarded' };
    },
  });
  const bundle = await loadWorkflowBundle({ tracing: false });
  const places: { stop(): Promise<void> }[] = [];
  const openPlace = async (own: Client, taskQueue: string): Promise<void> => {
    const common = { connection: native, namespace: own.options.namespace };
    const worker = await createTenantWorker({
      ...common,
      taskQueue,
      bundle,
      activities: routers.activities(),
      limits: tenantLimits(settings.cap),
    });
    const infrastructure = await Worker.create({
      ...common,
      taskQueue: PROJECTOR_TASK_QUEUE,
      activities: projectorOf(own),
      maxConcurrentActivityTaskExecutions: 500,
    });
    const runs = [worker.run(), infrastructure.run()];
    places.push({
      stop: async () => {
        await own.workflow
          .getHandle(gateWorkflowId(tenantId))
          .terminate('the test is over')
          .catch(() => undefined);
        worker.shutdown();
        infrastructure.shutdown();
        await Promise.all(runs);
      },
    });
  };
  await openPlace(client, settings.taskQueue);
  const gates = createGateClient({ client, logger: silentLogger });
  return Object.assign(rig, {
    client,
    native,
    routers,
    settings,
    published,
    letters,
    forwarded,
    openNamespace: async (taskQueue: string) => {
      const own = await newNamespace(connection);
      await openPlace(own, taskQueue);
      return own;
    },
    submit: async (
      items: readonly GateItem[],
      more: { partition?: number; settings?: Partial<TenantSettings> } = {},
    ) => {
      const batch = {
        topic: 'requests',
        partition: more.partition ?? 0,
        items,
        settings: { ...settings, ...more.settings },
      };
      await client.workflow.signalWithStart('TenantGateWorkflow', {
        workflowId: gateWorkflowId(tenantId),
        taskQueue: settings.taskQueue,
        args: [{ settings, ...(options.tuning === undefined ? {} : { tuning: options.tuning }) }],
        signal: 'submit',
        signalArgs: [batch],
      });
    },
    command: async (deploymentId: string, more: Partial<SubmitCommand> = {}) => {
      const command: SubmitCommand = {
        commandId: randomUUID(),
        deploymentId,
        action: 'CANCEL',
        requestedBy: 'ana',
        topic: 'commands',
        partition: 0,
        offset: made++,
        ...more,
      };
      await client.workflow.signalWithStart('TenantGateWorkflow', {
        workflowId: gateWorkflowId(tenantId),
        taskQueue: settings.taskQueue,
        args: [{ settings, ...(options.tuning === undefined ? {} : { tuning: options.tuning }) }],
        signal: 'command',
        signalArgs: [command],
      });
    },
    explain: (deploymentId: string) => gates.explain(tenantId, deploymentId),
    terminals: () => published.filter((change) => isTerminalState(change.state)),
    watch: () => {
      watching.push(
        watchGates({
          client,
          gates: { ...gates, start: (s) => startTuned(client, s, options.tuning) },
          tenants: () => [settings],
          logger: silentLogger,
          signal: stopped.signal,
          intervalMs: 200,
        }),
      );
    },
    stop: async () => {
      stopped.abort();
      await Promise.all(watching);
      await Promise.all(places.map((place) => place.stop()));
      await native.close();
      await connection.close();
    },
  });
}

async function startTuned(
  client: Client,
  settings: TenantSettings,
  tuning: GateTuning | undefined,
): Promise<'started'> {
  await client.workflow.start('TenantGateWorkflow', {
    workflowId: gateWorkflowId(settings.tenantId),
    taskQueue: settings.taskQueue,
    args: [{ settings, ...(tuning === undefined ? {} : { tuning }) }],
  });
  return 'started';
}

/**
 * No test starts a deployment on a queue `tenant-…` in the namespace `default`: the worker-shared of libs/worker's
 * `worker-process.itest.ts` serves each that it finds there.
 */
async function newNamespace(connection: Connection): Promise<Client> {
  const namespace = `gate-${randomUUID().slice(0, 8)}`;
  await ensureNamespace(connection, { namespace });
  return new Client({ connection, namespace });
}

let made = 0;
/** A request; offsets grow with every call. */
export function gateItem(more: Partial<GateItem> = {}): GateItem {
  const offset = made++;
  const deploymentId = more.deploymentId ?? randomUUID();
  return {
    deploymentId,
    routerId: `r-${offset}`,
    routerIp: `10.${(offset >> 16) & 255}.${(offset >> 8) & 255}.${offset & 255}`,
    softwareVersion: '2.0.0',
    priority: 3,
    offset,
    timestamp: 1_000_000 + offset,
    fingerprint: `f-${deploymentId}`,
    ...more,
  };
}
