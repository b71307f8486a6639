import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { type RecordHeaders, traceOf } from '@vecino/contracts';
import { linksTo, SPANS } from '@vecino/telemetry';
import { type ConsumerOf, destinationOf, errorType, STATUS_TOPIC, SYSTEM } from './message-metrics.js';
import type { OutgoingRecord, PartitionBatch } from './records.js';

/** Work for many records at once: a trace of its own, with links to the records' traces, none of which is its parent. */
export interface BatchSpan {
  /** Undefined where no spans are exported. */
  readonly context: SpanContext | undefined;
  end(err?: unknown): void;
}

/** From when a fetch's records are handed to their handler until all that they ask for is durable, or the handler fails. */
export const startProcessBatch = ({ topic, groupId }: ConsumerOf, batch: PartitionBatch): BatchSpan =>
  start(SPANS.processBatch, SpanKind.CONSUMER, batch.records, () => ({
    name: topic,
    attributes: {
      ...operation('process'),
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(batch.partition),
      'messaging.consumer.group.name': groupId,
      'messaging.kafka.offset': batch.records[0]?.offset,
    },
  }));

/** One write, of records of any topics. */
export const startSendBatch = (records: readonly OutgoingRecord[]): BatchSpan =>
  start(SPANS.sendBatch, SpanKind.PRODUCER, records, () => {
    const name = onlyOne(records.map(({ topic }) => spanTopic(topic)));
    const topic = onlyOne(records.map((record) => record.topic));
    return {
      name,
      attributes: {
        ...operation('send'),
        ...(name !== undefined && destinationOf(records[0]?.topic ?? '')),
        ...(topic !== undefined && { 'messaging.destination.name': topic }),
      },
    };
  });

const operation = (name: 'process' | 'send') => ({
  ...SYSTEM,
  'messaging.operation.name': name,
  'messaging.operation.type': name,
});

interface Described {
  /** Of what the records have in common. */
  readonly name: string | undefined;
  readonly attributes: Attributes;
}

/** What a span says is put together only where somebody will see it. */
function start(
  kindName: string,
  kind: SpanKind,
  records: readonly { readonly headers?: RecordHeaders }[],
  describe: () => Described,
): BatchSpan {
  const span = trace.getTracer('vecino.messaging').startSpan(kindName, { kind }, ROOT_CONTEXT);
  if (!span.isRecording()) return NOT_RECORDED;
  const { name, attributes } = describe();
  if (name !== undefined) span.updateName(`${kindName} ${name}`);
  span.setAttributes({ ...attributes, 'messaging.batch.message_count': records.length });
  span.addLinks(linksTo(records.map(({ headers = {} }) => traceOf(headers))));
  return { context: span.spanContext(), end: (err) => endSpan(span, err) };
}

const NOT_RECORDED: BatchSpan = { context: undefined, end: () => {} };

/** `err` where what it stands for has failed: an error, or why in words. */
export function endSpan(span: Span, err?: unknown): void {
  if (err !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(err) });
    if (err instanceof Error) span.setAttribute('error.type', errorType(err));
  }
  span.end();
}

/** Undefined where they differ. */
const onlyOne = (names: readonly string[]): string | undefined =>
  names.every((name) => name === names[0]) ? names[0] : undefined;

/** The status topics, of which each tenant has one, go by one name. */
const spanTopic = (topic: string): string =>
  'messaging.destination.template' in destinationOf(topic) ? STATUS_TOPIC : topic;
