import { VecinoError } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import {
  connectTemporalClient,
  parseTemporalConfig,
  type TemporalClient,
  type TemporalConfig,
  type TemporalError,
} from '@vecino/temporal';
import { type CliErrorCode } from './cli-errors.js';
import { type PlatformEnvironment } from './platform-access.js';

const CONNECT_WITHIN_MS = 10_000;

export interface TemporalAccess {
  /** For whoever is about to make the namespace. */
  readonly mayLackNamespace?: boolean;
}

/**
 * Connects to the platform's Temporal for the length of `use`.
 * @throws VecinoError TEMPORAL_UNREACHABLE; NAMESPACE_NOT_FOUND and ACCESS_DENIED at once, since waiting mends neither
 */
export async function withTemporal<T>(
  env: PlatformEnvironment,
  use: (temporal: TemporalClient, config: TemporalConfig) => Promise<T>,
  { mayLackNamespace = false }: TemporalAccess = {},
): Promise<T> {
  const config = parseTemporalConfig(env);
  const temporal = await connect(config, mayLackNamespace);
  try {
    return await use(temporal, config);
  } finally {
    await temporal.close();
  }
}

async function connect(config: TemporalConfig, mayLackNamespace: boolean): Promise<TemporalClient> {
  // One controller and a timer that is held: signals made of others may be collected before they fire.
  const ending = new AbortController();
  const { signal } = ending;
  const late = setTimeout(() => ending.abort(), CONNECT_WITHIN_MS);
  let isHopeless = false;
  let last: TemporalError | undefined;
  const onFault = (fault: TemporalError) => {
    last = fault;
    isHopeless = fault.code === 'NAMESPACE_NOT_FOUND' || fault.code === 'ACCESS_DENIED';
    if (isHopeless) ending.abort();
  };
  try {
    return await connectTemporalClient({ config, logger: silentLogger, signal, onFault, mayLackNamespace });
  } catch (error) {
    if (last !== undefined && isHopeless) throw last;
    throw new VecinoError<CliErrorCode>(
      'TEMPORAL_UNREACHABLE',
      `Temporal at ${config.address} does not answer`,
      {
        disposition: 'retry',
        // That the time is over says less than why the last attempt failed.
        cause: signal.aborted ? last?.cause : error,
      },
    );
  } finally {
    clearTimeout(late);
  }
}
