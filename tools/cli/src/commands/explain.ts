import { type Tenant } from '@vecino/tenancy';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { busy } from '../busy.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { EXIT } from '../exit-code.js';
import { EXPLAIN_KEYS, explainReport, explainText } from '../explain/explain-report.js';
import { explanationOf } from '../explain/told-end.js';
import { isKnown, notOne } from '../find-owner.js';
import { type OutputFormat, printJson } from '../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../platform-access.js';
import { registryOf } from '../platform-registry.js';
import { type PastDeployment } from '../retry/past-deployment.js';
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
      done: 'A gate knows it; with --tenant: or the status topic tells how it ended.',
      failed: 'The gate that may know it does not answer.',
      refused: 'Nobody knows it, or there is no such tenant.',
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
  const heard = answers.filter((answer) => isKnown(answer) || 'silence' in answer);
  const told = heard.length > 0 ? undefined : await endToldOf(env, tenants, deploymentId);
  const known = told === undefined ? answers.filter(isKnown) : [told];
  const worthShowing = known.length > 0 ? known : heard;
  if (worthShowing.length === 0) throw notOne(answers, deploymentId);
  const standings = await busy.while('asking Temporal', () =>
    lookAround(env, tenants, worthShowing, deploymentId),
  );
  const reports = standings.map((standing) => explainReport(standing, env));
  if (output === 'json') printJson(reports);
  else console.log(reports.map(explainText).join('\n\n'));
  if (known.length === 0) exit(EXIT.failed);
}

/** What the status topic tells of one that ended so long ago that its gate has forgotten it. */
async function endToldOf(env: PlatformEnvironment, tenants: readonly Tenant[], deploymentId: string) {
  const [tenant, other] = tenants;
  // A topic is read from its beginning: one, and not those of all tenants.
  if (tenant === undefined || other !== undefined) return undefined;
  const { findPastDeployment } = await import('../retry/past-deployment.js');
  // Nobody knows it then: what cannot be read is no worse than what is not there.
  const { last } = await busy.while('looking how it ended', () =>
    findPastDeployment(env, tenant, deploymentId).catch((): PastDeployment => ({})),
  );
  const explanation = last && explanationOf(last);
  return explanation && { tenantId: tenant.id, explanation };
}
