import { setTimeout as delay } from 'node:timers/promises';
import { planTopics, withAdmin } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';

const ANSWER_WITHIN_MS = 5_000;

/** Of the topics that provisioning makes, those that Kafka does not show; undefined where none is named, or it does not say in time. */
export async function missingTopics(env: PlatformEnvironment): Promise<readonly string[] | undefined> {
  if (!env['KAFKA_BROKERS']) return undefined;
  const late = delay(ANSWER_WITHIN_MS, undefined, { ref: false });
  // That Kafka is away is told where it is asked itself.
  return Promise.race([lookForTopics(env).catch(() => undefined), late]);
}

async function lookForTopics(env: PlatformEnvironment): Promise<string[]> {
  const there = new Set(await withAdmin(kafkaOf(env), (admin) => admin.listTopics()));
  return planTopics(1, env['VECINO_TOPIC_PREFIX'])
    .map(({ name }) => name)
    .filter((name) => !there.has(name));
}
