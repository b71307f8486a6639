import { status, type ServiceError } from '@grpc/grpc-js';
import { redactBeginning } from '@vecino/foundation';
import { LONGEST_REASON, RPC_CODES, type CallFault, type RpcCode } from '@vecino/upgrade';

const names = new Map<number, RpcCode>(RPC_CODES.map((code) => [status[code], code]));

/**
 * What OpenSSL and Node say of a certificate that they do not believe, as grpc-js passes it on: the only trace it leaves.
 * The texts of alerts, by which the router refuses our own certificate, name certificates as well.
 * https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes
 */
const DISBELIEVED =
  /Last error: Error(?: \[\w+\])?: (?!.*\balert\b)(.*\b(?:certificate|CA|CRL|issuer|altnames)\b.*)$/;

/**
 * A gRPC status as a value, with the beginning of its text, without secrets. A code outside the specification counts as
 * UNKNOWN, as gRPC demands.
 * `expected`: whose certificate the router was to show, where the connection is secure.
 */
export function rpcFault(
  error: Pick<ServiceError, 'code' | 'details'>,
  expected: string | undefined,
): CallFault {
  const message = tidy(redactBeginning(error.details, LONGEST_REASON));
  const [, disbelief] = DISBELIEVED.exec(message) ?? [];
  if (error.code === status.UNAVAILABLE && expected !== undefined && disbelief !== undefined) {
    return { kind: 'identity-mismatch', expected, message: disbelief };
  }
  return { kind: 'rpc-error', code: names.get(error.code) ?? 'UNKNOWN', message };
}

/** grpc-js ends the text of a failed connection with an empty note. */
const tidy = (details: string): string => details.replace(/\.? Resolution note: $/, '');
