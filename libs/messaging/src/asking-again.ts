import type { Admin } from 'kafkajs';
import { createBackoff } from './backoff.js';
import type { KafkaClient } from './connect-kafka.js';
import { isRetriable } from './kafkajs/produce-fault.js';
import { withAdmin } from './with-admin.js';

const ASK_ATTEMPTS = 5;

/**
 * For questions that go to the leaders of partitions. kafkajs does not ask again where a partition has another leader since,
 * as that of a topic has that was just made. Each attempt has a connection of its own, which knows of no older leader.
 */
export async function askingAgain<T>(client: KafkaClient, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const backoff = createBackoff(100, 1_000);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withAdmin(client, ask);
    } catch (err) {
      if (attempt === ASK_ATTEMPTS || !isRetriable(err)) throw err;
      await backoff.wait();
    }
  }
}
