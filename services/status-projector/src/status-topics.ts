import { VecinoError } from '@vecino/foundation';
import {
  createDeferred,
  createTopic,
  type Deferred,
  type KafkaClient,
  planStatusTopic,
  withAdmin,
} from '@vecino/messaging';

/** Tenants' status topics, made when the first status comes. */
export interface StatusTopics {
  /** Resolves when the topic is there; rejects with `STATUS_TOPIC_MISSING` after `withinMs`, while the work goes on. */
  ensure(tenantId: string, withinMs: number): Promise<void>;
  /** Something is wrong with the topic: the next `ensure` looks again. */
  forget(tenantId: string): void;
}

/** Many tenants' first statuses may come at once: they are served by one connection, one after another. */
export function createStatusTopics(client: KafkaClient, prefix: string): StatusTopics {
  const known = new Set<string>();
  const wanted = new Map<string, Deferred<void>>();
  let working = false;

  function want(tenantId: string): Promise<void> {
    let deferred = wanted.get(tenantId);
    if (!deferred) {
      deferred = createDeferred();
      wanted.set(tenantId, deferred);
      deferred.promise.catch(() => undefined);
      if (!working) void work();
    }
    return deferred.promise;
  }

  async function work(): Promise<void> {
    working = true;
    try {
      await withAdmin(client, async (admin) => {
        const { brokers } = await admin.describeCluster();
        for (const [tenantId, deferred] of wanted) {
          await createTopic(admin, planStatusTopic(tenantId, brokers.length, prefix));
          known.add(tenantId);
          wanted.delete(tenantId);
          deferred.resolve();
        }
      });
    } catch (err) {
      for (const { reject } of wanted.values()) reject(err);
      wanted.clear();
    } finally {
      working = false;
      if (wanted.size > 0) void work();
    }
  }

  return {
    async ensure(tenantId, withinMs) {
      if (known.has(tenantId)) return;
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(missing(tenantId, withinMs)), withinMs);
      });
      try {
        await Promise.race([want(tenantId), limit]);
      } finally {
        clearTimeout(timer);
      }
    },
    forget: (tenantId) => void known.delete(tenantId),
  };
}

const missing = (tenantId: string, withinMs: number): VecinoError<'STATUS_TOPIC_MISSING'> =>
  new VecinoError(
    'STATUS_TOPIC_MISSING',
    `the status topic of ${tenantId} could not be made within ${withinMs} ms`,
    {
      disposition: 'retry',
    },
  );
