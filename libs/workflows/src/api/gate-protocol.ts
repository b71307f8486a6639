import type {
  DeploymentState,
  EpochMs,
  PhaseState,
  Reason,
  TraceHeaders,
  WaitCause,
} from '@vecino/foundation';

/** One request as ingest hands it to the gate. Text fields of a refused request may be anything the record held, cut to 128 characters. */
export interface GateItem extends TraceHeaders {
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
  /** Temporal namespace in which the tenant's gate is to be: one anywhere else starts nothing. Left out by earlier releases: where it is. */
  readonly namespace?: string;
  /** The tenant is about to move into another namespace: its gate admits nothing more and lets end what runs. */
  readonly moving?: { readonly epoch: number };
  /** It came from another namespace: what its gate there knew when it completed is what this one begins with. */
  readonly moved?: TenantMoved;
}

/** From where a tenant's gate moved. */
export interface TenantMoved {
  /** Grows with each move of the tenant. */
  readonly epoch: number;
  readonly fromNamespace: string;
  readonly fromTaskQueue: string;
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
  /** Where the gate is started. In its input, for a replay does not know it otherwise. Left out by earlier releases. */
  readonly namespace?: string;
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
  /** How long a gate that was moved away takes in what still comes. */
  readonly moveLeaseMs?: number;
}

/** A state change on its way to the tenant's status topic. The projector derives `event_id` from deployment id and sequence. */
export interface StatusChange extends TraceHeaders {
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
  readonly measured?: Measured;
}

/** What only metrics need: it goes into no record. Left out by earlier releases. */
export interface Measured {
  /** When Kafka took the request: with STARTED and with the terminal. */
  readonly requestedAt?: EpochMs;
  /** With STARTED. */
  readonly waitCause?: WaitCause;
  /** When the deployment said STARTED: with the terminal, where its workflow could report. */
  readonly startedAt?: EpochMs;
  /** The phase that was left: with what came after it. */
  readonly left?: { readonly state: PhaseState; readonly ms: number };
  /** Told before, and now to somebody who asked again. */
  readonly again?: true;
}

/** Answer of the `explain` query. */
export interface Explanation {
  readonly state: 'queued' | 'starting' | 'running' | 'holding' | 'closed' | 'unknown';
  /** One sentence for a person. */
  readonly sentence: string;
  readonly reason?: Reason;
  readonly placeInLine?: number;
  readonly until?: EpochMs;
  /** The deployment that has the router; left out by earlier releases. */
  readonly holder?: string;
  /** It was refused before any workflow of it was started; left out by earlier releases, and where it is not so. */
  readonly refused?: true;
}

/** Answer of the `load` query. */
export interface GateReport {
  /** Nothing waits, runs, is held or is to be published: only a signal can make work for this gate. */
  readonly idle: boolean;
  readonly queued: number;
  /** Slots in use. */
  readonly running: number;
  /** Routers that stay locked though no deployment runs on them. */
  readonly quarantined: number;
  /** Statuses and dead letters that wait to be written to Kafka. */
  readonly toPublish: number;
  readonly cap: number;
  readonly queueLimit: number;
  /** Of the settings that the gate has. */
  readonly revision: number;
  /** False while it still reads what its predecessor left behind. */
  readonly ready: boolean;
  /** Why nothing at all starts. */
  readonly standStill?: Reason;
  /** Set while the tenant is about to move: `drained` once nothing runs and everything is published. */
  readonly moving?: { readonly epoch: number; readonly drained: boolean };
}

/** Why a gate completed; nothing else completes it. `revision` is that of the settings by which it did. */
export type GateResult =
  /** The tenant was removed and nothing of it is left. */
  | CompletedGate<'retired'>
  /** The tenant lives in another namespace now; the gate there has read, or reads, the history of this one. */
  | CompletedGate<'moved'>
  /** A latecomer started it after the tenant had moved on: it handed on what that had brought, and knows nothing. */
  | { readonly kind: 'forwarded' };

export interface CompletedGate<Kind extends string> {
  readonly kind: Kind;
  /** Of the last move that it took part in; 0 where there was none. */
  readonly epoch: number;
  readonly revision: number;
  /** What a gate must know that the tenant has here one day: up to where records were taken, and which routers nobody may touch. */
  readonly left: unknown;
}
