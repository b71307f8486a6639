import type { CallOptions, ClientUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { Answer, CallFault } from '@vecino/upgrade';

export interface CallLimits {
  /** Cancels the call; it then ends with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the connection's deadline for this call. */
  readonly deadlineMs?: number | undefined;
}

export type UnaryStart<Response> = (
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** Makes one unary call with a deadline and turns whatever comes of it into a value. Never rejects. */
export function callDevice<Response, T extends object>(
  limits: CallLimits,
  defaultDeadlineMs: number,
  start: UnaryStart<Response>,
  read: (response: Response) => T,
  toFault: (error: ServiceError) => CallFault,
): Promise<Answer<T>> {
  const { signal } = limits;
  if (signal?.aborted) return Promise.resolve(cancelledBeforeStart);
  return new Promise((resolve) => {
    const deadline = Date.now() + (limits.deadlineMs ?? defaultDeadlineMs);
    const call = start({ deadline }, (error, response) => {
      signal?.removeEventListener('abort', cancel);
      resolve(error ? toFault(error) : { kind: 'answer', ...read(response) });
    });
    const cancel = (): void => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
  });
}

export const cancelledBeforeStart: CallFault = {
  kind: 'rpc-error',
  code: 'CANCELLED',
  message: 'cancelled before the call was sent',
};
