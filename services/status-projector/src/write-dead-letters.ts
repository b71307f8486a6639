import { Context } from '@temporalio/activity';
import { deadLetterHeaders, topics } from '@vecino/contracts';
import {
  type BatchProducer,
  fetchRecords,
  type KafkaClient,
  type OutgoingRecord,
  ProduceError,
  type SourceRecord,
} from '@vecino/messaging';
import { counter, type Logger, METRICS } from '@vecino/telemetry';
import type { DeadLetterOrder, ProjectorActivities } from '@vecino/workflows';

export interface DeadLetterDependencies {
  readonly kafka: KafkaClient;
  readonly producer: Pick<BatchProducer, 'send'>;
  readonly topicPrefix: string;
  readonly logger: Logger;
}

const deadLetters = counter(METRICS.deadLetters);

/**
 * The gate knows where the record lies, not what it holds: it is read again from its source. An attempt leaves out what an earlier one
 * has written, by the heartbeat of that; where it was lost, letters are there twice.
 */
export function createWriteDeadLetters(
  deps: DeadLetterDependencies,
): ProjectorActivities['writeDeadLetters'] {
  const dlq = topics(deps.topicPrefix).dlq;
  return async (orders) => {
    const context = Context.current();
    const done = new Set(writtenBefore(context.info.heartbeatDetails));
    const checkpoint = () => {
      context.heartbeat([...done]);
      context.cancellationSignal.throwIfAborted();
    };
    const due = orders.filter((order) => !done.has(placeOf(order)));
    const records = await fetchRecords(deps.kafka, due, { checkpoint });
    const found = due.flatMap((order, i) => {
      const record = records[i];
      if (record) return [{ order, letter: letterOf(dlq, order, record) }];
      const { topic, partition, offset, tenantId, deploymentId, reason } = order;
      const fields = { topic, partition, offset, tenant_id: tenantId, deployment_id: deploymentId, reason };
      deps.logger.warn(fields, 'no dead letter: the record is gone from its topic');
      return [];
    });
    checkpoint();
    const note = (written: typeof found): void => {
      for (const { order } of written) {
        done.add(placeOf(order));
        deadLetters.add(1, { 'vecino.tenant.id': order.tenantId, 'vecino.reason.code': order.reason.code });
      }
    };
    try {
      await deps.producer.send(found.map(({ letter }) => letter));
      note(found);
    } catch (err) {
      if (err instanceof ProduceError) note(found.filter(({ letter }) => !err.left.includes(letter)));
      context.heartbeat([...done]);
      throw err;
    }
  };
}

const placeOf = ({ topic, partition, offset }: DeadLetterOrder): string => `${topic}/${partition}/${offset}`;

/** Heartbeats of older releases hold nothing. */
const writtenBefore = (details: unknown): readonly string[] =>
  Array.isArray(details) ? details.filter((one) => typeof one === 'string') : [];

const letterOf = (dlq: string, order: DeadLetterOrder, record: SourceRecord): OutgoingRecord => {
  const { topic, partition, offset, reason } = order;
  const { key, value, headers, timestamp } = record;
  return {
    topic: dlq,
    key,
    value,
    headers: deadLetterHeaders(headers, { ...reason, topic, partition, offset, timestamp }),
  };
};
