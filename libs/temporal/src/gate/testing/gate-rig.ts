import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { isTerminalState, type ReasonCode, type TerminalState } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import { DEFAULT_UPGRADE_POLICY, type DeviceSnapshot } from '@vecino/upgrade';
import {
  type Baseline,
  type DeadLetterOrder,
  type DeviceActivities,
  evidenceReference,
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
import { ensureSearchAttributes } from '../../search-attributes.js';
import { createTenantWorker, tenantLimits } from '../../tenant-worker.js';
import { installTemporalRuntime } from '../../runtime.js';
import { loadWorkflowBundle } from '../../workflow-bundle.js';
import { createGateClient } from '../../gate-client.js';
import { awaitAny } from '../await-any.js';
import { rebuildGate } from '../rebuild-gate.js';
import { watchGates } from '../watch-gates.js';

const snapshot: DeviceSnapshot = {
  takenAt: 0,
  version: '1.0.0',
  bootTimeNs: '1',
  standby: { kind: 'not-reported' },
};

const baselineFor = (softwareVersion: string): Baseline => ({
  runningVersion: '1.0.0',
  bootTimeNs: '1',
  takenAt: 0,
  supervisors: softwareVersion === 'dual' ? 'individual' : 'single',
  activateReboots: false,
});

const fault = (code: ReasonCode, text: string, state: TerminalState = 'FAILED'): ApplicationFailure =>
  ApplicationFailure.nonRetryable(text, code, { state, reason: { code, text } });

/** Stays in the activity until it is let go or cancelled. */
async function whileHeld(held: () => boolean): Promise<void> {
  const { cancellationSignal } = Context.current();
  while (held() && !cancellationSignal.aborted) {
    Context.current().heartbeat();
    await sleep(20);
  }
  cancellationSignal.throwIfAborted();
}

/**
 * Routers in memory: a mock, because these tests are about the gate. Each step takes `stepMs`; what ran on which router
 * and when is the ground truth. The version that is asked for says how it goes: `refused`, `present`, `broken` (while it
 * installs), `dual` (two supervisors), `lost` and `fell-back` (after the reboot), `degraded`, `stuck` (and no way back).
 */
export class PretendRouters {
  stepMs = 0;
  /** Deployments that stay in their install step until this is set to false. */
  holdInstall = false;
  holdWaitUp = false;
  /** Routers that are asked whether they are at rest do not answer until this is set to false. */
  holdIdle = false;
  readonly running = new Map<string, Set<string>>();
  readonly starts: { readonly routerId: string; readonly deploymentId: string }[] = [];
  mostAtOnce = 0;
  overlaps = 0;
  idleAsked = 0;
  /** Deployments whose `arm` was taken back. */
  readonly disarmed: string[] = [];
  holdArm = false;
  /** Deployments whose router takes no Reboot any more. */
  readonly #stuck = new Set<string>();

  activities(): DeviceActivities {
    const pause = () => sleep(this.stepMs);
    return {
      precheck: async ({ routerId, deploymentId, softwareVersion }) => {
        this.begin(routerId, deploymentId);
        await pause();
        if (softwareVersion === 'refused' || softwareVersion === 'present')
          this.finish(routerId, deploymentId);
        if (softwareVersion === 'refused') throw fault('PRECHECK_REFUSED', 'a reboot is pending', 'REJECTED');
        const baseline = baselineFor(softwareVersion);
        if (softwareVersion === 'present') return { kind: 'already-running', baseline };
        const soakSeconds = softwareVersion === 'degraded' ? 1 : 0;
        const policy = { ...DEFAULT_UPGRADE_POLICY, soakSeconds };
        return { kind: 'proceed', baseline, snapshot, policy, image: { sha256: 'x', bytes: 1 } };
      },
      install: async ({ routerId, deploymentId, softwareVersion }) => {
        await whileHeld(() => this.holdInstall).finally(() => {
          if (Context.current().cancellationSignal.aborted) this.finish(routerId, deploymentId);
        });
        if (softwareVersion === 'broken') {
          this.finish(routerId, deploymentId);
          throw fault('INSTALL_FAILED', 'TOO_LARGE: no space');
        }
        return { transferred: true, bytes: 1 };
      },
      installStandby: async () => ({ transferred: true, bytes: 1 }),
      arm: async () => {
        await pause();
        // Cancelled meanwhile: whether the router took it, nobody knows.
        await whileHeld(() => this.holdArm);
        return { kind: 'armed' };
      },
      disarm: async ({ routerId, deploymentId }) => {
        this.disarmed.push(deploymentId);
        this.finish(routerId, deploymentId);
      },
      reboot: async ({ deploymentId, direction }) => {
        if (direction === 'rollback' && this.#stuck.has(deploymentId))
          throw fault('REBOOT_FAILED', 'the router takes no Reboot any more');
        return { kind: 'rebooting', sentAt: Date.now() };
      },
      waitUp: async () => {
        while (this.holdWaitUp) await sleep(20);
        return { bootTimeNs: '2', upAt: Date.now() };
      },
      verify: async ({ routerId, deploymentId, softwareVersion }) => {
        this.finish(routerId, deploymentId);
        if (softwareVersion === 'lost') throw fault('DEVICE_UNREACHABLE', 'no answer after the reboot');
        if (softwareVersion === 'fell-back') throw fault('FELL_BACK', 'the router went back by itself');
        return { runningVersion: softwareVersion };
      },
      soak: async () => undefined,
      postcheck: async ({ deploymentId, softwareVersion }) => {
        if (softwareVersion === 'stuck') this.#stuck.add(deploymentId);
        const worse = softwareVersion === 'degraded' || softwareVersion === 'stuck';
        const text = worse ? 'BGP peer 10.0.0.9 is gone' : '';
        const kind = worse ? 'degraded' : 'healthy';
        const none = { count: 0, first: [] };
        return { kind, changes: none, faults: none, waived: none, text };
      },
      rebaseline: async () => ({ ...baselineFor(''), runningVersion: 'the new one' }),
      recordEvidence: async ({ target }) => ({
        reference: evidenceReference(target.tenantId, target.deploymentId),
      }),
      confirmIdle: async ({ routerId }) => {
        this.idleAsked += 1;
        await whileHeld(() => this.holdIdle);
        this.running.delete(routerId);
        return { runningVersion: '1.0.0' };
      },
    };
  }

  private begin(routerId: string, deploymentId: string): void {
    const here = this.running.get(routerId) ?? new Set();
    if (!here.has(deploymentId)) this.starts.push({ routerId, deploymentId });
    here.add(deploymentId);
    if (here.size > 1) this.overlaps += 1;
    this.running.set(routerId, here);
    this.mostAtOnce = Math.max(
      this.mostAtOnce,
      [...this.running.values()].reduce((sum, set) => sum + set.size, 0),
    );
  }

  private finish(routerId: string, deploymentId: string): void {
    this.running.get(routerId)?.delete(deploymentId);
  }
}

export interface GateRig {
  readonly client: Client;
  readonly routers: PretendRouters;
  readonly settings: TenantSettings;
  /** What was published, in order; the publishing end is a mock here, Kafka has its own tests. */
  readonly published: StatusChange[];
  readonly letters: DeadLetterOrder[];
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
  const namespace = `gate-${randomUUID().slice(0, 8)}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const client = new Client({ connection, namespace });
  await untilNamespace(client);
  await ensureSearchAttributes(connection, namespace);
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
  const rig = { projectorAway: false };
  const stopped = new AbortController();
  const watching: Promise<void>[] = [];
  const projector: ProjectorActivities = {
    publishStatuses: async ({ changes }) => {
      if (rig.projectorAway) throw new Error('projector away');
      published.push(...changes);
    },
    writeDeadLetters: async (orders) => void letters.push(...orders),
    awaitAny: (input) => awaitAny(client, input),
    rebuildGate: (input) => rebuildGate(client, input),
  };
  const bundle = await loadWorkflowBundle({ tracing: false });
  const worker = await createTenantWorker({
    connection: native,
    namespace,
    taskQueue: settings.taskQueue,
    bundle,
    activities: routers.activities(),
    limits: tenantLimits(settings.cap),
  });
  const infrastructure = await Worker.create({
    connection: native,
    namespace,
    taskQueue: PROJECTOR_TASK_QUEUE,
    activities: projector,
    maxConcurrentActivityTaskExecutions: 500,
  });
  const runs = [worker.run(), infrastructure.run()];
  const gates = createGateClient({ client, logger: silentLogger });
  return Object.assign(rig, {
    client,
    routers,
    settings,
    published,
    letters,
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
      await client.workflow
        .getHandle(gateWorkflowId(tenantId))
        .terminate('the test is over')
        .catch(() => undefined);
      worker.shutdown();
      infrastructure.shutdown();
      await Promise.all(runs);
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

async function untilNamespace(client: Client): Promise<void> {
  for (;;) {
    const listed = client.workflow.count('WorkflowId = "none"');
    if (
      await listed.then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
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
