import { groupBy } from '@vecino/foundation';
import { counter, histogram, METRICS } from '@vecino/telemetry';

const consumed = counter(METRICS.consumed);
const processed = histogram(METRICS.processed);
const sent = counter(METRICS.sent);
const operation = histogram(METRICS.operation);

export const SYSTEM = { 'messaging.system': 'kafka' } as const;
export const STATUS_TOPIC = 'deployment-status';
const STATUS_TOPICS = `${STATUS_TOPIC}.<tenant>`;

/** The status topics, of which each tenant has one, count as one destination. */
export const destinationOf = (topic: string) =>
  topic.includes(`${STATUS_TOPIC}.`)
    ? { 'messaging.destination.template': STATUS_TOPICS }
    : { 'messaging.destination.name': topic };

export interface ConsumerOf {
  readonly topic: string;
  readonly groupId: string;
}

export function countConsumed({ topic, groupId }: ConsumerOf, partition: number, records: number): void {
  consumed.add(records, {
    ...SYSTEM,
    'messaging.operation.name': 'poll',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': groupId,
  });
}

/** `error` names what a batch failed with that is begun again. */
export function countProcessed({ topic, groupId }: ConsumerOf, ms: number, error?: string): void {
  processed.record(ms / 1_000, {
    ...SYSTEM,
    'messaging.operation.name': 'process',
    'messaging.destination.name': topic,
    'messaging.consumer.group.name': groupId,
    'error.type': error,
  });
}

type Records = readonly { readonly record: { readonly topic: string } }[];
const SEND = { ...SYSTEM, 'messaging.operation.name': 'send' } as const;

/** One write, of records of any topics: what Kafka has confirmed of it, and what it has not. `error` names why. */
export function countWrite(ms: number, written: Records, left: Records, error?: string): void {
  operation.record(ms / 1_000, { ...SEND, 'error.type': error });
  countSent(written);
  countSent(left, error);
}

function countSent(records: Records, error?: string): void {
  for (const [topic, ofTopic] of groupBy(records, ({ record }) => record.topic))
    sent.add(ofTopic.length, { ...SEND, 'error.type': error, ...destinationOf(topic) });
}

/** A code where the fault has one, else its class: never its text. */
export const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { code, type } = error as { readonly code?: unknown; readonly type?: unknown };
  return [code, type].find((named) => typeof named === 'string') ?? error.name;
};
