import {
  type DeploymentRun,
  findDeploymentRun,
  type QueueStanding,
  queueStanding,
  type TaskType,
  type TemporalClient,
} from '@vecino/temporal';
import { namespaceOf, taskQueueOf, type Tenant } from '@vecino/tenancy';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { type GateAnswer } from '../ask-gates.js';
import { type PlatformEnvironment } from '../platform-access.js';
import { withTemporal } from '../temporal-access.js';

/** A task queue on which something of the deployment waits for a worker. */
export interface WaitedQueue extends QueueStanding {
  readonly name: string;
  readonly type: TaskType;
}

/** All that is known of a deployment: from its gate, from its workflow, and of the queue where it waits. */
export interface DeploymentStanding {
  readonly tenant: Tenant;
  readonly deploymentId: string;
  readonly namespace: string;
  readonly answer: GateAnswer;
  /** Its workflow, where it was started and Temporal still has it. */
  readonly run?: DeploymentRun;
  readonly queue?: WaitedQueue;
}

/** Asks Temporal for what gates don't know. */
export const lookAround = (
  env: PlatformEnvironment,
  tenants: readonly Tenant[],
  answers: readonly GateAnswer[],
  deploymentId: string,
): Promise<DeploymentStanding[]> =>
  withTemporal(env, (temporal, { namespace: shared }) =>
    Promise.all(
      answers.flatMap((answer) => {
        const tenant = tenants.find(({ id }) => id === answer.tenantId);
        if (tenant === undefined) return [];
        const namespace = namespaceOf(tenant, shared);
        return [standingOf(temporal, { tenant, deploymentId, namespace, answer })];
      }),
    ),
  );

async function standingOf(
  { client }: TemporalClient,
  given: Pick<DeploymentStanding, 'tenant' | 'deploymentId' | 'namespace' | 'answer'>,
): Promise<DeploymentStanding> {
  const { tenant, deploymentId, namespace, answer } = given;
  const isWaiting = 'explanation' in answer && answer.explanation.state === 'queued';
  const run = isWaiting ? undefined : await findDeploymentRun(client, namespace, tenant.id, deploymentId);
  const place = waitedQueueOf(given, run);
  const queue = place && {
    ...place,
    ...(await queueStanding(client, place.name, place.type, namespace)),
  };
  return { ...given, ...(run && { run }), ...(queue && { queue }) };
}

/** Where a worker is waited for: by the deployment's next step, or by its gate that should have answered. */
function waitedQueueOf(
  { tenant, answer }: Pick<DeploymentStanding, 'tenant' | 'answer'>,
  run: DeploymentRun | undefined,
): Pick<WaitedQueue, 'name' | 'type'> | undefined {
  if ('silence' in answer) return { name: taskQueueOf(tenant), type: 'workflow' };
  const waiting = run?.steps.find(({ state }) => state === 'waiting');
  if (run === undefined || waiting === undefined) return undefined;
  if (waiting.name === 'workflow') return { name: run.taskQueue, type: 'workflow' };
  return {
    name: waiting.name === 'publishStatuses' ? PROJECTOR_TASK_QUEUE : run.taskQueue,
    type: 'activity',
  };
}
