import { alterTopic, uniqueName, waitFor } from '@vecino/testing';
import { topics } from '@vecino/contracts';
import { provisionTopics } from './provision-topics.js';
import { describeCluster, withAdmin } from './with-admin.js';
import { kafkaUnderTest } from './testing/kafka-under-test.js';

const kafka = kafkaUnderTest();

test('creates the topics of the table once, and tells what differs later', async () => {
  const prefix = `${uniqueName('p')}.`;
  const { requests, dlq, commands, tenants, wakes } = topics(prefix);
  const both = await Promise.all([provisionTopics(kafka, prefix), provisionTopics(kafka, prefix)]);
  expect(both.flatMap(({ created }) => created).sort()).toEqual(
    [requests, dlq, commands, tenants, wakes].sort(),
  );
  expect(both.flatMap(({ differences }) => differences)).toEqual([]);

  await withAdmin(kafka, (admin) => alterTopic(admin, requests, { 'compression.type': 'zstd' }));
  const created: string[] = [];
  // A broker hears of what was altered a moment after it was.
  const differences = await waitFor(async () => {
    const later = await provisionTopics(kafka, prefix);
    created.push(...later.created);
    return later.differences.some(({ setting }) => setting === 'compression.type') && later.differences;
  });
  expect(created).toEqual([]);
  expect(differences).toContainEqual({
    topic: requests,
    setting: 'compression.type',
    expected: 'uncompressed',
    actual: 'zstd',
  });
});

test('the cluster has an id that stays', async () => {
  const { clusterId } = await describeCluster(kafka);
  expect(clusterId).toHaveLength(22);
  expect((await describeCluster(kafka)).clusterId).toBe(clusterId);
});
