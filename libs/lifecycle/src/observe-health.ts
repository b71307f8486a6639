import { observe, SERVICE_METRICS } from '@vecino/telemetry';
import type { Health } from './health.js';

/** What `/readyz` would say now, as metrics. */
export function observeHealth(health: Health): void {
  observe(SERVICE_METRICS.ready, () => [[health.readiness().ready ? 1 : 0, {}]]);
  observe(SERVICE_METRICS.check, () =>
    health
      .readiness()
      .checks.map(({ name, state }) => [state === 'ok' ? 1 : 0, { 'vecino.check': name }] as const),
  );
}
