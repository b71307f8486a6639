import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKafka } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { changeRegistry, followRegistry, readRegistryOnce, type RegistryFeed } from './index.js';

const TENANTS = 10_000;
/** Long, so that all of them take more than one fetch of a mebibyte. */
const OTHER_NAME = 'x'.repeat(120);

const dir = mkdtempSync(join(tmpdir(), 'vecino-registry-'));
const feeds: RegistryFeed[] = [];
afterAll(async () => {
  await Promise.all(feeds.map((feed) => feed.close()));
  rmSync(dir, { recursive: true });
});

test(`${TENANTS} tenants are read, and a change among them is seen, within seconds`, async () => {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const kafka = connectKafka({ brokers }, 'registry-itest', silentLogger);
  const topicPrefix = `${uniqueName('registry')}.`;
  const importFile = join(dir, 'tenants.yaml');
  const tenants = Array.from({ length: TENANTS }, (_, i) => ({
    id: `tenant-${i}`,
    tier: 'basic',
    networks: [`10.${i >> 8}.${i & 255}.0/24`],
  }));
  writeFileSync(importFile, JSON.stringify({ tenants }));
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<{ ms: number; value: T }> => {
    const started = performance.now();
    const value = await work();
    const ms = Math.round(performance.now() - started);
    console.log(`${TENANTS} tenants, ${what}: ${ms} ms`);
    return { ms, value };
  };

  const first = await timed('imported from a file', () =>
    followRegistry({ kafka, topicPrefix, logger: silentLogger, importFile }),
  );
  const follower = await timed('read by who starts to follow', () =>
    followRegistry({ kafka, topicPrefix, logger: silentLogger }),
  );
  const feed = follower.value;
  feeds.push(first.value, feed);
  expect(feed.current().tenants).toHaveLength(TENANTS);
  expect(feed.current()).toEqual(first.value.current());
  const changes: number[] = [];
  feed.subscribe((_, { changed }) => changes.push(changed.length));
  const once = await timed('read once', () => readRegistryOnce(kafka, topicPrefix));
  const id = 'tenant-7777';
  const change = await timed('a change, until it is seen', async () => {
    await changeRegistry(kafka, topicPrefix, () => ({ kind: 'pause', id }));
    await waitFor(() => feed.current().revision === 2);
  });
  await timed('a change of all of them in one, until it is seen', async () => {
    const file = feed.current();
    const entries = new Map([...file.entries].map(([key, entry]) => [key, { ...entry, name: OTHER_NAME }]));
    await changeRegistry(kafka, topicPrefix, () => ({
      kind: 'apply',
      file: { ...file, entries },
      saysPlatformNetworks: false,
      missing: 'keep',
    }));
    await waitFor(() => feed.current().revision === 3);
  });
  expect(feed.current().tenants.every(({ name }) => name === OTHER_NAME)).toBe(true);
  // Though a transaction as large as that takes more than one fetch.
  expect(changes).toEqual([1, TENANTS]);
  for (const { ms } of [follower, once, change]) expect(ms).toBeLessThan(15_000);
}, 120_000);
