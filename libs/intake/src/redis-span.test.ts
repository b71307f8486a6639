import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { SharedAnswer } from '@vecino/admission';
import { recordSpans } from '@vecino/testing/recorded-spans';
import { inRedisSpan, serverAttributes } from './redis-span.js';

let exported: ReturnType<typeof recordSpans>;
const traceparent = (n: number) => `00-${String(n).padStart(32, 'a')}-b7ad6b7169203331-01`;
const take = { tenantId: 'acme', wanted: 3, traces: [1, 2, 1].map((n) => ({ traceparent: traceparent(n) })) };
const server = serverAttributes('redis://ana:hunter2@redis:6380/4');
const taken: SharedAnswer = { kind: 'taken', granted: 2, retryAt: 5, at: 4 };

test('without a tracer the round trip is made all the same', async () => {
  await expect(inRedisSpan(server, take, () => Promise.resolve(taken))).resolves.toBe(taken);
});

describe('with a tracer', () => {
  beforeAll(() => {
    exported = recordSpans();
  });
  beforeEach(() => exported.reset());

  test('it is a client span of its own that links to each request once', async () => {
    await inRedisSpan(server, take, () => Promise.resolve(taken));
    const [span] = exported.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'EVALSHA vecino-intake',
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'redis',
        'db.operation.name': 'EVALSHA',
        'db.namespace': '4',
        'server.address': 'redis',
        'server.port': 6380,
        'vecino.tenant.id': 'acme',
        'vecino.batch.items': 3,
        'vecino.limit.granted': 2,
      },
    });
    expect(span?.parentSpanId).toBeUndefined();
    expect(span?.links.map(({ context }) => context.traceId)).toEqual(
      [1, 2].map((n) => String(n).padStart(32, 'a')),
    );
    expect(JSON.stringify(span?.attributes)).not.toContain('hunter2');
  });

  test('a failure is in it, and goes on to whoever asked', async () => {
    const failing = inRedisSpan(server, take, () => Promise.reject(new Error('no answer')));
    await expect(failing).rejects.toThrow('no answer');
    expect(exported.getFinishedSpans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no answer' },
      attributes: { 'error.type': 'Error' },
    });
  });
});
