import { randomUUID } from 'node:crypto';
import { createCommandDecoder, DEAD_LETTER_HEADERS } from '@vecino/contracts';
import { createSlots, VecinoError } from '@vecino/foundation';
import {
  type BatchConsumer,
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
import {
  connectTemporalClient,
  createGateClient,
  parseTemporalConfig,
  type TemporalClient,
} from '@vecino/temporal';
import { collectTopic, headerOf, uniqueName, waitFor } from '@vecino/testing';
import { gateWorkflowId, type SubmitCommand } from '@vecino/workflows';
import { createCommandHandler } from './handle-commands.js';
import { createIngestMeter } from './ingest-meter.js';
import { trustTopicAcls } from './producer-identity.js';
import { createPatientSubmitter, type PatientSubmitter } from './submit-patiently.js';
import { commandOf, commandRecordOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'ingest-itest', silentLogger);
const producer = createProducer(kafka);
const started: BatchConsumer[] = [];
const acme = `acme-${randomUUID().slice(0, 8)}`;
const other = `other-${randomUUID().slice(0, 8)}`;
let temporal: TemporalClient;

beforeAll(async () => {
  const config = parseTemporalConfig(process.env);
  temporal = await connectTemporalClient({ config, logger: silentLogger });
});
afterEach(() => Promise.all(started.splice(0).map((consumer) => consumer.stop(0))));
afterAll(async () => {
  await producer.close();
  await temporal.close();
});

/** A partition of the command topic, taken in by `command`. */
async function takeIn(command: PatientSubmitter['command']) {
  const commands = uniqueName('commands');
  const dlq = `${commands}.dlq`;
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  await withAdmin(kafka, async (admin) => {
    for (const name of [commands, dlq])
      await createTopic(admin, { name, partitions: 1, replicationFactor: 1, config });
  });
  const groupId = uniqueName('ingest-commands');
  const registry = registryOf(acme, other);
  const consumer = createBatchConsumer(kafka, {
    topic: commands,
    groupId,
    openPartition: createCommandHandler({
      registry: () => registry,
      registrySince: () => Promise.resolve(registry),
      settings: (tenant) => settingsOf(registry, tenant, 'default'),
      decoder: createCommandDecoder(),
      identity: trustTopicAcls,
      submitter: { command },
      deadLetters: producer,
      dlqTopic: dlq,
      meter: createIngestMeter(),
      logger: silentLogger,
    }),
  });
  started.push(consumer);
  await consumer.start();
  const committed = () =>
    withAdmin(kafka, async (admin) => {
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [commands] });
      return Number(offsets?.partitions[0]?.offset ?? -1);
    });
  const produce = (...records: Omit<OutgoingRecord, 'topic'>[]): Promise<void> =>
    producer.send(records.map((record) => ({ topic: commands, ...record })));
  return { commands, dlq, committed, produce };
}

function record(tenant: string, commandId: string): Omit<OutgoingRecord, 'topic'> {
  const { value, headers } = commandRecordOf(commandOf(tenant, { command_id: commandId }));
  return { key: 'd-1', value, headers };
}

test('a command reaches its gate on Temporal, which is started where it does not run; refused ones become dead letters byte for byte', async () => {
  const gates = createGateClient({ client: temporal.client, logger: silentLogger });
  const submitter = createPatientSubmitter(gates, createSlots(4), silentLogger);
  const { commands, dlq, committed, produce } = await takeIn(submitter.command);
  const poison = { key: Buffer.from([0, 255]), value: Buffer.from([1, 2, 255]), headers: { odd: 'x' } };
  await produce(poison, record('nobody', 'c-0'), record(acme, 'c-1'), record(acme, 'c-2'));
  await waitFor(async () => (await committed()) === 4);

  const collected = await collectTopic(brokers, dlq);
  const letters = await collected.atLeast(2);
  await collected.stop();
  expect(letters.map((letter) => headerOf(letter, DEAD_LETTER_HEADERS.code))).toEqual([
    'MALFORMED',
    'UNKNOWN_TENANT',
  ]);
  expect(letters[0]).toMatchObject({ key: poison.key, value: poison.value });
  expect(headerOf(letters[0]!, DEAD_LETTER_HEADERS.topic)).toBe(commands);

  const gate = temporal.client.workflow.getHandle(gateWorkflowId(acme));
  const { events } = await gate.fetchHistory();
  await gate.terminate();
  const given = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal ? [JSON.parse(String(signal.input?.payloads?.[0]?.data)) as SubmitCommand] : [],
  );
  expect(given).toEqual([
    {
      commandId: 'c-1',
      deploymentId: 'd-1',
      action: 'CANCEL',
      topic: commands,
      partition: 0,
      offset: 2,
    },
    expect.objectContaining({ commandId: 'c-2', offset: 3 }),
  ]);
});

test('a tenant whose gate takes nothing holds the offset, not the commands of others', async () => {
  const open = createDeferred();
  const taken: string[] = [];
  const { committed, produce } = await takeIn(async ({ tenantId }, { commandId }) => {
    if (tenantId === acme) await open.promise;
    taken.push(commandId);
  });
  await produce(record(acme, 'a-1'), record(acme, 'a-2'), record(other, 'o-1'));
  await waitFor(() => taken.includes('o-1'));
  expect(taken).toEqual(['o-1']);
  expect(await committed()).toBe(-1);
  open.resolve();
  await waitFor(async () => (await committed()) === 3);
  expect(taken).toEqual(['o-1', 'a-1', 'a-2']);
});

test('Temporal away: a command waits and is neither lost nor committed', async () => {
  let away = true;
  let attempts = 0;
  const submitter = createPatientSubmitter(
    {
      submit: () => Promise.resolve(),
      command: () => {
        attempts += 1;
        if (!away) return Promise.resolve();
        return Promise.reject(new VecinoError('TEMPORAL_UNAVAILABLE', 'away', { disposition: 'retry' }));
      },
    },
    createSlots(1),
    silentLogger,
  );
  const { committed, produce } = await takeIn(submitter.command);
  await produce(record(acme, 'c-1'));
  await waitFor(() => attempts >= 3);
  expect(await committed()).toBe(-1);
  away = false;
  await waitFor(async () => (await committed()) === 1);
});
