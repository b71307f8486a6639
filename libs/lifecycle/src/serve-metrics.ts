import { errorText, VecinoError } from '@vecino/foundation';
import { PROMETHEUS_CONTENT_TYPE } from '@vecino/telemetry';
import { type HealthAddress, healthAddressText } from './health-address.js';
import { type Endpoint, servePaths } from './serve-paths.js';

/**
 * Answers `GET /metrics` in Prometheus's text format. Not at the address of health, which says nothing of any tenant and may
 * be open to more people.
 *
 * @throws VecinoError `METRICS_ADDRESS_UNUSABLE` where nobody can listen there
 */
export async function serveMetrics(wanted: HealthAddress, scrape: () => Promise<string>): Promise<Endpoint> {
  try {
    return await servePaths(wanted, {
      '/metrics': async () => ({ status: 200, contentType: PROMETHEUS_CONTENT_TYPE, body: await scrape() }),
    });
  } catch (cause) {
    const why = errorText(cause);
    throw new VecinoError(
      'METRICS_ADDRESS_UNUSABLE',
      `VECINO_METRICS_ADDRESS: cannot listen at ${healthAddressText(wanted)}: ${why}`,
      { disposition: 'retry', cause },
    );
  }
}
