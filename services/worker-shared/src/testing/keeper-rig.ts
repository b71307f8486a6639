import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { isTerminalState, systemClock } from '@vecino/foundation';
import { connectKafka, createProducer, parseKafkaSettings } from '@vecino/messaging';
import { changeRegistry, followRegistry } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { type RegistryEdit, settingsOf, tenantOf, tenantOfTaskQueue } from '@vecino/tenancy';
import {
  awaitAny,
  connectTemporalClient,
  createGateClient,
  createQueueLooks,
  createWorkerFleet,
  ensureNamespace,
  type GateClient,
  installTemporalRuntime,
  parseTemporalConfig,
  rebuildGate,
  type WorkerFleet,
} from '@vecino/temporal';
import { createWakeSender, followWakes, type WakeFeed, type WakeSender } from '@vecino/wakes';
import {
  evidenceReference,
  type GateItem,
  gateWorkflowId,
  type ProjectorActivities,
  PROJECTOR_TASK_QUEUE,
  type StatusChange,
  type TenantSettings,
  type UpgradeTarget,
} from '@vecino/workflows';
import { type KeeperTiming, QueueKeeper } from '../queue-keeper.js';

/** Above the throttle of the rig's wakes, as the real ones are. */
export const QUICK: KeeperTiming = { idleGraceMs: 1_000, lookMs: 500, sleeperMs: 50 };
const WAKE_THROTTLE_MS = 200;

/** The moments of a Worker's end. */
export const ENDING_STAGES = [
  'is ending',
  'is draining',
  'has drained',
  'is put to sleep',
  'sleeps',
] as const;
export type EndingStage = (typeof ENDING_STAGES)[number];

export interface KeepOptions {
  readonly timing?: Partial<KeeperTiming>;
  /** Called at each of them, in the midst of what the keeper does. */
  readonly onEnding?: (tenantId: string, stage: EndingStage) => void;
}

/** One worker-shared, as the service puts it together. */
export interface Keeping {
  readonly fleet: WorkerFleet;
  readonly keeper: QueueKeeper;
  readonly wakes: WakeFeed;
  servedTenants(): string[];
  stop(): Promise<void>;
}

/**
 * Real Kafka, real Temporal in a namespace of its own, real gates and deployments. The routers are pretended: each runs the
 * wanted version already, once its deployment is let go. So is the publishing end, which keeps what it is given.
 */
export interface KeeperRig {
  readonly client: Client;
  /** Gates as ingest has them. */
  readonly gates: GateClient;
  readonly published: StatusChange[];
  /** Deployments in their first step now. */
  readonly running: Set<string>;
  readonly heldTenants: Set<string>;
  change(edit: RegistryEdit): Promise<void>;
  addTenant(more?: Readonly<Record<string, unknown>>): Promise<string>;
  settings(tenantId: string): TenantSettings;
  submit(tenantId: string, more?: { readonly unsaid?: boolean }): Promise<string>;
  isAwake(tenantId: string): Promise<boolean>;
  putToSleep(tenantId: string): Promise<void>;
  succeeded(deploymentId: string): boolean;
  keep(options?: KeepOptions): Promise<Keeping>;
  stop(): Promise<void>;
}

export async function openKeeperRig(): Promise<KeeperRig> {
  installTemporalRuntime(silentLogger);
  const logger = silentLogger;
  const { settings: kafkaSettings } = parseKafkaSettings(process.env);
  if (kafkaSettings === undefined) throw new Error('run with jest.itest.config.cjs');
  const kafka = connectKafka(kafkaSettings, 'keeper-rig', logger);
  const unique = randomUUID().slice(0, 8);
  const topicPrefix = `keeper-${unique}.`;
  const shared = parseTemporalConfig(process.env);
  const config = { ...shared, namespace: `keeper-${unique}` };
  const outside = await connectTemporalClient({ config: shared, logger });
  await ensureNamespace(outside.connection, { namespace: config.namespace });
  await outside.close();
  const temporal = await connectTemporalClient({ config, logger });
  const { client } = temporal;
  const registry = await followRegistry({ kafka, topicPrefix, logger });
  const producer = createProducer(kafka);
  const sender = createWakeSender({ producer, topicPrefix, throttleMs: WAKE_THROTTLE_MS });
  const gates = createGateClient({ client, logger, waker: sender });
  const published: StatusChange[] = [];
  const running = new Set<string>();
  const heldTenants = new Set<string>();
  const projector = await pretendProjector(client, config.address, published);
  const projecting = projector.run();
  const keepings: Keeping[] = [];
  const opened: string[] = [];
  let offset = 0;

  const settings = (tenantId: string): TenantSettings => {
    const tenant = tenantOf(registry.current(), tenantId);
    if (tenant === undefined) throw new Error(`no tenant ${tenantId}`);
    return settingsOf(registry.current(), tenant, config.namespace);
  };

  async function keep({ timing, onEnding = () => undefined }: KeepOptions = {}): Promise<Keeping> {
    const feed = await followRegistry({ kafka, topicPrefix, logger });
    const wakes = await followWakes({ kafka, topicPrefix, logger });
    const activities = pretendDevices(running, heldTenants);
    const fleet = createWorkerFleet({
      temporal: config,
      activities,
      logger,
      shutdownGraceMs: 500,
      stickyMs: 1_000,
    });
    await fleet.connect();
    const keeper = new QueueKeeper({
      registry: feed,
      wakes,
      ...watched(fleet, createWakeSender({ producer, topicPrefix, throttleMs: WAKE_THROTTLE_MS }), onEnding),
      gates: createGateClient({ client, logger }),
      looks: createQueueLooks(client),
      namespace: config.namespace,
      maxWorkers: 100,
      timing: { ...QUICK, ...timing },
      clock: systemClock,
      logger,
    });
    await keeper.start();
    let stopped: Promise<void> | undefined;
    const keeping: Keeping = {
      fleet,
      keeper,
      wakes,
      servedTenants: () => fleet.served().flatMap(({ tenantId }) => tenantId ?? []),
      stop: () =>
        (stopped ??= (async () => {
          const ended = keeper.stop();
          await wakes.close();
          await ended;
          await fleet.stop();
          await feed.close();
        })()),
    };
    keepings.push(keeping);
    return keeping;
  }

  async function change(edit: RegistryEdit): Promise<void> {
    const { registry: changed } = await changeRegistry(kafka, topicPrefix, () => edit);
    while (registry.current().revision < changed.revision) await sleep(10);
  }

  return {
    client,
    gates,
    published,
    running,
    heldTenants,
    settings,
    keep,
    change,
    async addTenant(more = {}) {
      const id = `t-${randomUUID().slice(0, 8)}`;
      const network = `10.${opened.length >> 8}.${opened.length & 255}.0/24`;
      opened.push(id);
      await change({ kind: 'add', entry: { id, tier: 'standard', networks: [network], ...more } });
      return id;
    },
    async submit(tenantId, { unsaid = false } = {}) {
      const item = itemOf(offset++);
      const { submit } = unsaid ? createGateClient({ client, logger }) : gates;
      await submit({ topic: 'requests', partition: 0, items: [item], settings: settings(tenantId) });
      return item.deploymentId;
    },
    async isAwake(tenantId) {
      const wakes = await followWakes({ kafka, topicPrefix, logger });
      const awake = wakes.awake().has(tenantId);
      await wakes.close();
      return awake;
    },
    putToSleep: (tenantId) => sender.asleep(tenantId),
    succeeded: (deploymentId) =>
      published.some((one) => one.deploymentId === deploymentId && isTerminalState(one.state)),
    async stop() {
      heldTenants.clear();
      await Promise.all(keepings.map((keeping) => keeping.stop().catch(() => undefined)));
      for (const id of opened)
        await client.workflow
          .getHandle(gateWorkflowId(id))
          .terminate('the test is over')
          .catch(() => undefined);
      projector.shutdown();
      await projecting;
      await registry.close();
      await producer.close();
      await temporal.close();
    },
  };
}

