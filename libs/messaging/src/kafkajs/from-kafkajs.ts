import { headerBytes, headerCount } from '@vecino/contracts';
import type { Batch, KafkaMessage } from 'kafkajs';
import type { PartitionBatch, SourceRecord } from '../records.js';

export function toSourceRecord(message: Omit<KafkaMessage, 'size'>): SourceRecord {
  return {
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers ?? {},
  };
}

export function toPartitionBatch(batch: Batch): PartitionBatch {
  let bytes = 0;
  const records = batch.messages.map((message) => {
    const record = toSourceRecord(message);
    bytes += weightOf(record);
    return record;
  });
  return {
    topic: batch.topic,
    partition: batch.partition,
    records,
    nextOffset: Number(batch.lastOffset()) + 1,
    bytes,
  };
}

/** What a header's name and value take in memory beside their bytes, about. */
const HEADER_OVERHEAD_BYTES = 100;

const weightOf = ({ key, value, headers }: SourceRecord): number =>
  (key?.length ?? 0) +
  (value?.length ?? 0) +
  headerBytes(headers) +
  HEADER_OVERHEAD_BYTES * headerCount(headers);
