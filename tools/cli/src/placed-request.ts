import { busy } from './busy.js';
import { EXIT } from './exit-code.js';
import { linksOf } from './links.js';
import { explainStep, stepText } from './next-step.js';
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
import { untilInterrupted } from './until-interrupted.js';

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
  const opening = () =>
    busy.while('finding the status topic', () => openStatusFeed(env, { wanted, from: 'end' }));
  const feed = wait ? await opening() : undefined;
  try {
    const [placed] = await busy.while('sending the request', () => sendRequests(env, [request], format));
    if (placed === undefined) return;
    const report = placedReport(env, request, placed);
    if (output === 'text') print(report);
    else if (feed === undefined) console.log(JSON.stringify(report, null, 2));
    if (feed !== undefined) await follow(context, feed, placed, report, output);
  } finally {
    await feed?.close();
  }
}

export const PLACED_KEYS = {
  deployment_id: 'its id',
  retry_of: 'the deployment that it repeats; only of a retry',
  topic: 'where the request lies',
  partition: '…',
  offset: '…',
  trace_id: 'W3C, of the request and all that comes of it',
  links: '`trace`: where it is shown, or null',
  next: 'commands that tell more, each with `does` and `run`',
  state: 'with --wait: the last that was told',
  statuses: 'with --wait: all that were told, in order',
  ok: 'with --wait: whether it succeeded',
};

type PlacedReport = ReturnType<typeof placedReport>;

/** What was sent, as `--output json` prints it. */
const placedReport = (env: PlatformEnvironment, request: IdentifiedRequest, placed: PlacedRequest) => ({
  deployment_id: placed.deploymentId,
  ...(request.retry_of !== null && { retry_of: request.retry_of }),
  topic: placed.topic,
  partition: placed.partition,
  offset: placed.offset,
  trace_id: placed.traceId,
  links: placedLinks(env, placed),
  next: [explainStep(placed.tenantId, placed.deploymentId)],
});

function placedLinks(env: PlatformEnvironment, { traceId }: PlacedRequest) {
  return { trace: linksOf(env).trace(traceId) ?? null };
}

function print(report: PlacedReport): void {
  console.log(`deployment  ${report.deployment_id}`);
  if (report.retry_of !== undefined) console.log(`retry of    ${report.retry_of}`);
  console.log(`record      ${report.topic}, partition ${report.partition}, offset ${report.offset}`);
  console.log(`trace       ${report.links.trace ?? report.trace_id}`);
  for (const step of report.next) console.log(stepText(step));
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
  const [story] = await busy.while('waiting for its end', (detail) =>
    followDeployments(feed, [placed], {
      timeoutMs: Infinity,
      lingerMs: LINGER_MS,
      signal,
      onStatus(read) {
        detail(read.status.state);
        busy.clear();
        if (output === 'text') printer.print(read);
      },
    }),
  );
  if (signal.aborted) return exit(EXIT.interrupted);
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
  if (output === 'text') console.error(stepText(explainStep(placed.tenantId, placed.deploymentId)));
  exit(EXIT.failed);
}
