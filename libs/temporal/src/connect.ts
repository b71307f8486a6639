import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  type ConnectionLike,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
} from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { unlessAborted } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import { closableCalls, type ClosableCalls } from './closable-calls.js';
import { isLoopback, type TemporalConfig } from './temporal-config.js';
import { isMessageTooLarge, type TemporalError, translateTemporalError } from './temporal-error.js';

export interface ConnectDependencies {
  readonly config: TemporalConfig;
  readonly logger: Logger;
  /** Ends the wait: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of every attempt that failed, before the next one. */
  readonly onFault?: (fault: TemporalError) => void;
}

export interface ClientDependencies extends ConnectDependencies {
  /** For whoever is about to make the namespace: a server without it is ready, too. */
  readonly mayLackNamespace?: boolean;
}

export interface TemporalClient {
  readonly connection: Connection;
  /** Of the configured namespace. */
  readonly client: Client;
  close(): Promise<void>;
}

const PROBE_LIMIT_MS = 3_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * For services that start, signal and query workflows. Waits until Temporal answers and the namespace exists; later
 * outages show as retryable errors of single calls, and the connection resumes by itself.
 */
export async function connectTemporalClient(deps: ClientDependencies): Promise<TemporalClient> {
  const calls = patientCalls();
  const connection = Connection.lazy(clientOptions(deps.config, calls));
  const close = (): Promise<void> => {
    calls.close();
    return connection.close();
  };
  try {
    await untilReady(deps, () =>
      probeNamespace(connection, deps.config.namespace).catch((error: unknown) => {
        const { code } = translateTemporalError(error, 'look for the namespace');
        if (code !== 'NAMESPACE_NOT_FOUND' || deps.mayLackNamespace !== true) throw error;
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    connection,
    client: new Client({ connection, namespace: deps.config.namespace }),
    close,
  };
}

/** For Workers, which can share one. Waits like `connectTemporalClient`; `installTemporalRuntime` comes first. */
export async function connectTemporalWorker(deps: ConnectDependencies): Promise<NativeConnection> {
  return untilReady(deps, async () => {
    const connection = await NativeConnection.connect(workerOptions(deps.config));
    try {
      await probeNamespace(connection, deps.config.namespace);
      // Nobody waits for it any more.
      deps.signal?.throwIfAborted();
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  });
}

/** The default asks ten times, 38 s, with a message that is too large to be taken at all. */
function patientCalls(): ClosableCalls {
  const patience = defaultGrpcRetryOptions({ maxAttempts: 4 });
  return closableCalls({
    ...patience,
    retryableDecider: (attempt, status) =>
      !isMessageTooLarge(status.details) && patience.retryableDecider(attempt, status),
  });
}

function clientOptions(
  { address, tls, apiKey, metadata }: TemporalConfig,
  { interceptors }: ClosableCalls,
): ConnectionOptions {
  return {
    address,
    ...(tls && { tls }),
    ...(apiKey && { apiKey }),
    ...(metadata && { metadata }),
    // The defaults let a channel sleep for two minutes after an outage.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
    interceptors,
  };
}

function workerOptions({ address, tls, apiKey, metadata }: TemporalConfig) {
  return {
    address,
    ...(tls && { tls }),
    ...(apiKey && { apiKey }),
    ...(metadata && { metadata }),
    ...(isLoopback(address) && { grpcCompression: { codec: 'none' } as const }),
  };
}

/** A server that answers `GetSystemInfo` may still lack the namespace, and a Worker on it would fail for good. */
export async function probeNamespace(connection: ConnectionLike, namespace: string): Promise<void> {
  await connection.withDeadline(Date.now() + PROBE_LIMIT_MS, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
}

/**
 * What keeps a process from Temporal now, as a clause for people; undefined where nothing does. Answers within some seconds,
 * whatever Temporal does.
 */
export async function temporalFault(
  connection: ConnectionLike,
  namespace: string,
): Promise<string | undefined> {
  try {
    await probeNamespace(connection, namespace);
    return undefined;
  } catch (error) {
    return translateTemporalError(error, `reach namespace ${namespace}`).message;
  }
}

/** Tries until it succeeds, whatever the fault: Temporal, its namespace or our credentials can be mended meanwhile. */
async function untilReady<T>(deps: ConnectDependencies, attempt: () => Promise<T>): Promise<T> {
  const { address, namespace } = deps.config;
  const where = { temporal_address: address, temporal_namespace: namespace };
  const since = Date.now();
  let told: string | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    deps.signal?.throwIfAborted();
    try {
      // A server that takes the connection and says nothing holds an attempt for as long as it likes.
      const connected = await unlessAborted(deps.signal, attempt());
      deps.logger.info({ ...where, waited_ms: Date.now() - since }, 'connected to Temporal');
      return connected;
    } catch (error) {
      deps.signal?.throwIfAborted();
      const fault = translateTemporalError(
        error,
        `connect to Temporal at ${address}, namespace ${namespace}`,
      );
      const waiting = { ...where, code: fault.code, waited_ms: Date.now() - since };
      if (told === fault.code) deps.logger.debug(waiting, 'still waiting for Temporal');
      else deps.logger.warn({ ...waiting, err: fault }, `${fault.message}; waiting for it`);
      told = fault.code;
      deps.onFault?.(fault);
    }
    await sleep(pause, undefined, deps.signal && { signal: deps.signal }).catch(() =>
      deps.signal?.throwIfAborted(),
    );
  }
}
