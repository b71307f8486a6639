import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenantRecordCodec, topics } from '@vecino/contracts';
import { connectKafka, createProducer, type KafkaClient, type OutgoingRecord } from '@vecino/messaging';
import { type LogFields, type Logger, silentLogger } from '@vecino/telemetry';
import { type RegistryEdit } from '@vecino/tenancy';
import { uniqueName, waitFor } from '@vecino/testing';
import { toTenantRecord } from './entry-record.js';
import { changeRegistry, followRegistry, readRegistryOnce, type RegistryFeed } from './index.js';

const BROKERS = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const client = (): KafkaClient => connectKafka({ brokers: BROKERS }, 'registry-itest', silentLogger);
const kafka = client();
const dir = mkdtempSync(join(tmpdir(), 'vecino-registry-'));
const feeds: RegistryFeed[] = [];
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));
afterAll(() => rmSync(dir, { recursive: true }));

async function follow(
  topicPrefix: string,
  options: { logger?: Logger; importFile?: string; kafka?: KafkaClient } = {},
): Promise<RegistryFeed> {
  const feed = await followRegistry({ kafka: client(), topicPrefix, logger: silentLogger, ...options });
  feeds.push(feed);
  return feed;
}

function recordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const line = (level: string) => (fields: LogFields, msg: string) =>
    void lines.push(`${level} ${msg}${fields['fault'] ? `: ${String(fields['fault'])}` : ''}`);
  const logger: Logger = {
    debug: () => undefined,
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: () => logger,
  };
  return { logger, lines };
}

const newPrefix = (): string => `${uniqueName('registry')}.`;
const fileWith = (text: string): string => {
  const path = join(dir, `${uniqueName('tenants')}.yaml`);
  writeFileSync(path, text);
  return path;
};
const idsOf = (feed: RegistryFeed): string =>
  feed
    .current()
    .tenants.map(({ id }) => id)
    .join();
const FILE =
  'tenants: [{ id: t1, tier: standard, networks: [10.1.0.0/16] }, { id: t2, tier: basic, networks: [10.2.0.0/16] }]';

test('a change reaches who follows', async () => {
  const prefix = newPrefix();
  const feed = await follow(prefix);
  expect(feed.current().tenants).toEqual([]);
  const heard: string[] = [];
  const stop = feed.subscribe((registry, { added, removed, changed, platform }) =>
    heard.push([registry.revision, added.length, changed.length, removed.length, ...platform].join()),
  );
  const change = (edit: RegistryEdit) => changeRegistry(kafka, prefix, () => edit);
  /** Each is heard before the next is made: two that are read together are heard as one. */
  const changeAndHear = async (edit: RegistryEdit) => {
    const before = heard.length;
    const { registry } = await change(edit);
    await waitFor(() => heard.length === before + 1);
    return registry;
  };
  await changeAndHear({ kind: 'add', entry: { id: 't1', tier: 'basic', networks: ['10.1.0.0/16'] } });
  await changeAndHear({ kind: 'set', id: 't1', keys: { 'limits.queue': 7 } });
  await changeAndHear({ kind: 'pause-platform', order: { reason: 'fire', at: Date.now() } });
  const registry = await changeAndHear({ kind: 'remove', id: 't1' });
  expect(heard).toEqual(['1,1,0,0', '2,0,1,0', '3,0,0,0,controls', '4,0,0,1']);
  expect(feed.current()).toEqual(registry);
  expect(feed.ageMs()).toBeLessThan(2_000);
  expect(await readRegistryOnce(kafka, prefix)).toEqual(registry);
  stop();
  await change({ kind: 'resume-platform' });
  await waitFor(() => feed.current().revision === 5);
  expect(heard).toHaveLength(4);
});

test('a registry that nobody has made is empty, and reading it makes nothing', async () => {
  const prefix = newPrefix();
  expect((await readRegistryOnce(kafka, prefix)).tenants).toEqual([]);
  expect((await readRegistryOnce(kafka, prefix)).revision).toBe(0);
});

test('of many that start at once with a file, one imports it; then the registry wins', async () => {
  const prefix = newPrefix();
  const recorders = Array.from({ length: 5 }, recordingLogger);
  const files = recorders.map((_, i) =>
    fileWith(`${FILE.slice(0, -1)}, { id: only-in-${i}, tier: basic, networks: [10.9.0.0/16] }]`),
  );
  const all = await Promise.all(
    recorders.map(({ logger }, i) => follow(prefix, { logger, importFile: files[i]! })),
  );
  const [first] = all;
  expect(first!.current()).toMatchObject({ revision: 1, tenants: [{}, {}, {}] });
  for (const feed of all) expect(feed.current()).toEqual(first!.current());
  const imported = recorders.flatMap(({ lines }) => lines.filter((line) => line.includes('imported')));
  expect(imported).toHaveLength(1);
  expect(recorders.flatMap(({ lines }) => lines.filter((line) => /^(warn|error)/.test(line)))).toEqual([]);

  await changeRegistry(kafka, prefix, () => ({ kind: 'remove', id: 't1' }));
  const later = await follow(prefix, { importFile: files[0]! });
  expect(later.current()).toMatchObject({ revision: 2, tenants: [{}, {}] });
  expect(idsOf(later)).not.toContain('t1');
}, 120_000);

