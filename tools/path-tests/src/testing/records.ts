import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type ReasonCode, TERMINAL_SEQUENCE } from '@vecino/foundation';
import { type SentRequest } from '../tenants/outcome-judge.js';

/** A terminal of a deployment of acme for the tests of the judges: it succeeded, unless said otherwise. */
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

/** A request of acme for its only router. */
export const sentRequest = (deploymentId: string, mayEnd: readonly ReasonCode[]): SentRequest => ({
  deploymentId,
  tenantId: 'acme',
  routerId: 'r1',
  routerIp: '10.0.0.1',
  softwareVersion: '2.0.0',
  mayEnd,
  sentAt: 0,
});
