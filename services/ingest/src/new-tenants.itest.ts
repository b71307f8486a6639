import { createRequestDecoder } from '@vecino/contracts';
import {
  type BatchConsumer,
  connectKafka,
  createBatchConsumer,
  createProducer,
  createTopic,
  withAdmin,
} from '@vecino/messaging';
import { changeRegistry, followRegistry, type RegistryFeed } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { settingsOf } from '@vecino/tenancy';
import { uniqueName, waitFor } from '@vecino/testing';
import { createPartitionHandler } from './handle-batch.js';
import { createIngestMeter } from './ingest-meter.js';
import { passTraceOn } from './process-tracer.js';
import { trustTopicAcls } from './producer-identity.js';
import { registrySince } from './registry-lease.js';
import { recordOf, requestOf } from './testing/records-under-test.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'ingest-itest', silentLogger);
const producer = createProducer(kafka);
let feed: RegistryFeed | undefined;
let consumer: BatchConsumer | undefined;
afterAll(async () => {
  await consumer?.stop(0);
  await feed?.close();
  await producer.close();
});

/** The same, a while later, as in a process that is busy. */
function late(registry: RegistryFeed): RegistryFeed {
  let seen = { registry: registry.current(), readAt: -Infinity };
  const timer = setInterval(() => {
    seen = { registry: registry.current(), readAt: performance.now() - registry.ageMs() };
  }, LATE_BY_MS);
  return {
    ...registry,
    current: () => seen.registry,
    ageMs: () => performance.now() - seen.readAt,
    subscribe: (listener) => registry.subscribe(listener),
    close: async () => {
      clearInterval(timer);
      await registry.close();
    },
  };
}
const LATE_BY_MS = 400;

/** With a registry as real as the topic, and gates and dead letters that are only noted down. */
async function ingestWith(registry: RegistryFeed, topic: string) {
  const taken: string[] = [];
  const letters: string[] = [];
  const openPartition = createPartitionHandler({
    clusterId: 'cluster',
    registry: () => registry.current(),
    registrySince: (at, signal) => registrySince(registry, at, signal),
    settings: (tenant) => settingsOf(registry.current(), tenant, 'default'),
    decoder: createRequestDecoder(),
    identity: trustTopicAcls,
    limiter: { take: async ({ wanted }) => ({ granted: wanted, retryAt: 0, at: 0 }) },
    submitter: {
      submit: async ({ items }) => void taken.push(...items.map(({ deploymentId }) => deploymentId)),
      command: () => Promise.resolve(),
    },
    deadLetters: {
      send: async (records) => void letters.push(...records.map(({ key }) => String(key))),
    },
    dlqTopic: 'dlq',
    tracer: passTraceOn,
    meter: createIngestMeter(),
    logger: silentLogger,
  });
  consumer = createBatchConsumer(kafka, { topic, groupId: uniqueName('ingest'), openPartition });
  await consumer.start();
  return { taken, letters };
}

test('a tenant is known from when it was added, to the very next record; one that is not there never is', async () => {
  const topic = uniqueName('requests');
  const topicPrefix = `${topic}.`;
  await withAdmin(kafka, (admin) =>
    createTopic(admin, { name: topic, partitions: 1, replicationFactor: 1, config: {} }),
  );
  feed = late(await followRegistry({ kafka, topicPrefix, logger: silentLogger }));
  const { taken, letters } = await ingestWith(feed, topic);
  const produce = (tenantId: string, id: string, address: string) => {
    const { value, headers } = recordOf(requestOf(tenantId, { request_id: id, router_ip: address }));
    return producer.send([{ topic, key: id, value, headers }]);
  };
  for (let round = 0; round < 8; round += 1) {
    const networks = [`10.0.${round}.0/24`];
    await changeRegistry(kafka, topicPrefix, () => ({
      kind: 'add',
      entry: { id: `new-${round}`, tier: 'basic', networks },
    }));
    await produce(`new-${round}`, `d-${round}`, `10.0.${round}.1`);
    await waitFor(() => taken.length + letters.length === round + 1);
  }
  await produce('nobody', 'd-nobody', '10.0.0.1');
  await waitFor(() => letters.length === 1);
  expect(letters).toEqual(['d-nobody']);
  expect(taken).toHaveLength(8);
});
