import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock, unlessAborted } from '@vecino/foundation';
import { type GroupOfTopic, type KafkaClient, keepAdmin, lagOf } from '@vecino/messaging';
import { isRecording, LastAnswer, METRICS, observe } from '@vecino/telemetry';

export interface WatchedGroup extends GroupOfTopic {
  /** The partitions that this replica reads: others tell of theirs. */
  assigned(): readonly number[];
}

export interface LagWatchOptions {
  readonly lookMs?: number;
  readonly clock?: Clock;
}

interface KnownLag {
  readonly byPartition: ReadonlyMap<number, number>;
  /** What this replica read then. */
  readonly assigned: readonly number[];
}

const LOOK_MS = 10_000;
const NOTHING: KnownLag = { byPartition: new Map(), assigned: [] };

/**
 * Tells how far the groups are behind, until the signal aborts; does nothing where nobody would see it. A failed look and a rebalance, amid
 * which no partition is assigned to anybody, leave what was last known for a minute.
 */
export async function watchLag(
  client: KafkaClient,
  groups: readonly WatchedGroup[],
  signal: AbortSignal,
  { lookMs = LOOK_MS, clock = systemClock }: LagWatchOptions = {},
): Promise<void> {
  if (!isRecording()) return;
  const watched = groups.map((group) => ({ group, last: new LastAnswer<KnownLag>() }));
  const end = observe(METRICS.ingestLag, () =>
    watched.flatMap(({ group, last }) => {
      const { byPartition, assigned: before } = last.current ?? NOTHING;
      const assigned = group.assigned();
      return (assigned.length > 0 ? assigned : before).flatMap((partition) => {
        const lag = byPartition.get(partition);
        return lag === undefined ? [] : [[lag, labelsOf(group, partition)] as const];
      });
    }),
  );
  const admin = keepAdmin(client);
  while (!signal.aborted) {
    try {
      for (const { group, last } of watched) {
        const byPartition = await unlessAborted(signal, lagOf(admin, group));
        const assigned = group.assigned();
        if (assigned.length > 0) last.heard({ byPartition, assigned });
        else last.failed(clock.now());
      }
    } catch (error) {
      // That Kafka is away is told by those who read from it.
      for (const { last } of watched) last.failed(clock.now());
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
