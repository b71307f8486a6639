import { ORDER_KEYS } from '../command-report.js';
import { EXIT } from '../exit-code.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
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
    .description('cancel a deployment, as long as its router has not been told to reboot')
    .action((deployment: string, options: OrderOptions) => giveOrder(context, deployment, options, CANCEL));
  withOrderOptions(command, DEFAULT_TIMEOUT_MS);
  guide(command, {
    examples: [
      { run: 'cancel 4711', does: 'ask every gate whose it is, cancel it, and wait for the answer' },
      { run: 'cancel 4711 --tenant acme --timeout 5m', does: 'ask one gate, and be patient' },
    ],
    prints: { form: 'object', keys: ORDER_KEYS },
    reads: PLATFORM,
    exits: {
      done: 'It is cancelled.',
      failed: 'No answer in time.',
      refused: 'Nobody knows it, or the order became a dead letter.',
      otherwise: 'It has ended otherwise, or its router was told to reboot already.',
    },
  });
};

const EXIT_CODES: Readonly<Record<CancelAnswer['kind'], number>> = {
  cancelled: EXIT.done,
  'too-late': EXIT.otherwise,
  ended: EXIT.otherwise,
  refused: EXIT.refused,
  silence: EXIT.failed,
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
