import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { outputOption } from '../../output-option.js';
import { reportingRefusals } from '../../refusal.js';
import { applyChange, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { entryOf, type EntryOptions, keysOf, withEntryOptions } from '../../tenants/entry-options.js';
import { usage } from '../../tenants/registry-refusal.js';
import { retentionOption } from '../../tenants/retention-option.js';

type Options = EntryOptions & ChangeOptions;

export function registerTenantAdd(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('add')
    .argument('<id>', 'lower-case letters, digits and hyphens')
    .description('add a tenant: its first deployment can start within seconds');
  withEntryOptions(command)
    .addOption(retentionOption())
    .addOption(dryRunOption())
    .addOption(outputOption())
    .action((id: string, options: Options) =>
      reportingRefusals(context, options.output, () => add(context, id, options)),
    );
}

async function add(context: CommandContext, id: string, options: Options): Promise<void> {
  if (options.tier === undefined || options.network === undefined)
    throw usage('a tenant needs a --tier and at least one --network');
  const entry = entryOf(id, keysOf(options));
  await applyChange(context, () => ({ kind: 'add', entry }), options);
}
