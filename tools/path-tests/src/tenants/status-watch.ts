import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { uniqueName } from '@vecino/testing';
import { type PathPlatform } from '../path-platform.js';
import { decodeStatus, statusTopics } from '../status-reader.js';

/** All statuses of many tenants as they come, each looked at once: for runs of thousands of requests. */
export interface StatusWatch {
  readonly statuses: readonly NetworkDeploymentStatus[];
  /** When the first terminal of a deployment was on its topic, by the broker's clock; undefined while it has none. */
  endedAt(tenantId: string, deploymentId: string): number | undefined;
  /** Deployments that have their terminal. */
  ended(): number;
  stop(): Promise<void>;
}

/** A tenant's topic comes with its first status: begin to watch after its first request was sent. */
export async function watchStatuses(
  { kafka }: PathPlatform,
  tenantIds: readonly string[],
): Promise<StatusWatch> {
  const names = await statusTopics(kafka, tenantIds);
  const consumer = kafka.consumer({ groupId: uniqueName('watch'), maxWaitTimeInMs: 100 });
  const statuses: NetworkDeploymentStatus[] = [];
  const ends = new Map<string, number>();
  await consumer.connect();
  await consumer.subscribe({ topics: names, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const status = decodeStatus(message);
      statuses.push(status);
      const key = `${status.tenant_id}/${status.deployment_id}`;
      if (isTerminalState(status.state) && !ends.has(key)) ends.set(key, Number(message.timestamp));
      return Promise.resolve();
    },
  });
  return {
    statuses,
    endedAt: (tenantId, deploymentId) => ends.get(`${tenantId}/${deploymentId}`),
    ended: () => ends.size,
    stop: () => consumer.disconnect(),
  };
}
