import { setTimeout } from 'node:timers/promises';
import { VecinoError } from '@vecino/foundation';
import type { Cluster, KafkaMessage } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { toSourceRecord } from './kafkajs/from-kafkajs.js';
import { type FetchResponse, isGone, isUnknownTopic, openCluster } from './kafkajs/open-cluster.js';
import type { SourceRecord } from './records.js';
import { within } from './within.js';

export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** `POSITION_UNCLEAR`: the topic is known, but the broker that should have the partition does not; it passes. */
export type ReadErrorCode = 'POSITION_UNCLEAR';

export interface FetchRecordsOptions {
  /** Called before each request to Kafka; what it throws ends the reading. */
  readonly checkpoint?: () => void;
  /** Default: kafkajs's own. */
  readonly open?: () => Cluster;
  /** Until the second look; default 2 s. */
  readonly lookAgainAfterMs?: number;
}

/** A record lies there at once or not at all, so a fetch waits for none. */
const READ = { maxBytes: 1024 * 1024, maxWaitTime: 100, minBytes: 1 };
const DISCONNECT_MS = 2_000;
/** A topic may be unknown to a broker, and a log's end be behind, for a moment after leaders changed. */
const LOOK_AGAIN_AFTER_MS = 2_000;

/** The record at `position`; see `fetchRecords`. */
export async function fetchRecord(
  client: KafkaClient,
  position: RecordPosition,
): Promise<SourceRecord | undefined> {
  const [record] = await fetchRecords(client, [position]);
  return record;
}

/**
 * Reads records again, outside any consumer group. Undefined stands for one that is not there any more: cut off by
 * retention, or its topic is gone or was made again; that is believed only when a second look, with everything asked
 * anew, shows the same. Rejects when Kafka cannot be reached or does not know for sure: to be tried again.
 */
export async function fetchRecords(
  client: KafkaClient,
  positions: readonly RecordPosition[],
  options: FetchRecordsOptions = {},
): Promise<(SourceRecord | undefined)[]> {
  const {
    checkpoint = () => {},
    open = () => openCluster(client),
    lookAgainAfterMs = LOOK_AGAIN_AFTER_MS,
  } = options;
  const found = new Map<string, SourceRecord>();
  const look = async (at: readonly RecordPosition[], onUnclear: (err: unknown) => void) => {
    const cluster = open();
    try {
      await cluster.connect();
      for (const partition of byPartition(at)) {
        for (const record of await readPartition(cluster, partition, checkpoint, onUnclear))
          found.set(keyOf({ ...partition, offset: record.offset }), record);
      }
    } finally {
      await within(DISCONNECT_MS, cluster.disconnect());
    }
  };
  const missing = () => positions.filter((position) => !found.has(keyOf(position)));
  await look(positions, () => {});
  if (missing().length > 0) {
    await setTimeout(lookAgainAfterMs);
    await look(missing(), (cause) => {
      throw new VecinoError<ReadErrorCode>(
        'POSITION_UNCLEAR',
        'Kafka does not say whether records are gone',
        {
          disposition: 'retry',
          cause,
        },
      );
    });
  }
  return positions.map((position) => found.get(keyOf(position)));
}

interface PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  /** Ascending. */
  readonly offsets: readonly number[];
}

const keyOf = ({ topic, partition, offset }: RecordPosition) => `${topic}/${partition}/${offset}`;

function byPartition(positions: readonly RecordPosition[]): PartitionOffsets[] {
  const groups = new Map<string, RecordPosition[]>();
  for (const position of positions) {
    const key = `${position.topic}/${position.partition}`;
    groups.set(key, [...(groups.get(key) ?? []), position]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const offsets = [...new Set(group.map(({ offset }) => offset))].sort((a, b) => a - b);
    return first ? [{ topic: first.topic, partition: first.partition, offsets }] : [];
  });
}

/** What is there of `offsets`. `onUnclear` hears of a fault that does not prove that something is gone. */
async function readPartition(
  cluster: Cluster,
  { topic, partition, offsets }: PartitionOffsets,
  checkpoint: () => void,
  onUnclear: (err: unknown) => void,
): Promise<SourceRecord[]> {
  try {
    checkpoint();
    await cluster.addMultipleTargetTopics([topic]);
  } catch (err) {
    if (isUnknownTopic(err)) return [];
    throw err;
  }
  const records: SourceRecord[] = [];
  let readTo = -1;
  for (const offset of offsets) {
    // One answer holds many records.
    if (offset <= readTo) continue;
    checkpoint();
    try {
      const messages = await fetchFrom(cluster, { topic, partition, offset });
      records.push(...messages.filter((one) => offsets.includes(Number(one.offset))).map(toSourceRecord));
      readTo = Math.max(offset, ...messages.map((one) => Number(one.offset)));
    } catch (err) {
      if (!isGone(err)) throw err;
      // Its metadata names the topic, so this broker's "unknown" is about itself.
      if (isUnknownTopic(err)) onUnclear(err);
    }
  }
  return records;
}

async function fetchFrom(
  cluster: Cluster,
  { topic, partition, offset }: RecordPosition,
): Promise<readonly KafkaMessage[]> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  // A topic that was made again has fewer partitions.
  if (nodeId === undefined) return [];
  const broker = await cluster.findBroker({ nodeId });
  const response = (await broker.fetch({
    ...READ,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: READ.maxBytes }] }],
  })) as FetchResponse;
  return response.responses.flatMap(({ partitions }) => partitions.flatMap((one) => one.messages));
}
