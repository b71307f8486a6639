import type { ICustomPartitioner, Message, PartitionMetadata } from 'kafkajs';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/** As Kafka's own producer hashes keys: murmur2, as a signed number of 32 bits. */
export function murmur2(key: Buffer): number {
  const rest = key.length & 3;
  const end = key.length - rest;
  let hash = SEED ^ key.length;
  for (let at = 0; at < end; at += 4) {
    let part = Math.imul(key.readInt32LE(at), MULTIPLIER);
    part = Math.imul(part ^ (part >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ part;
  }
  if (rest > 0) hash = Math.imul(hash ^ key.readUIntLE(end, rest), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

const chosen = new WeakMap<Message, number>();

/**
 * Chooses the partitions that kafkajs's default would, which are those of Kafka's own producer. That one hashes with big
 * integers: a key of a megabyte, which anybody may send, held its process for seconds, and its dead letter was never written in time.
 */
export const partitionByKey: ICustomPartitioner = () => {
  let turn = Math.floor(Math.random() * 2 ** 16);
  const choose = (key: Message['key'], partitions: readonly PartitionMetadata[]): number => {
    if (key !== null && key !== undefined)
      return (murmur2(Buffer.isBuffer(key) ? key : Buffer.from(key)) & 0x7fff_ffff) % partitions.length;
    turn += 1;
    const led = partitions.filter(({ leader }) => leader >= 0);
    return led[turn % led.length]?.partitionId ?? turn % partitions.length;
  };
  return ({ partitionMetadata, message }) => {
    const partition = message.partition ?? choose(message.key, partitionMetadata);
    chosen.set(message, partition);
    return partition;
  };
};

/** The partition that was chosen for the message last; undefined where none was. */
export const chosenPartition = (message: Message): number | undefined => chosen.get(message);
