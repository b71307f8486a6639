/** The tenants of a run: those that order, and those that may not any more. */
export const ORDERING = ['acme', 'boreal', 'cobalt', 'dunas'] as const;
export const LEAVING = 'leaver';
export const REMOVED = 'removed';

/** Each tenant has a /16 and a /48, by its place in the list; the platform's own lies beside them. */
const ALL = [...ORDERING, LEAVING, REMOVED];
const PLATFORM_NET = 200;

const netOf = (tenantId: string): number => 1 + ALL.indexOf(tenantId);

/** The address of a tenant's router of that number, 1 to 65,000. */
export const ipv4Of = (tenantId: string, router: number): string => ipv4In(netOf(tenantId), router);
export const ipv6Of = (tenantId: string, router: number): string =>
  `2001:db8:${netOf(tenantId)}::${router.toString(16)}`;
export const platformIpv4 = (router: number): string => ipv4In(PLATFORM_NET, router);

const ipv4In = (net: number, router: number): string => `10.${net}.${router >> 8}.${router & 255}`;

/** The registry's file: routes of both kinds, both formats of statuses, limits out of the way. */
export const registryYaml = (): string =>
  [
    `platform_networks: [10.${PLATFORM_NET}.0.0/16]`,
    'tenants:',
    ...ALL.map((id, i) => {
      const limits = 'max_concurrent_workflows_per_tenant: 50, queue: 20000, intake_per_60_s: 1000000';
      const networks = `10.${netOf(id)}.0.0/16, "2001:db8:${netOf(id)}::/48"`;
      const [route, format] = [i % 2 === 0 ? 'queue' : 'pooled', i < 2 ? 'avro' : 'json'];
      return `  - { id: ${id}, tier: premium, route: ${route}, status_format: ${format}, networks: [${networks}], limits: { ${limits} } }`;
    }),
    '',
  ].join('\n');
