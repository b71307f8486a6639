import { type CommonAnswer } from '../command-answer.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { giveOrder, type OrderKind, type OrderOptions, withOrderOptions } from '../give-order.js';
import { type UnlockAnswer, unlockAnswerOf, unlockExitCode } from '../unlock-answer.js';

interface Options extends OrderOptions {
  readonly yes?: true;
}

/** Longer than a router that is being asked holds the answer back. */
const DEFAULT_TIMEOUT_MS = 150_000;
const NOT_CONFIRMED = 2;

export const registerUnlock: RegisterCommand = (program, context) => {
  const command = program
    .command('unlock')
    .argument('<deployment>', 'deployment id: of the one that left its router locked')
    .description('let go of a quarantined router, when you have seen to it')
    .option('--yes', 'you have looked at the router: it runs what it should, and nothing is pending on it');
  withOrderOptions(command, DEFAULT_TIMEOUT_MS)
    .addHelpText(
      'after',
      '\nExit code 0: it is unlocked. 3: it is not locked. 2: without --yes. 1: nobody knows the deployment, or no answer.',
    )
    .action((deployment: string, options: Options) => unlock(context, deployment, options));
};

async function unlock(context: CommandContext, deploymentId: string, options: Options): Promise<void> {
  if (options.yes === true) return giveOrder(context, deploymentId, options, UNLOCK);
  console.error(
    'nothing was sent. The next request for the router starts as soon as it is unlocked: look at it first, then say --yes',
  );
  context.exit(NOT_CONFIRMED);
}

const UNLOCK: OrderKind<Exclude<UnlockAnswer, CommonAnswer>> = {
  action: 'UNLOCK',
  answerOf: unlockAnswerOf,
  exitCode: unlockExitCode,
  sentence: ({ tenant_id: tenant, deployment_id: id }, { status }) =>
    `${status.router_id} of ${tenant} is unlocked; ${id} ended as ${status.state}: ${status.reason?.text ?? ''}`,
};
