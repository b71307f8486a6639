import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatElapsed } from '@vecino/devstack';
import { InvalidArgumentError } from 'commander';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { type DemoTarget, planDemo } from '../demo/demo-plan.js';
import { type DemoPlatform, platformForDemo } from '../demo/demo-platform.js';
import { showProgress } from '../demo/demo-progress.js';
import { type DemoReport, demoReport, demoText, tenantQueries } from '../demo/demo-report.js';
import { runningVersions } from '../demo/running-versions.js';
import { followDeployments } from '../follow-deployments.js';
import { registryOf } from '../platform-registry.js';
import { type IdentifiedRequest, sendRequests } from '../send-requests.js';
import { openStatusFeed } from '../status-feed.js';
import { INTERRUPTED, untilInterrupted } from '../until-interrupted.js';

interface DemoOptions {
  readonly keep: boolean;
  readonly attach: boolean;
  readonly json?: string;
  readonly timeout: number;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const LINGER_MS = 500;

export const registerDemo: RegisterCommand = (program, context) => {
  program
    .command('demo')
    .description('everything at once: upgrade seven simulated routers of four tenants and show how it went')
    .option('--keep', 'leave the platform running, as `up` does', false)
    .option(
      '--attach',
      'use the platform that KAFKA_BROKERS and TEMPORAL_ADDRESS name, and start nothing',
      false,
    )
    .option('--json <file>', 'write the outcome there, for machines')
    .option('--timeout <seconds>', 'how long the upgrades may take', seconds, DEFAULT_TIMEOUT_SECONDS)
    .action((options: DemoOptions) => demo(context, options));
};

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number of seconds above 0.');
  return value;
}

async function demo(context: CommandContext, options: DemoOptions): Promise<void> {
  const began = Date.now();
  const interrupt = untilInterrupted();
  const platform = await Promise.race([platformForDemo(context, options), interrupt.happened]);
  // Interrupted in the middle: what has been started ends with this process.
  if (platform === 'interrupted') return context.exit(INTERRUPTED);
  if (platform === undefined) return;
  try {
    const report = await Promise.race([runDemo(platform, options, interrupt.signal), died(platform)]);
    if (interrupt.signal.aborted) return context.exit(INTERRUPTED);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\n${demoText(report, { stays: platform.stays, timeoutSeconds: options.timeout })}\n`);
    if (!report.ok) context.exit(1);
  } finally {
    await platform.leave();
  }
  const end = platform.stays
    ? `The platform goes on running${options.attach ? '' : '; stop it with ./vecino down'}.`
    : 'Everything was stopped.';
  console.log(`${end} (${formatElapsed(Date.now() - began)} in all)`);
}

async function runDemo(
  { env }: DemoPlatform,
  { timeout }: DemoOptions,
  signal: AbortSignal,
): Promise<DemoReport> {
  const registry = await registryOf(env);
  const targets = planDemo(registry, await runningVersions(env['VECINO_SIMULATOR_URL']));
  const tenants = new Set(targets.map(({ tenantId }) => tenantId));
  const feed = await openStatusFeed(env, { wanted: (tenantId) => tenants.has(tenantId), from: 'end' });
  try {
    const requests = await sendRequests(env, targets.map(requestOf));
    console.log(`\n${requests.length} requests are on ${requests[0]?.topic}.\n`);
    const stories = await showProgress(requests, (onStatus) =>
      followDeployments(feed, requests, { timeoutMs: timeout * 1000, lingerMs: LINGER_MS, signal, onStatus }),
    );
    const { countQueries } = await import('../demo/count-queries.js');
    const queries = await countQueries(env, [...tenants].flatMap(tenantQueries));
    return demoReport(stories, { ui: env['TEMPORAL_UI_URL'], queries });
  } finally {
    await feed.close();
  }
}

const requestOf = (target: DemoTarget): IdentifiedRequest => ({
  tenant_id: target.tenantId,
  router_id: target.routerId,
  router_ip: target.routerIp,
  software_version: target.softwareVersion,
  request_id: `demo-${randomUUID()}`,
  requested_at: Date.now(),
  requested_by: 'vecino demo',
  priority: 3,
  not_before: null,
  retry_of: null,
});

const died = ({ died: death }: DemoPlatform): Promise<never> =>
  death.then((error) => {
    throw error;
  });
