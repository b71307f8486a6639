import { unlessAborted } from '@vecino/foundation';
import type { Admin } from 'kafkajs';
import { createBackoff } from './backoff.js';
import type { KafkaClient } from './connect-kafka.js';
import { isCoordinatorStarting } from './coordinator-starting.js';
import { createOutageLog } from './outage-log.js';
import { within } from './within.js';

const DISCONNECT_MS = 2_000;

/** Connects for the length of `use`. */
export async function withAdmin<T>({ kafka }: KafkaClient, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await within(DISCONNECT_MS, admin.disconnect());
  }
}

export interface ClusterDescription {
  /** The same from every broker, for the life of the cluster. */
  readonly clusterId: string;
  readonly brokers: number;
}

/** Rejects when Kafka cannot be reached. */
export const describeCluster = (client: KafkaClient): Promise<ClusterDescription> =>
  withAdmin(client, async (admin) => {
    const { clusterId, brokers } = await admin.describeCluster();
    return { clusterId, brokers: brokers.length };
  });

/** Asks for as long as Kafka is away; rejects with the signal's reason when aborted. */
export const describeClusterPatiently = (
  client: KafkaClient,
  signal: AbortSignal,
): Promise<ClusterDescription> => askPatiently(client, signal, () => describeCluster(client));

/** Asks until there is an answer; rejects with the signal's reason as soon as that is aborted, also amid a question. */
export async function askPatiently<T>(
  client: KafkaClient,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T> {
  const backoff = createBackoff();
  const outage = createOutageLog(client.logger, 'Kafka');
  for (;;) {
    signal.throwIfAborted();
    try {
      const answer = await unlessAborted(signal, ask());
      outage.succeeded();
      return answer;
    } catch (err) {
      signal.throwIfAborted();
      if (isCoordinatorStarting(err)) client.logger.debug({ err }, 'no answer yet');
      else outage.failed(err);
    }
    await backoff.wait(signal);
  }
}
