import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '@vecino/foundation';
import { type GroupOfTopic, type KafkaClient, keepAdmin, lagOf } from '@vecino/messaging';
import { isRecording, METRICS, observe } from '@vecino/telemetry';

export interface WatchedGroup extends GroupOfTopic {
  /** The partitions that this replica reads: others tell of theirs. */
  assigned(): readonly number[];
}

const LOOK_MS = 10_000;

/** Tells how far the groups are behind, until the signal aborts; does nothing where nobody would see it. */
export async function watchLag(
  client: KafkaClient,
  groups: readonly WatchedGroup[],
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<void> {
  if (!isRecording()) return;
  const lags = new Map<WatchedGroup, ReadonlyMap<number, number>>();
  const end = observe(METRICS.ingestLag, () =>
    groups.flatMap((group) =>
      group.assigned().flatMap((partition) => {
        const lag = lags.get(group)?.get(partition);
        return lag === undefined ? [] : [[lag, labelsOf(group, partition)] as const];
      }),
    ),
  );
  const admin = keepAdmin(client);
  while (!signal.aborted) {
    try {
      for (const group of groups) lags.set(group, await unlessAborted(signal, lagOf(admin, group)));
    } catch (error) {
      // What was known is no longer true. That Kafka is away is told by those who read from it.
      lags.clear();
      client.logger.debug({ err: error }, 'the lag is not known');
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
  end();
  await admin.close();
}

const labelsOf = ({ topic, groupId }: GroupOfTopic, partition: number) => ({
  'messaging.destination.name': topic,
  'messaging.consumer.group.name': groupId,
  'messaging.destination.partition.id': String(partition),
});
