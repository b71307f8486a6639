import { Context } from '@temporalio/activity';
import { deadLetterHeaders, topics } from '@vecino/contracts';
import {
  type BatchProducer,
  fetchRecords,
  type KafkaClient,
  type OutgoingRecord,
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

/** The gate knows where the record lies, not what it holds: it is read again from its source. */
export function createWriteDeadLetters(
  deps: DeadLetterDependencies,
): ProjectorActivities['writeDeadLetters'] {
  const dlq = topics(deps.topicPrefix).dlq;
  return async (orders) => {
    const context = Context.current();
    const checkpoint = () => {
      context.heartbeat();
      context.cancellationSignal.throwIfAborted();
    };
    const records = await fetchRecords(deps.kafka, orders, { checkpoint });
    const found = orders.flatMap((order, i) => {
      const record = records[i];
      if (record) return [{ order, letter: letterOf(dlq, order, record) }];
      const { topic, partition, offset, tenantId, deploymentId, reason } = order;
      const fields = { topic, partition, offset, tenant_id: tenantId, deployment_id: deploymentId, reason };
      deps.logger.warn(fields, 'no dead letter: the record is gone from its topic');
      return [];
    });
    checkpoint();
    await deps.producer.send(found.map(({ letter }) => letter));
    for (const { order } of found)
      deadLetters.add(1, { 'vecino.tenant.id': order.tenantId, 'vecino.reason.code': order.reason.code });
  };
}

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
