import { type TraceHeaders, traceHeadersOf } from '@vecino/foundation';

let current: TraceHeaders | undefined;

/**
 * What `start` asks Temporal for before it first waits joins the trace of one request and no other: a gate works for many. Later
 * it would be too late; no context follows a promise here, for each would cost (docs/adr/0020-spans-where-the-work-is.md).
 */
export function inRequestTrace<T>(carrier: TraceHeaders, start: () => Promise<T>): Promise<T> {
  const before = current;
  current = traceHeadersOf(carrier);
  try {
    return start();
  } finally {
    current = before;
  }
}

/** The trace of the request that something is just being asked for; undefined where it is for none. */
export const requestTrace = (): TraceHeaders | undefined => current;
