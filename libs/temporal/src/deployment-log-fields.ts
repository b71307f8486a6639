import { traceFields } from '@vecino/foundation';
import type { LogFields } from '@vecino/telemetry';
import { parseDeploymentWorkflowId } from '@vecino/workflows';

/**
 * Tenant, router, deployment and trace that a workflow or an activity works for: from its first argument where that is an
 * `UpgradeTarget`, has one, or has a deployment's own statuses, else from the workflow's id.
 */
export function deploymentLogFields(work: {
  readonly workflowId?: string | undefined;
  readonly argument?: unknown;
}): LogFields {
  const named = fromWorkflowId(work.workflowId ?? '');
  return { ...named, ...fromArgument(work.argument, named) };
}

function fromWorkflowId(workflowId: string): LogFields {
  const deployment = parseDeploymentWorkflowId(workflowId);
  if (deployment) return { tenant_id: deployment.tenantId, deployment_id: deployment.deploymentId };
  const tenantId = /^gate\/([^/]+)$/.exec(workflowId)?.[1];
  return tenantId === undefined ? {} : { tenant_id: tenantId };
}

function fromArgument(argument: unknown, { deployment_id }: LogFields): LogFields {
  if (!isObject(argument)) return {};
  const { target, changes } = argument;
  return {
    ...fieldsOf(argument),
    ...(isObject(target) && fieldsOf(target)),
    // A gate publishes for many.
    ...(deployment_id !== undefined && Array.isArray(changes) && fieldsOf(changes.find(isObject) ?? {})),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function fieldsOf({ tenantId, routerId, deploymentId, traceparent }: Fields): LogFields {
  return {
    ...(typeof tenantId === 'string' && { tenant_id: tenantId }),
    ...(typeof routerId === 'string' && { router_id: routerId }),
    ...(typeof deploymentId === 'string' && { deployment_id: deploymentId }),
    ...(typeof traceparent === 'string' && traceFields({ traceparent })),
  };
}
