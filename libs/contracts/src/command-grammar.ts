import { type Reason } from '@vecino/foundation';
import { firstFault, VALUE_RULES, type FieldRules } from './field-rules.js';
import { type CommandAction, type DeploymentCommand } from './gen/deployment-command.js';

/** UNKNOWN is an action that is younger than this reader, or none: neither is to be guessed. */
function isKnownAction(action: CommandAction): boolean {
  switch (action) {
    case 'CANCEL':
    case 'UNLOCK':
      return true;
    case 'UNKNOWN':
      return false;
  }
}

const RULES: FieldRules<DeploymentCommand> = [
  { field: 'command_id', ...VALUE_RULES.name },
  { field: 'tenant_id', ...VALUE_RULES.tenantId },
  { field: 'deployment_id', ...VALUE_RULES.name },
  { field: 'action', holds: isKnownAction, expected: 'must be CANCEL or UNLOCK' },
  { field: 'requested_by', ...VALUE_RULES.personOrNull },
  { field: 'requested_at', ...VALUE_RULES.timeOrNull },
];

/** What the schema cannot say of a command. Undefined when all holds, else `INVALID_FIELD` naming the first field at fault. */
export const validateCommand = (command: DeploymentCommand): Reason | undefined => firstFault(command, RULES);
