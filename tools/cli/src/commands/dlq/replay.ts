import { busy } from '../../busy.js';
import { guide } from '../../command-guide.js';
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
import { type OutputFormat } from '../../output-option.js';
import { findPlatform, kafkaOf, type PlatformEnvironment } from '../../platform-access.js';
import { Refusal, refusal, usage } from '../../refusal.js';

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
  const command = dlq
    .command('replay')
    .argument('[letter]', 'partition/offset, as list shows it; or all that --tenant and --code name')
    .description('send dead letters back to the topic they came from, unchanged')
    .option('--tenant <tenant>', 'all that name it')
    .option('--code <code>', 'all with this reason, such as UNKNOWN_TENANT')
    .option('--since <time>', 'only those of the last so long, as 1h or 7d', durationArgument)
    .option('--dry-run', 'say what would be sent, and send nothing', false)
    .option('--again', "also what was replayed before, or can't succeed unchanged", false)
    .option('--yes', 'do not ask', false)
    .action((letter: string | undefined, options: Options) => replay(context, letter, options));
  guide(command, {
    examples: [
      { run: 'dlq replay 0/42', does: 'one letter; asks before' },
      {
        run: 'dlq replay --tenant acme --code UNKNOWN_TENANT --dry-run',
        does: 'what would be sent, now that the tenant is there',
      },
    ],
    prints: {
      form: 'object',
      keys: {
        ok: 'true',
        dry_run: 'whether nothing was sent',
        replayed:
          'what was, or would be, sent: `letter`, `reason`, `tenant_id`, `deployment_id`, `warning`, `topic`, `partition`, `offset` (null in a dry run)',
        skipped: 'what was left alone: `letter`, `reason`, `tenant_id`, `deployment_id`, `code`, `text`',
      },
    },
    reads: ['kafka'],
    exits: {
      done: 'Done, or nothing to do.',
      failed: 'Kafka did not take it.',
      refused: 'Refused, or not confirmed.',
    },
  });
}

async function replay(
  { repository }: CommandContext,
  place: string | undefined,
  options: Options,
): Promise<void> {
  const env = await findPlatform(repository);
  const letters = await busy.while('reading dead letters', () => lettersOf(env, place, options));
  const names = topics(env['VECINO_TOPIC_PREFIX']);
  const kafka = kafkaOf(env);
  const histories = await busy.while('looking for replays', () =>
    findReplays(
      kafka,
      names.dlq,
      letters.map(({ letter }) => letter),
    ),
  );
  const rules = { targets: [names.requests, names.commands], again: options.again };
  const plan = planReplay(letters, histories, rules);
  if (place !== undefined && plan.due.length === 0) throw refusalOf(plan);
  if (options.dryRun) return print(plan, undefined, options);
  if (plan.due.length > 0 && !options.yes) {
    if (options.output === 'text') console.error(replayText(plan, undefined));
    if (!(await confirm(`Send ${countText(plan.due.length)} back?`)))
      throw refusal('NOT_CONFIRMED', 'nothing was sent', 'say yes at a terminal, or --yes');
  }
  const sent = await busy.while(`sending ${countText(plan.due.length)}`, () =>
    sendReplays(
      kafka,
      names.dlq,
      plan.due.map(({ letter }) => letter),
    ),
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
    throw usage('say one letter, or --tenant, --code and --since, not both');
  }
  if (!named) throw usage('say which: PARTITION/OFFSET, or all of a --tenant or with a --code');
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
    skipped.map(({ letter, code, text }) => ({
      code,
      text: `${placeText(letter.place)}: ${text}`,
      next: `./vecino dlq show ${placeText(letter.place)}`,
    })),
  );

const countText = (count: number): string => (count === 1 ? 'one letter' : `${count} letters`);
