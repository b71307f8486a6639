import { status } from '@grpc/grpc-js';
import type { RpcMethod } from './fault.js';
import type { FaultPlan } from './fault-plan.js';
import type { MachineClock } from './router-clock.js';

export interface Refusal {
  readonly code: status;
  readonly details: string;
}

/** Refuses calls before they reach their service, as faults demand. */
export class CallRefusals {
  readonly #faults: FaultPlan;
  readonly #machine: MachineClock;
  #unavailableUntilMs = 0;

  constructor(faults: FaultPlan, machine: MachineClock) {
    this.#faults = faults;
    this.#machine = machine;
  }

  /** The status to refuse this call with; undefined when it is to be served. */
  next(rpc: RpcMethod): Refusal | undefined {
    const now = this.#machine();
    if (now < this.#unavailableUntilMs) return UNAVAILABLE;
    const unavailable = this.#faults.take('unavailable');
    if (unavailable !== undefined) {
      this.#unavailableUntilMs = now + (unavailable.forMs ?? 0);
      return UNAVAILABLE;
    }
    const error = this.#faults.take('call-error', (fault) => fault.rpc === rpc);
    return error && { code: status[error.code], details: error.detail };
  }
}

const UNAVAILABLE: Refusal = { code: status.UNAVAILABLE, details: 'the service is not available' };
