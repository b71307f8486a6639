import { type Tenant, tenantOf } from '@vecino/tenancy';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { type OutputFormat, outputOption } from '../../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../../platform-access.js';
import { registryOf } from '../../platform-registry.js';
import { reportingRefusals } from '../../refusal.js';
import { unknownTenant } from '../../tenants/registry-refusal.js';
import { gateReport, gateText, tenantReport, tenantText } from '../../tenants/tenant-report.js';

interface Options {
  readonly output: OutputFormat;
}

export function registerTenantShow(tenant: Command, context: CommandContext): void {
  tenant
    .command('show')
    .argument('<id>', 'the tenant')
    .description('what holds for a tenant and why, and how its gate stands')
    .addOption(outputOption())
    .action((id: string, options: Options) =>
      reportingRefusals(context, options.output, () => show(context, id, options)),
    );
}

async function show({ repository }: CommandContext, id: string, { output }: Options): Promise<void> {
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenant = tenantOf(registry, id);
  if (tenant === undefined) throw unknownTenant(id, registry);
  const gate = await standingOf(env, tenant);
  const shared = env['TEMPORAL_NAMESPACE'];
  if (output === 'json') {
    const report = {
      ...tenantReport(registry, tenant, shared),
      gate: 'fault' in gate ? { state: 'unreachable', text: gate.fault } : gateReport(gate, tenant),
    };
    return console.log(JSON.stringify(report, null, 2));
  }
  console.log(tenantText(registry, tenant, shared));
  console.log(`\ngate: ${'fault' in gate ? `not known: ${gate.fault}` : gateText(gate)}`);
}

/** What the registry says is worth showing without Temporal too. */
async function standingOf(env: PlatformEnvironment, tenant: Tenant) {
  const { withGateLooks } = await import('../../tenants/gate-looks.js');
  return withGateLooks(env, (looks) => looks.standing(tenant)).catch((error: unknown) => ({
    fault: error instanceof Error ? error.message : String(error),
  }));
}
