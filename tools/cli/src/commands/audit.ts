import { EXIT } from '../exit-code.js';
import { busy } from '../busy.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { tenantOf } from '@vecino/tenancy';
import { AUDIT_KEYS, type AuditRun, auditReport, auditText } from '../audit/audit-report.js';
import { look } from '../audit/look.js';
import { planRepair } from '../audit/plan-repair.js';
import { sendAgain } from '../audit/send-again.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { confirm } from '../confirm.js';
import { durationOption } from '../duration.js';
import { type OutputFormat } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { registryOf } from '../platform-registry.js';
import { refusal } from '../refusal.js';
import { tenantsToAsk } from '../tenants-to-ask.js';

interface Options {
  readonly tenant?: string;
  readonly since: number;
  readonly repair: boolean;
  readonly yes: boolean;
  readonly output: OutputFormat;
}

const DAY_MS = 24 * 60 * 60_000;

const MORE = `
Reads the request topic, the dead letters, the status topics and the deployments of every Temporal namespace, and asks
gates where what has no terminal stands. A gap is

  no-terminal               a request that has no terminal on its topic and is neither waiting nor running:
                            "lost" where nobody has heard of it, "untold" where it has ended, "unclear" where its
                            gate does not answer
  two-terminals             two terminals of one deployment, or one event that says two things
  no-request                a status of a deployment that nobody asked for
  workflow-without-request  a workflow of a deployment that nobody asked for
  no-dead-letter            a record at fault, and no dead letter
  unreadable-status         a record on a status topic that nobody can read, by its offset and its key: see who else
                            may write there. What it told is not known; all else is compared

--repair sends requests again that are lost or untold, each with the id that it has, to its own partition: its gate
takes what it does not know, and tells once more what it knows: nothing that it knows is done twice. Without --repair
nothing is ever sent; with it you are asked before, and without a terminal nothing is sent unless --yes is given.
It never sends what waits or runs, what is at fault, what names a tenant that there is not, nor what later requests
for the same router have overtaken (OVERTAKEN), nor what may have ended with a status that nobody can read
(STATUS_UNREADABLE): look at these, and ask for them anew with ./vecino request.
A request whose status was deleted from its topic, and which was refused so long ago that its gate has forgotten
it, looks lost, and would be taken now.`;

export const registerAudit: RegisterCommand = (program, context) => {
  const command = program
    .command('audit')
    .description(
      'compare requests, histories and statuses of a running platform; report gaps, or repair them',
    )
    .option('--tenant <tenant>', 'only this one; all otherwise')
    .addOption(durationOption('--since <time>', 'requests of the last so long, as 1h or 7d', DAY_MS))
    .option('--repair', 'send again what is lost', false)
    .option('--yes', 'do not ask', false)
    .action((options: Options) => auditPlatform(context, options));
  guide(command, {
    examples: [
      {
        run: 'audit --since 1h',
        does: 'whether every request of the last hour has one end, or is on its way',
      },
      { run: 'audit --tenant acme --repair', does: 'send again what is lost of one tenant; asks before' },
    ],
    prints: { form: 'object', keys: AUDIT_KEYS },
    reads: PLATFORM,
    exits: { done: 'No gap.', failed: 'Gaps, sent again or not.', refused: 'Refused, or not confirmed.' },
    more: MORE,
  });
};

async function auditPlatform({ repository, exit }: CommandContext, options: Options): Promise<void> {
  const to = Date.now();
  const from = to - options.since;
  const env = await findPlatform(repository);
  const registry = await registryOf(env);
  const wanted = (tenantId: string) => options.tenant === undefined || tenantId === options.tenant;
  if (options.tenant !== undefined) tenantsToAsk(registry, options.tenant);
  // Temporal's client takes half a second to load, which no other command should wait for.
  const { withTemporalLooks } = await import('../audit/ask-standings.js');
  const looked = await busy.while('comparing', (detail) =>
    withTemporalLooks(env, registry.tenants, (temporal) =>
      look(env, temporal, { registry, wanted, from, to, detail }),
    ),
  );
  const isTenant = (tenantId: string) => tenantOf(registry, tenantId) !== undefined;
  const plan = planRepair(looked.gaps, looked.seen.evidence.requests, isTenant);
  const found: AuditRun = { looked, from, to, plan, sent: undefined };
  const isRepair = options.repair && plan.due.length > 0;
  if (isRepair && !options.yes) {
    if (options.output === 'text') console.error(auditText(found));
    if (!(await confirm(`Send ${plan.due.length} requests again?`)))
      throw refusal('NOT_CONFIRMED', 'nothing was sent', 'say yes at a terminal, or --yes');
  }
  const run = isRepair
    ? { ...found, sent: await busy.while('sending again', () => sendAgain(env, plan.due)) }
    : found;
  const report = auditReport(run);
  console.log(options.output === 'json' ? JSON.stringify(report, null, 2) : auditText(run));
  if (!report.ok) exit(EXIT.failed);
}
