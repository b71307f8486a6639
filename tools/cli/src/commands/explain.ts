import { VecinoError } from '@vecino/foundation';
import { type Registry, type Tenant, tenantOf } from '@vecino/tenancy';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { readRegistry } from '../read-registry.js';

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
  const registry = readRegistry(env['VECINO_TENANTS_FILE'] ?? repository.tenantsFile);
  // Temporal's client takes half a second to load, which no other command should wait for.
  const { askGates } = await import('../ask-gates.js');
  const answers = await askGates(env, tenantsToAsk(registry, tenant), deploymentId);
  const known = answers.filter(({ explanation }) => explanation.state !== 'unknown');
  const shown = known.length > 0 ? known : answers;
  if (output === 'json') {
    const reports = shown.map(({ tenantId, explanation }) => ({ tenant_id: tenantId, ...explanation }));
    console.log(JSON.stringify(reports, null, 2));
  } else if (known.length === 0 && tenant === undefined) {
    console.log(`No gate knows deployment ${deploymentId}: it was never taken in, or ended long ago.`);
  } else for (const { tenantId, explanation } of shown) console.log(`${tenantId}: ${explanation.sentence}`);
  if (known.length === 0) exit(1);
}

function tenantsToAsk(registry: Registry, tenantId: string | undefined): readonly Tenant[] {
  if (tenantId === undefined) return registry.tenants;
  const tenant = tenantOf(registry, tenantId);
  if (tenant !== undefined) return [tenant];
  const known = registry.tenants.map(({ id }) => id).join(', ');
  throw new VecinoError('UNKNOWN_TENANT', `${registry.source} has no tenant ${tenantId}; it has ${known}`, {
    disposition: 'terminal',
  });
}
