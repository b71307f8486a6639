import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { usage } from '../../refusal.js';
import { applyChange, CHANGE_SHAPE, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { type EntryOptions, keysOf, withEntryOptions } from '../../tenants/entry-options.js';

type Options = EntryOptions & ChangeOptions & { readonly unset?: readonly string[] };

export function registerTenantSet(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('set')
    .argument('<id>', 'the tenant')
    .description('change what is said of a tenant; it takes effect within seconds')
    .action((id: string, options: Options) => set(context, id, options));
  withEntryOptions(command)
    .option(
      '--unset <key...>',
      'take away what is said, so that the tier or the platform decides: cap, limits.queue, …',
    )
    .addOption(dryRunOption());
  guide(command, {
    examples: [
      { run: 'tenant set acme --cap 20 --queue 1000', does: 'more at the same time, and more that may wait' },
      { run: 'tenant set acme --unset cap', does: 'what its tier says holds again' },
      { run: 'tenant set acme --key upgrade.soak_seconds=60', does: 'any other key of the registry' },
    ],
    prints: CHANGE_SHAPE,
    reads: PLATFORM,
  });
}

async function set(context: CommandContext, id: string, options: Options): Promise<void> {
  const keys = keysOf(options, options.unset);
  if (Object.keys(keys).length === 0) throw usage('say what to change: ./vecino tenant set --help');
  await applyChange(context, () => ({ kind: 'set', id, keys }), options);
}
