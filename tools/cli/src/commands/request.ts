import { Option } from 'commander';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { faultOf, stateOf } from '../deployment-story.js';
import { followDeployments } from '../follow-deployments.js';
import { type OutputFormat, outputOption } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { draftRequest, type RequestOptions } from '../request-draft.js';
import { type PlacedRequest, type RequestFormat, sendRequests } from '../send-requests.js';
import { openStatusFeed, type StatusFeed } from '../status-feed.js';
import { StatusPrinter } from '../status-printer.js';
import { untilInterrupted } from '../until-interrupted.js';

interface Options extends RequestOptions {
  readonly format: RequestFormat;
  readonly wait: boolean;
  readonly output: OutputFormat;
}

/** A terminal that contradicts the first one would follow it at once. */
const LINGER_MS = 0;
const INTERRUPTED = 130;

export const registerRequest: RegisterCommand = (program, context) => {
  program
    .command('request')
    .description('ask for the upgrade of one router')
    .requiredOption('--tenant <tenant>', 'whose router it is')
    .requiredOption('--router <router>', 'its name')
    .requiredOption('--ip <address>', "where it is reached, inside the tenant's networks")
    .requiredOption('--version <version>', 'software version that it shall run')
    .option('--priority <1-5>', '1 is the highest', '3')
    .option('--not-before <time>', 'do not start earlier, as 2027-01-31T22:00:00Z')
    .option('--request-id <id>', 'becomes the deployment id; a second request with the same id does not run')
    .option('--requested-by <who>', 'for people')
    .addOption(new Option('--format <format>', 'of the record').choices(['avro', 'json']).default('avro'))
    .option('--wait', 'follow it to its end; exit code 0 only when it succeeded', false)
    .addOption(outputOption())
    .action((options: Options) => request(context, options));
};

async function request(context: CommandContext, options: Options): Promise<void> {
  const draft = draftRequest(options);
  const env = await findPlatform(context.repository);
  const wanted = (tenantId: string) => tenantId === draft.tenant_id;
  const feed = options.wait ? await openStatusFeed(env, { wanted, from: 'end' }) : undefined;
  try {
    const [placed] = await sendRequests(env, [draft], options.format);
    if (placed === undefined) return;
    if (feed === undefined || options.output === 'text') print(placed, options.output);
    if (feed !== undefined) await wait(context, feed, placed, options.output);
  } finally {
    await feed?.close();
  }
}

/** What was sent, as `--output json` prints it. */
const placedReport = (placed: PlacedRequest) => ({
  deployment_id: placed.deploymentId,
  topic: placed.topic,
  partition: placed.partition,
  offset: placed.offset,
  trace_id: placed.traceId,
});

function print(placed: PlacedRequest, output: OutputFormat): void {
  if (output === 'json') return console.log(JSON.stringify(placedReport(placed), null, 2));
  console.log(`deployment  ${placed.deploymentId}`);
  console.log(`record      ${placed.topic}, partition ${placed.partition}, offset ${placed.offset}`);
  console.log(`trace       ${placed.traceId}`);
}

async function wait(
  { exit }: CommandContext,
  feed: StatusFeed,
  placed: PlacedRequest,
  output: OutputFormat,
): Promise<void> {
  const { signal } = untilInterrupted();
  const printer = new StatusPrinter(process.stdout);
  const [story] = await followDeployments(feed, [placed], {
    timeoutMs: Infinity,
    lingerMs: LINGER_MS,
    signal,
    onStatus: (read) => output === 'text' && printer.print(read),
  });
  if (signal.aborted) return exit(INTERRUPTED);
  if (story === undefined) return;
  const fault = faultOf(story);
  if (output === 'json') {
    const statuses = story.statuses.map(({ status }) => status);
    const report = { ...placedReport(placed), state: stateOf(story), statuses, ok: fault === undefined };
    console.log(JSON.stringify(report, null, 2));
  }
  if (fault === undefined) return;
  console.error(fault);
  exit(1);
}
