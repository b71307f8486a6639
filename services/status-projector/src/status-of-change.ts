import { type NetworkDeploymentStatusInit, statusEventId } from '@vecino/contracts';
import { type Reason, redactText, redactTexts } from '@vecino/foundation';
import type { StatusChange } from '@vecino/workflows';

/**
 * The event of a state change: the same change gives the same event, however often it is published. It is read by more people
 * than our logs, and a reason may hold the words of whatever failed: without secrets. Pure.
 */
export function statusOfChange(tenantId: string, change: StatusChange): NetworkDeploymentStatusInit {
  return {
    event_id: statusEventId(tenantId, change.deploymentId, change.sequence),
    deployment_id: change.deploymentId,
    tenant_id: tenantId,
    router_id: change.routerId,
    software_version: change.softwareVersion,
    state: change.state,
    sequence: change.sequence,
    occurred_at: change.occurredAt,
    reason: change.reason ? withoutSecrets(change.reason) : null,
    workflow_id: change.workflowId,
    run_id: change.runId,
    details: redactTexts(change.details ?? {}),
  };
}

const withoutSecrets = ({ code, text }: Reason): Reason => ({ code, text: redactText(text) });
