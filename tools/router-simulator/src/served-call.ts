import { status } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServerUnaryCall } from '@grpc/grpc-js';
import type { CallRecord } from './call-log.js';
import type { RpcMethod } from './fault.js';
import type { RouterParts } from './router-parts.js';

/** What a handler decided: the reply or the error, and what the log shall say. */
export type Served<Response> = {
  readonly accepted?: boolean;
  readonly detail?: CallRecord['detail'];
} & (
  | { readonly reply: Response }
  | { readonly error: { readonly code: status; readonly details: string } }
  /** No answer at all: the handler breaks the connection itself. */
  | { readonly silence: () => void }
);

type AnyCall = Pick<
  ServerUnaryCall<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  'getAuthContext'
>;

const SERVICES: Record<RpcMethod, string> = {
  Install: 'gnoi.os.OS',
  Activate: 'gnoi.os.OS',
  Verify: 'gnoi.os.OS',
  Time: 'gnoi.system.System',
  Reboot: 'gnoi.system.System',
  RebootStatus: 'gnoi.system.System',
  CancelReboot: 'gnoi.system.System',
  Capabilities: 'gnmi.gNMI',
  Get: 'gnmi.gNMI',
};

/** `package.Service/Method`. */
export const rpcName = (method: RpcMethod): string => `${SERVICES[method]}/${method}`;

/** Common name of the caller's certificate. */
export function peerName(call: AnyCall): string | null {
  const certificate = call.getAuthContext()?.sslPeerCertificate;
  const name: unknown = certificate?.subject?.CN;
  return typeof name === 'string' ? name : null;
}

type UnaryCallback<Response> = (
  error: { code: status; details: string } | null,
  value?: Response | null,
) => void;

/** The caller, or the router itself, went away before the call was served: it has no effect. */
const GIVEN_UP = { error: { code: status.CANCELLED, details: 'nobody waits for the reply any more' } };

/** Wraps a unary handler so that each call is logged before its reply leaves. */
export function serveUnary<Request, Response>(
  { log, device, faults, refusals }: RouterParts,
  method: Exclude<RpcMethod, 'Install'>,
  handle: (request: Request) => Served<Response>,
) {
  return (call: ServerUnaryCall<Request, Response>, callback: UnaryCallback<Response>): void => {
    const start = Date.now();
    const answer = (served: Served<Response>): void => {
      const code = 'error' in served ? served.error.code : status.OK;
      log.write({
        kind: 'call',
        router_id: device.routerId,
        rpc: rpcName(method),
        start,
        end: Date.now(),
        peer: peerName(call),
        accepted: served.accepted ?? code === status.OK,
        status: 'silence' in served ? 'NO_REPLY' : (status[code] ?? String(code)),
        detail: served.detail ?? {},
      });
      if ('silence' in served) return served.silence();
      if ('error' in served) return callback(served.error);
      callback(null, served.reply);
    };
    const refusal = refusals.next(method);
    if (refusal !== undefined) return answer({ error: refusal });
    const slow = faults.take('slow-call', ({ rpc }) => rpc === method);
    if (slow === undefined) return answer(handle(call.request));
    setTimeout(() => answer(call.cancelled ? GIVEN_UP : handle(call.request)), slow.ms).unref();
  };
}
