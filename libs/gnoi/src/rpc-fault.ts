import { status, type ServiceError } from '@grpc/grpc-js';
import { RPC_CODES, type CallFault, type RpcCode } from '@vecino/upgrade';

const names = new Map<number, RpcCode>(RPC_CODES.map((code) => [status[code], code]));

/** A gRPC status as a value. A code outside the specification counts as UNKNOWN, as gRPC demands. */
export function rpcFault(
  error: Pick<ServiceError, 'code' | 'details'>,
  identity: { readonly expected: string; readonly fault: string | undefined } | undefined,
): CallFault {
  if (error.code === status.UNAVAILABLE && identity?.fault !== undefined) {
    return { kind: 'identity-mismatch', expected: identity.expected, message: identity.fault };
  }
  return { kind: 'rpc-error', code: names.get(error.code) ?? 'UNKNOWN', message: tidy(error.details) };
}

/** grpc-js ends the text of a failed connection with an empty note. */
const tidy = (details: string): string => details.replace(/\.? Resolution note: $/, '');
