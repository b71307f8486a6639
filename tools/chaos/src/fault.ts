import { type TenantPlan } from '@vecino/path-tests';
import { type Ground } from './ground.js';

/** What can be done to a running platform. Frozen is stopped by SIGSTOP and goes on by SIGCONT. */
export const FAULT_KINDS = [
  // Processes of ours
  'kill-ingest',
  'kill-worker-shared',
  'kill-worker-dedicated',
  'kill-status-projector',
  'freeze-ingest',
  'freeze-worker-shared',
  'freeze-worker-dedicated',
  'freeze-status-projector',
  'rolling-restart',
  // Servers
  'kill-kafka',
  'freeze-kafka',
  'kill-temporal',
  'freeze-temporal',
  'kill-redis',
  'freeze-redis',
  'flush-redis',
  'kafka-outage',
  'temporal-outage',
  'redis-outage',
  // Network of the second rack
  'cut-kafka',
  'cut-temporal',
  'cut-redis',
  'cut-rack',
  'slow-rack',
  'reset-connections',
  // Disks
  'slow-fsync',
  'failing-fsync',
  // Records
  'rebalance-storm',
  'offsets-reset',
  'repeated-requests',
  'poison',
  'dead-letters-away',
  // Temporal's users
  'terminate-gate',
  'terminate-deployment',
  // Tenants
  'move-tenant',
  'remove-tenant',
  // Routers
  'misbehaving-router',
  'router-power-cut',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a fault did. Times in milliseconds since the Unix epoch. */
export interface Struck {
  readonly from: number;
  readonly to: number;
  /** What shows that it was felt; undefined: it had no effect. */
  readonly effect: string | undefined;
  /** What the platform did not do in time once it was over. */
  readonly complaint?: string;
}

export interface Fault {
  /** One line for a reader who chooses. */
  readonly summary: string;
  /** The tenants whose path needs what is broken. */
  concerns(tenants: readonly TenantPlan[]): readonly string[];
  /** Why it cannot be done here; undefined where it can. */
  missing?(ground: Ground): string | undefined;
  /** Breaks it and mends it. */
  strike(ground: Ground): Promise<Struck>;
}

export const everybody = (tenants: readonly TenantPlan[]): string[] => tenants.map(({ id }) => id);
export const nobody = (): string[] => [];

/** How long something took, and what showed its effect. */
export async function during(act: () => Promise<string | undefined>): Promise<Struck> {
  const from = Date.now();
  const effect = await act();
  return { from, to: Date.now(), effect };
}
