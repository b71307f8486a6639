import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { type CommonAnswer, type SentCommand } from './command-answer.js';
import { type ReadStatus } from './status-feed.js';

/** What became of an order to cancel. */
export type CancelAnswer =
  | { readonly kind: 'cancelled'; readonly status: NetworkDeploymentStatus }
  /** The deployment goes on; its status says why. */
  | { readonly kind: 'too-late'; readonly status: NetworkDeploymentStatus }
  /** It had ended otherwise, or did so before the order arrived. */
  | { readonly kind: 'ended'; readonly status: NetworkDeploymentStatus }
  | CommonAnswer;

/** Whether a status of the tenant's topic answers the command. Of a deployment that has ended, its terminal comes once more. */
export function cancelAnswerOf(
  { tenantId, deploymentId, commandId }: SentCommand,
  { tenantId: of, status }: ReadStatus,
): CancelAnswer | undefined {
  if (of !== tenantId || status.deployment_id !== deploymentId) return undefined;
  if (status.state === 'CANCELLED') return { kind: 'cancelled', status };
  if (isTerminalState(status.state)) return { kind: 'ended', status };
  return status.details['command_id'] === commandId ? { kind: 'too-late', status } : undefined;
}
