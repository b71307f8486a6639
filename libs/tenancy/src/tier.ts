/** A tenant's class of service: it names the defaults, each of which a tenant can override. */
export const TIERS = ['basic', 'standard', 'premium', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * Where a tenant's work runs. `pooled`: the shared queue of the pool; `queue`: an own task queue, polled by shared workers;
 * `dedicated`: an own task queue and an own worker; `namespace`: those in a Temporal namespace of its own.
 */
export const ROUTES = ['pooled', 'queue', 'dedicated', 'namespace'] as const;
export type Route = (typeof ROUTES)[number];

/** How much of the platform a tenant may use. */
export interface TenantLimits {
  /** Requests taken in any 60 seconds. */
  readonly intakePer60s: number;
  /** Deployments running at the same time. */
  readonly maxConcurrentWorkflows: number;
  /** Activities of the tenant running at the same time in one worker. */
  readonly maxConcurrentActivities: number;
  /** Requests waiting in the gate. */
  readonly queue: number;
  /** Share of the pool among the tenants that wait for it. */
  readonly weight: number;
}

export interface TierDefaults {
  readonly route: Route;
  readonly limits: TenantLimits;
}

const CONCURRENCY = { maxConcurrentWorkflows: 10, maxConcurrentActivities: 10 } as const;

export const TIER_DEFAULTS: Readonly<Record<Tier, TierDefaults>> = {
  basic: { route: 'pooled', limits: { ...CONCURRENCY, intakePer60s: 60, queue: 500, weight: 1 } },
  standard: { route: 'queue', limits: { ...CONCURRENCY, intakePer60s: 300, queue: 2_000, weight: 2 } },
  premium: { route: 'dedicated', limits: { ...CONCURRENCY, intakePer60s: 1_200, queue: 5_000, weight: 4 } },
  enterprise: {
    route: 'namespace',
    limits: { ...CONCURRENCY, intakePer60s: 3_000, queue: 5_000, weight: 8 },
  },
};
