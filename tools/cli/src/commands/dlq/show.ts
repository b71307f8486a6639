import { writeFileSync } from 'node:fs';
import { topics } from '@vecino/contracts';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { placeText } from '../../dlq/dead-letter.js';
import { findReplays } from '../../dlq/find-replays.js';
import { letterText, wholeLetterReport } from '../../dlq/letter-report.js';
import { readLetter } from '../../dlq/read-letters.js';
import { type OutputFormat, outputOption } from '../../output-option.js';
import { findPlatform, kafkaOf } from '../../platform-access.js';
import { reportingRefusals } from '../../refusal.js';

interface Options {
  readonly raw?: string;
  readonly output: OutputFormat;
}

export function registerDlqShow(dlq: Command, context: CommandContext): void {
  dlq
    .command('show')
    .argument('<letter>', 'partition/offset, as list shows it')
    .description('a dead letter: why, where it came from, headers, and what it holds')
    .option('--raw <file>', 'write the bytes of its value there')
    .addOption(outputOption())
    .action((letter: string, options: Options) =>
      reportingRefusals(context, options.output, () => show(context, letter, options)),
    );
}

async function show({ repository }: CommandContext, place: string, options: Options): Promise<void> {
  const env = await findPlatform(repository);
  const read = await readLetter(env, place);
  const { letter } = read;
  if (options.raw !== undefined) writeFileSync(options.raw, letter.value ?? Buffer.alloc(0));
  const { dlq } = topics(env['VECINO_TOPIC_PREFIX']);
  const histories = await findReplays(kafkaOf(env), dlq, [letter]);
  const replay = histories.get(placeText(letter.place)) ?? { kind: 'no-place' as const };
  console.log(
    options.output === 'json'
      ? JSON.stringify(wholeLetterReport(read, replay), null, 2)
      : letterText(read, replay),
  );
}
