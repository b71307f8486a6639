import { ApplicationFailure } from '@temporalio/common';
import { redactText, redactTexts, VecinoError, type ReasonCode } from '@vecino/foundation';
import type { Fault } from '@vecino/upgrade';
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
 * this is the last attempt. Here the words of a router or of a store become a reason that is published: without secrets.
 */
export function toApplicationFailure({ fault }: DeviceFault, final: boolean): ApplicationFailure {
  const { state, details } = fault;
  const reason = { code: fault.reason.code, text: redactText(fault.reason.text) };
  const outcome: DeploymentOutcome = { state, reason, ...(details && { details: redactTexts(details) }) };
  return ApplicationFailure.create({
    message: reason.text,
    type: reason.code,
    nonRetryable: final,
    details: [outcome],
  });
}
