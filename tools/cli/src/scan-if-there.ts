import { VecinoError } from '@vecino/foundation';
import { scanTopic, type ScanOptions, type TailRecord } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';

/** As `scanTopic`; nothing where there is no such topic: a tenant that never got a status has none. */
export async function* scanIfThere(
  env: PlatformEnvironment,
  options: ScanOptions,
): AsyncGenerator<TailRecord> {
  try {
    yield* scanTopic(kafkaOf(env), options);
  } catch (error) {
    if (!(error instanceof VecinoError) || error.code !== 'NO_SUCH_TOPIC') throw error;
  }
}
