import type { IntakeLimiter } from '@vecino/intake';
import { type KafkaClient, type OwnershipListener, partitionCountOf } from '@vecino/messaging';

/** Tells the limiter which part of the topic is this replica's; nothing is, while the number of partitions is asked for. */
export function followOwnership(
  kafka: KafkaClient,
  topic: string,
  limiter: Pick<IntakeLimiter, 'owns' | 'confirmed'>,
  signal: AbortSignal,
): OwnershipListener {
  let assignments = 0;
  const revoked = (): void => {
    assignments += 1;
    limiter.owns(undefined);
  };
  return {
    revoked,
    assigned: (member, partitions) => {
      const current = ++assignments;
      partitionCountOf(kafka, topic, signal).then(
        (all) => current === assignments && limiter.owns({ member, partitions, all }),
        // Stopped.
        () => undefined,
      );
    },
    confirmed: (sentAt) => limiter.confirmed(Date.now() - sentAt),
  };
}
