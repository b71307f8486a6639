import { TIER_DEFAULTS } from '@vecino/tenancy';
import { type GateInput, gateWorkflowId, type TenantSettings } from '@vecino/workflows';

/**
 * For a gate in this namespace. No search attributes: queries by `TenantId` count deployments, and the gate is none. Deployments and activities inherit
 * the priority; it orders a backlog only where tenants share a task queue.
 */
export function gateOptions(settings: TenantSettings, namespace: string) {
  const input: GateInput = { settings, namespace };
  return {
    workflowId: gateWorkflowId(settings.tenantId),
    taskQueue: settings.taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    priority: {
      fairnessKey: settings.tenantId,
      fairnessWeight: settings.weight ?? TIER_DEFAULTS[settings.tier].limits.weight,
    },
    staticSummary: `Admits the deployments of tenant ${settings.tenantId}`,
  };
}
