import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/** What a client may have on its way to a router: as much as gRPC's other servers grow to on a fast path. */
const RECEIVE_WINDOW_BYTES = 1024 * 1024;

/**
 * Widens the flow-control windows of a bound server, for each connection and each of its streams. HTTP/2 begins with 64 KiB,
 * one chunk of an image, so that a sender would wait for every one of them. grpc-js has an option for that
 * (`grpc-node.flow_control_window`) for clients only, hence the look behind its types; where that finds nothing, transfers
 * are only slower.
 */
export function widenReceiveWindow(server: Server): void {
  const { http2Servers } = server as unknown as { http2Servers?: ReadonlyMap<Http2Server, unknown> };
  for (const http2Server of http2Servers?.keys() ?? []) {
    http2Server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(RECEIVE_WINDOW_BYTES);
      session.settings({ initialWindowSize: RECEIVE_WINDOW_BYTES });
    });
  }
}
