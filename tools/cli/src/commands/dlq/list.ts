import { busy } from '../../busy.js';
import { guide } from '../../command-guide.js';
import Table from 'cli-table3';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext } from '../../command.js';
import { deploymentOfContent, tenantOfContent } from '../../dlq/letter-content.js';
import { placeText } from '../../dlq/dead-letter.js';
import { LETTER_KEYS, letterReport } from '../../dlq/letter-report.js';
import { type ReadLetter, readLetters } from '../../dlq/read-letters.js';
import { durationArgument } from '../../duration.js';
import { type OutputFormat } from '../../output-option.js';
import { findPlatform } from '../../platform-access.js';

interface Options {
  readonly tenant?: string;
  readonly code?: string;
  readonly since?: number;
  readonly limit: number;
  readonly output: OutputFormat;
}

const DEFAULT_LIMIT = 100;
const TEXT_CHARACTERS = 70;

export function registerDlqList(dlq: Command, context: CommandContext): void {
  const command = dlq
    .command('list')
    .description('the newest dead letters, oldest first')
    .option('--tenant <tenant>', 'only those that name it')
    .option('--code <code>', 'only those with this reason, such as UNKNOWN_TENANT')
    .option('--since <time>', 'only those of the last so long, as 1h or 7d', durationArgument)
    .option('--limit <count>', 'so many at the most', countArgument, DEFAULT_LIMIT)
    .action((options: Options) => list(context, options));
  guide(command, {
    examples: [
      { run: 'dlq list --since 1h', does: 'those of the last hour' },
      { run: 'dlq list --tenant acme --code UNKNOWN_TENANT', does: 'what came before the tenant was there' },
    ],
    prints: { form: 'array', keys: LETTER_KEYS },
    reads: ['kafka'],
  });
}

function countArgument(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('must be a number above 0.');
  return count;
}

async function list({ repository }: CommandContext, options: Options): Promise<void> {
  const { since, output, ...filter } = options;
  const env = await findPlatform(repository);
  const from = since === undefined ? {} : { from: Date.now() - since };
  const letters = await busy.while('reading dead letters', () => readLetters(env, { ...filter, ...from }));
  if (output === 'json') return console.log(JSON.stringify(letters.map(letterReport), null, 2));
  console.log(letters.length === 0 ? 'No dead letters.' : tableOf(letters));
  if (letters.length === options.limit) console.log(`The newest ${options.limit}; --limit shows more.`);
}

function tableOf(letters: readonly ReadLetter[]): string {
  const table = new Table({
    head: ['letter', 'at', 'reason', 'tenant', 'deployment', 'why'],
    style: { head: [], border: [], compact: true },
  });
  for (const { letter, content } of letters)
    table.push([
      placeText(letter.place),
      new Date(letter.at).toISOString().slice(0, 19),
      letter.code,
      tenantOfContent(content) ?? '',
      deploymentOfContent(content) ?? '',
      letter.text.slice(0, TEXT_CHARACTERS),
    ]);
  return table.toString();
}
