import { EXIT } from './exit-code.js';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { type CommonAnswer, type SentCommand } from './command-answer.js';
import { type ReadStatus } from './status-feed.js';

/** What became of an order to unlock; where nothing was locked, the command becomes a dead letter `NOT_QUARANTINED`. */
export type UnlockAnswer =
  { readonly kind: 'unlocked'; readonly status: NetworkDeploymentStatus } | CommonAnswer;

/** A terminal that comes again is the answer: the gate repeats it when it has let go of the router. */
export function unlockAnswerOf(
  { tenantId, deploymentId }: SentCommand,
  { tenantId: of, status }: ReadStatus,
): UnlockAnswer | undefined {
  if (of !== tenantId || status.deployment_id !== deploymentId) return undefined;
  return isTerminalState(status.state) ? { kind: 'unlocked', status } : undefined;
}

/** `otherwise` where nothing was locked, as `cancel` has it for a command that came too late. */
export function unlockExitCode(answer: UnlockAnswer): number {
  switch (answer.kind) {
    case 'unlocked':
      return EXIT.done;
    case 'refused':
      return answer.code === 'NOT_QUARANTINED' ? EXIT.otherwise : EXIT.refused;
    case 'silence':
      return EXIT.failed;
  }
}
