import { TEMPORAL_METRICS } from '@vecino/telemetry';
import { exactly, series } from '@vecino/telemetry/promql';
import { tenants } from '../../expressions.js';
import {
  failedTracesOfTenant,
  failedWorkflowsOfTenant,
  TEMPORAL_UI,
  tracesOfTenant,
  UIDS,
  workflowsOfTenant,
} from '../../links.js';
import type { Page, Variable } from '../../page.js';
import { RUN } from '../../proof/proving-run.js';
import { HOW_LONG_IT_TAKES } from './how-long-it-takes.js';
import { NOW } from './now.js';
import { WHAT_HAPPENS } from './what-happens.js';
import { WHY_NOT } from './why-not.js';

const ofQueue = (taskQueue: string) => series(TEMPORAL_METRICS.pollers, { task_queue: exactly(taskQueue) });

/** A worker that polls the tenant's own queue knows the namespace; without one, or on the pool, it is the one that tenants share. */
const namespace: Variable = {
  kind: 'found',
  name: 'namespace',
  label: 'namespace',
  expr: `group by (namespace) (last_over_time(${ofQueue('tenant-$tenant-deployments')}[1h])) or on () group by (namespace) (last_over_time(${ofQueue('pool-deployments')}[1h]))`,
  right: { all: [1, 1], has: [{ labels: { namespace: RUN.eventful.namespace } }] },
};

export const ONE_TENANT: Page = {
  uid: UIDS.tenant,
  title: 'Vecino · One tenant',
  question: 'How is this tenant served, and what stands in its way: its own limits, its routers, or us?',
  variables: [
    { kind: 'label', name: 'tenant', title: 'Tenant', series: tenants, label: 'vecino_tenant_id' },
    namespace,
    TEMPORAL_UI,
  ],
  links: [tracesOfTenant, failedTracesOfTenant, workflowsOfTenant, failedWorkflowsOfTenant],
  rows: [NOW, WHAT_HAPPENS, HOW_LONG_IT_TAKES, WHY_NOT],
};
