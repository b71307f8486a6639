import { Client, Connection, defaultGrpcRetryOptions } from '@temporalio/client';
import { silentLogger } from '@vecino/telemetry';
import { type SilentServer, startSilentServer } from '@vecino/testing';
import { closableCalls } from './closable-calls.js';
import { connectTemporalClient, connectTemporalWorker, probeNamespace, temporalFault } from './connect.js';
import { watchGates } from './gate/watch-gates.js';
import { installTemporalRuntime } from './runtime.js';

/** Temporal's core sets no limit to its first call, nor does the client to any. */
describe('a server that takes connections and says nothing', () => {
  let server: SilentServer;
  let stopping: AbortController;

  beforeAll(() => installTemporalRuntime(silentLogger));
  beforeEach(async () => {
    server = await startSilentServer();
    stopping = new AbortController();
  });
  afterEach(() => server.close());

  it.each([
    ['client', connectTemporalClient],
    ['worker', connectTemporalWorker],
  ])('keeps no %s that stops waiting for it', async (_, connect) => {
    const config = { address: server.address, namespace: 'default' };
    const connecting = connect({ config, logger: silentLogger, signal: stopping.signal });
    await server.spokenTo;
    stopping.abort(new Error('stopped'));
    await expect(connecting).rejects.toThrow('stopped');
  });

  it('ends no process that closes its connection amid a call, nor one that still calls', async () => {
    const calls = closableCalls(defaultGrpcRetryOptions({ maxAttempts: 4 }));
    const connection = Connection.lazy({ address: server.address, interceptors: calls.interceptors });
    const asked = expect(probeNamespace(connection, 'default')).rejects.toThrow();
    await server.spokenTo;
    calls.close();
    await connection.close();
    await asked;
    await expect(probeNamespace(connection, 'default')).rejects.toThrow();
  });

  it('ends no process that closes its connection between two tries of a call', async () => {
    await server.close();
    let decide = (): void => undefined;
    const failed = new Promise<void>((resolve) => (decide = resolve));
    const retryableDecider = () => (decide(), true);
    const calls = closableCalls({ ...defaultGrpcRetryOptions(), retryableDecider });
    const connection = Connection.lazy({ address: server.address, interceptors: calls.interceptors });
    const asked = expect(probeNamespace(connection, 'default')).rejects.toThrow('connection is closed');
    await failed;
    calls.close();
    await connection.close();
    await asked;
    server = await startSilentServer();
  });

  it('keeps no watchdog from its end', async () => {
    const connection = Connection.lazy({ address: server.address });
    const settings = { tenantId: 'acme', revision: 1, tier: 'basic', cap: 1, queueLimit: 1 } as const;
    const watching = watchGates({
      client: new Client({ connection }),
      gates: { start: () => Promise.resolve('started') },
      tenants: () => [{ ...settings, taskQueue: 'q', statusFormat: 'avro', paused: false }],
      logger: silentLogger,
      signal: stopping.signal,
    });
    await server.spokenTo;
    stopping.abort();
    await watching;
    await connection.close();
  });

  it('is a fault after some seconds', async () => {
    const connection = Connection.lazy({ address: server.address });
    expect(await temporalFault(connection, 'default')).toBe(
      'cannot reach namespace default: Temporal does not answer',
    );
    await connection.close();
  }, 10_000);
});
