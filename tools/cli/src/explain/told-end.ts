import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { isTerminalState, type ReasonCode } from '@vecino/foundation';
import { type Explanation } from '@vecino/workflows';

/** In the words of its gate, which has forgotten it; undefined where the status is no terminal. */
export function explanationOf(status: NetworkDeploymentStatus): Explanation | undefined {
  const { deployment_id, run_id, state, reason, occurred_at } = status;
  if (!isTerminalState(state)) return undefined;
  const at = new Date(occurred_at).toISOString();
  const text = reason === null ? '' : `: ${reason.text}`;
  return {
    state: 'closed',
    sentence: `Deployment ${deployment_id} ended as ${state} at ${at}${text}.`,
    ...(state === 'REJECTED' && run_id === '' && { refused: true }),
    ...(reason !== null && { reason: { code: reason.code as ReasonCode, text: reason.text } }),
  };
}
