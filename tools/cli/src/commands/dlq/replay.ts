import { topics } from '@vecino/contracts';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { confirm } from '../../confirm.js';
import { placeText } from '../../dlq/dead-letter.js';
import { findReplays } from '../../dlq/find-replays.js';
import { readLetter, type ReadLetter, readLetters } from '../../dlq/read-letters.js';
import { planReplay, type ReplayPlan } from '../../dlq/replay-plan.js';
import { replayReport, replayText } from '../../dlq/replay-report.js';
import { sendReplays } from '../../dlq/send-replays.js';
import { durationArgument } from '../../duration.js';
import { type OutputFormat, outputOption } from '../../output-option.js';
import { findPlatform, kafkaOf, type PlatformEnvironment } from '../../platform-access.js';
import { Refusal, refusal, reportingRefusals } from '../../refusal.js';

interface Options {
  readonly tenant?: string;
  readonly code?: string;
  readonly since?: number;
  readonly dryRun: boolean;
  readonly again: boolean;
  readonly yes: boolean;
  readonly output: OutputFormat;
}

export function registerDlqReplay(dlq: Command, context: CommandContext): void {
  dlq
    .command('replay')
    .argument('[letter]', 'partition/offset, as list shows it; or all that --tenant and --code name')
    .description('send dead letters back to the topic they came from, unchanged')
    .option('--tenant <tenant>', 'all that name it')
    .option('--code <code>', 'all with this reason, such as UNKNOWN_TENANT')
    .option('--since <time>', 'only those of the last so long, as 1h or 7d', durationArgument)
    .option('--dry-run', 'say what would be sent, and send nothing', false)
    .option('--again', "also what was replayed before, or can't succeed unchanged", false)
    .option('--yes', 'do not ask', false)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExit code 0: done, or nothing to do. 2: refused, or not confirmed. 1: Kafka did not take it.',
    )
    .action((letter: string | undefined, options: Options) =>
      reportingRefusals(context, options.output, () => replay(context, letter, options)),
    );
}

async function replay(
  { repository }: CommandContext,
  place: string | undefined,
  options: Options,
): Promise<void> {
  const env = await findPlatform(repository);
  const letters = await lettersOf(env, place, options);
  const names = topics(env['VECINO_TOPIC_PREFIX']);
  const kafka = kafkaOf(env);
  const histories = await findReplays(
    kafka,
    names.dlq,
    letters.map(({ letter }) => letter),
  );
  const rules = { targets: [names.requests, names.commands], again: options.again };
  const plan = planReplay(letters, histories, rules);
  if (place !== undefined && plan.due.length === 0) throw refusalOf(plan);
  if (options.dryRun) return print(plan, undefined, options);
  if (plan.due.length > 0 && !options.yes) {
    if (options.output === 'text') console.error(replayText(plan, undefined));
    if (!(await confirm(`Send ${countText(plan.due.length)} back?`)))
      throw refusal('NOT_CONFIRMED', 'nothing was sent: say yes at a terminal, or --yes');
  }
  const sent = await sendReplays(
    kafka,
    names.dlq,
    plan.due.map(({ letter }) => letter),
  );
  print(plan, sent, options);
}

async function lettersOf(
  env: PlatformEnvironment,
  place: string | undefined,
  { tenant, code, since }: Options,
): Promise<ReadLetter[]> {
  const named = tenant !== undefined || code !== undefined;
  if (place !== undefined) {
    if (!named && since === undefined) return [await readLetter(env, place)];
    throw refusal('USAGE', 'say one letter, or --tenant, --code and --since, not both');
  }
  if (!named) throw refusal('USAGE', 'say which: PARTITION/OFFSET, or all of a --tenant or with a --code');
  return readLetters(env, {
    ...(tenant !== undefined && { tenant }),
    ...(code !== undefined && { code }),
    ...(since !== undefined && { from: Date.now() - since }),
  });
}

function print(plan: ReplayPlan, sent: Parameters<typeof replayReport>[1], { output }: Options): void {
  console.log(output === 'json' ? JSON.stringify(replayReport(plan, sent), null, 2) : replayText(plan, sent));
}

const refusalOf = ({ skipped }: ReplayPlan): Refusal =>
  new Refusal(
    skipped.map(({ letter, code, text }) => ({ code, text: `${placeText(letter.place)}: ${text}` })),
  );

const countText = (count: number): string => (count === 1 ? 'one letter' : `${count} letters`);
