import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { usage } from '../../refusal.js';
import { applyChange, CHANGE_SHAPE, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { entryOf, type EntryOptions, keysOf, withEntryOptions } from '../../tenants/entry-options.js';
import { retentionOption } from '../../tenants/retention-option.js';

type Options = EntryOptions & ChangeOptions;

export function registerTenantAdd(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('add')
    .argument('<id>', 'lower-case letters, digits and hyphens')
    .description('add a tenant: its first deployment can start within seconds')
    .action((id: string, options: Options) => add(context, id, options));
  withEntryOptions(command).addOption(retentionOption()).addOption(dryRunOption());
  guide(command, {
    examples: [
      {
        run: 'tenant add acme --tier basic --network 10.1.0.0/16',
        does: 'a tenant with all that its tier gives it',
      },
      {
        run: 'tenant add lab-1 --tier standard --network 127.20.9.0/24 --lab --cap 2 --dry-run',
        does: 'what a laboratory tenant with two deployments at once would be; nothing is written',
      },
    ],
    prints: CHANGE_SHAPE,
    reads: PLATFORM,
  });
}

async function add(context: CommandContext, id: string, options: Options): Promise<void> {
  if (options.tier === undefined || options.network === undefined)
    throw usage('a tenant needs a --tier and at least one --network');
  const entry = entryOf(id, keysOf(options));
  await applyChange(context, () => ({ kind: 'add', entry }), options);
}
