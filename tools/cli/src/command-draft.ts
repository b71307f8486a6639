import { randomUUID } from 'node:crypto';
import { type CommandAction, type DeploymentCommand, validateCommand } from '@vecino/contracts';
import { systemClock, VecinoError } from '@vecino/foundation';
import { type CliErrorCode } from './cli-errors.js';

/**
 * A command with an id of its own.
 * @throws VecinoError COMMAND_INVALID
 */
export function draftCommand(
  action: CommandAction,
  tenantId: string,
  deploymentId: string,
  requestedBy: string,
): DeploymentCommand & { readonly requested_at: number } {
  const command = {
    command_id: randomUUID(),
    tenant_id: tenantId,
    deployment_id: deploymentId,
    action,
    requested_by: requestedBy,
    requested_at: systemClock.now(),
  };
  const fault = validateCommand(command);
  if (fault === undefined) return command;
  throw new VecinoError<CliErrorCode>('COMMAND_INVALID', `nothing was sent. ${fault.text}`, {
    disposition: 'terminal',
  });
}
