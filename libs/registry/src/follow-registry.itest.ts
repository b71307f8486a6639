import { connectKafka } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { changeRegistry, followRegistry, readRegistryOnce, type RegistryFeed } from './index.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'registry-itest', silentLogger);
const feeds: RegistryFeed[] = [];
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));

async function follow(topicPrefix: string): Promise<RegistryFeed> {
  const feed = await followRegistry({ kafka, topicPrefix, logger: silentLogger });
  feeds.push(feed);
  return feed;
}

test('a change reaches who follows', async () => {
  const prefix = `${uniqueName('registry')}.`;
  const feed = await follow(prefix);
  expect(feed.current().tenants).toEqual([]);
  const heard: string[] = [];
  feed.subscribe((registry, { added, removed, changed }) =>
    heard.push([registry.revision, added.length, changed.length, removed.length].join()),
  );
  const { registry } = await changeRegistry(kafka, prefix, () => ({
    kind: 'add',
    entry: { id: 't1', tier: 'basic', networks: ['10.1.0.0/16'] },
  }));
  await waitFor(() => feed.current().tenants.length === 1);
  expect(feed.current()).toEqual(registry);
  await changeRegistry(kafka, prefix, () => ({ kind: 'set', id: 't1', keys: { 'limits.queue': 7 } }));
  await changeRegistry(kafka, prefix, () => ({ kind: 'remove', id: 't1' }));
  await waitFor(() => heard.length === 3);
  expect(heard).toEqual(['1,1,0,0', '2,0,1,0', '3,0,0,1']);
  expect(feed.ageMs()).toBeLessThan(2_000);
  expect((await readRegistryOnce(kafka, prefix)).revision).toBe(3);
});