function watched(fleet: WorkerFleet, sender: WakeSender, onEnding: NonNullable<KeepOptions['onEnding']>) {
  const around = async (
    tenantId: string,
    [before, amid, after]: readonly (EndingStage | undefined)[],
    act: () => Promise<void>,
  ): Promise<void> => {
    if (before !== undefined) onEnding(tenantId, before);
    const acting = act();
    if (amid !== undefined) onEnding(tenantId, amid);
    await acting;
    if (after !== undefined) onEnding(tenantId, after);
  };
  return {
    fleet: {
      ...fleet,
      retire: (queue: Parameters<WorkerFleet['retire']>[0]) => {
        const tenantId = tenantOfTaskQueue(queue.taskQueue) ?? '';
        return around(tenantId, ['is ending', 'is draining', 'has drained'], () => fleet.retire(queue));
      },
    },
    sender: {
      ...sender,
      asleep: (tenantId: string) =>
        around(tenantId, ['is put to sleep', undefined, 'sleeps'], () => sender.asleep(tenantId)),
    },
  };
}

async function pretendProjector(client: Client, address: string, published: StatusChange[]): Promise<Worker> {
  const connection = await NativeConnection.connect({ address });
  const { namespace } = client.options;
  const clientOf = (other: string) => new Client({ connection: client.connection, namespace: other });
  const activities: ProjectorActivities = {
    publishStatuses: async ({ changes }) => void published.push(...changes),
    writeDeadLetters: () => Promise.resolve(),
    forward: () => Promise.resolve({ kind: 'forwarded' }),
    awaitAny: (input) => awaitAny({ client, logger: silentLogger }, input),
    rebuildGate: (input) => rebuildGate({ client, clientOf, visibilityLagMs: 50 }, input),
  };
  return Worker.create({ connection, namespace, taskQueue: PROJECTOR_TASK_QUEUE, activities });
}

const pretendDevices = (running: Set<string>, heldTenants: ReadonlySet<string>) => ({
  async precheck({ tenantId, deploymentId, softwareVersion }: UpgradeTarget) {
    running.add(deploymentId);
    try {
      // As a real step: with a heartbeat, and ended by its cancellation when its Worker is.
      const { cancellationSignal } = Context.current();
      while (heldTenants.has(tenantId)) {
        Context.current().heartbeat();
        await sleep(20, undefined, { signal: cancellationSignal });
      }
    } finally {
      running.delete(deploymentId);
    }
    const baseline = {
      runningVersion: softwareVersion,
      bootTimeNs: '1',
      takenAt: 0,
      supervisors: 'single',
      activateReboots: false,
    };
    return { kind: 'already-running', baseline };
  },
  recordEvidence: ({ target }: { readonly target: UpgradeTarget }) =>
    Promise.resolve({ reference: evidenceReference(target.tenantId, target.deploymentId) }),
});

const itemOf = (offset: number): GateItem => ({
  deploymentId: randomUUID(),
  routerId: `r-${offset}`,
  routerIp: `10.${(offset >> 16) & 255}.${(offset >> 8) & 255}.${offset & 255}`,
  softwareVersion: '2.0.0',
  priority: 3,
  offset,
  timestamp: 1_000_000 + offset,
  fingerprint: `f-${offset}`,
});
