import type { EpochMs, ReasonCode } from '@vecino/foundation';
import { counter, histogram, METRICS } from '@vecino/telemetry';
import type { GateItem } from '@vecino/workflows';

export interface IngestMeter {
  /** A dead letter was written; `tenantId` where it is known. */
  deadLetter(code: ReasonCode, tenantId: string | undefined): void;
  /** Requests beyond the tenant's intake limit. */
  limited(tenantId: string, requests: number): void;
  /** Temporal has them, since now. */
  taken(tenantId: string, items: readonly Pick<GateItem, 'timestamp'>[], now: EpochMs): void;
}

export function createIngestMeter(): IngestMeter {
  const requests = counter(METRICS.requestsTaken);
  const latency = histogram(METRICS.intakeLatency);
  const limitHits = counter(METRICS.limitHits);
  const deadLetters = counter(METRICS.deadLetters);
  return {
    deadLetter: (code, tenantId) =>
      deadLetters.add(1, { 'vecino.tenant.id': tenantId, 'vecino.reason.code': code }),
    limited: (tenantId, count) =>
      limitHits.add(count, { 'vecino.tenant.id': tenantId, 'vecino.limit': 'intake' }),
    taken: (tenantId, items, now) => {
      const labels = { 'vecino.tenant.id': tenantId };
      requests.add(items.length, labels);
      for (const { timestamp } of items) latency.record((now - timestamp) / 1_000, labels);
    },
  };
}
