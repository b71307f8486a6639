import { DEAD_LETTER_HEADERS, headerText, type NetworkDeploymentStatus } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { type TailRecord } from '@vecino/messaging';
import { type ReadStatus } from './status-feed.js';

/** What became of an order to cancel. */
export type CancelAnswer =
  | { readonly kind: 'cancelled'; readonly status: NetworkDeploymentStatus }
  /** The deployment goes on; its status says why. */
  | { readonly kind: 'too-late'; readonly status: NetworkDeploymentStatus }
  /** It had ended otherwise, or did so before the order arrived. */
  | { readonly kind: 'ended'; readonly status: NetworkDeploymentStatus }
  /** The command became a dead letter. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'silence'; readonly afterMs: number };

export interface SentCommand {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly commandId: string;
  readonly value: Buffer;
}

/** Whether a status of the tenant's topic answers the command. Of a deployment that has ended, its terminal comes once more. */
export function answerOfStatus(
  { tenantId, deploymentId, commandId }: SentCommand,
  { tenantId: of, status }: ReadStatus,
): CancelAnswer | undefined {
  if (of !== tenantId || status.deployment_id !== deploymentId) return undefined;
  if (status.state === 'CANCELLED') return { kind: 'cancelled', status };
  if (isTerminalState(status.state)) return { kind: 'ended', status };
  return status.details['command_id'] === commandId ? { kind: 'too-late', status } : undefined;
}

/** Whether a dead letter is the command's, byte for byte. */
export function answerOfDeadLetter(
  { value }: SentCommand,
  letter: Pick<TailRecord, 'value' | 'headers'>,
): CancelAnswer | undefined {
  if (letter.value === null || !letter.value.equals(value)) return undefined;
  const code = headerText(letter.headers, DEAD_LETTER_HEADERS.code) ?? '';
  const text = headerText(letter.headers, DEAD_LETTER_HEADERS.text) ?? '';
  return { kind: 'refused', code, text };
}
