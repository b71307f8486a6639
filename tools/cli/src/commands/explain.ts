import { type CommandContext, type RegisterCommand } from '../command.js';
import { busy } from '../busy.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { EXIT } from '../exit-code.js';
import { EXPLAIN_KEYS, explainReport, explainText } from '../explain/explain-report.js';
import { isKnown, notOne } from '../find-owner.js';
import { type OutputFormat, printJson } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { registryOf } from '../platform-registry.js';
import { tenantsToAsk } from '../tenants-to-ask.js';

interface Options {
  readonly tenant?: string;
  readonly output: OutputFormat;
}

export const registerExplain: RegisterCommand = (program, context) => {
  const command = program
    .command('explain')
    .argument('<deployment>', 'deployment id')
    .description('why a deployment waits, what it is busy with, or how it ended; and where to look next')
    .option('--tenant <tenant>', 'whose it is; every tenant of the registry is asked otherwise')
    .action((deployment: string, options: Options) => explain(context, deployment, options));
  guide(command, {
    examples: [
      {
        run: 'explain 4711 --tenant acme',
        does: 'one sentence, the cause, and the command or link that leads on',
      },
      { run: 'explain 4711 --output json', does: 'the same of whichever tenant has it' },
    ],
    prints: { form: 'array', keys: EXPLAIN_KEYS },
    reads: [...PLATFORM, 'links'],
    exits: {
      done: 'A gate knows it.',
      failed: 'The gate that may know it does not answer.',
      refused: 'No gate knows it, or there is no such tenant.',
    },
  });
};

async function explain(
  { repository, exit }: CommandContext,
  deploymentId: string,
  { tenant, output }: Options,
): Promise<void> {
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenants = tenantsToAsk(registry, tenant);
  // Temporal's client takes half a second to load, which no other command should wait for.
  const [{ askGates }, { lookAround }] = await Promise.all([
    import('../ask-gates.js'),
    import('../explain/look-around.js'),
  ]);
  const asking =
    tenants.length === 1 ? `asking the gate of ${tenants[0]?.id}` : `asking ${tenants.length} gates`;
  const answers = await busy.while(asking, () => askGates(env, tenants, deploymentId));
  const known = answers.filter(isKnown);
  const worthShowing = known.length > 0 ? known : answers.filter((answer) => 'silence' in answer);
  if (worthShowing.length === 0) throw notOne(answers, deploymentId);
  const standings = await busy.while('asking Temporal', () =>
    lookAround(env, tenants, worthShowing, deploymentId),
  );
  const reports = standings.map((standing) => explainReport(standing, env));
  if (output === 'json') printJson(reports);
  else console.log(reports.map(explainText).join('\n\n'));
  if (known.length === 0) exit(EXIT.failed);
}
