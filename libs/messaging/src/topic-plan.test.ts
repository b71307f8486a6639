import { compareTopic, planStatusTopic, planTopics } from './topic-plan.js';

test('replication follows the number of brokers', () => {
  expect(planTopics(1).map(({ replicationFactor }) => replicationFactor)).toEqual([1, 1, 1, 1, 1]);
  expect(planTopics(5).map(({ replicationFactor }) => replicationFactor)).toEqual([3, 3, 3, 3, 3]);
});

test("a tenant's status topic has one partition, under the prefix", () => {
  expect(planStatusTopic('acme', 3, 'a.')).toMatchObject({ name: 'a.deployment-status.acme', partitions: 1 });
});

test('what differs is named; more partitions than planned are an operator’s choice', () => {
  const planned = { name: 't', partitions: 3, replicationFactor: 3, config: { 'retention.ms': '1' } };
  expect(
    compareTopic(planned, { partitions: 9, replicationFactor: 3, config: { 'retention.ms': '1' } }),
  ).toEqual([]);
  expect(compareTopic(planned, { partitions: 2, replicationFactor: 1, config: {} })).toEqual([
    { topic: 't', setting: 'partitions', expected: '3', actual: '2' },
    { topic: 't', setting: 'replication factor', expected: '3', actual: '1' },
    { topic: 't', setting: 'retention.ms', expected: '1', actual: 'unset' },
  ]);
});
