import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaCluster, startKafkaCluster } from '@vecino/devstack';
import {
  connectKafka,
  createProducer,
  createTopic,
  type KafkaClient,
  ProduceError,
  scanTopic,
  withAdmin,
} from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';

const BROKERS = 3;
const PARTITIONS = 6;
/** Each ends with the partition's records at another broker. */
const MOVES = 24;
const TOPIC = 'moving';

describe('while the leaders of partitions move between brokers', () => {
  let cluster: KafkaCluster;
  let kafka: KafkaClient;

  beforeAll(async () => {
    cluster = await startKafkaCluster(BROKERS, await mkdtemp(join(tmpdir(), 'vecino-brokers-')));
    kafka = connectKafka({ brokers: [...cluster.brokers] }, 'leaders-move', silentLogger);
  }, 180_000);

  afterAll(() => cluster?.stop(), 60_000);

  const leaderOf = (partition: number): Promise<number> =>
    withAdmin(kafka, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
      return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    });

  async function move(partition: number): Promise<void> {
    const next = ((await leaderOf(partition)) % BROKERS) + 1;
    await withAdmin(kafka, (admin) =>
      admin.alterPartitionReassignments({
        topics: [{ topic: TOPIC, partitionAssignment: [{ partition, replicas: [next] }] }],
      }),
    );
    await waitFor(async () => (await leaderOf(partition)) === next, {
      timeoutMs: 60_000,
      what: 'the new leader',
    });
  }

  it('everything that is said to be written is there', async () => {
    const name = { name: TOPIC, partitions: PARTITIONS, replicationFactor: 1, config: {} };
    await withAdmin(kafka, (admin) => createTopic(admin, name));
    const producer = createProducer(kafka);
    const confirmed: string[] = [];
    const failures: string[] = [];
    let moving = true;
    const writing = (async () => {
      for (let round = 0; moving; round += 1) {
        const records = Array.from({ length: PARTITIONS }, (_, partition) => ({
          topic: TOPIC,
          partition,
          key: null,
          value: `${round}/${partition}`,
        }));
        const calls = records.map((record) => producer.send([record]));
        for (const [index, result] of (await Promise.allSettled(calls)).entries())
          if (result.status === 'fulfilled') confirmed.push(`${round}/${index}`);
          else
            failures.push(result.reason instanceof ProduceError ? result.reason.code : String(result.reason));
      }
    })();
    for (let moves = 0; moves < MOVES; moves += 1) await move(moves % PARTITIONS);
    moving = false;
    await writing;
    await producer.close();

    const found: string[] = [];
    for await (const { value } of scanTopic(kafka, { topic: TOPIC })) found.push(String(value));
    const there = new Set(found);
    console.log(
      JSON.stringify({
        moves: MOVES,
        confirmed: confirmed.length,
        failures,
        twice: found.length - there.size,
      }),
    );
    expect(confirmed.filter((value) => !there.has(value))).toEqual([]);
    // Where a leader takes longer to move than is tried, its caller hears that nobody knows.
    expect(failures.filter((code) => code !== 'NOT_WRITTEN')).toEqual([]);
    expect(confirmed.length).toBeGreaterThan(MOVES * PARTITIONS);
  }, 180_000);
});
