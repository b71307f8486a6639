import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createStatusCodec,
  DEAD_LETTER_HEADERS,
  type NetworkDeploymentStatus,
  topics,
} from '@vecino/contracts';
import { connectKafka, createProducer, createTopic, withAdmin } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import {
  alterTopic,
  collectTopic,
  type CollectedRecord,
  headerOf,
  uniqueName,
  waitFor,
} from '@vecino/testing';
import type { PublishStatusesInput, StatusChange } from '@vecino/workflows';
import { createStatusMeter } from './status-meter.js';
import { createProjectorActivities } from './projector-activities.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'projector-itest', silentLogger);
const producer = createProducer(kafka);
const topicPrefix = `${uniqueName('p')}.`;
const codec = createStatusCodec();
const parts = {
  kafka,
  producer,
  codec,
  topicPrefix,
  meter: createStatusMeter(),
  tracing: false,
  logger: silentLogger,
};
const { publishStatuses, writeDeadLetters } = createProjectorActivities(parts);
afterAll(() => producer.close());

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const changeOf = (
  deploymentId: string,
  sequence: number,
  more: Partial<StatusChange> = {},
): StatusChange => ({
  deploymentId,
  routerId: 'r1',
  softwareVersion: '7.2.1',
  state: 'QUEUED',
  sequence,
  occurredAt: 1_700_000_000_000,
  workflowId: 'gate/acme',
  runId: 'run',
  traceparent,
  ...more,
});

/** As Temporal does: tries again until it succeeds. What an attempt that failed has written is then there twice. */
async function publishAtLast(input: PublishStatusesInput): Promise<void> {
  for (let published = false; !published;)
    published = await publishStatuses(input).then(
      () => true,
      () => false,
    );
}

async function readStatuses(tenantId: string, count: number): Promise<readonly CollectedRecord[]> {
  const collected = await collectTopic(brokers, topics(topicPrefix).status(tenantId));
  const records = await collected.atLeast(count);
  await collected.stop();
  return records;
}

const decode = (record: CollectedRecord): Promise<NetworkDeploymentStatus> =>
  Promise.resolve(codec.decode(record.value, record.headers as never));

test('the first status makes the topic; order, key and headers are right', async () => {
  const tenantId = uniqueName('t');
  const reason = { code: 'CAP_REACHED', text: 'ten are running' } as const;
  await publishStatuses({
    tenantId,
    format: 'avro',
    changes: [
      changeOf('d-1', 1, { reason, details: { place_in_line: '3' } }),
      changeOf('d-2', 1),
      changeOf('d-1', 50, { state: 'STARTED' }),
    ],
  });
  const records = await readStatuses(tenantId, 3);
  expect(records.map(({ key }) => key?.toString())).toEqual(['d-1', 'd-2', 'd-1']);
  const [first] = records;
  if (!first) throw new Error('no record');
  const status = await decode(first);
  expect(status).toMatchObject({
    deployment_id: 'd-1',
    tenant_id: tenantId,
    state: 'QUEUED',
    sequence: 1,
    reason,
    details: { place_in_line: '3' },
  });
  expect(headerOf(first, 'traceparent')).toBe(traceparent);
  expect(headerOf(first, 'ce_id')).toBe(status.event_id);
  expect(headerOf(first, 'ce_type')).toBe('vecino.deployment.status.v1');
});

test('a repeated publish repeats the same event ids', async () => {
  const tenantId = uniqueName('t');
  const input = { tenantId, format: 'json', changes: [changeOf('d-1', 0), changeOf('d-1', 1)] } as const;
  await publishStatuses(input);
  await publishStatuses(input);
  const ids = (await readStatuses(tenantId, 4)).map((record) => headerOf(record, 'ce_id'));
  expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  expect(new Set(ids).size).toBe(2);
});

test('JSON where the tenant wants it', async () => {
  const tenantId = uniqueName('t');
  await publishStatuses({ tenantId, format: 'json', changes: [changeOf('d-1', 1)] });
  const [record] = await readStatuses(tenantId, 1);
  expect(JSON.parse(record?.value?.toString() ?? '')).toMatchObject({
    deployment_id: 'd-1',
    state: 'QUEUED',
  });
  expect(record && headerOf(record, 'content-type')).toBe('application/json');
});

test('first statuses of many tenants at once, several of each', async () => {
  const tenants = Array.from({ length: 12 }, () => uniqueName('t'));
  await Promise.all(
    tenants.flatMap((tenantId) => [
      publishAtLast({ tenantId, format: 'avro', changes: [changeOf('d-1', 1)] }),
      publishAtLast({ tenantId, format: 'avro', changes: [changeOf('d-2', 1)] }),
    ]),
  );
  for (const tenantId of tenants) {
    const collected = await collectTopic(brokers, topics(topicPrefix).status(tenantId));
    const keys = () => new Set(collected.records.map(({ key }) => key?.toString()));
    await waitFor(() => keys().size === 2, { what: 'both statuses' });
    await collected.stop();
  }
}, 120_000);

