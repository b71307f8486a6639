import { setTimeout as delay } from 'node:timers/promises';
import { isTenantId } from '@vecino/foundation';
import { InvalidArgumentError } from 'commander';
import { describe } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { findPlatform } from '../platform-access.js';
import { openStatusFeed, type ReadStatus, type StatusFeed } from '../status-feed.js';
import { StatusPrinter } from '../status-printer.js';
import { untilInterrupted } from '../until-interrupted.js';

interface Options {
  readonly fromBeginning: boolean;
  readonly json: boolean;
}

const RETRY_AFTER_MS = 1_000;

export const registerWatch: RegisterCommand = (program, context) => {
  program
    .command('watch')
    .argument('[tenant]', 'only this one', tenantArgument)
    .description('follow the statuses of all tenants or of one, until Ctrl-C')
    .option('--from-beginning', 'show what lies on the topics already, too', false)
    .option('--json', 'one JSON object a line', false)
    .action((tenant: string | undefined, options: Options) => watch(context, tenant, options));
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
  const feed = await Promise.race([opening, happened]);
  if (feed === 'interrupted') return;
  console.error(`Following ${tenant ?? 'all tenants'}; Ctrl-C ends it.`);
  await Promise.race([showAll(feed, options, signal), happened]);
  await feed.close();
}

async function showAll(feed: StatusFeed, options: Options, signal: AbortSignal): Promise<void> {
  const printer = new StatusPrinter(process.stdout);
  const show = (read: ReadStatus) =>
    options.json ? console.log(JSON.stringify(watchRecord(read))) : printer.print(read);
  while (!signal.aborted) await showNext(feed, show);
}

async function showNext(feed: StatusFeed, show: (read: ReadStatus) => void): Promise<void> {
  try {
    const { statuses, unreadable } = await feed.next();
    for (const { place, fault } of unreadable) console.error(`unreadable record at ${place}: ${fault}`);
    statuses.forEach(show);
  } catch (error) {
    console.error(`${describe(error)}; trying again`);
    await delay(RETRY_AFTER_MS);
  }
}

/** The status as it was published, with the trace that its record's header names. */
const watchRecord = ({ status, traceId }: ReadStatus) => ({ ...status, trace_id: traceId ?? null });
