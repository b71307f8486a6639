/** Whom a failed write concerns: everybody, all who write to the topic, or these records wherever they go. */
export type ProduceFault = 'cluster' | 'topic' | 'records';

const FAULTS: Readonly<Record<string, ProduceFault>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'topic',
  INVALID_TOPIC_EXCEPTION: 'topic',
  TOPIC_AUTHORIZATION_FAILED: 'topic',
  // Of one partition: others may well have what they need.
  NOT_ENOUGH_REPLICAS: 'topic',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'topic',
  MESSAGE_TOO_LARGE: 'records',
  RECORD_LIST_TOO_LARGE: 'records',
  INVALID_RECORD: 'records',
  INVALID_TIMESTAMP: 'records',
  CORRUPT_MESSAGE: 'records',
};

export function produceFault(err: unknown): ProduceFault {
  for (let cause = err; cause instanceof Error; cause = cause.cause) {
    const type = (cause as Error & { type?: unknown }).type;
    const fault = typeof type === 'string' ? FAULTS[type] : undefined;
    if (fault) return fault;
  }
  return 'cluster';
}

/** Whether kafkajs would have tried again, and did not. */
export const isRetriable = (err: unknown): boolean =>
  err instanceof Error && 'retriable' in err && err.retriable === true;

/** Whether another try may help, also after kafkajs's own: a leader has moved, a connection has ended. */
export const mayPass = (err: unknown): boolean =>
  isRetriable(err) || (err instanceof Error && err.name === 'KafkaJSNumberOfRetriesExceeded');
