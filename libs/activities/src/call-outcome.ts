import { RPC_CODES } from '@vecino/upgrade';

/** Outcomes with which a router has done what it was asked. All others are failures of the call, though not always of the step. */
const DONE: ReadonlySet<string> = new Set(['answer', 'validated', 'activated']);
/** Further ones with which it has replied. */
const REPLIED: ReadonlySet<string> = new Set([...DONE, 'install-error', 'activate-error', 'validated-other']);
const RPC_FAILURES: ReadonlySet<string> = new Set(RPC_CODES);

/** What came of a call, in OpenTelemetry's words for spans and metrics of RPC. */
export interface CallAttributes {
  /** gRPC's; absent where the call was broken off before there was one. */
  readonly 'rpc.response.status_code'?: string;
  /** The outcome; absent where the router has done what it was asked. */
  readonly 'error.type'?: string;
}

/** `outcome` is that of a `CallRecord`. */
export function callAttributes(outcome: string): CallAttributes {
  const status = grpcStatus(outcome);
  return {
    ...(status !== undefined && { 'rpc.response.status_code': status }),
    ...(!DONE.has(outcome) && { 'error.type': outcome }),
  };
}

function grpcStatus(outcome: string): string | undefined {
  if (REPLIED.has(outcome)) return 'OK';
  return RPC_FAILURES.has(outcome) ? outcome : undefined;
}
