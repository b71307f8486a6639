import { ApplicationFailure } from '@temporalio/common';
import { VecinoError, type ReasonCode } from '@vecino/foundation';
import { isFinal, type Fault } from '@vecino/upgrade';
import type { DeploymentOutcome } from '@vecino/workflows';

/** An upgrade step met a fault that the core has classified. */
export class DeviceFault extends VecinoError<ReasonCode> {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.reason.code, fault.reason.text, {
      disposition: fault.kind === 'stop' ? 'terminal' : 'retry',
    });
    this.fault = fault;
  }
}

/**
 * The translator to Temporal: type is the reason's code, the first detail the outcome with which the deployment ends if
 * this is the last attempt.
 */
export function toApplicationFailure({ fault }: DeviceFault, attempt: number): ApplicationFailure {
  const outcome: DeploymentOutcome = { state: fault.state, reason: fault.reason };
  return ApplicationFailure.create({
    message: fault.reason.text,
    type: fault.reason.code,
    nonRetryable: isFinal(fault, attempt),
    details: [outcome],
  });
}
