import { randomBytes } from 'node:crypto';

/** The trace of a producer that is not part of the platform. */
export interface Trace {
  readonly traceId: string;
  /** Of the producer. */
  readonly spanId: string;
  readonly traceparent: string;
}

/** `sampled`: what the producer's own sampling has decided. */
export function freshTrace(sampled = true): Trace {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` };
}
