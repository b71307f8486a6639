import { type GateAnswer } from '../ask-gates.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { isKnown } from '../find-owner.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { registryOf } from '../platform-registry.js';
import { tenantsToAsk } from '../tenants-to-ask.js';

interface Options {
  readonly tenant?: string;
  readonly output: OutputFormat;
}

export const registerExplain: RegisterCommand = (program, context) => {
  program
    .command('explain')
    .argument('<deployment>', 'deployment id')
    .description('why a deployment waits, or how it stands, as its gate knows it')
    .option('--tenant <tenant>', 'whose it is; every tenant of the registry is asked otherwise')
    .addOption(outputOption())
    .action((deployment: string, options: Options) => explain(context, deployment, options));
};

async function explain(
  { repository, exit }: CommandContext,
  deploymentId: string,
  { tenant, output }: Options,
): Promise<void> {
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  // Temporal's client takes half a second to load, which no other command should wait for.
  const { askGates } = await import('../ask-gates.js');
  const answers = await askGates(env, tenantsToAsk(registry, tenant), deploymentId);
  const shown = worthShowing(answers);
  if (output === 'json') console.log(JSON.stringify(shown.map(reportOf), null, 2));
  else for (const answer of shown) console.log(`${answer.tenantId}: ${sentenceOf(answer)}`);
  if (shown.length === 0 && output === 'text')
    console.log(`No gate knows deployment ${deploymentId}: it was never taken in, or ended long ago.`);
  if (!shown.some(isKnown)) exit(1);
}

/** Gates that know the deployment; where none does, those that did not answer, or the one that was asked. */
function worthShowing(answers: readonly GateAnswer[]): readonly GateAnswer[] {
  const known = answers.filter(isKnown);
  if (known.length > 0 || answers.length === 1) return known.length > 0 ? known : answers;
  return answers.filter((answer) => 'silence' in answer);
}

const sentenceOf = (answer: GateAnswer): string =>
  'explanation' in answer ? answer.explanation.sentence : `its gate does not answer: ${answer.silence}`;

/** One answer as `--output json` prints it. */
function reportOf(answer: GateAnswer) {
  const known = 'explanation' in answer ? answer.explanation : undefined;
  return {
    tenant_id: answer.tenantId,
    state: known?.state ?? 'silent',
    sentence: sentenceOf(answer),
    reason: known?.reason ?? null,
    place_in_line: known?.placeInLine ?? null,
    until: known?.until === undefined ? null : new Date(known.until).toISOString(),
  };
}
