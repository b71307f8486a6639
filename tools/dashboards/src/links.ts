import { ATTRIBUTES } from '@vecino/telemetry';
import { DEPLOYMENT_WORKFLOW_TYPE, SEARCH_ATTRIBUTES } from '@vecino/workflows';
import type { PageLink } from './page.js';

export const UIDS = {
  overview: 'vecino-platform',
  tenant: 'vecino-tenant',
  ingest: 'vecino-ingest',
  gate: 'vecino-gate',
  devices: 'vecino-devices',
  slo: 'vecino-slo',
} as const;

/** As deploy/grafana/provisioning names them. */
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' } as const;
const JAEGER = { type: 'jaeger', uid: 'jaeger' } as const;

/** Where the Temporal UI is, as a browser sees it. */
export const TEMPORAL_UI = {
  kind: 'text',
  name: 'temporal_ui',
  value: 'http://localhost:8080',
} as const;
/** The namespace that tenants share. */
export const TEMPORAL_NAMESPACE = { kind: 'text', name: 'temporal_namespace', value: 'default' } as const;

/** Every trace of a request ends with the projector's span of its status, which names the tenant. */
const TRACED_SERVICE = 'vecino-status-projector';

/** A search for traces in Grafana's Explore, of the time that is shown. Tags are `key=value`, as Jaeger has them. */
function traces(title: string, tooltip: string, tags: string): PageLink {
  const search = {
    refId: 'A',
    datasource: JAEGER,
    queryType: 'search',
    service: TRACED_SERVICE,
    tags,
    limit: 50,
  };
  const range = { from: '${__from}', to: '${__to}' };
  const panes = JSON.stringify({ traces: { datasource: JAEGER.uid, queries: [search], range } });
  return { title, tooltip, url: `/explore?schemaVersion=1&orgId=1&panes=${encodedAround(panes)}` };
}

/** What Grafana fills in has to stay as it is. */
const encodedAround = (text: string): string =>
  text
    .split(/(\$\{[\w.]+\})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join('');

const workflowsUrl = (namespace: string, query: string): string =>
  `\${${TEMPORAL_UI.name}}/namespaces/${namespace}/workflows?query=${encodedAround(query)}`;

/** `namespace` names a variable. */
const workflows = (title: string, tooltip: string, namespace: string, query: string): PageLink => ({
  title,
  tooltip,
  url: workflowsUrl(`\${${namespace}}`, query),
});

export const tracesOfAll = traces('Traces', 'Traces of the shown time, in Jaeger', '');
export const tracesOfTenant = traces(
  'Traces of the tenant',
  'Its traces of the shown time, in Jaeger',
  `${ATTRIBUTES.tenantId}=\${tenant}`,
);
export const failedTracesOfTenant = traces(
  'Failed traces',
  'Those of its traces in which something went wrong, in Jaeger',
  `${ATTRIBUTES.tenantId}=\${tenant} error=true`,
);

/** `name` is what Grafana fills in for the tenant. */
const ofTenant = (name: string): string => `${SEARCH_ATTRIBUTES.tenantId} = "\${${name}}"`;
const OF_TENANT = ofTenant('tenant');

/** A gate is not among them: only deployments have a tenant to be searched by. */
export const workflowsOfAll = workflows(
  'Running deployments',
  'In the Temporal UI, in the namespace that tenants share',
  TEMPORAL_NAMESPACE.name,
  `WorkflowType = "${DEPLOYMENT_WORKFLOW_TYPE}" AND ExecutionStatus = "Running"`,
);
export const workflowsOfTenant = workflows(
  'Deployments of the tenant',
  'In the Temporal UI, in the tenant’s namespace',
  'namespace',
  OF_TENANT,
);
export const failedWorkflowsOfTenant = workflows(
  'Failed deployments',
  'In the Temporal UI, in the tenant’s namespace',
  'namespace',
  `${OF_TENANT} AND ExecutionStatus = "Failed"`,
);

/** Where a tenant's name leads that a chart or a table shows. */
export interface TenantLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

/** How Grafana names what is clicked: the tenant of a series, or the text of a cell. */
export type ClickedTenant = '__field.labels.vecino_tenant_id' | '__value.raw';

/** A series does not tell in which namespace its tenant is: one that has its own has nothing in the shared one, and the other way round. */
export const tenantLinks = (clicked: ClickedTenant): readonly TenantLink[] => [
  {
    title: 'The tenant’s dashboard',
    url: `/d/${UIDS.tenant}?var-tenant=\${${clicked}}&\${__url_time_range}`,
    targetBlank: false,
  },
  {
    title: 'Its deployments in Temporal, in the namespace that tenants share',
    url: workflowsUrl(`\${${TEMPORAL_NAMESPACE.name}}`, ofTenant(clicked)),
    targetBlank: true,
  },
  {
    title: 'Its deployments in Temporal, in a namespace of its own',
    url: workflowsUrl(`tenant-\${${clicked}}`, ofTenant(clicked)),
    targetBlank: true,
  },
];
