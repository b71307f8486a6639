import { ByteWriter } from './byte-writer.js';
import { UNKNOWN_TOPIC_OR_PARTITION } from './error-codes.js';
import type { KafkaSocket } from './kafka-socket.js';
import { decodeBatches, type StoredRecord } from './record-batch.js';

const FETCH = 1;
/** The first that knows batches of format 2. */
const VERSION = 4;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PARTITION_BYTES = 2 * 1024 * 1024;

export interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
}

export interface Fetched {
  readonly partition: number;
  /** Where the partition ends now; undefined where there is none yet. */
  readonly end: number | undefined;
  readonly records: readonly StoredRecord[];
  /** Where to go on. */
  readonly next: number;
}

/** What lies there, uncommitted transactions included; waits for nothing. */
export async function fetch(
  kafka: KafkaSocket,
  topic: string,
  positions: readonly FetchPosition[],
): Promise<Fetched[]> {
  const request = new ByteWriter().int32(-1).int32(0).int32(0).int32(MAX_BYTES).int8(0);
  request.int32(1).string(topic).int32(positions.length);
  for (const { partition, offset } of positions)
    request.int32(partition).int64(offset).int32(MAX_PARTITION_BYTES);
  const answer = await kafka.ask(FETCH, VERSION, request.buffer);
  answer.int32();
  const parts = answer
    .array(() => {
      answer.string();
      return answer.array(() => {
        const [partition, error, end] = [answer.int32(), answer.int16(), answer.int64()];
        answer.int64();
        answer.array(() => answer.raw(16));
        return { partition, error, end, bytes: answer.bytes() };
      });
    })
    .flat();
  return parts.map(({ partition, error, end, bytes }) => {
    const from = positions.find((one) => one.partition === partition)?.offset ?? 0;
    if (error === UNKNOWN_TOPIC_OR_PARTITION) return { partition, end: undefined, records: [], next: from };
    if (error !== 0) throw new Error(`${topic}/${partition}: Kafka's error ${error}`);
    const { records, next } = decodeBatches(bytes, partition);
    return { partition, end, records: records.filter(({ offset }) => offset >= from), next: next ?? from };
  });
}
