import type { ReasonCode } from '@vecino/foundation';
import type { CallFault, RpcCode } from './device-outcome.js';
import { retry, stop, type Fault } from './verdict.js';

/**
 * Whether a call that ended with this status may succeed later. What says "you, or this request, are wrong" stays wrong;
 * what says "not now" or "I do not know" is asked again. UNIMPLEMENTED is final: the device lacks the service.
 */
export function mayPass(code: RpcCode): boolean {
  switch (code) {
    case 'CANCELLED':
    case 'UNKNOWN':
    case 'DEADLINE_EXCEEDED':
    case 'RESOURCE_EXHAUSTED':
    case 'ABORTED':
    case 'INTERNAL':
    case 'UNAVAILABLE':
    case 'DATA_LOSS':
      return true;
    case 'FAILED_PRECONDITION':
    case 'INVALID_ARGUMENT':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PERMISSION_DENIED':
    case 'OUT_OF_RANGE':
    case 'UNIMPLEMENTED':
    case 'UNAUTHENTICATED':
      return false;
  }
}

/** Whether the request may have had its effect although no reply came. */
export function mayHaveHappened(code: RpcCode): boolean {
  switch (code) {
    // The connection or the deadline went before the answer: nobody knows.
    case 'CANCELLED':
    case 'UNKNOWN':
    case 'DEADLINE_EXCEEDED':
    case 'ABORTED':
    case 'INTERNAL':
    case 'UNAVAILABLE':
    case 'DATA_LOSS':
      return true;
    // The device answered, and the answer was no.
    case 'RESOURCE_EXHAUSTED':
    case 'FAILED_PRECONDITION':
    case 'INVALID_ARGUMENT':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PERMISSION_DENIED':
    case 'OUT_OF_RANGE':
    case 'UNIMPLEMENTED':
    case 'UNAUTHENTICATED':
      return false;
  }
}

/** Statuses that mean "no answer from the router" rather than "the router's answer". */
const isUnreachable = (code: RpcCode): boolean => code === 'UNAVAILABLE' || code === 'DEADLINE_EXCEEDED';

/** A call that got no proper reply; `code` is the reason where the router did answer. */
export function classifyCallFault(call: string, fault: CallFault, code: ReasonCode): Fault {
  switch (fault.kind) {
    case 'identity-mismatch':
      return stop(
        'DEVICE_IDENTITY_MISMATCH',
        `the endpoint is not router ${fault.expected}: ${fault.message}`,
      );
    case 'rpc-error': {
      const text = `${call} ended with ${fault.code}: ${fault.message}`;
      const facts = { key: `rpc:${fault.code}`, details: { grpc_status: fault.code } } as const;
      if (isUnreachable(fault.code)) return retry('DEVICE_UNREACHABLE', text, facts);
      return mayPass(fault.code) ? retry(code, text, facts) : stop(code, text, 'FAILED', facts);
    }
  }
}
