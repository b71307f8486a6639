import { metrics } from '@opentelemetry/api';
import { ATTRIBUTES, METRICS } from '@vecino/telemetry';
import type { Verdict } from './judge-record.js';

export interface IngestMeter {
  judged(verdicts: readonly Verdict[]): void;
  /** Temporal has them. */
  taken(tenantId: string, items: number): void;
}

export function createIngestMeter(): IngestMeter {
  const meter = metrics.getMeter('vecino.ingest');
  const counterOf = ({ name, unit, what }: { name: string; unit: string; what: string }) =>
    meter.createCounter(name, { unit, description: what });
  const taken = counterOf(METRICS.requestsTaken);
  const deadLetters = counterOf(METRICS.deadLetters);
  return {
    judged: (verdicts) => {
      for (const verdict of verdicts) {
        if (verdict.kind === 'accepted') continue;
        const tenant = verdict.kind === 'refused' ? { [ATTRIBUTES.tenantId]: verdict.tenant.id } : {};
        deadLetters.add(1, { ...tenant, [ATTRIBUTES.reasonCode]: verdict.reason.code });
      }
    },
    taken: (tenantId, items) => taken.add(items, { [ATTRIBUTES.tenantId]: tenantId }),
  };
}
