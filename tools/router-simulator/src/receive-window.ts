import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** What a client may have on its way to a router: as much as gRPC's other servers grow to on a fast path. */
const RECEIVE_WINDOW_BYTES = 1024 * 1024;

const widened = new WeakSet<ServerHttp2Session>();

/**
 * Widens the flow-control windows of a connection and all its streams with its first call. HTTP/2 begins with 64 KiB, one
 * chunk of an image, so that a sender would wait for every one of them. grpc-js has an option for that
 * (`grpc-node.flow_control_window`) for clients only, hence the look behind its types; where that finds nothing, transfers
 * are only slower.
 */
export const wideReceiveWindow: ServerInterceptor = (_method, call) => {
  const { session } = (call as unknown as { stream?: ServerHttp2Stream }).stream ?? {};
  if (session !== undefined && !widened.has(session as ServerHttp2Session)) {
    widened.add(session as ServerHttp2Session);
    (session as ServerHttp2Session).setLocalWindowSize(RECEIVE_WINDOW_BYTES);
    (session as ServerHttp2Session).settings({ initialWindowSize: RECEIVE_WINDOW_BYTES });
  }
  return new ServerInterceptingCall(call);
};
