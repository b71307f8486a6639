import { taskQueueOf, type Tenant, tenantOf } from '@vecino/tenancy';
import { type Command } from 'commander';
import { busy } from '../../busy.js';
import { type CommandContext } from '../../command.js';
import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { type OutputFormat, printJson } from '../../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../../platform-access.js';
import { registryOf } from '../../platform-registry.js';
import { sharedNamespace } from '../../shared-namespace.js';
import { unknownTenant } from '../../tenants/registry-refusal.js';
import { gateReport, gateText, TENANT_KEYS, tenantReport, tenantText } from '../../tenants/tenant-report.js';
import { type TenantWork, WORK_KEYS, workReport, workText } from '../../tenants/tenant-work.js';
import { toldFault } from '../../told-fault.js';

interface Options {
  readonly output: OutputFormat;
}

export function registerTenantShow(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('show')
    .argument('<id>', 'the tenant')
    .description('what holds for a tenant and why, how its gate and workers stand, and what runs')
    .action((id: string, options: Options) => show(context, id, options));
  guide(command, {
    examples: [
      {
        run: 'tenant show acme',
        does: 'its limits, each with where it comes from, and what it is busy with',
      },
      { run: "tenant show acme --output json | jq '.gate.queued'", does: 'how many of its deployments wait' },
    ],
    prints: { form: 'object', keys: { ...TENANT_KEYS, ...WORK_KEYS } },
    reads: [...PLATFORM, 'links'],
  });
}

async function show({ repository }: CommandContext, id: string, { output }: Options): Promise<void> {
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenant = tenantOf(registry, id);
  if (tenant === undefined) throw unknownTenant(id, registry);
  const work = await busy.while(`asking the gate of ${id}`, () => workOf(env, tenant));
  const shared = await sharedNamespace(env);
  if (output === 'json') {
    const gate = 'fault' in work ? { state: 'unreachable', text: work.fault } : gateReport(work.gate, tenant);
    return printJson({ ...tenantReport(registry, tenant, shared), gate, ...workReport(work, tenant, env) });
  }
  console.log(tenantText(registry, tenant, shared));
  console.log(`\ngate: ${'fault' in work ? `not known: ${work.fault}` : gateText(work.gate)}`);
  console.log(workText(workReport(work, tenant, env)).join('\n'));
}

/** What the registry says is worth showing without Temporal too. */
async function workOf(env: PlatformEnvironment, tenant: Tenant): Promise<TenantWork> {
  const { withGateLooks } = await import('../../tenants/gate-looks.js');
  return withGateLooks(env, async (looks): Promise<TenantWork> => {
    const [gate, running] = await Promise.all([looks.standing(tenant), looks.runningOf(tenant)]);
    const queueName = gate.kind === 'open' ? gate.taskQueue : taskQueueOf(tenant);
    // After the gate: who looks at it wakes a worker.
    const queue = await looks.queue(tenant, queueName);
    return {
      gate,
      running,
      queue: { name: queueName, type: 'workflow', ...queue },
      namespace: looks.namespace(tenant),
    };
  }).catch((error: unknown) => {
    const { text, cause } = toldFault(error, env);
    return { fault: [text, ...cause].join(': ') };
  });
}
