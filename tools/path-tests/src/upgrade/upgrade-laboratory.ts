import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { ReasonCode, TerminalState } from '@vecino/foundation';
import {
  CertificateAuthority,
  fleet,
  startSimulator,
  writeImage,
  type RouterSettings,
  type Simulator,
} from '@vecino/router-simulator';
import { silentLogger } from '@vecino/telemetry';
import {
  createTenantWorker,
  ensureNamespace,
  installTemporalRuntime,
  loadWorkflowBundle,
  tenantLimits,
} from '@vecino/temporal';
import { uniqueName, waitFor } from '@vecino/testing';
import { DEFAULT_UPGRADE_POLICY, type UpgradePolicy } from '@vecino/upgrade';
import {
  closeOf,
  type DeploymentInput,
  type DeploymentOutcome,
  DEPLOYMENT_WORKFLOW_TYPE,
  deploymentWorkflowId,
  leavesRouterUnknown,
  PROJECTOR_TASK_QUEUE,
  type StatusChange,
  terminalOf,
} from '@vecino/workflows';
import {
  deviceActivitiesOf,
  PATIENT_DEADLINES,
  QUICK_DEADLINES,
  type WorkbenchRouter,
  type WorkbenchSettings,
} from './workbench.js';

export const OLD_VERSION = '1.0.0';
export const NEW_VERSION = '2.0.0';
const AT_ONCE = 12;
const IMAGE_BYTES = 3 * 1024 * 1024;
/** Sat out where a worker is killed. One that works in the process of the test may stand still with it for a while. */
const HEARTBEAT_MS = { killed: 3_000, inProcess: 10_000 };
const QUICK_POLICY: UpgradePolicy = { ...DEFAULT_UPGRADE_POLICY, soakSeconds: 0, recoverySeconds: 2 };

/** A deployment as its gate would see it when it has closed. */
export interface Ended {
  readonly state: TerminalState;
  readonly code: ReasonCode;
  readonly outcome: DeploymentOutcome;
  /** The gate would keep the router locked. */
  readonly locked: boolean;
}

/** What makes a router special; the rest is the laboratory's. */
export interface LaboratoryRouter extends Partial<RouterSettings> {
  readonly policy?: Partial<UpgradePolicy>;
}

export interface LaboratorySettings {
  readonly routers: readonly LaboratoryRouter[];
  readonly imageBytes?: number;
  /** Workers in this process; without them the test starts its own. */
  readonly withWorker?: boolean;
}

/**
 * Real deployments of real workflows on the Temporal server, against simulated routers over TLS. The publishing end is a
 * mock here, which keeps what would be published: the way to Kafka has its own tests.
 */
export interface UpgradeLaboratory {
  readonly simulator: Simulator;
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  /** What a worker process needs to serve this laboratory. */
  readonly workbench: WorkbenchSettings;
  readonly published: readonly StatusChange[];
  routerId(index: number): string;
  start(routerId: string, more?: Partial<DeploymentInput>): Promise<string>;
  cancel(deploymentId: string, commandId?: string): Promise<void>;
  ended(deploymentId: string): Promise<Ended>;
  /** States told so far, in order. */
  states(deploymentId: string): string[];
  phase(deploymentId: string, state: string, timeoutMs?: number): Promise<StatusChange>;
  evidence(outcome: DeploymentOutcome): Record<string, unknown>;
  stop(): Promise<void>;
}

