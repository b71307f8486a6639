import type { Admin } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { within } from './within.js';

const DISCONNECT_MS = 2_000;

/** For what is asked again and again: one connection, made with the first question, and made anew after one that failed. */
export interface KeptAdmin {
  /** Rejects when Kafka cannot be reached. */
  use<T>(ask: (admin: Admin) => Promise<T>): Promise<T>;
  /** Disconnects, within 2 s; what is being asked meanwhile does so when it ends. To be called last. */
  close(): Promise<void>;
}

export function keepAdmin({ kafka }: Pick<KafkaClient, 'kafka'>): KeptAdmin {
  let kept: Admin | undefined;
  let isClosed = false;

  async function drop(admin: Admin): Promise<void> {
    if (kept === admin) kept = undefined;
    await within(DISCONNECT_MS, admin.disconnect());
  }

  return {
    async use<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
      const admin = (kept ??= kafka.admin());
      let hasAnswer = false;
      try {
        // Returns at once where it is connected.
        await admin.connect();
        const answer = await ask(admin);
        hasAnswer = true;
        return answer;
      } finally {
        if (!hasAnswer || isClosed) await drop(admin);
      }
    },
    async close() {
      isClosed = true;
      if (kept !== undefined) await drop(kept);
    },
  };
}
