import { errorText, VecinoError } from '@vecino/foundation';
import type { Health } from './health.js';
import { type HealthAddress, healthAddressText } from './health-address.js';
import { type Endpoint, json, servePaths } from './serve-paths.js';

/**
 * Answers `GET /livez` and `GET /readyz`: 200 or 503, with the whole answer as JSON.
 *
 * @throws VecinoError `HEALTH_ADDRESS_UNUSABLE` where nobody can listen there
 */
export async function serveHealth(wanted: HealthAddress, health: Health): Promise<Endpoint> {
  try {
    return await servePaths(wanted, {
      '/livez': () => {
        const liveness = health.liveness();
        return json(liveness.alive ? 200 : 503, liveness);
      },
      '/readyz': () => {
        const readiness = health.readiness();
        return json(readiness.ready ? 200 : 503, readiness);
      },
    });
  } catch (cause) {
    throw unusable(wanted, cause);
  }
}

const unusable = (address: HealthAddress, cause: unknown): VecinoError<'HEALTH_ADDRESS_UNUSABLE'> =>
  new VecinoError(
    'HEALTH_ADDRESS_UNUSABLE',
    `VECINO_HEALTH_ADDRESS: cannot listen at ${healthAddressText(address)}: ${errorText(cause)}`,
    { disposition: 'retry', cause },
  );
