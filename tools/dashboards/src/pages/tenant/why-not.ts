import { METRICS } from '@vecino/telemetry';
import { counted, noneOf, series } from '@vecino/telemetry/promql';
import { deviceFaults, FAULT } from '../../device-faults.js';
import { REASON, SHOWN, STATE } from '../../expressions.js';
import type { Row } from '../../page.js';
import { about, RUN } from '../../proof/proving-run.js';
import { own } from './chosen-tenant.js';

const notWell = series(METRICS.deploymentsEnded, { ...own, [STATE]: noneOf('SUCCEEDED') });

export const WHY_NOT: Row = {
  title: 'Why not',
  panels: [
    {
      kind: 'table',
      title: 'Ended otherwise than well',
      description: 'In the shown time. docs/errors.md has every reason and what to do about it.',
      width: 8,
      rows: { vecino_deployment_state: 'state', vecino_reason_code: 'reason' },
      sortBy: 'deployments',
      columns: [
        {
          legend: 'deployments',
          expr: counted(notWell, SHOWN, [STATE, REASON]),
          unit: 'short',
          right: {
            all: [0, 5],
            only: true,
            has: [
              {
                labels: { [STATE]: 'FAILED', [REASON]: 'INSTALL_FAILED' },
                peak: about(RUN.eventful.failed),
              },
              { labels: { [STATE]: 'REJECTED', [REASON]: 'IMAGE_UNKNOWN' }, peak: about(1) },
              { labels: { [STATE]: 'REJECTED', [REASON]: 'ROUTER_OUTSIDE_NETWORKS' }, peak: about(1) },
            ],
          },
        },
      ],
    },
    {
      kind: 'table',
      title: 'Limits met, and dead letters',
      description:
        'In the shown time. `intake` and `queue` refused requests: the tenant sends more than it agreed to, or its tier is too small (./vecino tenant set). `concurrency` made them wait.',
      width: 8,
      rows: { vecino_limit: 'limit', vecino_reason_code: 'dead letter' },
      sortBy: 'requests',
      columns: [
        {
          legend: 'requests',
          expr: `${counted(series(METRICS.limitHits, own), SHOWN, ['vecino.limit'])} or ${counted(series(METRICS.deadLetters, own), SHOWN, [REASON])}`,
          unit: 'short',
          right: {
            all: [0, 10],
            only: true,
            has: [
              { labels: { 'vecino.limit': 'concurrency' }, peak: about(RUN.eventful.waiting) },
              { labels: { [REASON]: 'ID_REUSED' }, peak: about(1) },
              { labels: { [REASON]: 'ROUTER_OUTSIDE_NETWORKS' }, peak: about(1) },
            ],
          },
        },
      ],
    },
    {
      kind: 'table',
      title: 'Calls to its routers that went wrong',
      description:
        'In the shown time, each attempt of them. UNAVAILABLE is the way there or a router that is down; all else is what the router says itself.',
      width: 8,
      rows: { rpc_method: 'call', error_type: 'answer' },
      sortBy: 'calls',
      columns: [
        {
          legend: 'calls',
          expr: deviceFaults(SHOWN, ['rpc.method', FAULT], own),
          unit: 'short',
          right: {
            all: [0, 200],
            has: [
              {
                labels: { 'rpc.method': 'gnoi.os.OS/Install', [FAULT]: 'install-error' },
                peak: about(1),
              },
            ],
          },
        },
      ],
    },
  ],
};
