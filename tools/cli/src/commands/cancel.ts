import { type DeploymentCommand } from '@vecino/contracts';
import { type CancelAnswer, cancelAnswerOf } from '../cancel-answer.js';
import { type CommonAnswer } from '../command-answer.js';
import { type RegisterCommand } from '../command.js';
import { giveOrder, type OrderKind, type OrderOptions, withOrderOptions } from '../give-order.js';

type StatusAnswer = Exclude<CancelAnswer, CommonAnswer>;

const DEFAULT_TIMEOUT_MS = 60_000;

export const registerCancel: RegisterCommand = (program, context) => {
  const command = program
    .command('cancel')
    .argument('<deployment>', 'deployment id')
    .description('cancel a deployment, as long as its router has not been told to reboot');
  withOrderOptions(command, DEFAULT_TIMEOUT_MS)
    .addHelpText(
      'after',
      '\nExit code 0: it is cancelled. 3: it has ended otherwise, or it is too late. 1: nobody knows it, or no answer.',
    )
    .action((deployment: string, options: OrderOptions) => giveOrder(context, deployment, options, CANCEL));
};

const EXIT_CODES: Readonly<Record<CancelAnswer['kind'], number>> = {
  cancelled: 0,
  'too-late': 3,
  ended: 3,
  refused: 1,
  silence: 1,
};

const CANCEL: OrderKind<StatusAnswer> = {
  action: 'CANCEL',
  answerOf: cancelAnswerOf,
  exitCode: ({ kind }) => EXIT_CODES[kind],
  sentence: sentenceOf,
};

function sentenceOf(command: DeploymentCommand, { kind, status }: StatusAnswer): string {
  const { tenant_id: tenant, deployment_id: id } = command;
  switch (kind) {
    case 'cancelled':
      return `${id} of ${tenant}: CANCELLED: ${status.reason?.text ?? ''}`;
    case 'too-late':
      return `${id} of ${tenant}: ${status.reason?.text ?? 'too late'}; it goes on to a known state: ./vecino watch ${tenant}`;
    case 'ended':
      return `${id} of ${tenant} has ended: ${status.state}: ${status.reason?.text ?? ''}`;
  }
}
