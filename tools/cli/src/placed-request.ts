import { type CommandContext } from './command.js';
import { faultOf, stateOf } from './deployment-story.js';
import { followDeployments } from './follow-deployments.js';
import { type OutputFormat } from './output-option.js';
import { type PlatformEnvironment } from './platform-access.js';
import {
  type IdentifiedRequest,
  type PlacedRequest,
  type RequestFormat,
  sendRequests,
} from './send-requests.js';
import { openStatusFeed, type StatusFeed } from './status-feed.js';
import { StatusPrinter } from './status-printer.js';
import { INTERRUPTED, untilInterrupted } from './until-interrupted.js';

export interface PlaceOptions {
  readonly format?: RequestFormat;
  readonly wait: boolean;
  readonly output: OutputFormat;
}

/** A terminal that contradicts the first one would follow it at once. */
const LINGER_MS = 0;

/** Sends a request, says where it lies and, where it is asked to, follows it to its end: exit code 1 unless that is a success. */
export async function placeRequest(
  context: CommandContext,
  env: PlatformEnvironment,
  request: IdentifiedRequest,
  { format = 'avro', wait, output }: PlaceOptions,
): Promise<void> {
  const wanted = (tenantId: string) => tenantId === request.tenant_id;
  const feed = wait ? await openStatusFeed(env, { wanted, from: 'end' }) : undefined;
  try {
    const [placed] = await sendRequests(env, [request], format);
    if (placed === undefined) return;
    const report = placedReport(request, placed);
    if (output === 'text') print(report);
    else if (feed === undefined) console.log(JSON.stringify(report, null, 2));
    if (feed !== undefined) await follow(context, feed, placed, report, output);
  } finally {
    await feed?.close();
  }
}

type PlacedReport = ReturnType<typeof placedReport>;

/** What was sent, as `--output json` prints it. */
const placedReport = (request: IdentifiedRequest, placed: PlacedRequest) => ({
  deployment_id: placed.deploymentId,
  ...(request.retry_of !== null && { retry_of: request.retry_of }),
  topic: placed.topic,
  partition: placed.partition,
  offset: placed.offset,
  trace_id: placed.traceId,
});

function print(report: PlacedReport): void {
  console.log(`deployment  ${report.deployment_id}`);
  if (report.retry_of !== undefined) console.log(`retry of    ${report.retry_of}`);
  console.log(`record      ${report.topic}, partition ${report.partition}, offset ${report.offset}`);
  console.log(`trace       ${report.trace_id}`);
}

async function follow(
  { exit }: CommandContext,
  feed: StatusFeed,
  placed: PlacedRequest,
  report: PlacedReport,
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
    console.log(
      JSON.stringify({ ...report, state: stateOf(story), statuses, ok: fault === undefined }, null, 2),
    );
  }
  if (fault === undefined) return;
  console.error(fault);
  exit(1);
}
