import type { Broker, KafkaMessage } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeRecordBatch, { type RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import fetchRequest from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import { parse } from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import type { SourceRecord } from '../records.js';
import { toSourceRecord } from './from-kafkajs.js';

export interface FetchOptions {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

export interface FetchFrom {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Of committed transactions, and of none; without Kafka's own markers. */
  readonly records: readonly SourceRecord[];
  /** Where reading goes on: behind everything that was looked at, be there records for us in it or none. */
  readonly nextOffset: number;
  /** Up to which all transactions have ended. */
  readonly lastStableOffset: number;
  /** Up to which the leader knows that all who are in sync have it. */
  readonly highWatermark: number;
}

const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const SLACK_MS = 10_000;
const CONSUMER = -1;

/**
 * Fetch, version 11, at the isolation level "read committed". kafkajs's own answer hides the batches: behind a batch that
 * compaction has emptied it would never get, and whether a record belongs to an aborted transaction it leaves to its consumer.
 */
export async function fetchCommitted(
  broker: Broker,
  places: readonly FetchFrom[],
  { maxWaitTime, minBytes, maxBytes }: FetchOptions,
): Promise<FetchedPartition[]> {
  const topics = places.map(({ topic, partition, offset }) => ({
    topic,
    partitions: [{ partition, fetchOffset: String(offset), maxBytes: MAX_BYTES_PER_PARTITION }],
  }));
  const { connectionPool } = broker as Broker & { readonly connectionPool: ConnectionPool };
  const answer = await connectionPool.send({
    request: fetchRequest({ replicaId: CONSUMER, maxWaitTime, minBytes, maxBytes, topics }),
    response: { decode, parse },
    requestTimeout: maxWaitTime + SLACK_MS,
  });
  return answer.responses.flatMap(({ topicName, partitions }) =>
    partitions.map((fetched) => {
      const from = places.find((one) => one.topic === topicName && one.partition === fetched.partition);
      return committedOf(topicName, fetched, from?.offset ?? 0);
    }),
  );
}

interface ConnectionPool {
  send(request: object): Promise<FetchAnswer>;
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly PartitionAnswer[];
  }[];
}

interface PartitionAnswer {
  readonly partition: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: readonly RecordBatch[];
}

interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: number;
}

/** As `protocol/requests/fetch/v11/response.js` of kafkajs, but batch by batch. */
async function decode(rawData: Buffer): Promise<FetchAnswer & Record<string, unknown>> {
  const decoder = new Decoder(rawData);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async (one) => ({
    topicName: one.readString(),
    partitions: await one.readArrayAsync(decodePartition),
  }));
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(decoder: Decoder): Promise<PartitionAnswer & Record<string, unknown>> {
  const partition = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const highWatermark = Number(decoder.readInt64());
  const lastStableOffset = Number(decoder.readInt64());
  const logStartOffset = Number(decoder.readInt64());
  const aborted = decoder.readArray((one) => ({
    producerId: one.readInt64().toString(),
    firstOffset: Number(one.readInt64()),
  }));
  const preferredReadReplica = decoder.readInt32();
  const batches = await decodeBatches(decoder);
  const offsets = { highWatermark, lastStableOffset, logStartOffset };
  return { partition, errorCode, ...offsets, aborted, preferredReadReplica, batches };
}

const MAGIC_OFFSET = 16;
const RECORD_BATCH = 2;
const BATCH_OVERHEAD_BYTES = 49;

async function decodeBatches(decoder: Decoder): Promise<RecordBatch[]> {
  const bytes = decoder.readInt32();
  if (bytes <= 0 || !decoder.canReadBytes(bytes)) return [];
  const buffer = decoder.readBytes(bytes);
  const magic = buffer.readInt8(MAGIC_OFFSET);
  if (magic !== RECORD_BATCH) throw new Error(`records in format ${magic} of Kafka before 0.11`);
  const rest = new Decoder(buffer);
  const batches: RecordBatch[] = [];
  while (rest.canReadBytes(BATCH_OVERHEAD_BYTES)) {
    try {
      batches.push(await decodeRecordBatch(rest));
    } catch (err) {
      // The last batch may have been cut off by the limits on bytes.
      if ((err as Error).name === 'KafkaJSPartialMessageError') break;
      throw err;
    }
  }
  return batches;
}

function committedOf(topic: string, answer: PartitionAnswer, from: number): FetchedPartition {
  const { partition, lastStableOffset, highWatermark } = answer;
  const aborted = [...answer.aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const abortedProducers = new Set<string>();
  const records: SourceRecord[] = [];
  let nextOffset = from;
  for (const batch of answer.batches) {
    const lastOffset = Number(batch.firstOffset) + batch.lastOffsetDelta;
    for (let first = aborted[0]; first && first.firstOffset <= lastOffset; first = aborted[0]) {
      abortedProducers.add(first.producerId);
      aborted.shift();
    }
    if (batch.isControlBatch) {
      if (batch.records.some(isAbortMarker)) abortedProducers.delete(batch.producerId);
    } else if (!batch.inTransaction || !abortedProducers.has(batch.producerId)) {
      // A batch comes whole, also where reading goes on in its middle.
      const found = batch.records.map(toSourceRecord).filter(({ offset }) => offset >= from);
      for (const record of found) records.push(record);
    }
    nextOffset = Math.max(nextOffset, lastOffset + 1);
  }
  return { topic, partition, records, nextOffset, lastStableOffset, highWatermark };
}

/** Key of a control record: its version, then its type, in two bytes each; type 0 ends an aborted transaction. */
const isAbortMarker = ({ key }: Pick<KafkaMessage, 'key'>): boolean =>
  key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
