import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { readFileSync } from 'node:fs';
import { parseRegistry } from '@vecino/tenancy';
import { type Command } from 'commander';
import { applyOf, type RegistryFile } from '../../apply-of.js';
import { type CommandContext } from '../../command.js';
import { confirm } from '../../confirm.js';
import { Refusal, refusal, usage } from '../../refusal.js';
import { applyChange, CHANGE_SHAPE, type ChangeOptions } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { adviseOnFile } from '../../tenants/file-advice.js';
import { retentionOption } from '../../tenants/retention-option.js';

type Options = ChangeOptions & { readonly prune: boolean; readonly yes: boolean };

export function registerTenantApply(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('apply')
    .argument('<file>', 'a registry file, such as deploy/tenants.yaml')
    .description('make the tenants those of a file; pauses, moves and removals under way stay as they are')
    .option(
      '--prune',
      'drain the tenants that it does not name; ./vecino tenant remove ID ends their removal',
      false,
    )
    .option('--yes', 'do not ask before --prune', false)
    .addOption(retentionOption())
    .addOption(dryRunOption())
    .action((file: string, options: Options) => apply(context, file, options));
  guide(command, {
    examples: [
      { run: 'tenant apply deploy/tenants.yaml --dry-run', does: 'what an edit of the file would change' },
      { run: 'tenant apply deploy/tenants.yaml', does: 'bring it there, whole or not at all' },
    ],
    prints: CHANGE_SHAPE,
    reads: PLATFORM,
  });
}

async function apply(context: CommandContext, path: string, options: Options): Promise<void> {
  const file = readFile(path);
  const { prune, dryRun, yes } = options;
  if (prune && !dryRun && !yes && !(await confirm(`Drain every tenant that ${path} does not name?`)))
    throw refusal(
      'NOT_CONFIRMED',
      'nothing was changed',
      'look with --dry-run, then say yes at a terminal, or --yes',
    );
  const edit = applyOf(file, prune ? 'drain' : 'keep');
  await applyChange(context, () => edit, { ...options, provisionAll: true });
}

function readFile(path: string): RegistryFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`${path} cannot be read: ${(error as Error).message}`);
  }
  const parsed = parseRegistry(text, { source: path });
  if (parsed.ok) return parsed;
  throw new Refusal(
    parsed.faults.map((fault) => ({
      code: 'FILE_INVALID',
      text: adviseOnFile(path, fault),
      next: 'correct the file; nothing was changed',
    })),
  );
}
