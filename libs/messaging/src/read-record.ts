import type { Cluster } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { toSourceRecord } from './kafkajs/from-kafkajs.js';
import { type FetchResponse, isGone, openCluster } from './kafkajs/open-cluster.js';
import type { SourceRecord } from './records.js';
import { within } from './within.js';

export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const READ = { maxBytes: 1024 * 1024, maxWaitTime: 1_000, minBytes: 1 };
const DISCONNECT_MS = 2_000;

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
 * retention, or its topic is gone or was made again. Rejects when Kafka cannot be reached.
 */
export async function fetchRecords(
  client: KafkaClient,
  positions: readonly RecordPosition[],
): Promise<(SourceRecord | undefined)[]> {
  const cluster = openCluster(client);
  try {
    await cluster.connect();
    const records: (SourceRecord | undefined)[] = [];
    for (const position of positions) records.push(await read(cluster, position));
    return records;
  } finally {
    await within(DISCONNECT_MS, cluster.disconnect());
  }
}

async function read(
  cluster: Cluster,
  { topic, partition, offset }: RecordPosition,
): Promise<SourceRecord | undefined> {
  try {
    await cluster.addMultipleTargetTopics([topic]);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) return undefined;
    const broker = await cluster.findBroker({ nodeId });
    const response = (await broker.fetch({
      ...READ,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: READ.maxBytes }] }],
    })) as FetchResponse;
    const messages = response.responses.flatMap(({ partitions }) =>
      partitions.flatMap((one) => one.messages),
    );
    const found = messages.find((message) => Number(message.offset) === offset);
    return found && toSourceRecord(found);
  } catch (err) {
    if (isGone(err)) return undefined;
    throw err;
  }
}
