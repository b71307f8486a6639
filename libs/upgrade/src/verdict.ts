import type { Reason, ReasonCode, TerminalState } from '@vecino/foundation';

/**
 * What an outcome means for the deployment. Both faults carry the state in which the deployment ends if nothing better
 * comes: a `retry` that is out of attempts ends like a `stop`.
 */
export type Verdict =
  | { readonly kind: 'go-on' }
  /** `maxAttempts` is set where this fault deserves fewer attempts than the activity's policy gives. */
  | {
      readonly kind: 'retry';
      readonly state: TerminalState;
      readonly reason: Reason;
      readonly maxAttempts?: number;
    }
  | { readonly kind: 'stop'; readonly state: TerminalState; readonly reason: Reason };

export type Fault = Exclude<Verdict, { kind: 'go-on' }>;

export const goOn: Verdict = { kind: 'go-on' };

/** A fault that may pass. */
export const retry = (
  code: ReasonCode,
  text: string,
  limits: { readonly state?: TerminalState; readonly maxAttempts?: number } = {},
): Fault => ({
  kind: 'retry',
  state: limits.state ?? 'FAILED',
  reason: { code, text },
  ...(limits.maxAttempts !== undefined && { maxAttempts: limits.maxAttempts }),
});

/** A fault that will not pass. */
export const stop = (code: ReasonCode, text: string, state: TerminalState = 'FAILED'): Fault => ({
  kind: 'stop',
  state,
  reason: { code, text },
});

/** Whether the fault ends the activity for good on this attempt (1 = the first). */
export const isFinal = (fault: Fault, attempt: number): boolean =>
  fault.kind === 'stop' || (fault.maxAttempts !== undefined && attempt >= fault.maxAttempts);
