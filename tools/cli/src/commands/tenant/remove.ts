import { EXIT } from '../../exit-code.js';
import { busy } from '../../busy.js';
import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { topics } from '@vecino/contracts';
import { namespaceOf, type Tenant, tenantOf } from '@vecino/tenancy';
import { type Command } from 'commander';
import { type CommandContext } from '../../command.js';
import { confirm } from '../../confirm.js';
import { type OutputFormat } from '../../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../../platform-access.js';
import { registryOf } from '../../platform-registry.js';
import { refusal, usage } from '../../refusal.js';
import { sharedNamespace } from '../../shared-namespace.js';
import { changeReport } from '../../tenants/change-report.js';
import { previewChange, writeChange } from '../../tenants/change-tenants.js';
import { CHANGE_SHAPE, changeOutput } from '../../tenants/apply-change.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { NOTHING_PROVISIONED } from '../../tenants/provision.js';
import { unknownTenant } from '../../tenants/registry-refusal.js';
import { awaitGone, type RemovalStep, stepText } from '../../tenants/removal.js';
import { untilInterrupted } from '../../until-interrupted.js';

interface Options {
  readonly drain?: true;
  readonly cancel?: true;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly output: OutputFormat;
}

export function registerTenantRemove(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('remove')
    .argument('<id>', 'the tenant')
    .description('take nothing more from a tenant, end what it has, and take it out of the registry')
    .option('--drain', 'what it has asked for runs to its end')
    .option('--cancel', 'what waits is cancelled, and what runs as long as its router was not told to reboot')
    .option('--yes', 'do not ask', false)
    .addOption(dryRunOption())
    .action((id: string, options: Options) => remove(context, id, options));
  guide(command, {
    examples: [
      { run: 'tenant remove acme --drain', does: 'once all that it has asked for has run; asks before' },
      { run: 'tenant remove acme --cancel --yes', does: 'cancel what can be cancelled, and do not ask' },
    ],
    prints: {
      form: 'object',
      keys: {
        ...CHANGE_SHAPE.keys,
        left_behind:
          'what stays to be read or deleted by hand: `status_topic`, `temporal_namespace`, `closed_workflows`, `evidence`',
      },
    },
    reads: PLATFORM,
    exits: {
      interrupted: 'Only the waiting has stopped: the tenant stays fenced, and the same command goes on.',
    },
    more: 'Takes 20 s at least: a service that has not heard of the removal may hand over requests for that long.',
  });
}

async function remove({ repository, exit }: CommandContext, id: string, options: Options): Promise<void> {
  const how = howOf(options);
  const { signal } = untilInterrupted();
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const tenant = tenantOf(registry, id);
  if (tenant === undefined) throw unknownTenant(id, registry);
  const leave = () => ({ kind: 'leave', id, how }) as const;
  if (options.dryRun) {
    const preview = await previewChange(env, () => ({ kind: 'remove', id }));
    const report = changeReport(preview.before, preview.after);
    if (options.output === 'json') return print(changeOutput(report, preview, NOTHING_PROVISIONED, true));
    return console.log(
      `- ${id} (${how})\n${await leftBehindText(env, tenant)}\nNothing was written (--dry-run).`,
    );
  }
  if (!options.yes && !(await confirm(`Remove ${id}, and ${how} what it has asked for?`)))
    throw refusal('NOT_CONFIRMED', 'nothing was changed', 'say yes at a terminal, or --yes');

  await writeChange(env, leave);
  const ended = await waitForEnd(env, tenant, options, signal);
  if (ended === 'interrupted') {
    console.error(
      `${id} is not removed yet. It takes no more requests; ./vecino tenant remove ${id} --${how} goes on, ./vecino tenant show ${id} says how far it is`,
    );
    return exit(EXIT.interrupted);
  }
  const done = await writeChange(env, () => ({ kind: 'remove', id }));
  if (options.output === 'json') {
    const report = changeOutput(changeReport(done.before, done.after), done, NOTHING_PROVISIONED, false);
    return print({ ...report, left_behind: await leftBehind(env, tenant) });
  }
  console.log(`${id} is removed, revision ${done.after.revision}.\n${await leftBehindText(env, tenant)}`);
}

function howOf({ drain, cancel }: Options): 'drain' | 'cancel' {
  if (drain === true && cancel !== true) return 'drain';
  if (cancel === true && drain !== true) return 'cancel';
  throw usage('say what becomes of what it has asked for: --drain or --cancel');
}

async function waitForEnd(
  env: PlatformEnvironment,
  tenant: Tenant,
  { output }: Options,
  signal: AbortSignal,
): Promise<'gone' | 'interrupted'> {
  const { withGateLooks } = await import('../../tenants/gate-looks.js');
  let told: string | undefined;
  const tell = (step: RemovalStep) => {
    const text = stepText(step);
    // A countdown is told once.
    if (text === told || (step.kind === 'fenced' && told?.startsWith('nothing is left') === true)) return;
    told = text;
    busy.clear();
    if (output === 'text') console.log(`${tenant.id}: ${text}`);
  };
  const hasMoved = tenant.moved !== undefined;
  return withGateLooks(env, (looks) =>
    busy.while(`removing ${tenant.id}`, (detail) =>
      awaitGone({
        look: () => looks.standing(tenant),
        hasMoved,
        tell(step) {
          detail(stepText(step));
          tell(step);
        },
        signal,
      }),
    ),
  );
}

/** What a removal leaves in place, because somebody may still want to read it. */
async function leftBehind(env: PlatformEnvironment, tenant: Tenant) {
  const shared = await sharedNamespace(env);
  const namespace = namespaceOf(tenant, shared);
  return {
    status_topic: topics(env['VECINO_TOPIC_PREFIX']).status(tenant.id),
    temporal_namespace: namespace === shared ? null : namespace,
    closed_workflows: `TenantId = "${tenant.id}" in ${namespace}`,
    evidence: `${tenant.id}/ of the evidence store`,
  };
}

async function leftBehindText(env: PlatformEnvironment, tenant: Tenant): Promise<string> {
  const left = await leftBehind(env, tenant);
  return [
    'What stays, to be read or deleted by hand:',
    `  the topic ${left.status_topic}`,
    `  closed deployments in Temporal, for as long as it retains them: ${left.closed_workflows}`,
    ...(left.temporal_namespace === null ? [] : [`  the Temporal namespace ${left.temporal_namespace}`]),
    `  its evidence: ${left.evidence}`,
  ].join('\n');
}

const print = (report: object): void => console.log(JSON.stringify(report, null, 2));
