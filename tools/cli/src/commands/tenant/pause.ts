import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { outputOption } from '../../output-option.js';
import { reportingRefusals } from '../../refusal.js';
import { applyChange, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';

/** `tenant pause` and `tenant resume`: one switch. */
export function registerTenantPause(tenant: Command, context: CommandContext): void {
  const register = (kind: 'pause' | 'resume', description: string) =>
    tenant
      .command(kind)
      .argument('<id>', 'the tenant')
      .description(description)
      .addOption(dryRunOption())
      .addOption(outputOption())
      .action((id: string, options: ChangeOptions) =>
        reportingRefusals(context, options.output, () => applyChange(context, () => ({ kind, id }), options)),
      );
  register('pause', 'start nothing more for a tenant; what runs goes on, what comes waits');
  register('resume', 'start its deployments again');
}
