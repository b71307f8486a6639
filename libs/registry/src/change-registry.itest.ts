import { spawn } from 'node:child_process';
import { createPlatformRecordCodec, createTenantRecordCodec, topics } from '@vecino/contracts';
import { VecinoError } from '@vecino/foundation';
import { connectKafka, type KafkaClient, withAdmin } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { type Registry, type RegistryEdit, tenantOf, type TenantEntry } from '@vecino/tenancy';
import { uniqueName, waitFor } from '@vecino/testing';
import { toTenantRecord } from './entry-record.js';
import {
  changeRegistry,
  followRegistry,
  readRegistryOnce,
  type RegistryChange,
  type RegistryFeed,
  RegistryRefusal,
} from './index.js';
import { toPlatformRecord } from './platform-entry-record.js';

const BROKERS = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const client = (): KafkaClient => connectKafka({ brokers: BROKERS }, 'registry-itest', silentLogger);
const kafka = client();
const feeds: RegistryFeed[] = [];
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));

async function follow(topicPrefix: string): Promise<RegistryFeed> {
  const feed = await followRegistry({ kafka: client(), topicPrefix, logger: silentLogger });
  feeds.push(feed);
  return feed;
}
const newPrefix = (): string => `${uniqueName('registry')}.`;
const entryOf = (n: number): TenantEntry => ({ id: `t${n}`, tier: 'basic', networks: [`10.${n}.0.0/16`] });
const add = (n: number) => (): RegistryEdit => ({ kind: 'add', entry: entryOf(n) });
const queueOf = (registry: Registry): number => tenantOf(registry, 't1')?.limits.queue ?? 0;
const endOf = (prefix: string): Promise<string | undefined> =>
  withAdmin(kafka, async (admin) => (await admin.fetchTopicOffsets(topics(prefix).tenants))[0]?.high);

/** Nothing was changed where others kept changing the registry: it is tried again, as the message says. */
async function changedAtLast(change: () => Promise<RegistryChange>): Promise<RegistryChange> {
  for (;;) {
    try {
      return await change();
    } catch (err) {
      if (!(err instanceof VecinoError) || err.code !== 'REGISTRY_CONTENDED') throw err;
    }
  }
}

test('of writers at the same time, none loses a change of another', async () => {
  const prefix = newPrefix();
  await changeRegistry(kafka, prefix, add(1));
  await changeRegistry(kafka, prefix, () => ({ kind: 'set', id: 't1', keys: { 'limits.queue': 1 } }));
  const feed = await follow(prefix);
  const revisions: number[] = [];
  feed.subscribe(({ revision }) => revisions.push(revision));
  const ROUNDS = 15;
  const seen: number[] = [];
  const writer = async () => {
    const own = client();
    const grow = () =>
      changeRegistry(own, prefix, (now) => ({
        kind: 'set',
        id: 't1',
        keys: { 'limits.queue': queueOf(now) + 1 },
      }));
    for (let round = 0; round < ROUNDS; round++) {
      const { registry } = await changedAtLast(grow);
      seen.push(queueOf(registry));
    }
  };
  await Promise.all([writer(), writer(), writer()]);
  const registry = await readRegistryOnce(kafka, prefix);
  expect(queueOf(registry)).toBe(1 + 3 * ROUNDS);
  expect(registry.revision).toBe(2 + 3 * ROUNDS);
  // Each step was made by one writer.
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * ROUNDS }, (_, i) => i + 2));
  await waitFor(() => feed.current().revision === registry.revision);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  expect(feed.current()).toEqual(registry);
}, 180_000);

