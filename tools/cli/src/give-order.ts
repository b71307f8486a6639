import { busy } from './busy.js';
import { EXIT } from './exit-code.js';
import { userInfo } from 'node:os';
import { type CommandAction, type DeploymentCommand, type NetworkDeploymentStatus } from '@vecino/contracts';
import { type Command } from 'commander';
import { type CommonAnswer } from './command-answer.js';
import { draftCommand } from './command-draft.js';
import { commandReport, silenceSentence } from './command-report.js';
import { type CommandContext } from './command.js';
import { durationOption } from './duration.js';
import { findOwner } from './find-owner.js';
import { type AnswerOf, orderCommand } from './order-command.js';
import { type OutputFormat } from './output-option.js';
import { findPlatform } from './platform-access.js';
import { registryOf } from './platform-registry.js';
import { untilInterrupted } from './until-interrupted.js';

/** An answer that is a status of the deployment. */
type StatusAnswer = { readonly kind: string; readonly status: NetworkDeploymentStatus };

/** One kind of order about a deployment: what answers it, and what the answers mean. */
export interface OrderKind<Answer extends StatusAnswer> {
  readonly action: CommandAction;
  readonly answerOf: AnswerOf<Answer>;
  /** `done` where the order was carried out. */
  readonly exitCode: (answer: Answer | CommonAnswer) => number;
  readonly sentence: (command: DeploymentCommand, answer: Answer) => string;
}

export interface OrderOptions {
  readonly tenant?: string;
  readonly requestedBy?: string;
  readonly timeout: number;
  readonly output: OutputFormat;
}

/** The options that every order has. */
export const withOrderOptions = (command: Command, defaultTimeoutMs: number): Command =>
  command
    .option('--tenant <tenant>', 'whose it is; every tenant of the registry is asked otherwise')
    .option('--requested-by <who>', 'for people; your login otherwise')
    .addOption(
      durationOption('--timeout <time>', 'how long to wait for an answer, as 90s or 2m', defaultTimeoutMs),
    );

/** Sends the order to the deployment's tenant, waits for its answer, prints it and sets the exit code. */
export async function giveOrder<Answer extends StatusAnswer>(
  { repository, exit }: CommandContext,
  deploymentId: string,
  options: OrderOptions,
  order: OrderKind<Answer>,
): Promise<void> {
  const { signal } = untilInterrupted();
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenantId = await busy.while('asking whose it is', () =>
    findOwner(env, registry, deploymentId, options.tenant),
  );
  const requestedBy = options.requestedBy ?? userInfo().username;
  const command = draftCommand(order.action, tenantId, deploymentId, requestedBy);
  const limits = { timeoutMs: options.timeout, signal };
  const { placed, answer } = await busy.while(`waiting for the answer of ${tenantId}`, () =>
    orderCommand(env, command, order.answerOf, limits),
  );
  if (signal.aborted) return exit(EXIT.interrupted);
  const code = order.exitCode(answer);
  const report = commandReport(command, placed, answer, code === 0);
  if (options.output === 'json') console.log(JSON.stringify(report, null, 2));
  else (code === 0 ? console.log : console.error)(sentenceOf(order, command, answer));
  exit(code);
}

function sentenceOf<Answer extends StatusAnswer>(
  order: OrderKind<Answer>,
  command: DeploymentCommand,
  answer: Answer | CommonAnswer,
): string {
  if ('status' in answer) return order.sentence(command, answer);
  switch (answer.kind) {
    case 'refused':
      return `${command.deployment_id} of ${command.tenant_id}: ${answer.code}: ${answer.text}`;
    case 'silence':
      return silenceSentence(command, answer.afterMs);
  }
}
