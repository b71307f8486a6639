import { tenantLinks, tracesOfTenant, workflowsOfTenant } from './links.js';
import { RUN } from './proof/proving-run.js';

/** As Grafana fills a link in. */
const filled = (url: string, values: Readonly<Record<string, string>>): string =>
  url.replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) => values[name] ?? '');

const values = {
  tenant: 'acme',
  namespace: 'tenant-acme',
  temporal_ui: 'https://temporal.example',
  temporal_namespace: 'shared',
  __url_time_range: 'from=1000&to=2000',
  __from: '1000',
  __to: '2000',
};

it('leads to the traces of a tenant in the time that is shown', () => {
  const url = new URL(filled(tracesOfTenant.url, values), 'https://grafana.example');
  expect(url.pathname).toBe('/explore');
  const panes = JSON.parse(url.searchParams.get('panes') ?? '') as Record<string, unknown>;
  expect(Object.values(panes)).toEqual([
    {
      datasource: 'jaeger',
      queries: [
        expect.objectContaining({
          datasource: { type: 'jaeger', uid: 'jaeger' },
          queryType: 'search',
          service: 'vecino-status-projector',
          tags: 'vecino.tenant.id=acme',
        }),
      ],
      range: { from: '1000', to: '2000' },
    },
  ]);
});

it('leads to the deployments of a tenant in its namespace', () => {
  const url = new URL(filled(workflowsOfTenant.url, values));
  expect(`${url.origin}${url.pathname}`).toBe('https://temporal.example/namespaces/tenant-acme/workflows');
  expect(url.searchParams.get('query')).toBe('TenantId = "acme"');
});

it.each(['__field.labels.vecino_tenant_id', '__value.raw'] as const)(
  'leads from a tenant that is %s to its dashboard, and to its deployments where they can be',
  (clicked) => {
    const { tenant, namespace } = RUN.large;
    const [dashboard, ...elsewhere] = tenantLinks(clicked).map(({ url }) =>
      filled(url, { ...values, tenant: 'somebody-else', [clicked]: tenant }),
    );
    expect(dashboard).toBe(`/d/vecino-tenant?var-tenant=${tenant}&from=1000&to=2000`);
    const found = elsewhere.map((url) => new URL(url));
    expect(found.map(({ origin, pathname }) => `${origin}${pathname}`)).toEqual([
      'https://temporal.example/namespaces/shared/workflows',
      `https://temporal.example/namespaces/${namespace}/workflows`,
    ]);
    for (const { searchParams } of found) expect(searchParams.get('query')).toBe(`TenantId = "${tenant}"`);
  },
);