test('a file without tenants is imported too: the next one does not count', async () => {
  const prefix = newPrefix();
  await follow(prefix, { importFile: fileWith('tenants: []') });
  expect(idsOf(await follow(prefix, { importFile: fileWith(FILE) }))).toBe('');
});

test('a file at fault is refused at once with every fault, also while Kafka is away', async () => {
  const nowhere = connectKafka({ brokers: ['127.0.0.1:1'] }, 'registry-itest', silentLogger);
  const importFile = fileWith('tenants:\n  - { id: T1, tier: gold, networks: [10.1.0.0/16] }');
  const refused = followRegistry({ kafka: nowhere, topicPrefix: 'x.', logger: silentLogger, importFile });
  await expect(refused).rejects.toMatchObject({ code: 'REGISTRY_UNREADABLE', disposition: 'terminal' });
  await expect(refused).rejects.toThrow(/:2: tenants\[0\]\.id: .*\n.*:2: tenants\[0\]\.tier: /);
  const missing = followRegistry({
    kafka: nowhere,
    topicPrefix: 'x.',
    logger: silentLogger,
    importFile: join(dir, 'none'),
  });
  await expect(missing).rejects.toMatchObject({ code: 'REGISTRY_UNREADABLE' });
});

test('while Kafka is away it waits, says so once, and gives up when told to', async () => {
  const nowhere = connectKafka({ brokers: ['127.0.0.1:1'] }, 'registry-itest', silentLogger);
  const { logger, lines } = recordingLogger();
  const aborting = new AbortController();
  const following = followRegistry({ kafka: nowhere, topicPrefix: 'x.', logger, signal: aborting.signal });
  await waitFor(() => lines.length > 0);
  aborting.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
  expect(lines).toEqual(['warn the registry is not available: waiting']);
});

test('a record that cannot be read, or breaks a rule, is not applied, and what else comes is', async () => {
  const prefix = newPrefix();
  await follow(prefix, { importFile: fileWith(FILE) });
  const { logger, lines } = recordingLogger();
  const feed = await follow(prefix, { logger });
  const topic = topics(prefix).tenants;
  const producer = createProducer(kafka);
  const write = (...records: Omit<OutgoingRecord, 'topic'>[]) =>
    producer.send(records.map((record) => ({ topic, ...record })));
  const record = (id: string, network: string) =>
    createTenantRecordCodec().encode(toTenantRecord({ id, tier: 'basic', networks: [network] }, 3));

  await write(
    { key: 't1', value: Buffer.from('garbage') },
    { key: 't3', value: record('t3', '10.2.7.0/24') },
    { key: '', value: Buffer.from('no key') },
    { key: 't4', value: record('t4', '10.4.0.0/16') },
  );
  await waitFor(() => idsOf(feed).includes('t4'));
  expect(idsOf(feed)).toBe('t1,t2,t4');
  const errors = [
    'error an entry of the registry is not applied: tenant t1: not in Avro single-object encoding',
    'error an entry of the registry is not applied: tenant (no key): not in Avro single-object encoding',
    'error an entry of the registry is not applied: tenant t3: networks[0]: 10.2.7.0/24 overlaps 10.2.0.0/16 of tenant t2',
  ];
  await write({ key: 't4', value: record('t4', '10.5.0.0/16') });
  await waitFor(() => feed.current().tenants.at(-1)?.networks[0]?.text === '10.5.0.0/16');
  expect(lines.toSorted()).toEqual(errors.toSorted());

  // Whoever comes now has no good entry of t1 to keep; it can be mended.
  const late = await follow(prefix);
  expect(idsOf(late)).toBe('t2,t4');
  await changeRegistry(kafka, prefix, () => ({
    kind: 'add',
    entry: { id: 't1', tier: 'basic', networks: ['10.1.0.0/16'] },
  }));
  await changeRegistry(kafka, prefix, () => ({ kind: 'remove', id: 't3' }));
  await waitFor(() => idsOf(late) === 't1,t2,t4' && late.current().revision === feed.current().revision);
  expect(late.current().tenants).toEqual(feed.current().tenants);
  await producer.close();
});
