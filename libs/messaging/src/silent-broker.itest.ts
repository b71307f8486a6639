import { silentLogger } from '@vecino/telemetry';
import { type SilentServer, startSilentServer } from '@vecino/testing';
import { createBatchConsumer } from './batch-consumer.js';
import { createProducer } from './batch-producer.js';
import { connectKafka, type KafkaClient } from './connect-kafka.js';
import { describeClusterPatiently } from './with-admin.js';

/** kafkajs itself gives up a question after 10 s, and asks it five times. */
describe('a broker that takes connections and says nothing', () => {
  let broker: SilentServer;
  let kafka: KafkaClient;

  beforeEach(async () => {
    broker = await startSilentServer();
    kafka = connectKafka({ brokers: [broker.address] }, 'test', silentLogger);
  });
  afterEach(() => broker.close());

  const msOf = async (work: Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work;
    return performance.now() - begun;
  };

  it('keeps nobody who stops to ask it', async () => {
    const stopping = new AbortController();
    const asking = describeClusterPatiently(kafka, stopping.signal);
    await broker.spokenTo;
    stopping.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
  });

  it('keeps no consumer from its end, which says all the while that it reads nothing', async () => {
    const consumer = createBatchConsumer(kafka, {
      topic: 't',
      groupId: 'g',
      openPartition: () => () => Promise.resolve(),
    });
    const started = consumer.start();
    await broker.spokenTo;
    expect(consumer.fault()).toBe('not in the consumer group yet');
    expect(await msOf(consumer.stop())).toBeLessThan(7_000);
    await started;
  }, 10_000);

  it('keeps no producer from its end, nor what it was to write from failing', async () => {
    const producer = createProducer(kafka);
    const sent = expect(producer.send([{ topic: 't', key: 'k', value: 'v' }])).rejects.toMatchObject({
      disposition: 'retry',
    });
    await broker.spokenTo;
    expect(producer.fault()).toBeUndefined();
    await sent;
    expect(producer.fault()).toMatch(/^nothing can be written: /);
    expect(await msOf(producer.close())).toBeLessThan(6_000);
  }, 20_000);
});
