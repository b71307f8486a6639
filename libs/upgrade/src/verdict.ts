import { type Reason, type ReasonCode, redactBeginning, type TerminalState } from '@vecino/foundation';
import type { ActivateErrorType, InstallErrorType, RpcCode } from './device-outcome.js';

/** What kind of fault it is, for counting: each kind has its own limit. */
export type FaultKey =
  | ReasonCode
  | 'protocol-violation'
  | 'worker-lost'
  | 'unexpected'
  | `install:${InstallErrorType}`
  | `activate:${ActivateErrorType}`
  | `rpc:${RpcCode}`;

/** In characters. A router may say as much as a message holds: the beginning of it becomes a reason. */
export const LONGEST_REASON = 2_000;

interface FaultFacts {
  readonly key: FaultKey;
  readonly state: TerminalState;
  readonly reason: Reason;
  /** For machines, such as `gnoi_error: TOO_LARGE`. */
  readonly details?: Readonly<Record<string, string>>;
}

/**
 * What an outcome means for the deployment. Both faults carry the state in which the deployment ends if nothing better
 * comes: a `retry` that is out of attempts ends like a `stop`.
 */
export type Verdict =
  | { readonly kind: 'go-on' }
  /** `maxTimes` is set where this kind of fault deserves fewer attempts than the step's policy gives; see `countFault`. */
  | (FaultFacts & { readonly kind: 'retry'; readonly maxTimes?: number })
  | (FaultFacts & { readonly kind: 'stop' });

export type Fault = Exclude<Verdict, { kind: 'go-on' }>;

/** `key` is the reason's code and `state` is FAILED unless said. */
export type FaultOptions = Partial<Pick<FaultFacts, 'key' | 'state' | 'details'>>;

export const goOn: Verdict = { kind: 'go-on' };

/** A fault that may pass. */
export const retry = (
  code: ReasonCode,
  text: string,
  { maxTimes, ...options }: FaultOptions & { readonly maxTimes?: number } = {},
): Fault => ({
  kind: 'retry',
  ...factsOf(code, text, options),
  ...(maxTimes === undefined ? {} : { maxTimes }),
});

/** A fault that will not pass. */
export const stop = (
  code: ReasonCode,
  text: string,
  state: TerminalState = 'FAILED',
  options: Omit<FaultOptions, 'state'> = {},
): Fault => ({
  kind: 'stop',
  ...factsOf(code, text, { ...options, state }),
});

const factsOf = (
  code: ReasonCode,
  text: string,
  { key = code, state = 'FAILED', details }: FaultOptions,
): FaultFacts => ({
  key,
  state,
  reason: { code, text: redactBeginning(text, LONGEST_REASON) },
  ...(details === undefined ? {} : { details }),
});
