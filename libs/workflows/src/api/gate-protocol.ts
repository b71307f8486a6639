import type { DeploymentState, EpochMs, Reason } from '@vecino/foundation';

/** One request as ingest hands it to the gate. Text fields of a refused request may be anything the record held, cut to 128 characters. */
export interface GateItem {
  readonly deploymentId: string;
  readonly routerId: string;
  /** Canonical IPv4 or RFC 5952 text, unless refused. */
  readonly routerIp: string;
  readonly softwareVersion: string;
  /** 1 = highest … 5. */
  readonly priority: 1 | 2 | 3 | 4 | 5;
  readonly notBefore?: EpochMs;
  readonly requestedAt?: EpochMs;
  readonly requestedBy?: string;
  /** Of the source record. */
  readonly offset: number;
  readonly timestamp: EpochMs;
  /** Digest of the request's content: tells a repeated request from a reused id. */
  readonly fingerprint: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Set when ingest refused the request: the gate only publishes its `REJECTED`. */
  readonly refusal?: Reason;
  /** Travels with the refusal's `REJECTED`, such as `retry_at`. */
  readonly refusalDetails?: Readonly<Record<string, string>>;
  /** Id of the deployment that this one is to repeat. */
  readonly retryOf?: string;
}

/** What the registry says of a tenant, as far as the gate and its deployments need it. Travels with every batch. */
export interface TenantSettings {
  readonly tenantId: string;
  /** Grows with each change of the registry's entry: a gate ignores settings older than its own. */
  readonly revision: number;
  readonly tier: 'basic' | 'standard' | 'premium' | 'enterprise';
  /** Running deployments at the most. */
  readonly cap: number;
  /** Queued requests at the most. */
  readonly queueLimit: number;
  /** Task queue of the tenant's deployments. */
  readonly taskQueue: string;
  readonly statusFormat: 'avro' | 'json';
  readonly paused: boolean;
  /** Share of the pool's queue. Left out by earlier releases: the tier's. */
  readonly weight?: number;
  /** Nothing starts for any tenant; the text is whoever ordered it, and why. */
  readonly platformPaused?: string;
  /** Software versions that start nowhere. */
  readonly stoppedVersions?: readonly string[];
  /** The tenant is being removed: `drain` lets what was accepted come to its end, `cancel` cancels it. */
  readonly leaving?: 'drain' | 'cancel';
  /** The tenant is on its way into another namespace: this gate admits nothing more and hands its queue over. */
  readonly moving?: TenantMove;
}

/** A move of a tenant's gate between namespaces. */
export interface TenantMove {
  /** Grows with each move of the tenant; every step of a move is idempotent by it. */
  readonly epoch: number;
  readonly toNamespace: string;
  readonly toTaskQueue: string;
}

/** Argument of the `submit` signal: records of one source partition, in offset order. At most 500 items and 256 KB. */
export interface SubmitBatch {
  readonly topic: string;
  readonly partition: number;
  readonly items: readonly GateItem[];
  readonly settings: TenantSettings;
}

/** Argument of the `command` signal: one record of the command topic, whose sender may speak for the tenant. */
export interface SubmitCommand {
  readonly commandId: string;
  readonly deploymentId: string;
  /** `UNLOCK`: let go of the router of a deployment that ended and left it in quarantine. */
  readonly action: 'CANCEL' | 'UNLOCK';
  readonly requestedBy?: string;
  /** Of the record, should it have to become a dead letter. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export const MAX_BATCH_ITEMS = 500;
export const MAX_BATCH_BYTES = 256 * 1024;

/** Argument of the gate workflow as ingest and the watchdog start it; `carried` is set by the gate itself when it continues as new. */
export interface GateInput {
  readonly settings: TenantSettings;
  readonly carried?: unknown;
  /** Tests and special installations; each has a default in `gate-limits.ts`. */
  readonly tuning?: GateTuning;
}

export interface GateTuning {
  /** How long slot and router stay held after a deployment was terminated or timed out, before the router is asked. */
  readonly settleMs?: number;
  /** How often a quarantined router is asked again. */
  readonly probeMs?: number;
  /** History events after which a run continues as new. */
  readonly runEvents?: number;
}

/** A state change on its way to the tenant's status topic. The projector derives `event_id` from deployment id and sequence. */
export interface StatusChange {
  readonly deploymentId: string;
  readonly routerId: string;
  readonly softwareVersion: string;
  readonly state: DeploymentState;
  readonly sequence: number;
  readonly occurredAt: EpochMs;
  readonly reason?: Reason;
  readonly workflowId: string;
  readonly runId: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** Answer of the `explain` query. */
export interface Explanation {
  readonly state: 'queued' | 'starting' | 'running' | 'holding' | 'closed' | 'unknown';
  /** One sentence for a person. */
  readonly sentence: string;
  readonly reason?: Reason;
  readonly placeInLine?: number;
  readonly until?: EpochMs;
}
