import { ByteWriter } from './byte-writer.js';
import type { KafkaSocket } from './kafka-socket.js';

const PRODUCE = 0;
/** The first that takes Zstandard. */
const VERSION = 7;
const ALL_IN_SYNC = -1;
const TIMEOUT_MS = 10_000;

/** A batch for one partition; a request has at most one for each. */
export interface PartitionBatchBytes {
  readonly partition: number;
  readonly batch: Buffer;
}

/** What the broker did with one batch. */
export interface Appended {
  readonly partition: number;
  /** Kafka's error code; 0 where it is appended. */
  readonly error: number;
  readonly baseOffset: number;
  /** Epoch milliseconds; -1 where the topic keeps the producer's time. */
  readonly appendedAt: number;
}

export async function produce(
  kafka: KafkaSocket,
  topic: string,
  batches: readonly PartitionBatchBytes[],
): Promise<Appended[]> {
  const request = new ByteWriter().string(null).int16(ALL_IN_SYNC).int32(TIMEOUT_MS);
  request.int32(1).string(topic).int32(batches.length);
  for (const { partition, batch } of batches) request.int32(partition).bytes(batch);
  const answer = await kafka.ask(PRODUCE, VERSION, request.buffer);
  return answer
    .array(() => {
      answer.string();
      return answer.array(() => {
        const appended = {
          partition: answer.int32(),
          error: answer.int16(),
          baseOffset: answer.int64(),
          appendedAt: answer.int64(),
        };
        answer.int64();
        return appended;
      });
    })
    .flat();
}
