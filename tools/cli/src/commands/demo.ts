import { guide } from '../command-guide.js';
import { durationOption } from '../duration.js';
import { EXIT } from '../exit-code.js';
import { type OutputFormat, printJson, tellPeople } from '../output-option.js';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatElapsed } from '@vecino/devstack';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { type DemoTarget, planDemo } from '../demo/demo-plan.js';
import { type DemoPlatform, platformForDemo } from '../demo/demo-platform.js';
import { showProgress } from '../demo/demo-progress.js';
import { DEMO_KEYS, type DemoReport, demoReport, demoText, tenantQueries } from '../demo/demo-report.js';
import { runningVersions } from '../demo/running-versions.js';
import { followDeployments } from '../follow-deployments.js';
import { registryOf } from '../platform-registry.js';
import { type IdentifiedRequest, sendRequests } from '../send-requests.js';
import { openStatusFeed } from '../status-feed.js';
import { untilInterrupted } from '../until-interrupted.js';

interface DemoOptions {
  readonly keep: boolean;
  readonly attach: boolean;
  readonly json?: string;
  readonly timeout: number;
  readonly output: OutputFormat;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const LINGER_MS = 500;

export const registerDemo: RegisterCommand = (program, context) => {
  const command = program
    .command('demo')
    .description('everything at once: upgrade seven simulated routers of four tenants and show how it went')
    .option('--keep', 'leave the platform running, as `up` does', false)
    .option(
      '--attach',
      'use the platform that KAFKA_BROKERS and TEMPORAL_ADDRESS name, and start nothing',
      false,
    )
    .option('--json <file>', 'also write the outcome there')
    .addOption(durationOption('--timeout <time>', 'how long the upgrades may take', DEFAULT_TIMEOUT_MS))
    .action((options: DemoOptions) => demo(context, options));
  guide(command, {
    examples: [
      { run: 'demo', does: 'start all, upgrade, show, stop all' },
      { run: 'demo --keep', does: 'and leave it up, to look around' },
    ],
    prints: { form: 'object', keys: DEMO_KEYS },
    reads: ['start', 'temporal', 'registry-file', 'links'],
    exits: {
      done: 'Every deployment succeeded, and its one terminal status was read back.',
      failed: 'Not so.',
    },
  });
};

async function demo(context: CommandContext, options: DemoOptions): Promise<void> {
  const began = Date.now();
  const interrupt = untilInterrupted();
  const tell = tellPeople(options.output);
  const platform = await Promise.race([platformForDemo(context, options, tell), interrupt.happened]);
  // Interrupted in the middle: what has been started ends with this process.
  if (platform === 'interrupted') return context.exit(EXIT.interrupted);
  try {
    const report = await Promise.race([runDemo(platform, options, interrupt.signal), died(platform)]);
    if (interrupt.signal.aborted) return context.exit(EXIT.interrupted);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (options.output === 'json') printJson(report);
    else
      console.log(
        `\n${demoText(report, { stays: platform.stays, timeoutSeconds: options.timeout / 1_000 })}\n`,
      );
    if (!report.ok) context.exit(EXIT.failed);
  } finally {
    await platform.leave();
  }
  const end = platform.stays
    ? `The platform goes on running${options.attach ? '' : '; stop it with ./vecino down'}.`
    : 'Everything was stopped.';
  tell(`${end} (${formatElapsed(Date.now() - began)} in all)`);
}

async function runDemo(
  { env }: DemoPlatform,
  { timeout, output }: DemoOptions,
  signal: AbortSignal,
): Promise<DemoReport> {
  const registry = await registryOf(env);
  const targets = planDemo(registry, await runningVersions(env['VECINO_SIMULATOR_URL']));
  const tenants = new Set(targets.map(({ tenantId }) => tenantId));
  const feed = await openStatusFeed(env, { wanted: (tenantId) => tenants.has(tenantId), from: 'end' });
  try {
    const requests = await sendRequests(env, targets.map(requestOf));
    tellPeople(output)(`\n${requests.length} requests are on ${requests[0]?.topic}.\n`);
    const stories = await showProgress(requests, output, (onStatus) =>
      followDeployments(feed, requests, { timeoutMs: timeout, lingerMs: LINGER_MS, signal, onStatus }),
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
