import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import {
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { TransportError } from '@temporalio/worker';
import { type Disposition, VecinoError } from '@vecino/foundation';

/** Every way in which a call to Temporal can fail, as callers tell them apart. */
export const TEMPORAL_ERROR_DISPOSITIONS = {
  /** Not reachable, or no answer in time. The call may have taken effect. */
  TEMPORAL_UNAVAILABLE: 'retry',
  /** Reachable, and asks for patience: rate limits, a full signal buffer, a workflow that is just closing. */
  BACK_PRESSURE: 'retry',
  /** The namespace does not exist (yet). */
  NAMESPACE_NOT_FOUND: 'retry',
  /** Refused by certificate, key or role; an operator can mend that while the call waits. */
  ACCESS_DENIED: 'retry',
  /** Larger than Temporal takes; the same bytes never pass. */
  BATCH_TOO_LARGE: 'terminal',
  WORKFLOW_NOT_FOUND: 'terminal',
  ALREADY_STARTED: 'terminal',
  TEMPORAL_UNKNOWN: 'retry',
} as const satisfies Record<string, Disposition>;

export type TemporalErrorCode = keyof typeof TEMPORAL_ERROR_DISPOSITIONS;
export type TemporalError = VecinoError<TemporalErrorCode>;

/** Whether waiting is enough; the others last until a person sees to them. */
export function passesByItself(code: TemporalErrorCode): boolean {
  switch (code) {
    case 'TEMPORAL_UNAVAILABLE':
    case 'BACK_PRESSURE':
    case 'WORKFLOW_NOT_FOUND':
    case 'ALREADY_STARTED':
      return true;
    case 'NAMESPACE_NOT_FOUND':
    case 'ACCESS_DENIED':
    case 'BATCH_TOO_LARGE':
    case 'TEMPORAL_UNKNOWN':
      return false;
  }
}

/** gRPC status codes, https://grpc.io/docs/guides/status-codes. Spelled out: the client does not export them. */
const GRPC = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** `what` says what was tried, e.g. `submit to gate/chogar`. An error that is already translated passes unchanged. */
export function translateTemporalError(error: unknown, what: string): TemporalError {
  if (error instanceof VecinoError) return error as TemporalError;
  const code = classify(error);
  return new VecinoError(code, `cannot ${what}: ${SENTENCES[code]}`, {
    disposition: TEMPORAL_ERROR_DISPOSITIONS[code],
    cause: error,
  });
}

const SENTENCES: Record<TemporalErrorCode, string> = {
  TEMPORAL_UNAVAILABLE: 'Temporal does not answer',
  BACK_PRESSURE: 'Temporal asks to slow down',
  NAMESPACE_NOT_FOUND: 'the Temporal namespace does not exist; create it, or correct TEMPORAL_NAMESPACE',
  ACCESS_DENIED: 'Temporal refuses the credentials; see TEMPORAL_TLS_* and TEMPORAL_API_KEY',
  BATCH_TOO_LARGE: 'it is larger than Temporal takes',
  WORKFLOW_NOT_FOUND: 'there is no such workflow',
  ALREADY_STARTED: 'the workflow runs already',
  TEMPORAL_UNKNOWN: 'Temporal answers with an error that is not known here',
};

function classify(error: unknown): TemporalErrorCode {
  if (error instanceof NamespaceNotFoundError) return 'NAMESPACE_NOT_FOUND';
  if (error instanceof WorkflowNotFoundError) return 'WORKFLOW_NOT_FOUND';
  if (error instanceof WorkflowExecutionAlreadyStartedError) return 'ALREADY_STARTED';
  if (error instanceof TransportError) return 'TEMPORAL_UNAVAILABLE';
  const status = isGrpcServiceError(error) ? error : error instanceof ServiceError ? error.cause : undefined;
  // The native connection throws the status itself, with empty `details` and the text in the message.
  if (isGrpcServiceError(status)) return classifyStatus(status.code, status.details || status.message);
  if (error instanceof Error && error.message === 'Failed to connect before the deadline')
    return 'TEMPORAL_UNAVAILABLE';
  return 'TEMPORAL_UNKNOWN';
}

/** The server has few typed details: payload and signal limits are told apart by their texts (server 1.29-1.32). */
function classifyStatus(status: number, details: string): TemporalErrorCode {
  switch (status) {
    case GRPC.UNAVAILABLE:
    case GRPC.DEADLINE_EXCEEDED:
    case GRPC.CANCELLED:
    case GRPC.ABORTED:
      return 'TEMPORAL_UNAVAILABLE';
    case GRPC.RESOURCE_EXHAUSTED:
      return isMessageTooLarge(details) ? 'BATCH_TOO_LARGE' : 'BACK_PRESSURE';
    case GRPC.INVALID_ARGUMENT:
      if (details.includes('limit for signal events')) return 'BACK_PRESSURE';
      return /exceeds (size )?limit/i.test(details) && /size|blob/i.test(details)
        ? 'BATCH_TOO_LARGE'
        : 'TEMPORAL_UNKNOWN';
    case GRPC.NOT_FOUND:
      return /^(\d+ \w+: )?namespace/i.test(details) ? 'NAMESPACE_NOT_FOUND' : 'WORKFLOW_NOT_FOUND';
    case GRPC.PERMISSION_DENIED:
    case GRPC.UNAUTHENTICATED:
      return 'ACCESS_DENIED';
    default:
      return 'TEMPORAL_UNKNOWN';
  }
}

/** A gRPC message over the transport's limit (4 MB by default) comes back with the status of an exhausted quota. */
export const isMessageTooLarge = (details: string): boolean => /message larger than max/i.test(details);
