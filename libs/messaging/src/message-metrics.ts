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

/** One write, of records of any topics. */
export function countSent(records: readonly { readonly topic: string }[], ms: number, error?: string): void {
  const labels = { ...SYSTEM, 'messaging.operation.name': 'send', 'error.type': error } as const;
  operation.record(ms / 1_000, labels);
  const byTopic = new Map<string, number>();
  for (const { topic } of records) byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1);
  for (const [topic, count] of byTopic) sent.add(count, { ...labels, ...destinationOf(topic) });
}

/** A code where the fault has one, else its class: never its text. */
export const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { code, type } = error as { readonly code?: unknown; readonly type?: unknown };
  return [code, type].find((named) => typeof named === 'string') ?? error.name;
};
