import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

/**
 * Accepts the connections of a gRPC server and can break them off as a cut cable does: the client sees a reset, not a
 * stream that was cancelled in good order.
 */
export class Listener {
  readonly #grpc: Server;
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();

  constructor(grpc: Server, credentials: ServerCredentials) {
    this.#grpc = grpc;
    const injector = grpc.createConnectionInjector(credentials);
    this.#tcp = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      injector.injectConnection(socket);
    });
  }

  /** Resolves to the port; rejects when the address is taken. */
  async listen(host: string, port: number): Promise<number> {
    this.#tcp.listen({ host, port });
    await once(this.#tcp, 'listening');
    return (this.#tcp.address() as AddressInfo).port;
  }

  /** Breaks all open connections; new ones are accepted. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nobody listens any more once this returns, and all calls have been cut off. What was answered before still arrives. */
  close(): void {
    this.#tcp.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#grpc.forceShutdown();
  }
}
