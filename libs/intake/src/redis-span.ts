import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SharedAnswer } from '@vecino/admission';
import type { TraceHeaders } from '@vecino/foundation';
import { ATTRIBUTES, linksTo } from '@vecino/telemetry';

export interface TakeSpan {
  readonly tenantId: string;
  readonly wanted: number;
  /** Of the requests that ask. */
  readonly traces: readonly TraceHeaders[];
}

/**
 * One span for each round trip that asks for requests of a tenant: a trace of its own with links to those of the requests. The
 * replica's signs of life, twice a second, have none.
 */
export async function inRedisSpan(
  server: Attributes,
  { tenantId, wanted, traces }: TakeSpan,
  roundTrip: () => Promise<SharedAnswer>,
): Promise<SharedAnswer> {
  const span = trace
    .getTracer('vecino.intake')
    .startSpan('EVALSHA vecino-intake', { kind: SpanKind.CLIENT }, ROOT_CONTEXT);
  if (!span.isRecording()) return roundTrip();
  span.setAttributes({
    'db.system.name': 'redis',
    'db.operation.name': 'EVALSHA',
    'db.stored_procedure.name': 'vecino-intake',
    ...server,
    [ATTRIBUTES.tenantId]: tenantId,
    [ATTRIBUTES.batchItems]: wanted,
  });
  span.addLinks(linksTo(traces));
  try {
    const answer = await roundTrip();
    if (answer.kind === 'taken') span.setAttribute(ATTRIBUTES.limitGranted, answer.granted);
    return answer;
  } catch (err) {
    const { name, message } = err instanceof Error ? err : new Error(String(err));
    span.setAttribute('error.type', name);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw err;
  } finally {
    span.end();
  }
}

/** Where a `redis://` address leads, without who asks there. */
export function serverAttributes(url: string): Attributes {
  const { hostname, port, pathname } = new URL(url);
  return {
    'server.address': hostname,
    'server.port': Number(port || DEFAULT_PORT),
    'db.namespace': pathname.slice(1) || DEFAULT_DATABASE,
  };
}

const DEFAULT_PORT = 6379;
const DEFAULT_DATABASE = '0';
