import { traceFields } from '@vecino/foundation';
import type { LogFields } from '@vecino/telemetry';
import { parseDeploymentWorkflowId } from '@vecino/workflows';

/**
 * Tenant, router, deployment and trace that a workflow or an activity works for: from its first argument where that is an
 * `UpgradeTarget`, has one, or has statuses of one deployment only, else from the workflow's id.
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
  if (!isObject(argument)) return {};
  const { target, changes } = argument;
  return {
    ...fieldsOf(argument),
    ...(isObject(target) && fieldsOf(target)),
    ...(Array.isArray(changes) && fromChanges(changes.filter(isObject))),
  };
}

/** Of several deployments none is named. */
function fromChanges(changes: readonly Fields[]): LogFields {
  const [first] = changes;
  const isOne = changes.every(({ deploymentId }) => deploymentId === first?.['deploymentId']);
  return first !== undefined && isOne ? fieldsOf(first) : {};
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
