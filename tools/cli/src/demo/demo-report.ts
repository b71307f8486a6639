import { formatElapsed } from '@vecino/devstack';
import Table from 'cli-table3';
import { colors } from '../colors.js';
import {
  type DeploymentStory,
  faultOf,
  furthest,
  stateOf,
  traceFaultOf,
  verdictOf,
} from '../deployment-story.js';
import { colouredState } from '../status-line.js';

/** One deployment as `--json` writes it. What did not come back is null. */
export interface DeploymentReport {
  readonly tenant_id: string;
  readonly router_id: string;
  readonly router_ip: string;
  readonly deployment_id: string;
  readonly from_version: string | null;
  readonly to_version: string;
  /** Of the terminal status; the last state seen where none came. */
  readonly state: string;
  readonly sequence: number | null;
  readonly event_id: string | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
  /** As the terminal status record's header says it. */
  readonly trace_id: string | null;
  readonly requested_at: string;
  readonly ended_at: string | null;
  readonly duration_ms: number | null;
  /** Every state that was read back, in order. */
  readonly states: readonly string[];
}

/** What `demo --json` writes. */
export interface DemoReport {
  readonly ok: boolean;
  readonly deployments: readonly DeploymentReport[];
  /** One sentence for each deployment that is not a success. */
  readonly faults: readonly string[];
  readonly temporal_ui: string | null;
  readonly queries: readonly CountedQuery[];
}

export const DEMO_KEYS = {
  ok: 'whether every deployment succeeded',
  deployments:
    '`tenant_id`, `router_id`, `router_ip`, `deployment_id`, `from_version`, `to_version`, `state`, `sequence`, `event_id`, `reason`, `trace_id`, `requested_at`, `ended_at`, `duration_ms`, `states`',
  faults: 'one sentence for each deployment that is not a success',
  temporal_ui: 'address of its UI, or null',
  queries: 'that find its workflows there: `query`, `workflows`',
};

/** A visibility query, as the Temporal UI and `temporal workflow list --query` take it. */
export interface CountedQuery {
  readonly query: string;
  /** Workflows that it finds, of this demo and earlier ones; null where Temporal gave no answer. */
  readonly workflows: number | null;
}

export function demoReport(
  stories: readonly DeploymentStory[],
  temporal: { readonly ui: string | undefined; readonly queries: readonly CountedQuery[] },
): DemoReport {
  const faults = stories
    .map((story) => faultOf(story) ?? traceFaultOf(story))
    .filter((fault) => fault !== undefined);
  return {
    ok: faults.length === 0 && stories.length > 0,
    deployments: stories.map(deploymentReport),
    faults,
    temporal_ui: temporal.ui ?? null,
    queries: temporal.queries,
  };
}

function deploymentReport(story: DeploymentStory): DeploymentReport {
  const { request, statuses } = story;
  const verdict = verdictOf(story);
  const last = verdict.kind === 'single' ? verdict.terminal : furthest(statuses);
  const endedAt = verdict.kind === 'missing' ? undefined : last?.status.occurred_at;
  return {
    tenant_id: request.tenantId,
    router_id: request.routerId,
    router_ip: request.routerIp,
    deployment_id: request.deploymentId,
    from_version: last?.status.details['from_version'] ?? null,
    to_version: request.softwareVersion,
    state: stateOf(story),
    sequence: last?.status.sequence ?? null,
    event_id: last?.status.event_id ?? null,
    reason: last?.status.reason ?? null,
    trace_id: last?.traceId ?? null,
    requested_at: new Date(request.requestedAt).toISOString(),
    ended_at: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    duration_ms: endedAt === undefined ? null : endedAt - request.requestedAt,
    states: statuses.map(({ status }) => status.state),
  };
}

/** All deployments of a tenant, those that failed and those that run. */
export const tenantQueries = (tenantId: string): string[] => {
  const tenant = `TenantId = "${tenantId}"`;
  return [tenant, `${tenant} AND ExecutionStatus = "Failed"`, `${tenant} AND ExecutionStatus = "Running"`];
};

export function demoTable({ deployments }: DemoReport): string {
  const table = new Table({
    head: ['tenant', 'router', 'version', 'state', 'duration'],
    style: { head: [], border: [], compact: true },
  });
  for (const deployment of deployments) table.push(deploymentRow(deployment));
  return table.toString();
}

export const deploymentRow = (deployment: DeploymentReport): string[] => [
  deployment.tenant_id,
  deployment.router_id,
  `${deployment.from_version ?? '?'} → ${deployment.to_version}`,
  colouredState(deployment.state),
  deployment.duration_ms === null ? 'not ended' : formatElapsed(deployment.duration_ms),
];

/** Table, verdict and where to look further. */
export function demoText(
  report: DemoReport,
  { stays, timeoutSeconds }: { readonly stays: boolean; readonly timeoutSeconds: number },
): string {
  const { ok, deployments, faults } = report;
  const verdict = ok
    ? colors.green(`✓ ${deployments.length} requests, and one terminal status read back for each`)
    : [
        colors.red(`✗ not every request succeeded within ${timeoutSeconds} s:`),
        ...faults.map((fault) => `  ${fault}`),
      ].join('\n');
  return [demoTable(report), '', verdict, '', temporalText(report, stays)].join('\n');
}

function temporalText({ temporal_ui, queries }: DemoReport, stays: boolean): string {
  const link = temporal_ui ?? 'not known: set TEMPORAL_UI_URL';
  const gone = stays || temporal_ui === null ? '' : '   (with --keep it stays after the demo)';
  const width = Math.max(...queries.map(({ query }) => query.length));
  const lines = queries.map(
    ({ query, workflows }) => `  ${query.padEnd(width)}  ${workflows === null ? '' : found(workflows)}`,
  );
  return [`Temporal UI   ${link}${gone}`, 'Queries to paste there', ...lines].join('\n');
}

const found = (workflows: number): string => colors.dim(`${workflows} workflow${workflows === 1 ? '' : 's'}`);
