import type { EpochMs, Reason, TerminalState } from '@vecino/foundation';
import type { Measured, StatusChange, SubmitBatch, SubmitCommand, TenantSettings } from './gate-protocol.js';

export interface PublishStatusesInput {
  readonly tenantId: string;
  readonly format: 'avro' | 'json';
  readonly changes: readonly StatusChange[];
}

/** A dead letter that only the gate can order (an id used again with other content); the projector reads the record again from its source. */
export interface DeadLetterOrder {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly reason: Reason;
}

/**
 * How a workflow closed. `never-ran`: it was created but never got a first task (its starter died in between) and has
 * been terminated for that; `not-found`: its namespace retains nothing of it any more.
 */
export type CloseKind =
  'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'never-ran' | 'not-found';

/** How a deployment's workflow closed, as far as its terminal status needs it. */
export interface ClosedDeployment {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: CloseKind;
  readonly closedAt?: EpochMs;
  /** What the deployment itself reported, when it completed or failed with a report. */
  readonly outcome?: DeploymentOutcome;
  /** The failure's message where there is no report. */
  readonly message?: string;
  /** Fingerprint in the workflow's memo: tells an adopted deployment of the same request from a reused id. */
  readonly fingerprint?: string;
}

/** Result of a deployment workflow, or the first detail of the ApplicationFailure with which it failed. */
export interface DeploymentOutcome {
  readonly state: TerminalState;
  readonly reason: Reason;
  readonly details?: Readonly<Record<string, string>>;
  /** Phases that the deployment did not get published itself; its gate publishes them before the terminal. */
  readonly untold?: readonly StatusChange[];
  /** The router was changed and is not known to run either version: it stays locked until it says so itself. */
  readonly routerUnknown?: boolean;
  /** Left out by earlier releases. */
  readonly measured?: Pick<Measured, 'startedAt' | 'left'>;
}

/** Activities on the projector's task queue. */
export interface ProjectorActivities {
  /** Publishes in the given order to the tenant's status topic; creates the topic when missing. */
  publishStatuses(input: PublishStatusesInput): Promise<void>;
  writeDeadLetters(orders: readonly DeadLetterOrder[]): Promise<void>;
  /** Resolves as soon as at least one of the workflows has closed, with all that are known to have closed. Heartbeats each second. */
  awaitAny(input: { readonly workflowIds: readonly string[] }): Promise<readonly ClosedDeployment[]>;
  /**
   * Hands to the tenant's gate, wherever that is now, what came to a gate that had been there before. A batch that the right
   * gate has already is ignored there. `home`: the tenant is back, and nothing was handed on.
   */
  forward(input: ForwardInput): Promise<ForwardAnswer>;
  /** What the gate's earlier run left behind, or the gate of a tenant that moved here, a page at a time. */
  rebuildGate(input: RebuildInput): Promise<RebuildPage>;
}

export interface ForwardInput {
  readonly tenantId: string;
  /** Of the settings by which the tenant moved on: a registry that is older does not know where to. */
  readonly revision: number;
  readonly batches: readonly SubmitBatch[];
  readonly commands: readonly SubmitCommand[];
}

export type ForwardAnswer =
  { readonly kind: 'forwarded' } | { readonly kind: 'home'; readonly settings: TenantSettings };

export interface RebuildInput {
  readonly settings: TenantSettings;
  readonly page: number;
  /** Of the state whose first pages are there already. */
  readonly digest?: string;
}

/** State of a gate as JSON text, in pieces that fit into one payload each; only gate code looks inside. */
export interface RebuildPage {
  /** Undefined where the tenant never had a gate. */
  readonly text?: string;
  readonly nextPage?: number;
  readonly digest?: string;
  /** What was left behind is another state than that of the pages before: they are to be asked for again. */
  readonly changed?: boolean;
  /** The tenant has moved on to another namespace: this gate was started by a latecomer. */
  readonly movedOn?: { readonly revision: number };
}