export async function openUpgradeLaboratory(settings: LaboratorySettings): Promise<UpgradeLaboratory> {
  const { withWorker = true } = settings;
  installTemporalRuntime(silentLogger);
  const dir = mkdtempSync(join(tmpdir(), 'vecino-upgrade-'));
  const taskQueue = uniqueName('deployments');
  const namespace = uniqueName('upgrade');
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  await ensureNamespace(connection, { namespace });

  const images = join(dir, 'images');
  for (const version of [OLD_VERSION, NEW_VERSION])
    await writeImage(images, version, settings.imageBytes ?? IMAGE_BYTES, 'vecino');
  const simulator = await simulate(dir, settings);
  const workbench: WorkbenchSettings = {
    address,
    namespace,
    taskQueue,
    images,
    evidence: join(dir, 'evidence'),
    tls: { ca: join(dir, 'ca.pem'), cert: join(dir, 'worker.pem'), key: join(dir, 'worker.key') },
    routers: Object.fromEntries(
      simulator.routers.map((router, index): [string, WorkbenchRouter] => {
        const { routerId, port } = router.snapshot();
        const { policy, faults = [] } = settings.routers[index] ?? {};
        const isSatOut = !withWorker || faults.some(({ kind }) => kind.startsWith('hang-'));
        const deadlines = isSatOut ? QUICK_DEADLINES : PATIENT_DEADLINES;
        return [routerId, { port, policy: { ...QUICK_POLICY, ...policy }, deadlines }];
      }),
    ),
  };
  await writeWorkerIdentity(simulator.authority, workbench);

  const published: StatusChange[] = [];
  const projector = await Worker.create({
    connection: native,
    namespace,
    taskQueue: PROJECTOR_TASK_QUEUE,
    activities: { publishStatuses: keeping(published) },
    maxConcurrentActivityTaskExecutions: 200,
  });
  const workers = [projector];
  if (withWorker)
    workers.push(
      await createTenantWorker({
        connection: native,
        namespace,
        taskQueue,
        bundle: await loadWorkflowBundle({ tracing: false }),
        activities: deviceActivitiesOf(workbench),
        // No more at once than two cores can serve in the short times that the tests allow.
        limits: tenantLimits(AT_ONCE),
      }),
    );
  const runs = workers.map((worker) => worker.run());
  const routerOf = new Map<string, string>();
  const workflowIdOf = (deploymentId: string) =>
    deploymentWorkflowId(routerOf.get(deploymentId) ?? '', deploymentId);
  const told = (deploymentId: string) => published.filter((change) => change.deploymentId === deploymentId);

  return {
    simulator: simulator.simulator,
    client,
    namespace,
    taskQueue,
    workbench,
    published,
    routerId: (index) => simulator.simulator.routers[index]?.snapshot().routerId ?? '',
    async start(routerId, more = {}) {
      const deploymentId = randomUUID();
      routerOf.set(deploymentId, routerId);
      const { address: routerIp } = simulator.simulator.router(routerId).snapshot();
      const input: DeploymentInput = {
        // A tenant for each router, since policies are tenants'.
        tenantId: routerId,
        deploymentId,
        routerId,
        routerIp,
        softwareVersion: NEW_VERSION,
        tier: 'standard',
        statusFormat: 'avro',
        tuning: {
          heartbeatMs: withWorker ? HEARTBEAT_MS.inProcess : HEARTBEAT_MS.killed,
          maximumIntervalMs: 300,
        },
        ...more,
      };
      await client.workflow.start(DEPLOYMENT_WORKFLOW_TYPE, {
        workflowId: workflowIdOf(deploymentId),
        taskQueue,
        args: [input],
      });
      return deploymentId;
    },
    cancel: (deploymentId, commandId = randomUUID()) =>
      client.workflow
        .getHandle(workflowIdOf(deploymentId))
        .signal('cancel', { commandId, requestedBy: 'the test' }),
    async ended(deploymentId) {
      const workflowId = workflowIdOf(deploymentId);
      const closed = await client.workflow
        .getHandle(workflowId)
        .result()
        .then(
          (outcome: DeploymentOutcome) => ({ workflowId, runId: '', kind: 'completed' as const, outcome }),
          (error: unknown) =>
            closeOf(workflowId, '', error instanceof WorkflowFailedError ? error.cause : error),
        );
      const outcome = terminalOf(closed);
      return {
        state: outcome.state,
        code: outcome.reason.code,
        outcome,
        locked: leavesRouterUnknown(closed),
      };
    },
    states: (deploymentId) => told(deploymentId).map(({ state }) => state),
    phase: (deploymentId, state, timeoutMs = 30_000) =>
      waitFor(() => told(deploymentId).find((change) => change.state === state), {
        what: state,
        timeoutMs,
      }),
    evidence: ({ details }) =>
      JSON.parse(readFileSync(join(dir, 'evidence', details?.['evidence'] ?? 'missing'), 'utf8')) as Record<
        string,
        unknown
      >,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await simulator.simulator.stop();
      await native.close();
      await connection.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A `publishStatuses` that keeps the changes. A call that is made again, since Temporal did not hear of its end, tells nothing new. */
const keeping =
  (published: StatusChange[]) =>
  ({ changes }: { readonly changes: readonly StatusChange[] }): Promise<void> => {
    const isAgain = activityInfo().attempt > 1;
    const isKept = ({ deploymentId, sequence }: StatusChange) =>
      published.some((one) => one.deploymentId === deploymentId && one.sequence === sequence);
    published.push(...changes.filter((change) => !isAgain || !isKept(change)));
    return Promise.resolve();
  };

async function simulate(dir: string, { routers }: LaboratorySettings) {
  const authority = await CertificateAuthority.create();
  const block = 1 + Math.floor(Math.random() * 250);
  const settings: RouterSettings[] = fleet({
    count: routers.length,
    prefix: 'edge',
    firstAddress: `127.77.${block}.1`,
    port: 0,
    runningVersion: OLD_VERSION,
    rebootMs: 150,
  }).map((common, index) => {
    const { policy: _policy, ...special } = routers[index] ?? {};
    return { ...common, ...special };
  });
  const simulator = await startSimulator({ routers: settings, authority, callLog: join(dir, 'calls.jsonl') });
  return { simulator, authority, routers: simulator.routers };
}

async function writeWorkerIdentity(
  authority: CertificateAuthority,
  { tls }: WorkbenchSettings,
): Promise<void> {
  const client = await authority.issueClient('worker-under-test');
  writeFileSync(tls.ca, authority.identity.certificate);
  writeFileSync(tls.cert, client.certificate);
  writeFileSync(tls.key, client.key, { mode: 0o600 });
}
