import { Partitioners } from 'kafkajs';
import { chosenPartition, murmur2, partitionByKey } from './key-partitioner.js';

const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
  partitionId,
  leader: 1,
  partitionErrorCode: 0,
  replicas: [1],
  isr: [1],
}));
const choose = (key: Buffer | string | null, partitioner = partitionByKey): number =>
  partitioner()({ topic: 't', partitionMetadata, message: { key, value: null } });

/** From the tests of Kafka's own client. */
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('%s hashes as it does in Kafka', (key, hash) => expect(murmur2(Buffer.from(key))).toBe(hash));

test("chooses what kafkajs's own would, for keys of any length and any bytes", () => {
  for (let length = 0; length < 300; length += 1) {
    const key = Buffer.from(Array.from({ length }, (_, i) => (length * 31 + i * 197) & 0xff));
    expect(choose(key)).toBe(choose(key, Partitioners.DefaultPartitioner));
  }
  expect(choose('é')).toBe(choose('é', Partitioners.DefaultPartitioner));
});

test('takes turns where there is no key, and leaves alone what names its partition', () => {
  const partitioner = partitionByKey();
  const chosen = Array.from({ length: 12 }, () =>
    partitioner({ topic: 't', partitionMetadata, message: { key: null, value: null } }),
  );
  expect(new Set(chosen).size).toBe(12);
  expect(
    partitioner({ topic: 't', partitionMetadata, message: { key: 'k', value: null, partition: 7 } }),
  ).toBe(7);
});

test('tells which partition a message was last meant for', () => {
  const message = { key: null, value: null };
  expect(chosenPartition(message)).toBeUndefined();
  const partitioner = partitionByKey();
  const place = () => partitioner({ topic: 't', partitionMetadata, message });
  expect([place(), chosenPartition(message)]).toEqual([chosenPartition(message), place() - 1]);
});

test('a key of a megabyte costs next to nothing', () => {
  const before = process.cpuUsage();
  choose(Buffer.alloc(1_000_000, 'x'));
  const { user, system } = process.cpuUsage(before);
  // With big integers: more than a minute.
  expect((user + system) / 1_000).toBeLessThan(2_000);
});
