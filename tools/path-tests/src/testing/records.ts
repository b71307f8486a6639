import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';

/** A terminal of a deployment of acme: it succeeded, unless said otherwise. */
export const terminalStatus = (
  deploymentId: string,
  more: Partial<NetworkDeploymentStatus> = {},
): NetworkDeploymentStatus => ({
  event_id: `${deploymentId}-end`,
  deployment_id: deploymentId,
  tenant_id: 'acme',
  router_id: 'r1',
  software_version: '2.0.0',
  state: 'SUCCEEDED',
  sequence: TERMINAL_SEQUENCE,
  occurred_at: 0,
  reason: { code: 'UPGRADED', text: 'the router runs 2.0.0' },
  workflow_id: '',
  run_id: '',
  details: {},
  ...more,
});
