import { createStatusCodec, type NetworkDeploymentStatus, topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { collectTopic, type TopicCollector, waitFor } from '@vecino/testing';
import { type Kafka, type KafkaMessage } from 'kafkajs';
import { type PathPlatform } from './path-platform.js';

/** The tenants' statuses, as they come. */
export interface StatusReader {
  /** Decoded, per tenant in the order of its topic. */
  statuses(): readonly NetworkDeploymentStatus[];
  /** Deployments that have their terminal, of one tenant or of all. */
  ended(tenantId?: string): number;
  stop(): Promise<void>;
}

/** Of all tenants, or of those. A tenant's topic comes with its first status: begin to read after its first request was sent. */
export async function readStatuses(
  { kafka, platform }: PathPlatform,
  tenantIds: readonly string[] = platform.registry.tenants.map(({ id }) => id),
): Promise<StatusReader> {
  const names = await statusTopics(kafka, tenantIds);
  const brokers = platform.env['KAFKA_BROKERS'] ?? '';
  const collectors = await Promise.all(names.map((name) => collectTopic(brokers, name)));
  const decoded = collectors.map(decodingOnce);
  const statuses = () => decoded.flatMap((read) => read());
  return {
    statuses,
    ended: (tenantId) =>
      new Set(
        statuses()
          .filter(
            (status) => isTerminalState(status.state) && (tenantId ?? status.tenant_id) === status.tenant_id,
          )
          .map(({ tenant_id, deployment_id }) => `${tenant_id}/${deployment_id}`),
      ).size,
    async stop() {
      await Promise.all(collectors.map((collector) => collector.stop()));
    },
  };
}

/** Their names, once they are all there. */
export async function statusTopics(kafka: Kafka, tenantIds: readonly string[]): Promise<string[]> {
  const names = tenantIds.map((id) => topics().status(id));
  const admin = kafka.admin();
  await admin.connect();
  try {
    await waitFor(
      async () => {
        const there = new Set(await admin.listTopics());
        return names.every((name) => there.has(name));
      },
      { timeoutMs: 60_000, everyMs: 200, what: "the tenants' status topics" },
    );
  } finally {
    await admin.disconnect();
  }
  return names;
}

const codec = createStatusCodec();

export function decodeStatus({ value, headers }: KafkaRecord): NetworkDeploymentStatus {
  const status = codec.decode(value, headers);
  if (status instanceof Promise) throw new Error('no schema registry is configured');
  return status;
}

type KafkaRecord = Pick<KafkaMessage, 'value' | 'headers'>;

function decodingOnce({ records }: TopicCollector): () => readonly NetworkDeploymentStatus[] {
  const statuses: NetworkDeploymentStatus[] = [];
  return () => {
    for (const record of records.slice(statuses.length)) statuses.push(decodeStatus(record));
    return statuses;
  };
}
