import { createRequestDecoder, DEAD_LETTER_HEADERS } from '@vecino/contracts';
import { createSlots, VecinoError } from '@vecino/foundation';
import { createInProcessLimiter } from '@vecino/intake';
import {
  type BatchConsumer,
  type BatchProducer,
  connectKafka,
  createBatchConsumer,
  createDeferred,
  createProducer,
  createTopic,
  type OutgoingRecord,
  withAdmin,
} from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { settingsOf } from '@vecino/tenancy';
import { alterTopic, collectTopic, headerOf, uniqueName, waitFor } from '@vecino/testing';
import type { GateItem, SubmitBatch } from '@vecino/workflows';
import { createPartitionHandler } from './handle-batch.js';
import { createIngestMeter } from './ingest-meter.js';
import { passTraceOn } from './process-tracer.js';
import { trustTopicAcls } from './producer-identity.js';
import { createPatientSubmitter } from './submit-patiently.js';
import { recordOf, requestOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'ingest-itest', silentLogger);
const producer = createProducer(kafka);
const started: BatchConsumer[] = [];

afterEach(() => Promise.all(started.splice(0).map((consumer) => consumer.stop(0))));
afterAll(() => producer.close());

type Gates = (batch: SubmitBatch) => Promise<void>;

/** A partition of real Kafka, taken into gates that are not Temporal's: the test decides what they answer. */
async function ingestInto(gates: Gates, letters: { partitions?: number; maxBytes?: number } = {}) {
  const requests = uniqueName('requests');
  const dlq = `${requests}.dlq`;
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  await withAdmin(kafka, async (admin) => {
    await createTopic(admin, { name: requests, partitions: 1, replicationFactor: 1, config });
    const { partitions = 1, maxBytes = 1_048_576 } = letters;
    const limited = { ...config, 'max.message.bytes': String(maxBytes) };
    await createTopic(admin, { name: dlq, partitions, replicationFactor: 1, config: limited });
  });
  const groupId = uniqueName('ingest');
  const registry = registryOf('acme', 'other');
  let letterWrites = 0;
  const deadLetters: Pick<BatchProducer, 'send'> = {
    send(records) {
      letterWrites += 1;
      return producer.send(records);
    },
  };
  // One for each process: nothing of it outlives that.
  const newHandler = () =>
    createPartitionHandler({
      clusterId: 'cluster',
      registry: () => registry,
      registrySince: () => Promise.resolve(registry),
      settings: (tenant) => settingsOf(registry, tenant, 'default'),
      decoder: createRequestDecoder(),
      identity: trustTopicAcls,
      limiter: createInProcessLimiter(),
      submitter: createPatientSubmitter(
        { submit: gates, command: () => Promise.resolve() },
        createSlots(8),
        silentLogger,
      ),
      deadLetters,
      dlqTopic: dlq,
      tracer: passTraceOn,
      meter: createIngestMeter(),
      logger: silentLogger,
    });
  const start = async (): Promise<BatchConsumer> => {
    const consumer = createBatchConsumer(kafka, { topic: requests, groupId, openPartition: newHandler() });
    started.push(consumer);
    await consumer.start();
    return consumer;
  };
  const committed = () =>
    withAdmin(kafka, async (admin) => {
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [requests] });
      return Number(offsets?.partitions[0]?.offset ?? -1);
    });
  const produce = (...records: Omit<OutgoingRecord, 'topic'>[]): Promise<void> =>
    producer.send(records.map((record) => ({ topic: requests, ...record })));
  return { requests, dlq, start, committed, produce, letterWrites: () => letterWrites };
}

function recordingGates() {
  const batches: SubmitBatch[] = [];
  const items = (tenantId: string): GateItem[] =>
    batches.filter(({ settings }) => settings.tenantId === tenantId).flatMap((batch) => batch.items);
  const gates: Gates = (batch) => {
    batches.push(batch);
    return Promise.resolve();
  };
  return { batches, items, gates };
}

const recordFor = (tenant: string, id: string, more = {}) => {
  const { value, headers } = recordOf(
    requestOf(tenant, {
      request_id: id,
      router_ip: tenant === 'acme' ? '127.30.1.1' : '127.30.2.1',
      ...more,
    }),
  );
  return { key: id, value, headers };
};

test('every request reaches its gate in order, with a trace, and the offset follows', async () => {
  const { items, gates } = recordingGates();
  const { start, produce, committed, requests } = await ingestInto(gates);
  const ids = Array.from({ length: 1_500 }, (_, i) => `d-${i}`);
  await produce(...ids.flatMap((id) => [recordFor('acme', id), recordFor('other', id)]));
  await start();
  await waitFor(async () => (await committed()) === 3_000);
  expect(items('acme').map(({ deploymentId }) => deploymentId)).toEqual(ids);
  expect(items('other').map(({ deploymentId }) => deploymentId)).toEqual(ids);
  expect(
    items('acme').every(({ traceparent }) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(traceparent ?? '')),
  ).toBe(true);
  expect(requests).toBeDefined();
});

