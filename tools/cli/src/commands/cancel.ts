import { userInfo } from 'node:os';
import { type DeploymentCommand } from '@vecino/contracts';
import { type CancelAnswer, cancelAnswerOf } from '../cancel-answer.js';
import { draftCommand } from '../command-draft.js';
import { commandReport, silenceSentence } from '../command-report.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { durationArgument } from '../duration.js';
import { findOwner } from '../find-owner.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { orderCommand } from '../order-command.js';
import { findPlatform } from '../platform-access.js';
import { readRegistry } from '../read-registry.js';
import { untilInterrupted } from '../until-interrupted.js';

interface Options {
  readonly tenant?: string;
  readonly requestedBy?: string;
  readonly timeout: number;
  readonly output: OutputFormat;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const INTERRUPTED = 130;

export const registerCancel: RegisterCommand = (program, context) => {
  program
    .command('cancel')
    .argument('<deployment>', 'deployment id')
    .description('cancel a deployment, as long as its router has not been told to reboot')
    .option('--tenant <tenant>', 'whose it is; every tenant of the registry is asked otherwise')
    .option('--requested-by <who>', 'for people; your login otherwise')
    .option(
      '--timeout <time>',
      'how long to wait for an answer, as 90s or 2m',
      durationArgument,
      DEFAULT_TIMEOUT_MS,
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExit code 0: it is cancelled. 3: it has ended otherwise, or it is too late. 1: nobody knows it, or no answer.',
    )
    .action((deployment: string, options: Options) => cancel(context, deployment, options));
};

async function cancel(
  { repository, exit }: CommandContext,
  deploymentId: string,
  options: Options,
): Promise<void> {
  const { signal } = untilInterrupted();
  const env = await findPlatform(repository);
  const registry = readRegistry(env['VECINO_TENANTS_FILE'] ?? repository.tenantsFile);
  const tenantId = await findOwner(env, registry, deploymentId, options.tenant);
  const command = draftCommand('CANCEL', tenantId, deploymentId, options.requestedBy ?? userInfo().username);
  const result = await orderCommand(env, command, cancelAnswerOf, { timeoutMs: options.timeout, signal });
  if (signal.aborted) return exit(INTERRUPTED);
  const { answer } = result;
  const report = commandReport(command, result.placed, answer, answer.kind === 'cancelled');
  if (options.output === 'json') console.log(JSON.stringify(report, null, 2));
  else (EXIT_CODES[answer.kind] === 0 ? console.log : console.error)(sentenceOf(command, answer));
  exit(EXIT_CODES[answer.kind]);
}

const EXIT_CODES: Readonly<Record<CancelAnswer['kind'], number>> = {
  cancelled: 0,
  'too-late': 3,
  ended: 3,
  refused: 1,
  silence: 1,
};

function sentenceOf(command: DeploymentCommand, answer: CancelAnswer): string {
  const { tenant_id: tenant, deployment_id: id } = command;
  switch (answer.kind) {
    case 'cancelled':
      return `${id} of ${tenant}: CANCELLED: ${answer.status.reason?.text ?? ''}`;
    case 'too-late':
      return `${id} of ${tenant}: ${answer.status.reason?.text ?? 'too late'}; it goes on to a known state: ./vecino watch ${tenant}`;
    case 'ended':
      return `${id} of ${tenant} has ended: ${answer.status.state}: ${answer.status.reason?.text ?? ''}`;
    case 'refused':
      return `${id} of ${tenant}: ${answer.code}: ${answer.text}`;
    case 'silence':
      return silenceSentence(command, answer.afterMs);
  }
}
