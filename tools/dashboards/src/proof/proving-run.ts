/**
 * What happens on the platform whose numbers the dashboards are proven with. `tools/path-tests/src/metrics` makes it happen, and
 * `right` of each query is about it. Two tenants have a name, all others are `other`.
 */
export const RUN = {
  /** In a namespace of its own: 12 upgrades at once, 2 more than its cap, and later one more. */
  large: { tenant: 'mayorista', namespace: 'tenant-mayorista', cap: 10, first: 12, later: 1 },
  /** In the shared namespace. Everything happens to it. */
  eventful: {
    tenant: 'afijo',
    namespace: 'default',
    cap: 2,
    /** At once, after a router that takes its time, and later. */
    succeeded: 3,
    failed: 1,
    /** By the image store, which has no such version, and at the door. */
    refused: 2,
    /** The one at the door, and an id that was used before. */
    deadLetters: 2,
  },
  /** Its intake limit lets three of eight pass. */
  limited: { tenant: 'chogar', sent: 8, intake: 3 },
  /** Of a tenant that nobody knows. */
  unknownTenant: 1,
  /** Ingest, projector, and a worker of each kind. */
  processes: 4,
} as const;

/** A count, but for what Prometheus extrapolates. */
export const about = (count: number): readonly [number, number] => [count * 0.97 - 0.05, count * 1.03 + 0.05];

/** How many of each tenant's requests that no limit held started in time: how fast the machine is decides. */
export const STARTED_IN_TIME = startedInTime('');
export const EVENTFUL_STARTED_IN_TIME = startedInTime(`, vecino_tenant_id="${RUN.eventful.tenant}"`);
function startedInTime(more: string): string {
  const of = (part: string, le: string) =>
    `sum by (vecino_tenant_id) (vecino_queue_wait_seconds_${part}{vecino_wait_cause!="limit"${le}${more}})`;
  return `${of('bucket', ', le=~"5|5[.]0"')} / ${of('count', '')}`;
}

export const LARGE = { 'vecino.tenant.id': RUN.large.tenant } as const;
export const EVENTFUL = { 'vecino.tenant.id': RUN.eventful.tenant } as const;
