import { metrics } from '@opentelemetry/api';
import { ATTRIBUTES, METRICS } from '@vecino/telemetry';
import type { ReasonCode } from '@vecino/foundation';
import type { Verdict } from './judge-record.js';

export interface IngestMeter {
  judged(verdicts: readonly Verdict[]): void;
  /** A command became a dead letter; `tenantId` where it is known. */
  commandRefused(code: ReasonCode, tenantId: string | undefined): void;
  /** Requests beyond the tenant's intake limit. */
  limited(tenantId: string, requests: number): void;
  /** Temporal has them. */
  taken(tenantId: string, items: number): void;
}

export function createIngestMeter(): IngestMeter {
  const meter = metrics.getMeter('vecino.ingest');
  const counterOf = ({ name, unit, what }: { name: string; unit: string; what: string }) =>
    meter.createCounter(name, { unit, description: what });
  const taken = counterOf(METRICS.requestsTaken);
  const limitHits = counterOf(METRICS.limitHits);
  const deadLetters = counterOf(METRICS.deadLetters);
  const deadLetter = (code: ReasonCode, tenantId: string | undefined) =>
    deadLetters.add(1, {
      ...(tenantId !== undefined && { [ATTRIBUTES.tenantId]: tenantId }),
      [ATTRIBUTES.reasonCode]: code,
    });
  return {
    judged: (verdicts) => {
      for (const verdict of verdicts) {
        if (verdict.kind === 'accepted') continue;
        deadLetter(verdict.reason.code, verdict.kind === 'refused' ? verdict.tenant.id : undefined);
      }
    },
    commandRefused: deadLetter,
    limited: (tenantId, requests) =>
      limitHits.add(requests, { [ATTRIBUTES.tenantId]: tenantId, [ATTRIBUTES.limit]: 'intake' }),
    taken: (tenantId, items) => taken.add(items, { [ATTRIBUTES.tenantId]: tenantId }),
  };
}
