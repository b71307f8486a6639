import { setTimeout as sleep } from 'node:timers/promises';
import { type CommittedOffset } from '@vecino/audit';
import { topics } from '@vecino/contracts';
import { type Kafka } from 'kafkajs';

const LOOK_EVERY_MS = 250;

/** What the group of ingest has committed, looked at again and again. */
export interface CommitWatch {
  readonly commits: readonly CommittedOffset[];
  stop(): Promise<void>;
}

export async function watchCommits(kafka: Kafka): Promise<CommitWatch> {
  const admin = kafka.admin();
  await admin.connect();
  const topic = topics().requests;
  const commits: CommittedOffset[] = [];
  const last = new Map<number, number>();
  let stopped = false;
  const look = async () => {
    const [found] = await admin.fetchOffsets({ groupId: 'vecino-ingest', topics: [topic] });
    // Committed when it is seen, or before: the later time accuses nobody wrongly.
    const at = Date.now();
    for (const { partition, offset } of found?.partitions ?? []) {
      const next = Number(offset);
      if (next < 0 || last.get(partition) === next) continue;
      last.set(partition, next);
      commits.push({ at, partition, offset: next });
    }
  };
  const looking = (async () => {
    while (!stopped) {
      // While Kafka is away there is nothing to be seen.
      await look().catch(() => undefined);
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    commits,
    async stop() {
      stopped = true;
      await looking;
      await admin.disconnect().catch(() => undefined);
    },
  };
}
