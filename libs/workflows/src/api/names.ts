/** Task queue of the activities that are not a tenant's: publishing, waiting for closes, rebuilding gates. Polled in every namespace by the status projector. */
export const PROJECTOR_TASK_QUEUE = 'status-projector';
export const GATE_WORKFLOW_TYPE = 'TenantGateWorkflow';
export const DEPLOYMENT_WORKFLOW_TYPE = 'NetworkDeploymentWorkflow';

export const gateWorkflowId = (tenantId: string): string => `gate/${tenantId}`;
export const deploymentWorkflowId = (tenantId: string, deploymentId: string): string =>
  `deployment/${tenantId}/${deploymentId}`;
/** Inverse of `deploymentWorkflowId`; undefined for any other workflow id. */
export function parseDeploymentWorkflowId(
  workflowId: string,
): { tenantId: string; deploymentId: string } | undefined {
  const [kind, tenantId, deploymentId, ...rest] = workflowId.split('/');
  if (kind !== 'deployment' || !tenantId || !deploymentId || rest.length > 0) return undefined;
  return { tenantId, deploymentId };
}

/** Name of a deployment's document in the evidence store. */
export const evidenceReference = (tenantId: string, deploymentId: string): string =>
  `${tenantId}/${deploymentId}.json`;

/** Detail of a fault of the reboot step: `no` where it is certain that no router was told to reboot. */
export const REBOOT_SENT = 'reboot_sent';
