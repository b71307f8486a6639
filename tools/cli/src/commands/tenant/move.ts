import { EXIT } from '../../exit-code.js';
import { busy } from '../../busy.js';
import { guide } from '../../command-guide.js';
import { PLATFORM } from '../../environment.js';
import { type Route, ROUTES, staysInNamespace, type Tenant, tenantOf } from '@vecino/tenancy';
import { type Command, Option } from 'commander';
import { type CommandContext } from '../../command.js';
import { durationOption } from '../../duration.js';
import { type MoveEnd, type MoveStep } from '../../moves/move.js';
import { type MoveProof, proofText } from '../../moves/prove-move.js';
import { type OutputFormat } from '../../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../../platform-access.js';
import { registryOf } from '../../platform-registry.js';
import { usage } from '../../refusal.js';
import { applyChange } from '../../tenants/apply-change.js';
import { previewChange } from '../../tenants/change-tenants.js';
import { dryRunOption } from '../../tenants/dry-run-option.js';
import { provisionTenants } from '../../tenants/provision.js';
import { unknownTenant } from '../../tenants/registry-refusal.js';
import { retentionOption } from '../../tenants/retention-option.js';
import { untilInterrupted } from '../../until-interrupted.js';

interface Options {
  readonly to?: Route;
  readonly callOff?: true;
  readonly waitDrain: number;
  readonly retention?: number;
  readonly proofWindow: number;
  readonly dryRun: boolean;
  readonly output: OutputFormat;
}

const DEFAULT_WAIT_MS = 30 * 60_000;
const DEFAULT_WINDOW_MS = 60 * 60_000;

export function registerTenantMove(tenant: Command, context: CommandContext): void {
  const command = tenant
    .command('move')
    .argument('<id>', 'the tenant')
    .description('move a tenant to another route while its requests flow, and prove that nothing was lost')
    .addOption(new Option('--to <route>', 'where its work is to run').choices(ROUTES))
    .option('--call-off', 'take back a move into another namespace that is not decided yet')
    .addOption(
      durationOption('--wait-drain <time>', 'how long to wait for running deployments', DEFAULT_WAIT_MS),
    )
    .addOption(
      durationOption(
        '--proof-window <time>',
        'from how long before the move on the proof counts',
        DEFAULT_WINDOW_MS,
      ),
    )
    .addOption(retentionOption())
    .addOption(dryRunOption())
    .action((id: string, options: Options) => move(context, id, options));
  guide(command, {
    examples: [
      { run: 'tenant move acme --to dedicated', does: 'to a worker of its own, in the same namespace' },
      {
        run: 'tenant move acme --to namespace --wait-drain 2h',
        does: 'into a Temporal namespace of its own, once what runs has ended',
      },
    ],
    prints: { form: 'object', keys: MOVE_KEYS },
    reads: PLATFORM,
    exits: {
      done: 'Moved, and proven.',
      failed: 'Not over in time, or the proof failed.',
      interrupted: 'Only the waiting has stopped, as after a crash: the same command goes on.',
    },
  });
}

const MOVE_KEYS = {
  ok: 'whether it has moved, and nothing was lost, doubled or out of order',
  tenant: 'its id',
  from: 'the route before',
  to: 'the route after',
  end: '`done`, `late` or `interrupted`',
  steps: 'what was told, each with `step`, `text` and `at`',
  proof:
    'what was counted: `from`, `to`, `requests`, `deployments`, `started`, `terminals`, `under_way`, `lost`, `doubled`, `out_of_order`, `ok`; null before the end',
};

async function move(context: CommandContext, id: string, options: Options): Promise<void> {
  const env = await findPlatform(context.repository);
  const registry = await registryOf(env);
  const tenant = tenantOf(registry, id);
  if (tenant === undefined) throw unknownTenant(id, registry);
  if (options.callOff === true) return callOff(context, tenant, options);
  const { to } = options;
  if (to === undefined) throw usage(`say where: --to ${ROUTES.join('|')}`);
  const isAcross = !staysInNamespace(tenant.route, to);
  const order = () =>
    isAcross ? ({ kind: 'move', id, to } as const) : ({ kind: 'route', id, route: to } as const);
  // Refused before anything is made for it.
  await previewChange(env, order);
  if (options.dryRun) return applyChange(context, order, options);
  await run(context, env, { tenant, to, isAcross }, options);
}

