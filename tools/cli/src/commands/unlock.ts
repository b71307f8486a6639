import { userInfo } from 'node:os';
import { type DeploymentCommand } from '@vecino/contracts';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { draftCommand } from '../command-draft.js';
import { commandReport, silenceSentence } from '../command-report.js';
import { durationArgument } from '../duration.js';
import { findOwner } from '../find-owner.js';
import { orderCommand } from '../order-command.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { readRegistry } from '../read-registry.js';
import { type UnlockAnswer, unlockAnswerOf, unlockExitCode } from '../unlock-answer.js';
import { untilInterrupted } from '../until-interrupted.js';

interface Options {
  readonly tenant?: string;
  readonly requestedBy?: string;
  readonly timeout: number;
  readonly output: OutputFormat;
  readonly yes?: true;
}

/** Longer than a router that is being asked holds the answer back. */
const DEFAULT_TIMEOUT_MS = 150_000;
const INTERRUPTED = 130;
const NOT_CONFIRMED = 2;

export const registerUnlock: RegisterCommand = (program, context) => {
  program
    .command('unlock')
    .argument('<deployment>', 'deployment id: of the one that left its router locked')
    .description('let go of a quarantined router, when you have seen to it')
    .option('--yes', 'you have looked at the router: it runs what it should, and nothing is pending on it')
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
      '\nExit code 0: it is unlocked. 3: it is not locked. 2: without --yes. 1: nobody knows the deployment, or no answer.',
    )
    .action((deployment: string, options: Options) => unlock(context, deployment, options));
};

async function unlock(
  { repository, exit }: CommandContext,
  deploymentId: string,
  options: Options,
): Promise<void> {
  if (options.yes !== true) {
    console.error(
      'nothing was sent. The next request for the router starts as soon as it is unlocked: look at it first, then say --yes',
    );
    return exit(NOT_CONFIRMED);
  }
  const { signal } = untilInterrupted();
  const env = await findPlatform(repository);
  const registry = readRegistry(env['VECINO_TENANTS_FILE'] ?? repository.tenantsFile);
  const tenantId = await findOwner(env, registry, deploymentId, options.tenant);
  const by = options.requestedBy ?? userInfo().username;
  const command = draftCommand('UNLOCK', tenantId, deploymentId, by);
  const limits = { timeoutMs: options.timeout, signal };
  const { placed, answer } = await orderCommand(env, command, unlockAnswerOf, limits);
  if (signal.aborted) return exit(INTERRUPTED);
  const report = commandReport(command, placed, answer, answer.kind === 'unlocked');
  if (options.output === 'json') console.log(JSON.stringify(report, null, 2));
  else (answer.kind === 'unlocked' ? console.log : console.error)(sentenceOf(command, answer));
  exit(unlockExitCode(answer));
}

function sentenceOf(command: DeploymentCommand, answer: UnlockAnswer): string {
  const { tenant_id: tenant, deployment_id: id } = command;
  switch (answer.kind) {
    case 'unlocked':
      return `${answer.status.router_id} of ${tenant} is unlocked; ${id} ended as ${answer.status.state}: ${answer.status.reason?.text ?? ''}`;
    case 'refused':
      return `${id} of ${tenant}: ${answer.code}: ${answer.text}`;
    case 'silence':
      return silenceSentence(command, answer.afterMs);
  }
}