test('a topic that was deleted is made again', async () => {
  const tenantId = uniqueName('t');
  const input = { tenantId, format: 'avro', changes: [changeOf('d-1', 1)] } as const;
  await publishStatuses(input);
  await withAdmin(kafka, async (admin) => {
    const topic = topics(topicPrefix).status(tenantId);
    await admin.deleteTopics({ topics: [topic] });
    await waitFor(async () => !(await admin.listTopics()).includes(topic), { what: 'the topic to be gone' });
  });
  await publishAtLast(input);
  expect(await readStatuses(tenantId, 1)).not.toEqual([]);
});

test('Kafka away: the activity fails before its five seconds are over, and others do not wait for it', async () => {
  const nowhere = connectKafka({ brokers: ['127.0.0.1:9'] }, 'projector-itest', silentLogger);
  const lost = createProducer(nowhere);
  const cutOff = createProjectorActivities({
    kafka: nowhere,
    producer: lost,
    codec,
    topicPrefix,
    meter: createStatusMeter(),
    tracing: false,
    logger: silentLogger,
  });
  const started = Date.now();
  const calls = Array.from({ length: 50 }, (_, i) =>
    cutOff.publishStatuses({ tenantId: `t${i}`, format: 'avro', changes: [changeOf('d-1', 1)] }),
  );
  const results = await Promise.allSettled(calls);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(Date.now() - started).toBeLessThan(5_000);
  await lost.close();
});

test('dead letters that one partition refuses are written once each, over the attempts of their activity', async () => {
  const prefix = `${uniqueName('p')}.`;
  const source = `${prefix}source`;
  const { dlq } = topics(prefix);
  const limit = (bytes: number) => ({ 'max.message.bytes': String(bytes) });
  await withAdmin(kafka, async (admin) => {
    await createTopic(admin, { name: source, partitions: 1, replicationFactor: 1, config: {} });
    await createTopic(admin, { name: dlq, partitions: 3, replicationFactor: 1, config: limit(2_000) });
  });
  const small = Array.from({ length: 9 }, (_, n) => ({ topic: source, key: `k-${n}`, value: 'v' }));
  await producer.send([...small, { topic: source, key: 'large', value: 'x'.repeat(5_000) }]);
  const orders = Array.from({ length: 10 }, (_, offset) => ({
    topic: source,
    partition: 0,
    offset,
    tenantId: 'acme',
    deploymentId: `d-${offset}`,
    reason: { code: 'ID_REUSED', text: 'used before' } as const,
  }));
  const { writeDeadLetters: write } = createProjectorActivities({ ...parts, topicPrefix: prefix });
  let heartbeat: unknown;
  const attempt = (): Promise<unknown> => {
    const activity = new MockActivityEnvironment({ heartbeatDetails: heartbeat });
    activity.on('heartbeat', (details: unknown) => (heartbeat = details));
    return activity.run(write, orders);
  };
  await expect(attempt()).rejects.toMatchObject({ code: 'UNWRITABLE' });
  await expect(attempt()).rejects.toMatchObject({ code: 'UNWRITABLE' });
  await withAdmin(kafka, (admin) => alterTopic(admin, dlq, limit(1_048_576)));
  // The broker goes by it a moment later.
  await waitFor(() =>
    attempt().then(
      () => true,
      () => false,
    ),
  );
  const collected = await collectTopic(brokers, dlq);
  const letters = await collected.atLeast(10);
  await collected.stop();
  const offsets = letters.map((letter) => Number(headerOf(letter, DEAD_LETTER_HEADERS.offset)));
  expect(offsets.toSorted((a, b) => a - b)).toEqual(orders.map(({ offset }) => offset));
});

test('a dead letter that the gate orders holds the record as it lies in its topic', async () => {
  const source = `${topicPrefix}source`;
  const { dlq } = topics(topicPrefix);
  await withAdmin(kafka, async (admin) => {
    for (const name of [source, dlq])
      await createTopic(admin, { name, partitions: 1, replicationFactor: 1, config: {} });
  });
  const value = Buffer.from([1, 0, 255]);
  await producer.send([{ topic: source, key: 'k', value, headers: { own: 'header' } }]);
  const order = {
    topic: source,
    partition: 0,
    tenantId: 'acme',
    deploymentId: 'd-1',
    reason: { code: 'ID_REUSED', text: 'used before' },
  } as const;
  const orders = [77, 0].map((offset) => ({ ...order, offset }));
  const cancelled = new MockActivityEnvironment();
  cancelled.cancel();
  await expect(cancelled.run(writeDeadLetters, orders)).rejects.toThrow();
  await new MockActivityEnvironment().run(writeDeadLetters, orders);
  const collected = await collectTopic(brokers, dlq);
  const [letter] = await collected.atLeast(1);
  await collected.stop();
  expect(letter).toMatchObject({ key: Buffer.from('k'), value });
  expect(letter && headerOf(letter, 'own')).toBe('header');
  expect(letter && headerOf(letter, DEAD_LETTER_HEADERS.code)).toBe('ID_REUSED');
  expect(letter && headerOf(letter, DEAD_LETTER_HEADERS.offset)).toBe('0');
});
