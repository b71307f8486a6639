import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { errorText, VecinoError } from '@vecino/foundation';
import type { Environment } from '@vecino/telemetry';

export interface TemporalConfig {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly tls?: NonNullable<NativeConnectionOptions['tls']>;
  readonly apiKey?: string;
  readonly metadata?: Record<string, string>;
}

/**
 * Temporal's own `TEMPORAL_ADDRESS`, `_NAMESPACE`, `_API_KEY`, `_TLS*` and `_GRPC_META_*`. A configuration file is read
 * only where `TEMPORAL_CONFIG_FILE` or `TEMPORAL_PROFILE` names one: the profile that a developer's own CLI happens to
 * use must not decide where a service connects.
 *
 * @throws VecinoError `TEMPORAL_CONFIG` when a value or a file cannot be read
 */
export function parseTemporalConfig(env: Environment): TemporalConfig {
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const disableFile = !env['TEMPORAL_CONFIG_FILE'] && !env['TEMPORAL_PROFILE'];
  try {
    const { namespace, connectionOptions } = loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(set),
      disableFile,
    });
    const { address, tls, apiKey, metadata } = connectionOptions;
    return {
      address: address ?? 'localhost:7233',
      namespace: namespace ?? 'default',
      ...(tls && { tls }),
      ...(apiKey && { apiKey }),
      ...(metadata && Object.keys(metadata).length > 0 && { metadata: metadata as Record<string, string> }),
    };
  } catch (cause) {
    const problem = errorText(cause);
    throw new VecinoError('TEMPORAL_CONFIG', `TEMPORAL_*: ${problem}`, { disposition: 'terminal', cause });
  }
}

/** Compression costs more than it saves where no network lies between. */
export const isLoopback = (address: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(address);
