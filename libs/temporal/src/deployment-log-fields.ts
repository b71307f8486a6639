import type { LogFields } from '@vecino/telemetry';
import { parseDeploymentWorkflowId } from '@vecino/workflows';

/**
 * Tenant, router and deployment that a workflow or an activity works for: from its first argument where that is an
 * `UpgradeTarget` or names a tenant, else from the workflow's id.
 */
export function deploymentLogFields(work: {
  readonly workflowId?: string | undefined;
  readonly argument?: unknown;
}): LogFields {
  return { ...fromWorkflowId(work.workflowId ?? ''), ...fromArgument(work.argument) };
}

function fromWorkflowId(workflowId: string): LogFields {
  const deployment = parseDeploymentWorkflowId(workflowId);
  if (deployment) return { tenant_id: deployment.tenantId, deployment_id: deployment.deploymentId };
  const tenantId = /^gate\/([^/]+)$/.exec(workflowId)?.[1];
  return tenantId === undefined ? {} : { tenant_id: tenantId };
}

function fromArgument(argument: unknown): LogFields {
  if (typeof argument !== 'object' || argument === null) return {};
  const { tenantId, routerId, deploymentId } = argument as Record<string, unknown>;
  return {
    ...(typeof tenantId === 'string' && { tenant_id: tenantId }),
    ...(typeof routerId === 'string' && { router_id: routerId }),
    ...(typeof deploymentId === 'string' && { deployment_id: deploymentId }),
  };
}
