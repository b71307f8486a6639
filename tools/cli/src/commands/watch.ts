import { setTimeout as delay } from 'node:timers/promises';
import { isTenantId, isTerminalState } from '@vecino/foundation';
import { InvalidArgumentError, Option } from 'commander';
import { busy } from '../busy.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { linksOf, type PlatformLinks } from '../links.js';
import { explainStep, stepText } from '../next-step.js';
import { type OutputFormat } from '../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../platform-access.js';
import { openStatusFeed, type ReadStatus, type StatusFeed } from '../status-feed.js';
import { StatusPrinter } from '../status-printer.js';
import { toldFault } from '../told-fault.js';
import { untilInterrupted } from '../until-interrupted.js';

interface Options {
  readonly fromBeginning: boolean;
  readonly json?: true;
  readonly output: OutputFormat;
}

const RETRY_AFTER_MS = 1_000;

export const registerWatch: RegisterCommand = (program, context) => {
  const command = program
    .command('watch')
    .argument('[tenant]', 'only this one', tenantArgument)
    .description('follow the statuses of all tenants or of one, until Ctrl-C')
    .option('--from-beginning', 'show what lies on the topics already, too', false)
    .addOption(new Option('--json', 'as --output json').hideHelp())
    .action((tenant: string | undefined, options: Options) => watch(context, tenant, options));
  guide(command, {
    examples: [
      { run: 'watch', does: 'of all tenants, as they come' },
      {
        run: 'watch acme --from-beginning --output json | jq -c \'select(.state == "FAILED")\'',
        does: 'every failure that lies on its topic',
      },
    ],
    prints: { form: 'lines', keys: WATCH_KEYS },
    reads: ['kafka', 'links'],
    exits: { done: 'Ended by Ctrl-C, which is how it ends.' },
  });
};

const WATCH_KEYS = {
  '…': 'the status as it was published: [asyncapi.yaml](asyncapi.yaml) has its fields',
  trace_id: 'of its request, or null',
  trace: 'where that trace is shown, or null',
};

function tenantArgument(text: string): string {
  if (!isTenantId(text)) throw new InvalidArgumentError('that is no tenant id.');
  return text;
}

async function watch(context: CommandContext, tenant: string | undefined, options: Options): Promise<void> {
  const { signal, happened } = untilInterrupted();
  const env = await findPlatform(context.repository);
  const opening = openStatusFeed(env, {
    wanted: (tenantId) => tenant === undefined || tenantId === tenant,
    from: options.fromBeginning ? 'beginning' : 'end',
  });
  const feed = await busy.while('finding the topics', () => Promise.race([opening, happened]));
  if (feed === 'interrupted') return;
  console.error(`Following ${tenant ?? 'all tenants'}; Ctrl-C ends it.`);
  await Promise.race([showAll(feed, env, options, signal), happened]);
  await feed.close();
}

async function showAll(
  feed: StatusFeed,
  env: PlatformEnvironment,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const links = linksOf(env);
  const printer = new StatusPrinter(process.stdout, whereNext);
  const show = (read: ReadStatus) =>
    options.output === 'json' || options.json === true
      ? console.log(JSON.stringify(watchRecord(read, links)))
      : printer.print(read);
  while (!signal.aborted) await showNext(feed, show);
}

async function showNext(feed: StatusFeed, show: (read: ReadStatus) => void): Promise<void> {
  try {
    const { statuses, unreadable } = await feed.next();
    for (const { place, fault } of unreadable) console.error(`unreadable record at ${place}: ${fault}`);
    statuses.forEach(show);
  } catch (error) {
    const { code, text } = toldFault(error);
    console.error(`${code}: ${text}; trying again`);
    await delay(RETRY_AFTER_MS);
  }
}

/** The status as it was published, with the trace that its record's header names. */
const watchRecord = ({ status, traceId }: ReadStatus, links: PlatformLinks) => ({
  ...status,
  trace_id: traceId ?? null,
  trace: (traceId && links.trace(traceId)) ?? null,
});

/** Below what waits or did not succeed. */
function whereNext({ tenantId, status: { state, deployment_id } }: ReadStatus): string | undefined {
  const isFine = state === 'SUCCEEDED' || (state !== 'QUEUED' && !isTerminalState(state));
  return isFine ? undefined : `  ${stepText(explainStep(tenantId, deployment_id))}`;
}
