import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tenantOfStatusTopic, topicConfig, topics, topicSpec, TOPIC_TABLE, type TopicSpec } from './index.js';

const DAY_MS = 86_400_000;
const number = (value: number): string => value.toLocaleString('en');

const rowOf = (spec: TopicSpec): string[] => [
  `\`${spec.name}\``,
  spec.key,
  number(spec.partitions),
  number(spec.replicationFactor),
  number(spec.minInsyncReplicas),
  spec.cleanupPolicy,
  spec.retentionMs === -1 ? 'for ever' : `${spec.retentionMs / DAY_MS} days`,
  spec.timestampType,
  `${number(spec.maxMessageBytes)} B`,
  spec.compressionType,
  spec.compatibility ?? 'none',
];

describe('the topic table', () => {
  it('is what docs/topics.md shows', () => {
    const page = readFileSync(join(__dirname, '../../../docs/topics.md'), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows.slice(2)).toEqual(TOPIC_TABLE.map(rowOf));
  });

  it('has every topic once, under the name that the services use', () => {
    const names = topics();
    expect(Object.fromEntries(TOPIC_TABLE.map(({ kind, name }) => [kind, name]))).toEqual({
      requests: names.requests,
      dlq: names.dlq,
      commands: names.commands,
      tenants: names.tenants,
      wakes: names.wakes,
      status: names.status('<tenant>'),
    });
  });

  it('leaves room in the dead-letter topic for the headers that are added', () => {
    expect(topicSpec('dlq').maxMessageBytes - topicSpec('requests').maxMessageBytes).toBe(64 * 1024);
  });

  it("becomes Kafka's settings, with no more replicas in sync than there are brokers", () => {
    expect(topicConfig(topicSpec('requests'), 1)).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '604800000',
      'message.timestamp.type': 'LogAppendTime',
      'max.message.bytes': '1048576',
      'compression.type': 'uncompressed',
      'min.insync.replicas': '1',
    });
    expect(topicConfig(topicSpec('tenants'), 1)['segment.ms']).toBe('600000');
    expect(topicConfig(topicSpec('requests'), 5)['min.insync.replicas']).toBe('2');
  });
});

describe('status topics', () => {
  it('name their tenant, under any prefix', () => {
    expect(topics('run7.').status('chogar')).toBe('run7.deployment-status.chogar');
    expect(tenantOfStatusTopic('run7.deployment-status.chogar', 'run7.')).toBe('chogar');
    expect(tenantOfStatusTopic('deployment-status.')).toBeUndefined();
    expect(tenantOfStatusTopic('deployment-requests')).toBeUndefined();
    expect(tenantOfStatusTopic('run7.deployment-status.chogar')).toBeUndefined();
  });
});
