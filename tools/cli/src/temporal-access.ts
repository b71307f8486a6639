import { VecinoError } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import {
  connectTemporalClient,
  parseTemporalConfig,
  type TemporalClient,
  type TemporalConfig,
} from '@vecino/temporal';
import { type PlatformEnvironment } from './platform-access.js';

const CONNECT_WITHIN_MS = 10_000;

/**
 * Connects to the platform's Temporal for the length of `use`.
 * @throws VecinoError TEMPORAL_UNREACHABLE
 */
export async function withTemporal<T>(
  env: PlatformEnvironment,
  use: (temporal: TemporalClient, config: TemporalConfig) => Promise<T>,
): Promise<T> {
  const config = parseTemporalConfig(env);
  const signal = AbortSignal.timeout(CONNECT_WITHIN_MS);
  const temporal = await connectTemporalClient({ config, logger: silentLogger, signal }).catch(
    (cause: unknown) => {
      throw new VecinoError('TEMPORAL_UNREACHABLE', `Temporal at ${config.address} does not answer`, {
        disposition: 'retry',
        cause,
      });
    },
  );
  try {
    return await use(temporal, config);
  } finally {
    await temporal.close();
  }
}
