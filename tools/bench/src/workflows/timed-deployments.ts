import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { GATE_SEQUENCE, type GateState } from '@vecino/foundation';
import {
  type DeploymentInput,
  type DeploymentOutcome,
  PROJECTOR_TASK_QUEUE,
  type ProjectorActivities,
  type StatusChange,
} from '@vecino/workflows';
import type { TimedActivities } from '../timed-activities.js';

/** Bundle of a bench: the real gate, and deployments whose one activity only takes time, so that slots are what is short. */
export { TenantGateWorkflow } from '@vecino/workflows/workflows';

const { work } = proxyActivities<TimedActivities>({ startToCloseTimeout: '30 minutes' });
const { publishStatuses } = proxyActivities<Pick<ProjectorActivities, 'publishStatuses'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  scheduleToCloseTimeout: '1 minute',
});

/** Under the name that the gate starts. Reports its start as the real one does: through the projector, beside its work. */
export async function NetworkDeploymentWorkflow(input: DeploymentInput): Promise<DeploymentOutcome> {
  const { tenantId, deploymentId, acceptedAt, statusFormat: format } = input;
  const changes = [
    ...(acceptedAt === undefined ? [] : [change(input, 'ACCEPTED', acceptedAt)]),
    change(input, 'STARTED', Date.now()),
  ];
  await Promise.all([publishStatuses({ tenantId, format, changes }), work({ tenantId, deploymentId })]);
  return { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'its time is over' } };
}

function change(input: DeploymentInput, state: GateState, occurredAt: number): StatusChange {
  const { deploymentId, routerId, softwareVersion } = input;
  const { workflowId, runId } = workflowInfo();
  return {
    deploymentId,
    routerId,
    softwareVersion,
    state,
    sequence: GATE_SEQUENCE[state],
    occurredAt,
    workflowId,
    runId,
  };
}
