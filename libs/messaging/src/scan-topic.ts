import { type EpochMs, VecinoError } from '@vecino/foundation';
import type { Admin } from 'kafkajs';
import { askingAgain } from './asking-again.js';
import type { KafkaClient } from './connect-kafka.js';
import { fetchFromLeaders } from './kafkajs/fetch-from-leaders.js';
import { isUnknownTopic, openCluster } from './kafkajs/open-cluster.js';
import { readStretches, type Stretch, type StretchErrorCode } from './read-stretches.js';
import type { TailRecord } from './topic-tail.js';
import { within } from './within.js';

/** `NO_SUCH_TOPIC`: there is no such topic. */
export type ScanErrorCode = 'NO_SUCH_TOPIC' | StretchErrorCode;

export interface ScanOptions {
  readonly topic: string;
  /** All of the topic's unless given. */
  readonly partitions?: readonly number[];
  /** Records appended at this time or later; from the topic's beginning unless given. */
  readonly from?: EpochMs;
  /** Records appended before this time; to where the topic ends when the scan begins unless given. */
  readonly to?: EpochMs;
}

const FETCH = { minBytes: 1, maxBytes: 8 * 1024 * 1024, maxWaitTime: 250 };
const DISCONNECT_MS = 2_000;

/**
 * What lies on a topic at this moment, once, in order per partition: outside any consumer group, and with an end however
 * much is written meanwhile. Of transactions it reads what is committed. Rejects when Kafka cannot be reached.
 *
 * @throws VecinoError of `ScanErrorCode`
 */
export async function* scanTopic(client: KafkaClient, options: ScanOptions): AsyncGenerator<TailRecord> {
  const { topic } = options;
  const stretches = await askingAgain(client, (admin) => stretchesOf(admin, options));
  const cluster = openCluster(client);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    yield* readStretches(stretches, (open) =>
      fetchFromLeaders(
        cluster,
        open.map(({ partition, next }) => ({ topic, partition, offset: next })),
        FETCH,
      ),
    );
  } finally {
    await within(DISCONNECT_MS, cluster.disconnect());
  }
}

/**
 * From when on a partition still holds what was written to it: 0 where nothing has been cut off, `Infinity` where
 * nothing is left, undefined where there is no such topic or partition. Not for compacted topics.
 */
export async function retainedFrom(
  client: KafkaClient,
  topic: string,
  partition: number,
): Promise<EpochMs | undefined> {
  const offsets = await askingAgain(client, (admin) => boundsIfThere(admin, topic));
  const found = offsets?.find((one) => one.partition === partition);
  if (found === undefined) return undefined;
  if (Number(found.low) === 0) return 0;
  for await (const record of scanTopic(client, { topic, partitions: [partition] })) return record.timestamp;
  return Infinity;
}

async function boundsIfThere(admin: Admin, topic: string) {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (isUnknownTopic(error)) return undefined;
    throw error;
  }
}

async function stretchesOf(admin: Admin, { topic, partitions, from, to }: ScanOptions): Promise<Stretch[]> {
  const bounds = await boundsIfThere(admin, topic);
  if (bounds === undefined)
    throw new VecinoError<ScanErrorCode>('NO_SUCH_TOPIC', `there is no topic ${topic}`, {
      disposition: 'terminal',
    });
  const starts = from === undefined ? undefined : await admin.fetchTopicOffsetsByTimestamp(topic, from);
  const ends = to === undefined ? undefined : await admin.fetchTopicOffsetsByTimestamp(topic, to);
  const at = (offsets: typeof starts, partition: number): number | undefined => {
    const found = offsets?.find((one) => one.partition === partition);
    return found === undefined ? undefined : Number(found.offset);
  };
  return bounds
    .filter(({ partition }) => partitions?.includes(partition) ?? true)
    .map(({ partition, low, high }) => ({
      partition,
      next: at(starts, partition) ?? Number(low),
      end: at(ends, partition) ?? Number(high),
    }));
}
