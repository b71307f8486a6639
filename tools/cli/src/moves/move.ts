import { type EpochMs } from '@vecino/foundation';
import { type Route, type Tenant } from '@vecino/tenancy';
import { type PlatformEnvironment } from '../platform-access.js';
import { type GateLooks } from '../tenants/gate-looks.js';

/** A move of a tenant to another route. */
export interface Move {
  /** As it is when the command begins: perhaps in the middle of this very move. */
  readonly tenant: Tenant;
  readonly to: Route;
}

/** How far a move is, for people and for `--output json`. */
export interface MoveStep {
  readonly step: 'ordered' | 'draining' | 'decided' | 'arriving' | 'emptying' | 'done';
  readonly text: string;
}

/** How a move's waiting ended. */
export type MoveEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted' }
  /** It is not over when its time is; the same command goes on. */
  | { readonly kind: 'late'; readonly text: string };

export interface MoveDependencies {
  readonly env: PlatformEnvironment;
  readonly looks: GateLooks;
  readonly tell: (step: MoveStep) => void;
  readonly signal: AbortSignal;
  /** When the command gives up waiting. */
  readonly deadline: EpochMs;
  readonly lookEveryMs?: number;
}

/** Brings a move to its end from wherever it is, by registry changes alone; a crash at any point leaves it resumable. */
export type DriveMove = (move: Move, deps: MoveDependencies) => Promise<MoveEnd>;
