import { once } from 'node:events';
import { connect, type Settings } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { wideReceiveWindow } from './receive-window.js';

const MIB = 1024 * 1024;

describe('a router’s receive window', () => {
  it('is wide for the connection and its streams from the first call on', async () => {
    const server = new Server({ interceptors: [wideReceiveWindow] });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    server.register(
      '/lab/Silent',
      () => undefined,
      (value: Buffer) => value,
      (value: Buffer) => value,
      'unary',
    );
    const session = connect(`http://127.0.0.1:${port}`);
    try {
      const [first] = (await once(session, 'remoteSettings')) as [Settings];
      expect(first.initialWindowSize).toBeLessThan(MIB);
      const headers = {
        ':method': 'POST',
        ':path': '/lab/Silent',
        'content-type': 'application/grpc',
        te: 'trailers',
      };
      session.request(headers);
      const [second] = (await once(session, 'remoteSettings')) as [Settings];
      expect(second.initialWindowSize).toBe(MIB);
      // What this side may send on the connection as a whole.
      while (session.state.remoteWindowSize !== MIB) await pause(5);
    } finally {
      session.destroy();
      server.forceShutdown();
    }
  });
});
