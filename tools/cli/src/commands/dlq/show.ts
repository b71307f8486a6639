import { busy } from '../../busy.js';
import { guide } from '../../command-guide.js';
import { writeFileSync } from 'node:fs';
import { topics } from '@vecino/contracts';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { placeText } from '../../dlq/dead-letter.js';
import { findReplays } from '../../dlq/find-replays.js';
import { letterText, WHOLE_LETTER_KEYS, wholeLetterReport } from '../../dlq/letter-report.js';
import { readLetter } from '../../dlq/read-letters.js';
import { type OutputFormat } from '../../output-option.js';
import { findPlatform, kafkaOf } from '../../platform-access.js';

interface Options {
  readonly raw?: string;
  readonly output: OutputFormat;
}

export function registerDlqShow(dlq: Command, context: CommandContext): void {
  const command = dlq
    .command('show')
    .argument('<letter>', 'partition/offset, as list shows it')
    .description('a dead letter: why, where it came from, headers, and what it holds')
    .option('--raw <file>', 'write the bytes of its value there')
    .action((letter: string, options: Options) => show(context, letter, options));
  guide(command, {
    examples: [
      { run: 'dlq show 0/42', does: 'all of it, and whether a replay could succeed' },
      { run: 'dlq show 0/42 --raw letter.bin', does: 'its bytes, as they came' },
    ],
    prints: { form: 'object', keys: WHOLE_LETTER_KEYS },
    reads: ['kafka'],
  });
}

async function show({ repository }: CommandContext, place: string, options: Options): Promise<void> {
  const env = await findPlatform(repository);
  const read = await busy.while('reading the letter', () => readLetter(env, place));
  const { letter } = read;
  if (options.raw !== undefined) writeFileSync(options.raw, letter.value ?? Buffer.alloc(0));
  const { dlq } = topics(env['VECINO_TOPIC_PREFIX']);
  const histories = await busy.while('looking for replays', () => findReplays(kafkaOf(env), dlq, [letter]));
  const replay = histories.get(placeText(letter.place)) ?? { kind: 'no-place' as const };
  console.log(
    options.output === 'json'
      ? JSON.stringify(wholeLetterReport(read, replay), null, 2)
      : letterText(read, replay),
  );
}