test('poison among good records becomes a dead letter byte for byte, and the partition moves on', async () => {
  const { items, gates } = recordingGates();
  const { start, produce, committed, dlq, requests } = await ingestInto(gates);
  const poison = {
    key: Buffer.from([0, 255]),
    value: Buffer.from([1, 2, 255]),
    headers: {
      odd: Buffer.from([0xfe]),
      'content-type': 'application/avro',
      '__connect.errors.topic': 'forged',
    },
  };
  await produce(
    recordFor('acme', 'd-1'),
    poison,
    { key: null, value: null },
    recordFor('nobody', 'd-2'),
    recordFor('acme', 'd-3', { router_ip: '127.30.2.9' }),
    recordFor('acme', 'd-4'),
  );
  await start();
  const collected = await collectTopic(brokers, dlq);
  const letters = await collected.atLeast(4);
  await collected.stop();
  await waitFor(async () => (await committed()) === 6);

  expect(letters.map((letter) => headerOf(letter, DEAD_LETTER_HEADERS.code))).toEqual([
    'MALFORMED',
    'EMPTY_VALUE',
    'UNKNOWN_TENANT',
    'ROUTER_OUTSIDE_NETWORKS',
  ]);
  const [letter] = letters;
  expect(letter).toMatchObject({ key: poison.key, value: poison.value });
  expect(letter?.headers?.['odd']).toEqual(poison.headers.odd);
  expect(letter && headerOf(letter, DEAD_LETTER_HEADERS.topic)).toBe(requests);
  expect(letter && headerOf(letter, DEAD_LETTER_HEADERS.offset)).toBe('1');
  expect(items('acme').map(({ deploymentId, refusal }) => [deploymentId, refusal?.code])).toEqual([
    ['d-1', undefined],
    ['d-3', 'ROUTER_OUTSIDE_NETWORKS'],
    ['d-4', undefined],
  ]);
});

test('where one partition takes no dead letter, the others have theirs once, and all are there in the end', async () => {
  const { gates } = recordingGates();
  const { start, produce, committed, dlq, letterWrites } = await ingestInto(gates, {
    partitions: 3,
    maxBytes: 2_000,
  });
  const rubbish = (bytes: number) => Buffer.alloc(bytes, 1);
  const small = Array.from({ length: 9 }, (_, i) => ({ key: `k-${i}`, value: rubbish(3) }));
  await produce(...small, { key: 'large', value: rubbish(5_000) }, { key: null, value: null });
  await start();
  const collected = await collectTopic(brokers, dlq);
  await collected.atLeast(1);
  await waitFor(() => letterWrites() >= 3);
  expect(await committed()).toBe(-1);

  await withAdmin(kafka, (admin) => alterTopic(admin, dlq, { 'max.message.bytes': '1048576' }));
  await waitFor(async () => (await committed()) === 11);
  const letters = await collected.atLeast(11);
  await collected.stop();
  const offsets = letters.map((letter) => Number(headerOf(letter, DEAD_LETTER_HEADERS.offset)));
  expect(offsets.sort((a, b) => a - b)).toEqual([...Array(11).keys()]);
});

test('a tenant whose gate takes nothing holds the offset, not the other tenants', async () => {
  const { items, gates, batches } = recordingGates();
  const open = createDeferred();
  const blocking: Gates = async (batch) => {
    if (batch.settings.tenantId === 'acme') await open.promise;
    return gates(batch);
  };
  const { start, produce, committed } = await ingestInto(blocking);
  await produce(recordFor('acme', 'a-1'), recordFor('other', 'o-1'));
  await start();
  await waitFor(() => items('other').length === 1);
  for (let i = 2; i <= 5; i++) {
    await produce(recordFor('acme', `a-${i}`), recordFor('other', `o-${i}`));
    await waitFor(() => items('other').length === i);
  }
  expect(items('acme')).toEqual([]);
  expect(await committed()).toBe(-1);
  open.resolve();
  await waitFor(async () => (await committed()) === 10);
  expect(items('acme').map(({ deploymentId }) => deploymentId)).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5']);
  // What waited went together.
  expect(batches.filter(({ settings }) => settings.tenantId === 'acme')).toHaveLength(2);
});

test('Temporal away: waits, and nothing is committed or lost', async () => {
  const { items, gates } = recordingGates();
  let attempts = 0;
  let away = true;
  const { start, produce, committed } = await ingestInto((batch) => {
    attempts += 1;
    if (!away) return gates(batch);
    return Promise.reject(new VecinoError('TEMPORAL_UNAVAILABLE', 'away', { disposition: 'retry' }));
  });
  await produce(recordFor('acme', 'd-1'));
  await start();
  await waitFor(() => attempts >= 3);
  expect(await committed()).toBe(-1);
  away = false;
  await waitFor(async () => (await committed()) === 1);
  expect(items('acme')).toHaveLength(1);
});

test('a bug in a gate client starts the partition over and skips nothing', async () => {
  const { items, gates } = recordingGates();
  let bugs = 2;
  const { start, produce, committed } = await ingestInto((batch) =>
    bugs-- > 0 ? Promise.reject(new TypeError('a bug')) : gates(batch),
  );
  await produce(recordFor('acme', 'd-1'), recordFor('other', 'd-1'));
  await start();
  await waitFor(async () => (await committed()) === 2);
  expect(items('acme').map(({ deploymentId }) => deploymentId)).toEqual(['d-1']);
  expect(items('other').length).toBeGreaterThanOrEqual(1);
});

test('killed before the gate has answered, the next process submits the same again', async () => {
  const seen: string[] = [];
  let answer = false;
  const { start, produce, committed } = await ingestInto((batch) => {
    seen.push(...batch.items.map(({ deploymentId, fingerprint }) => `${deploymentId} ${fingerprint}`));
    return answer ? Promise.resolve() : new Promise(() => {});
  });
  const { value, headers } = recordOf(requestOf('acme'));
  await produce({ key: null, value, headers });
  const first = await start();
  await waitFor(() => seen.length === 1);
  await first.stop(0);
  answer = true;
  await start();
  await waitFor(async () => (await committed()) === 1);
  expect(seen).toHaveLength(2);
  expect(seen[1]).toBe(seen[0]);
});
