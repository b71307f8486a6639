import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { outputOption } from '../../output-option.js';
import { reportingRefusals } from '../../refusal.js';
import { applyChange, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { type EntryOptions, keysOf, withEntryOptions } from '../../tenants/entry-options.js';
import { usage } from '../../tenants/registry-refusal.js';

type Options = EntryOptions & ChangeOptions & { readonly unset?: readonly string[] };

export function registerTenantSet(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('set')
    .argument('<id>', 'the tenant')
    .description('change what is said of a tenant; it takes effect within seconds');
  withEntryOptions(command)
    .option(
      '--unset <key...>',
      'take away what is said, so that the tier or the platform decides: cap, limits.queue, …',
    )
    .addOption(dryRunOption())
    .addOption(outputOption())
    .action((id: string, options: Options) =>
      reportingRefusals(context, options.output, () => set(context, id, options)),
    );
}

async function set(context: CommandContext, id: string, options: Options): Promise<void> {
  const keys = keysOf(options, options.unset);
  if (Object.keys(keys).length === 0) throw usage('say what to change: ./vecino tenant set --help');
  await applyChange(context, () => ({ kind: 'set', id, keys }), options);
}
