import { INTAKE_TIMING } from '@vecino/admission';
import type { IntakeLimiter } from '@vecino/intake';
import type { Logger } from '@vecino/telemetry';
import type { GateItem } from '@vecino/workflows';
import type { IngestMeter } from './ingest-meter.js';

export interface IntakeLimitDependencies {
  readonly limiter: Pick<IntakeLimiter, 'take'>;
  readonly meter: Pick<IngestMeter, 'limited'>;
  readonly logger: Logger;
}

export interface LimitedBatch {
  readonly tenantId: string;
  /** Requests in any window, as the registry has it at the moment. */
  readonly limit: () => number;
  readonly items: readonly GateItem[];
}

/**
 * The batch as it may go on: of the items that are not refused already, the first ones within the tenant's intake limit as
 * they are, the others refused. All keep their ids and fingerprints: the gate has one answer for each. A batch that is
 * handled again is counted again, which errs on the safe side. Waits while nobody can know what was granted.
 */
export async function limitIntake(
  { limiter, meter, logger }: IntakeLimitDependencies,
  { tenantId, limit, items }: LimitedBatch,
  signal: AbortSignal,
): Promise<readonly GateItem[]> {
  const wanted = items.filter(({ refusal }) => refusal === undefined).length;
  if (wanted === 0) return items;
  const { granted, retryAt, at } = await limiter.take({ tenantId, limit, wanted, traces: items }, signal);
  const refused = wanted - granted;
  logger.debug({ tenant_id: tenantId, granted, refused, at: isoOf(at) }, 'intake');
  if (refused === 0) return items;
  meter.limited(tenantId, refused);
  const refusal = rateLimited(limit(), retryAt);
  let left = granted;
  return items.map((item) => (item.refusal !== undefined || left-- > 0 ? item : { ...item, ...refusal }));
}

function rateLimited(limit: number, retryAt: number): Required<Pick<GateItem, 'refusal' | 'refusalDetails'>> {
  const retry = isoOf(retryAt);
  const seconds = INTAKE_TIMING.windowMs / 1_000;
  return {
    refusal: {
      code: 'RATE_LIMITED',
      text: `more than ${limit} requests within ${seconds} s: send it again from ${retry} on, with a new request_id`,
    },
    refusalDetails: { retry_at: retry },
  };
}

const isoOf = (at: number): string => new Date(at).toISOString();
