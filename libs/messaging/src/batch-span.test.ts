import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { recordSpans } from '@vecino/testing/recorded-spans';
import { startProcessBatch, startSendBatch } from './batch-span.js';
import { startMessageSpan } from './message-span.js';
import type { OutgoingRecord, PartitionBatch } from './records.js';

let exported: ReturnType<typeof recordSpans>;
const traceId = (n: number) => n.toString(16).padStart(32, '0');
const traceparent = (n: number) => `00-${traceId(n)}-b7ad6b7169203331-01`;
const consumer = { topic: 'deployment-requests', groupId: 'g' };

/** Records of these traces; 0: of none. */
const batchOf = (traces: readonly number[]): PartitionBatch => ({
  topic: consumer.topic,
  partition: 2,
  nextOffset: 50 + traces.length,
  bytes: 1,
  records: traces.map((n, i) => ({
    offset: 50 + i,
    timestamp: 1,
    key: null,
    value: null,
    headers: n === 0 ? {} : { traceparent: Buffer.from(traceparent(n)) },
  })),
});
const record = (topic: string, n: number): OutgoingRecord => ({
  topic,
  key: null,
  value: '',
  headers: { traceparent: traceparent(n) },
});
const linked = () => exported.getFinishedSpans()[0]?.links.map(({ context }) => context.traceId);

test('without a tracer there is none', () => {
  const span = startProcessBatch(consumer, batchOf([1]));
  expect(span.context).toBeUndefined();
  span.end();
});

describe('with a tracer', () => {
  beforeAll(() => {
    exported = recordSpans();
  });
  beforeEach(() => exported.reset());

  test('a fetch is a trace of its own that links to each record’s, once', () => {
    const span = startProcessBatch(consumer, batchOf([1, 0, 2, 1]));
    span.end();
    const [seen] = exported.getFinishedSpans();
    expect(seen).toMatchObject({
      name: 'process batch deployment-requests',
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'deployment-requests',
        'messaging.destination.partition.id': '2',
        'messaging.consumer.group.name': 'g',
        'messaging.kafka.offset': 50,
        'messaging.batch.message_count': 4,
      },
    });
    expect(seen?.parentSpanId).toBeUndefined();
    expect(seen?.spanContext()).toEqual(span.context);
    expect(linked()).toEqual([traceId(1), traceId(2)]);
  });

  test('links are bounded', () => {
    startProcessBatch(consumer, batchOf(Array.from({ length: 300 }, (_, n) => n + 1))).end();
    expect(linked()).toHaveLength(128);
  });

  test('a record’s span links to its batch, and stays in its own trace', () => {
    const batch = startProcessBatch(consumer, batchOf([1]));
    const parent = { traceparent: traceparent(1) };
    startMessageSpan({
      name: 'p',
      operation: 'process',
      topic: 't',
      parent,
      batch: batch.context,
    }).end();
    const [seen] = exported.getFinishedSpans();
    expect(seen?.spanContext().traceId).toBe(traceId(1));
    expect(seen?.links).toMatchObject([{ context: batch.context }]);
  });

  test('a write to status topics goes by one name', () => {
    startSendBatch(['a', 'b'].map((id, n) => record(`x.deployment-status.${id}`, n + 1))).end();
    expect(exported.getFinishedSpans()[0]).toMatchObject({
      name: 'send batch deployment-status',
      kind: SpanKind.PRODUCER,
      attributes: {
        'messaging.destination.template': 'deployment-status.<tenant>',
        'messaging.batch.message_count': 2,
      },
    });
    expect(linked()).toEqual([traceId(1), traceId(2)]);
  });

  test('a write to several topics names none', () => {
    startSendBatch([record('a', 1), record('b', 2)]).end();
    const [seen] = exported.getFinishedSpans();
    expect(seen?.name).toBe('send batch');
    expect(seen?.attributes).not.toHaveProperty('messaging.destination.name');
  });

  test('a failure is in it', () => {
    startSendBatch([record('a', 1)]).end(Object.assign(new Error('no broker'), { code: 'NOT_WRITTEN' }));
    expect(exported.getFinishedSpans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'Error: no broker' },
      attributes: { 'error.type': 'NOT_WRITTEN' },
    });
  });
});
