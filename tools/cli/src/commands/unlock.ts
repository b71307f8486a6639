import { ORDER_KEYS } from '../command-report.js';
import { refusal } from '../refusal.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { type CommonAnswer } from '../command-answer.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { giveOrder, type OrderKind, type OrderOptions, withOrderOptions } from '../give-order.js';
import { type UnlockAnswer, unlockAnswerOf, unlockExitCode } from '../unlock-answer.js';

interface Options extends OrderOptions {
  readonly yes?: true;
}

/** Longer than a router that is being asked holds the answer back. */
const DEFAULT_TIMEOUT_MS = 150_000;

export const registerUnlock: RegisterCommand = (program, context) => {
  const command = program
    .command('unlock')
    .argument('<deployment>', 'deployment id: of the one that left its router locked')
    .description('let go of a quarantined router, when you have seen to it')
    .option('--yes', 'you have looked at the router: it runs what it should, and nothing is pending on it')
    .action((deployment: string, options: Options) => unlock(context, deployment, options));
  withOrderOptions(command, DEFAULT_TIMEOUT_MS);
  guide(command, {
    examples: [{ run: 'unlock 4711 --yes', does: 'its router takes the next request at once' }],
    prints: { form: 'object', keys: ORDER_KEYS },
    reads: PLATFORM,
    exits: {
      done: 'It is unlocked.',
      failed: 'No answer in time.',
      refused: 'Without --yes, or nobody knows the deployment.',
      otherwise: 'Its router is not locked.',
    },
  });
};

async function unlock(context: CommandContext, deploymentId: string, options: Options): Promise<void> {
  if (options.yes === true) return giveOrder(context, deploymentId, options, UNLOCK);
  throw refusal(
    'NOT_CONFIRMED',
    'nothing was sent: the next request for the router starts as soon as it is unlocked',
    'look at the router first, then say --yes',
  );
}

const UNLOCK: OrderKind<Exclude<UnlockAnswer, CommonAnswer>> = {
  action: 'UNLOCK',
  answerOf: unlockAnswerOf,
  exitCode: unlockExitCode,
  sentence: ({ tenant_id: tenant, deployment_id: id }, { status }) =>
    `${status.router_id} of ${tenant} is unlocked; ${id} ended as ${status.state}: ${status.reason?.text ?? ''}`,
};
