import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { gNMIService, type gNMIServer } from '../gen/gnmi/gnmi.js';
import {
  OSService,
  type InstallError_Type,
  type InstallRequest,
  type InstallResponse,
  type OSServer,
} from '../gen/gnoi/os.js';
import { SystemService, type SystemServer } from '../gen/gnoi/system.js';

export type InstallStream = ServerDuplexStream<InstallRequest, InstallResponse>;

export interface Target {
  readonly port: number;
  /** Breaks all connections as a cut cable does; it goes on listening. */
  breakOff(): void;
  stop(): void;
}

/** A target that answers as the test says, over a real socket. */
export async function startTarget(handlers: {
  install?: (stream: InstallStream) => void;
  verify?: OSServer['verify'];
  capabilities?: gNMIServer['capabilities'];
  get?: gNMIServer['get'];
  activate?: OSServer['activate'];
  system?: Partial<SystemServer>;
  /** Any free one without it. */
  port?: number;
  /** Plain text without it. */
  credentials?: ServerCredentials;
}): Promise<Target> {
  const server = new Server();
  server.addService(OSService, {
    install: (stream: InstallStream) => {
      // A client that breaks off is the normal case here.
      stream.on('error', () => undefined);
      handlers.install?.(stream);
    },
    activate: handlers.activate ?? ((_call, callback) => callback(null, { response: undefined })),
    verify: handlers.verify ?? (() => undefined),
  } satisfies OSServer);
  server.addService(gNMIService, {
    capabilities: handlers.capabilities ?? (() => undefined),
    get: handlers.get ?? (() => undefined),
  } satisfies gNMIServer);
  const silent = (): void => undefined;
  server.addService(SystemService, {
    time: silent,
    reboot: silent,
    rebootStatus: silent,
    cancelReboot: silent,
    ...handlers.system,
  } satisfies SystemServer);
  const injector = server.createConnectionInjector(
    handlers.credentials ?? ServerCredentials.createInsecure(),
  );
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    injector.injectConnection(socket);
  });
  listener.listen(handlers.port ?? 0, '127.0.0.1');
  await once(listener, 'listening');
  const breakOff = (): void => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    port: (listener.address() as AddressInfo).port,
    breakOff,
    stop: () => {
      listener.close();
      breakOff();
      server.forceShutdown();
    },
  };
}

export const answers = {
  ready: { response: { $case: 'transferReady', value: {} } } as InstallResponse,
  validated: (version: string): InstallResponse => ({
    response: { $case: 'validated', value: { version, description: '' } },
  }),
  installError: (type: InstallError_Type, detail: string): InstallResponse => ({
    response: { $case: 'installError', value: { type, detail } },
  }),
  sync: (percentageTransferred: number): InstallResponse => ({
    response: { $case: 'syncProgress', value: { percentageTransferred } },
  }),
  progress: (bytesReceived: bigint): InstallResponse => ({
    response: { $case: 'transferProgress', value: { bytesReceived } },
  }),
};

/** The answer, and the regular end of the stream. */
export function finish(stream: InstallStream, answer: InstallResponse): void {
  stream.write(answer);
  stream.end();
}