test('a change that breaks a rule, or changes nothing, leaves nothing on the topic', async () => {
  const prefix = newPrefix();
  await changeRegistry(kafka, prefix, add(1));
  const end = await endOf(prefix);
  const refused = changeRegistry(kafka, prefix, () => ({
    kind: 'add',
    entry: { ...entryOf(1), id: 't2', limits: { queue: 0 } },
  }));
  await expect(refused).rejects.toBeInstanceOf(RegistryRefusal);
  await expect(refused).rejects.toMatchObject({
    code: 'REGISTRY_CHANGE_REFUSED',
    disposition: 'terminal',
    faults: [{ tenant: 't2', key: 'limits.queue' }],
  });
  const own = [{ tenant: 't1', key: '', reason: 'not today' }];
  await expect(changeRegistry(kafka, prefix, () => own)).rejects.toMatchObject({ faults: own });
  const oops = new TypeError('oops');
  const thrown = changeRegistry(kafka, prefix, () => {
    throw oops;
  });
  await expect(thrown).rejects.toBe(oops);
  const same = await changeRegistry(kafka, prefix, () => ({ kind: 'resume', id: 't1' }));
  expect(same).toMatchObject({ registry: { revision: 1 }, diff: { changed: [] } });
  const images = Array.from({ length: 1_000 }, (_, i) => `${i}-${'x'.repeat(100)}`);
  await expect(
    changeRegistry(kafka, prefix, () => ({ kind: 'set', id: 't1', keys: { 'images.allow': images } })),
  ).rejects.toMatchObject({
    faults: [{ tenant: 't1', reason: expect.stringMatching(/at most 65536/) as string }],
  });
  expect(await endOf(prefix)).toBe(end);
});

/** Writes without committing, says so, and hangs. */
const HANGING_WRITER = `
  const { Kafka, logLevel } = require('kafkajs');
  const { brokers, transactionalId, topic, records } = JSON.parse(process.env.WRITE);
  (async () => {
    const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING })
      .producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, transactionTimeout: 60000 });
    await producer.connect();
    const transaction = await producer.transaction();
    const messages = records.map(({ key, value }) => ({ key, value: Buffer.from(value, 'base64') }));
    await transaction.send({ topic, messages });
    process.stdout.write('written');
    setInterval(() => undefined, 1000);
  })();
`;

async function killMidTransaction(prefix: string, registry: Registry): Promise<void> {
  const forged = { ...registry, revision: 99 };
  const tenant = createTenantRecordCodec().encode(toTenantRecord(entryOf(7), 99));
  const platform = createPlatformRecordCodec().encode(toPlatformRecord(forged, []));
  const WRITE = JSON.stringify({
    brokers: BROKERS,
    transactionalId: `${prefix}vecino-registry`,
    topic: topics(prefix).tenants,
    records: [
      { key: 't7', value: tenant.toString('base64') },
      { key: '_platform', value: platform.toString('base64') },
    ],
  });
  const child = spawn(process.execPath, ['-e', HANGING_WRITER], {
    cwd: __dirname,
    env: { ...process.env, WRITE },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
  });
  child.kill('SIGKILL');
  await ended;
}

test('a writer that is killed in the middle stops nobody, and nobody sees the half of it', async () => {
  const prefix = newPrefix();
  const { registry } = await changeRegistry(kafka, prefix, add(1));
  const feed = await follow(prefix);
  const heard: string[] = [];
  feed.subscribe((now) => heard.push(now.tenants.map(({ id }) => id).join()));
  await killMidTransaction(prefix, registry);
  // The transaction is open: who reads stays up to date with what is committed.
  expect((await readRegistryOnce(kafka, prefix)).tenants.map(({ id }) => id)).toEqual(['t1']);
  await waitFor(() => feed.ageMs() < 1_000);

  const started = performance.now();
  await changeRegistry(kafka, prefix, add(2));
  const tookMs = performance.now() - started;
  // Not the dead one's minute of patience.
  expect(tookMs).toBeLessThan(10_000);
  console.log(`a change after a writer was killed in the middle: ${Math.round(tookMs)} ms`);
  await waitFor(() => heard.length > 0);
  expect(heard).toEqual(['t1,t2']);
  const late = await follow(prefix);
  expect(late.current()).toEqual(feed.current());
  expect(late.current()).toMatchObject({ revision: 2, tenants: [{ id: 't1' }, { id: 't2' }] });
});

test('where Kafka is away it says that nothing was changed, and what to do', async () => {
  const nowhere = connectKafka({ brokers: ['127.0.0.1:1'] }, 'registry-itest', silentLogger);
  await expect(changeRegistry(nowhere, 'x.', add(1))).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    disposition: 'retry',
    message: expect.stringMatching(/^nothing was changed, because Kafka .* try again/) as string,
  });
  await expect(readRegistryOnce(nowhere, 'x.')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
}, 90_000);