async function callOff(context: CommandContext, { id, moving }: Tenant, options: Options): Promise<void> {
  if (moving === undefined) throw usage(`${id} is on no move that could be called off`);
  const { epoch } = moving;
  await applyChange(context, () => ({ kind: 'stop-move', id, epoch }), options);
}

interface Planned {
  readonly tenant: Tenant;
  readonly to: Route;
  readonly isAcross: boolean;
}

async function run(
  { exit }: CommandContext,
  env: PlatformEnvironment,
  { tenant, to, isAcross }: Planned,
  options: Options,
): Promise<void> {
  const began = Date.now();
  const { signal } = untilInterrupted();
  const { retention: retentionMs, output } = options;
  await provisionTenants(env, [{ tenant, route: to }], {
    signal,
    ...(retentionMs !== undefined && { retentionMs }),
  });
  const steps: (MoveStep & { readonly at: string })[] = [];
  const tell = (step: MoveStep) => {
    steps.push({ ...step, at: new Date().toISOString() });
    busy.clear();
    if (output === 'text') console.log(`${tenant.id}: ${step.text}`);
  };
  const [{ withGateLooks }, { moveAcross }, { moveWithin }, { readEvidence }, { proveMove }] =
    await Promise.all([
      import('../../tenants/gate-looks.js'),
      import('../../moves/move-across.js'),
      import('../../moves/move-within.js'),
      import('../../moves/read-evidence.js'),
      import('../../moves/prove-move.js'),
    ]);
  const { end, proof } = await withGateLooks(env, async (looks) => {
    const drive = isAcross ? moveAcross : moveWithin;
    const deadline = began + options.waitDrain;
    const ended = await busy.while(`moving ${tenant.id} to ${to}`, () =>
      drive({ tenant, to }, { env, looks, tell, signal, deadline }),
    );
    if (ended.kind !== 'done') return { end: ended, proof: undefined };
    tell({ step: 'done', text: `on the route ${to}` });
    const window = { from: began - options.proofWindow, to: Date.now(), routes: routesOf(tenant, to) };
    return {
      end: ended,
      proof: proveMove(
        await busy.while('reading topics for the proof', () => readEvidence(env, looks, tenant, window)),
      ),
    };
  });
  report(tenant, to, { end, proof, steps }, output);
  if (end.kind === 'interrupted') exit(EXIT.interrupted);
  else if (end.kind === 'late' || proof?.ok !== true) exit(EXIT.failed);
}

/** Where its deployments of late may be: also where a move came from that was decided before. */
const routesOf = ({ route, moved }: Tenant, to: Route): readonly Route[] => [
  route,
  to,
  ...(moved === undefined ? [] : [moved.from]),
];

interface Outcome {
  readonly end: MoveEnd;
  readonly proof: MoveProof | undefined;
  readonly steps: readonly MoveStep[];
}

function report(
  { id, route }: Tenant,
  to: Route,
  { end, proof, steps }: Outcome,
  output: OutputFormat,
): void {
  if (output === 'json') {
    const ok = end.kind === 'done' && proof?.ok === true;
    const body = { ok, tenant: id, from: route, to, end: end.kind, steps, proof: proof ?? null };
    return console.log(JSON.stringify(body, null, 2));
  }
  const again = `./vecino tenant move ${id} --to ${to} goes on`;
  switch (end.kind) {
    case 'done':
      if (proof !== undefined) (proof.ok ? console.log : console.error)(proofText(proof));
      return;
    case 'interrupted':
      return console.error(`the move of ${id} goes on without this command as far as it can; ${again}`);
    case 'late':
      return console.error(`the move of ${id} is not over: ${end.text}; ${again}`);
  }
}
