/**
 * What happens on the platform whose numbers the dashboards are proven with. `tools/path-tests/src/metrics` makes it happen, and
 * `right` of each query is about it. Two tenants have a name, all others are `other`.
 */
export const RUN = {
  /** In a namespace of its own: 12 upgrades at once, 2 more than its cap, and later one more. */
  large: {
    tenant: 'mayorista',
    namespace: 'tenant-mayorista',
    cap: 10,
    first: 12,
    later: 1,
    /** Of the routers that take all of the cap: none has ended before the two behind them are there. */
    slowBootSeconds: 8,
  },
  /** In the shared namespace. Everything happens to it. */
  eventful: {
    tenant: 'afijo',
    namespace: 'default',
    cap: 2,
    queue: 2_000,
    /** Two at once on routers that take `slowBootSeconds`, which is all of the cap, and one later. */
    succeeded: 3,
    /** Long enough for a look at how gates stand, which has the two behind them. */
    slowBootSeconds: 22,
    /** What comes behind those two: the one that fails, and the one that the image store refuses. */
    waiting: 2,
    failed: 1,
    /** By the image store, which has no such version, and at the door. */
    refused: 2,
    /** The one at the door, and an id that was used before. */
    deadLetters: 2,
  },
  /** Its intake limit lets three of eight pass. */
  limited: { tenant: 'chogar', sent: 8, intake: 3 },
  /** Two of its routers boot what nobody asked for: one is taken back, the other refuses that, and stays locked. */
  unlucky: { tenant: 'amovil', succeeded: 4, rolledBack: 1, failed: 1 },
  /** At the end, one request: its worker does not run. */
  unserved: { tenant: 'rural', taskQueue: 'tenant-rural-deployments' },
  /** Of a tenant that nobody knows. */
  unknownTenant: 1,
  /** At the end there is no dead-letter topic: one more of nobody holds up its partition, and an id that was used waits in its gate. */
  heldUp: { records: 1, letters: 1 },
  /** Ingest, projector, and a worker of each kind. At the very end ingest is killed. */
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
/** The limited, the unlucky and the unserved one together. */
export const OTHERS = { 'vecino.tenant.id': 'other' } as const;
