import { guide } from '../../command-guide.js';
import Table from 'cli-table3';
import { type Command, Option } from 'commander';
import { type Registry, ROUTES, type Tenant, TIERS } from '@vecino/tenancy';
import { type CommandContext } from '../../command.js';
import { type OutputFormat } from '../../output-option.js';
import { findPlatform } from '../../platform-access.js';
import { sharedNamespace } from '../../shared-namespace.js';
import { registryOf } from '../../platform-registry.js';
import { TENANT_KEYS, tenantReport, tenantState } from '../../tenants/tenant-report.js';

interface Options {
  readonly tier?: string;
  readonly route?: string;
  readonly output: OutputFormat;
}

export function registerTenantList(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('list')
    .description('all tenants')
    .addOption(new Option('--tier <tier>', 'only those').choices(TIERS))
    .addOption(new Option('--route <route>', 'only those').choices(ROUTES))
    .action((options: Options) => list(context, options));
  guide(command, {
    examples: [
      { run: 'tenant list', does: 'a table of all' },
      {
        run: 'tenant list --route namespace --output json',
        does: 'those with a Temporal namespace of their own, for jq',
      },
    ],
    prints: { form: 'array', keys: TENANT_KEYS },
    reads: ['kafka'],
  });
}

async function list({ repository }: CommandContext, { tier, route, output }: Options): Promise<void> {
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const shared = await sharedNamespace(env);
  const tenants = registry.tenants.filter(
    (one) => (tier === undefined || one.tier === tier) && (route === undefined || one.route === route),
  );
  if (output === 'json')
    return console.log(
      JSON.stringify(
        tenants.map((one) => tenantReport(registry, one, shared)),
        null,
        2,
      ),
    );
  console.log(tenants.length === 0 ? 'No tenants.' : tableOf(tenants));
  console.log(
    `${tenants.length} of ${registry.tenants.length} tenants, revision ${registry.revision}${stopText(registry)}`,
  );
}

const stopText = ({ controls }: Registry): string =>
  controls.paused === undefined ? '' : `; the whole platform is paused: ${controls.paused.reason}`;

function tableOf(tenants: readonly Tenant[]): string {
  const table = new Table({
    head: ['tenant', 'tier', 'route', 'cap', 'queue', 'intake/60s', 'networks', 'state'],
    style: { head: [], border: [], compact: true },
  });
  for (const one of tenants)
    table.push([
      one.id,
      one.tier,
      one.route,
      one.limits.maxConcurrentWorkflows,
      one.limits.queue,
      one.limits.intakePer60s,
      networksText(one),
      tenantState(one),
    ]);
  return table.toString();
}

const networksText = ({ networks }: Tenant): string => {
  const [first, ...others] = networks;
  return `${first?.text ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}`;
};
