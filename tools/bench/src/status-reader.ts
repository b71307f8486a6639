import { createStatusCodec, tenantOfStatusTopic, topics } from '@vecino/contracts';
import type { KafkaClient } from '@vecino/messaging';

export interface SeenStatus {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly state: string;
  /** Equal where the same status was published again. */
  readonly eventId: string;
  /** When this process had it in hand, by `performance.now()`. */
  readonly seenAt: number;
}

/** Reads the status topics of tenants from now on; they must exist. */
export async function readStatuses(
  kafka: KafkaClient,
  topicPrefix: string,
  tenantIds: readonly string[],
  see: (status: SeenStatus) => void,
): Promise<() => Promise<void>> {
  const codec = createStatusCodec();
  const consumer = kafka.kafka.consumer({
    groupId: `bench-${Date.now()}-${Math.random()}`,
    maxWaitTimeInMs: 250,
  });
  const names = topics(topicPrefix);
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.connect();
  await consumer.subscribe({ topics: tenantIds.map((id) => names.status(id)), fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const seenAt = performance.now();
      const tenantId = tenantOfStatusTopic(batch.topic, topicPrefix) ?? '';
      for (const { value, headers } of batch.messages) {
        const status = await codec.decode(value as Buffer, headers ?? {});
        see({
          tenantId,
          deploymentId: status.deployment_id,
          state: status.state,
          eventId: status.event_id,
          seenAt,
        });
      }
    },
  });
  await joined;
  return () => consumer.disconnect();
}

/** Creates the status topics ahead of time, so that a measurement does not begin with that. */
export async function createStatusTopics(
  kafka: KafkaClient,
  topicPrefix: string,
  tenantIds: readonly string[],
): Promise<void> {
  const admin = kafka.kafka.admin();
  await admin.connect();
  const names = topics(topicPrefix);
  await admin.createTopics({
    waitForLeaders: true,
    topics: tenantIds.map((id) => ({ topic: names.status(id), numPartitions: 1 })),
  });
  await admin.disconnect();
}
