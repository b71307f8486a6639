import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { type DeploymentCommand, validateCommand } from '@vecino/contracts';
import { systemClock, VecinoError } from '@vecino/foundation';
import { type CancelAnswer } from '../cancel-answer.js';
import { type CancelResult, cancelDeployment } from '../cancel-deployment.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { durationArgument } from '../duration.js';
import { findOwner } from '../find-owner.js';
import { type OutputFormat, outputOption } from '../output-option.js';
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
  const command = commandOf(tenantId, deploymentId, options.requestedBy ?? userInfo().username);
  const result = await cancelDeployment(env, command, { timeoutMs: options.timeout, signal });
  if (signal.aborted) return exit(INTERRUPTED);
  const { answer } = result;
  if (options.output === 'json') console.log(JSON.stringify(reportOf(command, result), null, 2));
  else (EXIT_CODES[answer.kind] === 0 ? console.log : console.error)(sentenceOf(command, answer));
  exit(EXIT_CODES[answer.kind]);
}

/** @throws VecinoError COMMAND_INVALID */
function commandOf(tenantId: string, deploymentId: string, requestedBy: string) {
  const command = {
    command_id: randomUUID(),
    tenant_id: tenantId,
    deployment_id: deploymentId,
    action: 'CANCEL' as const,
    requested_by: requestedBy,
    requested_at: systemClock.now(),
  };
  const fault = validateCommand(command);
  if (fault === undefined) return command;
  throw new VecinoError('COMMAND_INVALID', `nothing was sent. ${fault.text}`, { disposition: 'terminal' });
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
      return (
        `no answer within ${answer.afterMs / 1_000} s; the command lies in Kafka and stays valid. ` +
        `See that ingest, the tenant's worker and the status-projector run (./vecino status), ` +
        `and how the deployment stands: ./vecino explain ${id} --tenant ${tenant}`
      );
  }
}

/** As `--output json` prints it. */
function reportOf(command: DeploymentCommand, { placed, answer }: CancelResult) {
  const status = 'status' in answer ? answer.status : undefined;
  const refusal = answer.kind === 'refused' ? { code: answer.code, text: answer.text } : null;
  return {
    tenant_id: command.tenant_id,
    deployment_id: command.deployment_id,
    command_id: command.command_id,
    topic: placed.topic,
    partition: placed.partition,
    offset: placed.offset,
    answer: answer.kind,
    state: status?.state ?? null,
    reason: status?.reason ?? refusal,
    ok: answer.kind === 'cancelled',
  };
}
