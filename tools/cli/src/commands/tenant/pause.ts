import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { applyChange, CHANGE_SHAPE, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';

/** `tenant pause` and `tenant resume`: one switch. */
export function registerTenantPause(tenant: Command, context: CommandContext): void {
  const register = (kind: 'pause' | 'resume', description: string, does: string) => {
    const command = tenant
      .command(kind)
      .argument('<id>', 'the tenant')
      .description(description)
      .addOption(dryRunOption())
      .action((id: string, options: ChangeOptions) => applyChange(context, () => ({ kind, id }), options));
    guide(command, {
      examples: [{ run: `tenant ${kind} acme`, does }],
      prints: CHANGE_SHAPE,
      reads: PLATFORM,
    });
  };
  register(
    'pause',
    'start nothing more for a tenant; what runs goes on, what comes waits',
    'its deployments wait as QUEUED, with TENANT_PAUSED',
  );
  register('resume', 'start its deployments again', 'those that waited start, in their order');
}
