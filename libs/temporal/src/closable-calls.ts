import { type ConnectionOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type RetryOptions = Parameters<typeof makeGrpcRetryInterceptor>[0];
type Call = ReturnType<Interceptor>;

/** Calls that are tried again, until they are closed. */
export interface ClosableCalls {
  readonly interceptors: Interceptor[];
  /** To be called before the channel is closed. */
  close(): void;
}

/** gRPC's CANCELLED. */
const CANCELLED = 1;

/**
 * A channel that is closed ends its calls as if the server were away. The SDK's retry then makes them again from a timer, on
 * a channel that throws: nobody can catch that, and it ends the process. After `close` none is made any more: it is cancelled.
 */
export function closableCalls(retry: RetryOptions): ClosableCalls {
  let isClosed = false;
  const retrying = makeGrpcRetryInterceptor({
    ...retry,
    retryableDecider: (attempt, status) => !isClosed && retry.retryableDecider(attempt, status),
  });
  const guard: Interceptor = (options, nextCall) => (isClosed ? CANCELLED_CALL : (nextCall(options) as Call));
  return {
    interceptors: [retrying, guard],
    close: () => {
      isClosed = true;
    },
  };
}

interface Listener {
  onReceiveMessage(message: null): void;
  onReceiveStatus(status: object): void;
}

/** What the retry uses of a call. */
const CANCELLED_CALL = {
  start(metadata: unknown, { onReceiveMessage, onReceiveStatus }: Listener) {
    onReceiveMessage(null);
    onReceiveStatus({ code: CANCELLED, details: 'the connection is closed', metadata });
  },
  sendMessage: () => undefined,
  halfClose: () => undefined,
  cancelWithStatus: () => undefined,
  getPeer: () => 'closed',
} as unknown as Call;
