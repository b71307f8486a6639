import { METRICS } from '@vecino/telemetry';
import { counted, observations, oneOf, quantile, series, standing } from '@vecino/telemetry/promql';
import { deviceFaults, FAULT } from '../device-faults.js';
import { OF_STATE, OF_TENANT, orZero, POINT, REASON, SHOWN, STATE, TENANT } from '../expressions.js';
import { STUCK_DEPLOYMENTS } from '../figures.js';
import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../links.js';
import type { Page } from '../page.js';
import { chart, mustBeZero, stat, worseFrom } from '../panel.js';
import { p95, recentP95 } from '../proof/plainly.js';
import { about, EVENTFUL, LARGE, OTHERS, RUN } from '../proof/proving-run.js';

const endedAs = (...states: readonly ('FAILED' | 'ROLLED_BACK' | 'TERMINATED' | 'TIMED_OUT')[]) =>
  orZero(
    counted(
      series(METRICS.deploymentsEnded, {
        [STATE]: oneOf(...states),
      }),
      SHOWN,
    ),
  );
const calls = observations(METRICS.deviceCalls, 'count');

export const DEVICES_AND_UPGRADES: Page = {
  uid: UIDS.devices,
  title: 'Vecino · Devices and upgrades',
  question: 'What do routers do to upgrades, and which phase takes the time?',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Stuck',
          description:
            'Deployments in one state for more than twice the time that it may take. By tenant below; ./vecino explain DEPLOYMENT says what it waits for.',
          ...STUCK_DEPLOYMENTS,
        }),
        stat({
          title: 'Locked routers',
          description:
            'Nothing runs on them, and they stay locked because nobody knows what they run. Somebody must look at each. Runbook: router quarantined.',
          unit: 'short',
          thresholds: worseFrom(1, 10),
          query: {
            legend: 'routers',
            expr: orZero(`sum(${standing(METRICS.quarantined)})`),
            right: { all: [RUN.unlucky.failed, RUN.unlucky.failed] },
          },
        }),
        stat({
          title: 'Failed',
          description: 'In the shown time. By reason and tenant, at the bottom.',
          unit: 'short',
          thresholds: worseFrom(1, 10),
          query: {
            legend: 'deployments',
            expr: endedAs('FAILED'),
            right: { all: about(RUN.eventful.failed + RUN.unlucky.failed) },
          },
        }),
        stat({
          title: 'Rolled back',
          description:
            'In the shown time: the router was worse off with the new version. Several of one version: stop rolling it out. Runbook: rolled back.',
          unit: 'short',
          thresholds: worseFrom(1, 10),
          query: {
            legend: 'deployments',
            expr: endedAs('ROLLED_BACK'),
            right: { all: about(RUN.unlucky.rolledBack) },
          },
        }),
        stat({
          title: 'Terminated or timed out',
          description: 'In the shown time. Its router may be in any state. Runbook: deployment terminated.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'deployments',
            expr: endedAs('TERMINATED', 'TIMED_OUT'),
            right: { all: [0, 0], unseen: true },
          },
        }),
        stat({
          title: 'Calls that went wrong',
          description:
            'Share of all calls to routers in the shown time. A router that reboots does not answer, so some is normal; compare with yesterday.',
          unit: 'percentunit',
          thresholds: worseFrom(0.3, 0.6),
          query: {
            legend: 'calls',
            expr: `(${deviceFaults(SHOWN, [])} or 0 * ${counted(calls, SHOWN)}) / ${counted(calls, SHOWN)}`,
            right: { all: [0.001, 0.9] },
          },
        }),
      ],
    },
    {
      title: 'Calls to routers',
      panels: [
        chart({
          title: 'How long, 95 % below',
          description:
            'By call, over 5 minutes. Install is the transfer and takes minutes; all else is under a second, or the way to the routers is bad.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: '{{rpc_method}}',
              expr: quantile(0.95, METRICS.deviceCalls, '5m', {}, ['rpc.method']),
              right: {
                all: [0, 300],
                has: [
                  { labels: { 'rpc.method': 'gnoi.os.OS/Install' } },
                  { labels: { 'rpc.method': 'gnoi.system.System/Reboot' } },
                ],
                same: recentP95('rpc_client_call_duration_seconds', { by: ['rpc_method'] }),
              },
            },
          ],
        }),
        chart({
          title: 'What went wrong',
          description:
            'By answer, about how many since the point before. UNAVAILABLE: the way there, or a reboot. UNAUTHENTICATED, identity-mismatch: certificates. Runbook: router unreachable.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: '{{rpc_method}} {{error_type}}',
              expr: deviceFaults(POINT, ['rpc.method', FAULT]),
              right: {
                all: [0, 500],
                has: [
                  {
                    labels: { 'rpc.method': 'gnoi.os.OS/Install', [FAULT]: 'install-error' },
                    peak: [0.9, 20],
                  },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'What went wrong, by tenant',
          description:
            'The ten with the most, about how many since the point before. One tenant alone: its network.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_TENANT,
              expr: `topk(10, ${deviceFaults(POINT, [TENANT])})`,
              right: { all: [0, 500], has: [{ labels: EVENTFUL, peak: [0.9, 400] }] },
            },
          ],
        }),
      ],
    },
    {
      title: 'Upgrades',
      panels: [
        chart({
          title: 'Running, by phase',
          description: 'Over all tenants. A phase that only grows is where they hang.',
          style: 'stacked',
          unit: 'short',
          queries: [
            {
              legend: OF_STATE,
              expr: `sum by (vecino_deployment_state) (${standing(METRICS.deploymentsActive)})`,
              right: { all: [0, 30], peak: [1, 30] },
            },
          ],
        }),
        chart({
          title: 'Phases, 95 % below',
          description:
            'How long deployments were in each phase, over the hour before. STAGING: image and network. WAIT_UP: the boot. SOAKING is set by the tenant. POSTCHECK: what does not come back.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: OF_STATE,
              expr: quantile(0.95, METRICS.phaseDuration, '1h', {}, [STATE]),
              right: {
                all: [0, 900],
                has: [
                  { labels: { [STATE]: 'STAGING' } },
                  { labels: { [STATE]: 'WAIT_UP' } },
                  { labels: { [STATE]: 'POSTCHECK' } },
                ],
                same: p95('vecino_deployment_phase_duration_seconds', { by: ['vecino_deployment_state'] }),
              },
            },
          ],
        }),
        chart({
          title: 'Whole upgrades, 95 % below',
          description: 'From STARTED to the end, over the hour before, by how they ended.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: OF_STATE,
              expr: quantile(0.95, METRICS.deploymentDuration, '1h', {}, [STATE]),
              right: {
                all: [0, 900],
                has: [{ labels: { [STATE]: 'SUCCEEDED' }, peak: [1, 900] }],
                same: p95('vecino_deployment_duration_seconds', { by: ['vecino_deployment_state'] }),
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'How they ended',
      panels: [
        {
          kind: 'table',
          title: 'By tenant and reason',
          description:
            'In the shown time, the most first. docs/errors.md and the runbooks have every reason. One reason over many tenants is ours.',
          width: 16,
          rows: {
            vecino_tenant_id: 'tenant',
            vecino_deployment_state: 'state',
            vecino_reason_code: 'reason',
          },
          sortBy: 'deployments',
          columns: [
            {
              legend: 'deployments',
              expr: counted(series(METRICS.deploymentsEnded), SHOWN, [TENANT, STATE, REASON]),
              unit: 'short',
              right: {
                all: [0.5, 40],
                has: [
                  {
                    labels: { ...LARGE, [STATE]: 'SUCCEEDED', [REASON]: 'UPGRADED' },
                    peak: about(RUN.large.first + RUN.large.later),
                  },
                  {
                    labels: { ...EVENTFUL, [STATE]: 'FAILED', [REASON]: 'INSTALL_FAILED' },
                    peak: about(RUN.eventful.failed),
                  },
                  {
                    labels: { ...OTHERS, [STATE]: 'ROLLED_BACK', [REASON]: 'VERIFY_FAILED' },
                    peak: about(RUN.unlucky.rolledBack),
                  },
                  {
                    labels: { ...OTHERS, [STATE]: 'FAILED', [REASON]: 'ROLLBACK_FAILED' },
                    peak: about(RUN.unlucky.failed),
                  },
                ],
              },
            },
          ],
        },
        {
          kind: 'table',
          title: 'Trouble, by tenant',
          description:
            'Now. Locked routers need somebody to look at them; stuck deployments need ./vecino explain.',
          width: 8,
          rows: { vecino_tenant_id: 'tenant' },
          sortBy: 'stuck',
          columns: [
            {
              legend: 'stuck',
              expr: standing(METRICS.deploymentsStuck),
              unit: 'short',
              thresholds: worseFrom(1),
              right: { all: [0, 0], has: [{ labels: LARGE }] },
            },
            {
              legend: 'locked routers',
              expr: standing(METRICS.quarantined),
              unit: 'short',
              thresholds: worseFrom(1),
              right: {
                all: [0, RUN.unlucky.failed],
                has: [
                  { labels: LARGE, peak: [0, 0] },
                  { labels: OTHERS, peak: [RUN.unlucky.failed, RUN.unlucky.failed] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
};
